"""A subject nobody foresaw, suppliers on cost × quality: its own subject.py, schema and policy, and nothing else."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from tests.extending.content_copy import Copy, copied

SUBJECT = '''
"""Suppliers on cost × quality, as a subject."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.cuts import cuts_for
from ninegrid.grid.decide import decide
from ninegrid.grid.official import held_back, official
from ninegrid.grid.place import place
from ninegrid.grid.rows import Held
from ninegrid.grid.tables import Graded, Wide, describe
from ninegrid.intake.validate.locate import with_source
from ninegrid.model.findings import empty
from ninegrid.model.subject import Subject
from ninegrid.resources import relation, result_columns


def grade(inputs, policy, period, past):
    (grid,) = policy.grids
    frame = inputs.tables["suppliers"]
    cuts = cuts_for(frame, grid, policy, past.cuts)
    frame = decide(official(place(frame, grid, cuts, policy), grid, cuts, past, policy), policy)
    frame = frame.with_columns(unplaced_reason=pl.col(f"{grid.cell}:reason"))
    tables = {
        **describe(Held(frame), {}, policy),
        "cuts": cuts,
        "held_back": held_back(frame, cuts, past, policy),
        "suppliers": with_source(frame, inputs).select(result_columns("suppliers", policy)),
    }
    return Graded(tables, empty(), wide=Wide(frame))


SUBJECT = Subject(
    name="suppliers",
    relations=("suppliers",),
    table="suppliers",
    grade=grade,
    columns=lambda: frozenset(relation("suppliers").names),
    help={"zh": "给供应商定位。", "en": "Grade suppliers."},
)
'''

SCHEMA = '''
"""One row a supplier."""

from __future__ import annotations

import pandera.polars as pa

from .fields import count, id_, ratio, text


class Suppliers(pa.DataFrameModel):
    """Suppliers."""

    supplier_id: str = id_("供应商编号", "Supplier id", required=True, example="S-1")
    supplier_name: str = text("供应商名称", "Supplier name", example="示例")
    plant: str = text("工厂", "Plant", example="一厂")
    saving: float = ratio("降本率", "Saving rate", low=-1, high=1, example=0.03)
    quality: float = count("质量得分", "Quality score", high=100, example=90)

    class Config:
        """The relation as a whole."""

        metadata = {"zh": "供应商", "en": "Suppliers", "key": ("supplier_id",), "main": True}
