"""What is added as code, all of it in one copy of the program: a relation, a cut method, a study."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from openpyxl import load_workbook

from tests.cli.conftest import customer, write_customers
from tests.extending.content_copy import Said, copied

pytestmark = pytest.mark.thorough
SCHEMA = '''
"""One row a visit to a customer."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from .fields import date, id_, text


class Visits(pa.DataFrameModel):
    """Visits."""

    customer_id: str = id_("客户编号", "Customer id", required=True, example="0001")
    visited_on: pl.Date = date("参访日期", "Visited on", required=True, example="2026-10-08")
    visitor: str = text("参访人", "Visited by", example="示例")

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "参访",
            "en": "Visits",
            "key": ("customer_id", "visited_on"),
            "parent": ("customers", "customer_id"),
        }
'''
METHOD = '''
"""Cuts at thirds of the way from the smallest to the largest figure."""

from __future__ import annotations

import polars as pl

from ninegrid.cut_methods.method import CutMethod


def thirds(values: pl.Series, _: tuple[float, ...]) -> tuple[float | None, float | None]:
    """The two figures that part the range in three; None of no values."""
    low, high = values.min(), values.max()
    return (None, None) if low is None else (low + (high - low) / 3, low + 2 * (high - low) / 3)


METHOD = CutMethod("thirds", cuts="nothing", fit=thirds)
'''
STUDY = '''
"""The largest customers of a branch, as a study."""

from __future__ import annotations

import polars as pl

from ninegrid.model import findings
from ninegrid.model.result_tables import result_table
from ninegrid.model.study import Answer, Asked, Study


def _answer(asked: Asked) -> Answer:
    names = list(result_table("largest").schema())
    rows = asked.stored["customers"].sort("total_income", descending=True).select(names).head(3)
    return Answer({"largest": rows}, findings.empty(), counts={"largest": rows.height})


STUDY = Study(
    name="largest",
    subject="customers",
    relations=(),
    stored=("customers",),
    answer=_answer,
    help={"zh": "列出最大的客户。", "en": "List the largest customers."},
)
'''
TABLE = """
[tables.largest]
subjects = ["largest"]
zh = "最大客户"
en = "Largest customers"
note = "The three customers with the most income."
types = { customer_id = "text", branch = "text", total_income = "number" }
columns = ["customer_id", "branch", "total_income"]
part = "left_out"
"""
SHEETS = """
[[sheets]]
key = "largest"
zh = "最大客户"
en = "Largest customers"
kind = "tables"
[[sheets.tables]]
key = "largest"
zh = "最大客户"
en = "Largest customers"
table = "largest"
columns = ["customer_id", "branch", "total_income"]
"""


class Graded(NamedTuple):
    """Where the extended program was run, and what its commands left."""

    folder: Path
    said: dict[str, Said]


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """A small book graded, and the stored period asked, by a program with the three additions."""
    folder = tmp_path_factory.mktemp("extended")
    program = copied(folder / "program")
    program.add("schemas/visits.py", SCHEMA)
    program.replace("subjects/customers/subject.py", '"contacts"),', '"contacts", "visits"),')
    program.add("cut_methods/thirds.py", METHOD)
    program.replace("schemas/results.toml", "[codes]\n", '[codes]\nthirds = { zh = "三等分", en = "Thirds" }\n')
    program.add("largest/study.py", STUDY)
    program.add("largest/__init__.py", "")
    program.add("pipelines/report/largest.toml", SHEETS)
    program.append("schemas/results.toml", TABLE)
    program.replace("pipelines/policy/customers/grids.toml", 'method = "peer_quantile"', 'method = "thirds"')
    write_customers(folder / "客户_202610.xlsx", [customer(i, 60.0 + 10 * i) for i in range(1, 11)])
    (folder / "参访.csv").write_text(
        "客户编号,参访日期,参访人\n000001,2026-10-08,甲\n000002,昨天,乙\n", encoding="utf-8"
    )
    commands = {
        "grade": "customers 客户_202610.xlsx 参访.csv --max-rejected 50%",
        "form": "template customers --out form.xlsx --lang zh",
        "study": "largest --out largest.xlsx --lang zh",
    }
    return Graded(folder, dict(zip(commands, program.grade(folder, *commands.values()), strict=True)))


def test_every_command_goes_through(extended: Graded) -> None:
    assert not {name: said for name, said in extended.said.items() if said.code}


def test_a_relation_is_read_checked_and_stored(extended: Graded) -> None:
    with duckdb.connect(str(extended.folder / "grade.duckdb"), read_only=True) as database:
        assert database.sql("SELECT customer_id, visitor FROM input.visits").fetchall() == [("000001", "甲")]
        ((cell, value),) = database.sql("SELECT cell, value FROM findings WHERE file = '参访.csv'").fetchall()
        assert (cell, value) == ("L3C2", "昨天")
    with closing(load_workbook(extended.folder / "form.xlsx", read_only=True)) as workbook:
        assert [cell.value for cell in next(workbook["参访"].iter_rows())] == ["客户编号", "参访日期", "参访人"]
    with closing(load_workbook(extended.folder / "客户_202610-graded.xlsx", read_only=True)) as workbook:
        read = {cell for row in workbook["读法"].iter_rows(values_only=True) for cell in row}
    assert {"参访.csv", "参访日期"} <= read


def test_a_cut_method_cuts_an_axis_and_is_called_by_its_label(extended: Graded) -> None:
    with duckdb.connect(str(extended.folder / "grade.duckdb"), read_only=True) as database:
        cuts = "FROM cuts WHERE grid = 'value' AND axis = 'total_income'"
        ((method, low, high),) = database.sql(f"SELECT method, low_cut, high_cut {cuts}").fetchall()
        ((least, most),) = database.sql("SELECT min(total_income), max(total_income) FROM customers").fetchall()
    assert method == "thirds"
    assert (low, high) == pytest.approx((least + (most - least) / 3, least + (most - least) * 2 / 3))
    with closing(load_workbook(extended.folder / "客户_202610-graded.xlsx", read_only=True)) as workbook:
        told = {cell for row in workbook["价值九宫格"].iter_rows(values_only=True) for cell in row}
    assert "三等分" in told


def test_a_study_asks_the_stored_period(extended: Graded) -> None:
    with closing(load_workbook(extended.folder / "largest.xlsx", read_only=True)) as workbook:
        told = [cell for row in workbook["最大客户"].iter_rows(values_only=True) for cell in row]
    assert [id for id in told if id in {f"{n:06d}" for n in range(1, 11)}] == ["000010", "000009", "000008"]