'''

CELLS = "".join(
    f'[[grids.cells]]\nid = "C{c}Q{q}"\nzh = "格{c}{q}"\nen = "Cell {c}{q}"\ntier = "{"A" if c + q > 4 else "B"}"\n'
    f'strategy = "{"keep" if c + q > 4 else "review"}"\n'
    for c in (1, 2, 3)
    for q in (1, 2, 3)
)
PARAMETERS = """
subject = "suppliers"
version = "1"
id = "supplier_id"

[parameters]
side_minimum = 2
peer_minimum = 30
"""
GRIDS = f"""
[[grids]]
key = "supply"
zh = "供应商九宫格"
en = "Supplier grid"
over = "suppliers"
cell = "cell"

[grids.axis1]
letter = "C"
metric = "saving"
level = "saving_level"
method = "absolute"
cuts = [0.0, 0.05]
zh = ["低", "中", "高"]
en = ["Low", "Mid", "High"]

[grids.axis2]
letter = "Q"
metric = "quality"
level = "quality_level"
method = "absolute"
cuts = [60.0, 80.0]
zh = ["低", "中", "高"]
en = ["Low", "Mid", "High"]

{CELLS}
[totals]
sums = []
ratios = []
weight = ""

[[scopes]]
key = "company"
zh = "全部"
en = "All"

[[views]]
key = "plant"
keys = ["plant"]
zh = "工厂"
en = "Plant"
"""
METRICS = "".join(
    f'[[metrics]]\nkey = "{key}"\nzh = "{zh}"\nen = "{en}"\n'
    f'numerator = "{key}"\nunit = "{unit}"\ndirection = "higher"\n'
    for key, zh, en, unit in (("saving", "降本率", "Saving", "percent"), ("quality", "质量", "Quality", "number"))
)
STRATEGY = """
[tiering]
grid = "supply"
[gaps]
unit = "plant"
low = ["B"]
high = ["A"]
[[tiers]]
key = "A"
zh = "甲"
en = "A"
[[tiers]]
key = "B"
zh = "乙"
en = "B"
[[strategies]]
key = "keep"
zh = "保持"
en = "Keep"
[[strategies]]
key = "review"
zh = "复核"
en = "Review"
[[strategies]]
key = "verify"
zh = "待核实"
en = "Verify"
[[strategy_rules]]
rule = "unplaced"
when = "base IS NULL"
strategy = "verify"
zh = "未定位"
en = "Not placed"
[[strategy_rules]]
rule = "cell"
when = "base IS NOT NULL"
strategy = "base"
zh = "按格"
en = "By cell"
"""
REPORT = """
[parameter_labels]
[looks.tiers]
A = { color = "0F766E", ink = "FFFFFF" }
B = { color = "F3C6B4", ink = "1F2933" }

[[sheets]]
key = "grid"
zh = "九宫格"
en = "Grid"
kind = "grid"
grid = "supply"

[[sheets]]
key = "list"
zh = "清单"
en = "List"
kind = "list"
table = "suppliers"
grid = "supply"
order = ["tier", "cell"]
[[sheets.groups]]
key = "basic"
zh = "基本"
en = "Basics"
columns = ["supplier_id", "supplier_name", "tier", "cell", "saving", "quality", "unplaced_reason"]
"""
TABLE = """
[tables.suppliers]
subjects = ["suppliers"]
id = "supplier_id"
zh = "供应商清单"
en = "Suppliers"
note = "A row a supplier that was not rejected."
part = "subject"
graded = true
naming = ["supplier_name"]
columns = [
    "supplier_id", "supplier_name", "plant", "saving", "quality", "saving_level", "quality_level", "cell", "tier",
    "strategy", "strategy_rule", "unplaced_reason", "source_file", "source_sheet", "source_row",
]

[columns.saving_level]
zh = "降本档"
en = "Saving level"
unit = "level"
note = "1 low to 3 high"
[columns.quality_level]
zh = "质量档"
en = "Quality level"
unit = "level"
note = "1 low to 3 high"
"""
FILE = """供应商编号,供应商名称,工厂,降本率,质量得分
S-1,示例一,一厂,6%,85
S-2,示例二,一厂,1%,70
S-3,示例三,二厂,-2%,50
S-4,示例四,二厂,,90
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    copy = copied(tmp_path_factory.mktemp("program"))
    copy.add("subjects/suppliers/__init__.py", "")
    copy.add("subjects/suppliers/subject.py", SUBJECT)
    copy.add("schemas/suppliers.py", SCHEMA)
    for name, text in {"parameters": PARAMETERS, "grids": GRIDS, "metrics": METRICS, "strategy": STRATEGY}.items():
        copy.add(f"pipelines/policy/suppliers/{name}.toml", text)
    copy.add("pipelines/report/suppliers.toml", REPORT)
    copy.append("schemas/results.toml", TABLE)
    return copy


def written(folder: Path, month: str, text: str = FILE) -> str:
    """The file of a month, by its name."""
    (folder / f"供应商_{month}.csv").write_text(text, encoding="utf-8")
    return f"供应商_{month}.csv"


def test_it_is_graded_by_its_own_command(program: Copy, tmp_path: Path) -> None:
    (done,) = program.grade(tmp_path, f"suppliers {written(tmp_path, '2026-10')} --tables t --out s.xlsx")
    assert done.code == 0, done.text
    graded = pl.read_parquet(tmp_path / "t" / "suppliers.parquet").sort("supplier_id")
    assert graded["cell"].to_list() == ["C3Q3", "C2Q2", "C1Q1", None]
    assert graded["strategy"].to_list() == ["keep", "review", "review", "verify"]
    with closing(load_workbook(tmp_path / "s.xlsx", read_only=True)) as workbook:
        assert workbook.sheetnames == ["九宫格", "清单"]
        grid, listed = ([*sheet.iter_rows(values_only=True)] for sheet in workbook)
    assert ("高", 0, 0, 1) in [tuple(value for value in row if value is not None) for row in grid]
    rows = [row[1:5] for row in listed if str(row[1]).startswith("S-")]
    assert rows[0] == ("S-1", "示例一", "甲", "C3Q3 格33")
    assert sorted(row[0] for row in rows) == ["S-1", "S-2", "S-3", "S-4"]


@pytest.mark.thorough
def test_it_is_explained_compared_and_forgotten(program: Copy, tmp_path: Path) -> None:
    september = written(tmp_path, "2026-09", FILE.replace("示例二,一厂,1%,70", "示例二,一厂,1%,90"))
    first, second, explained, history, gone, unknown = program.grade(
        tmp_path,
        f"suppliers {september}",
        f"suppliers {written(tmp_path, '2026-10')} --unit-workbooks plant --tables t",
        "explain suppliers S-1",
        "history",
        "forget suppliers S-2 --yes",
        "explain suppliers S-2",
    )
    assert [done.code for done in (first, second, explained, history, gone)] == [0] * 5, second.text
    moved = pl.read_parquet(tmp_path / "t" / "migration.parquet").filter(subject_id="S-2")
    assert moved.select("from_cell", "to_cell").row(0) == ("C2Q3", "C2Q2")
    assert "C3Q3" in explained.text
    assert "2026-09" in history.text
    assert len(list(tmp_path.rglob("*一厂*.xlsx"))) == 1
    assert unknown.code == 2
