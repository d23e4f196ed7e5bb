"""A relationship manager is the number where it is given, else branch and name: namesakes are two in every table."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from ninegrid.pipeline import grade_files
from ninegrid.report.book import write_workbook
from ninegrid.report.division import members
from ninegrid.report.masking import masks
from ninegrid.result import Result

from .few_sheets import built, only

NORTH, SOUTH = "北京分行", "上海分行"
# Who looks after the customers: four called 王伟, two of them in one branch and told apart by number alone.
MANAGERS = (
    ("王伟", "", NORTH), ("王伟", "", SOUTH), ("王伟", "E7", NORTH), ("王伟", "E8", NORTH), ("李娜", "", NORTH),
    ("", "", NORTH),
)  # fmt: skip
KEYS = (f"{NORTH} · 王伟", f"{SOUTH} · 王伟", "E7", "E8", f"{NORTH} · 李娜")
N = 120
EACH = N // len(MANAGERS)
HEADERS = "客户号,客户名称,分行,行业,规模,客户经理,客户经理工号,总收入,营业费用,预期损失,经济资本,手续费收入,存款日均"


def _book(folder: Path) -> Path:
    lines = []
    for i in range(N):
        name, number, branch = MANAGERS[i % len(MANAGERS)]
        income, cost = 1_000_000 + 17_000 * i, 2_500_000 if i < 6 else 300_000  # the first of each makes a loss
        figures = f"{income},{cost},1000,{income // 2 + i},{900 * i},5000000"
        lines.append(f"{i:03d},客户{i},{branch},制造业,中型,{name},{number},{figures}")
    targets = [
        ("客户经理", "王伟", "", 5),
        ("客户经理", "E7", "", 7),
        ("客户经理", "王伟", SOUTH, 8),
        ("客户经理", "李娜", "", 9),
    ]
    book = openpyxl.Workbook()
    page, aims = book.active, book.create_sheet("目标")
    for line in (HEADERS, *lines):
        page.append([int(t) if t.isdigit() and len(t) > 3 else t for t in line.split(",")])
    for row in (("层级", "名称", "所属分行", "目标（元）"), *targets):
        aims.append(row)
    path = folder / "客户_2026-10.xlsx"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return grade_files("customers", [_book(tmp_path_factory.mktemp("bank"))])


def _income(at: int) -> float:
    return float(sum(1_000_000 + 17_000 * i for i in range(at, N, len(MANAGERS))))


def test_the_view_has_a_row_each(bank: Result) -> None:
    rows = bank.tables["views"].filter(view="relationship_manager").select("key1", "key2", "n", "total_income").rows()
    assert sorted(rows, key=str) == sorted(
        (
            ("王伟", NORTH, EACH, _income(0)), ("王伟", SOUTH, EACH, _income(1)), ("王伟", "E7", EACH, _income(2)),
            ("王伟", "E8", EACH, _income(3)), ("李娜", NORTH, EACH, _income(4)), (None, NORTH, EACH, _income(5)),
        ),
        key=str,
    )  # fmt: skip


def test_actuals_and_targets_are_those_of_one(bank: Result) -> None:
    own = bank.tables["opportunity"].filter(scope="relationship_manager", metric="total_income")
    told = {row["scope_value"]: (row["actual"], row["target"], row["status"]) for row in own.iter_rows(named=True)}
    assert told == {
        KEYS[0]: (_income(0), None, "NO_TARGET"), KEYS[1]: (_income(1), 8.0, "MET"), "E7": (_income(2), 7.0, "MET"),
        "E8": (_income(3), None, "NO_TARGET"), KEYS[4]: (_income(4), 9.0, "MET"), "王伟": (None, 5.0, "AMBIGUOUS"),
    }  # fmt: skip
    names = own.drop_nulls("relationship_manager").select("relationship_manager", "branch").rows()
    assert sorted(names) == sorted((name, branch) for name, _, branch in MANAGERS if name)


def test_a_target_by_a_name_that_several_have_is_a_finding_at_its_cell(bank: Result) -> None:
    (found,) = bank.tables["findings"].filter(reason="AMBIGUOUS").rows(named=True)
    assert (found["sheet"], found["cell"], found["value"], found["kind"]) == ("目标", "B2", "王伟", "warning")
    assert all(key in found["message"] for key in KEYS[:4])


def test_warnings_and_leads_are_owned_by_one(bank: Result) -> None:
    warned = bank.tables["warnings"]
    assert dict(warned.select("subject_id", "owner").rows()) == {f"{i:03d}": key for i, key in enumerate((*KEYS, None))}
    leads = bank.tables["leads"]
    numbers = leads.join(bank.tables["customers"], left_on="subject_id", right_on="customer_id")
    assert numbers.height
    assert numbers["relationship_manager_id"].equals(numbers["relationship_manager_id_right"])


def test_each_has_a_workbook(bank: Result) -> None:
    labels = {unit.label for unit in members(bank, "relationship_manager")}
    assert labels == {"王伟-E7", "王伟-E8", f"王伟-{NORTH}", f"王伟-{SOUTH}", "李娜"}


def test_masked_they_are_still_two_and_nobody_is_named(bank: Result) -> None:
    masked = masks(bank).result(bank).tables
    for name, column, where in (
        ("warnings", "owner", pl.lit(True)),
        ("opportunity", "scope_value", pl.col("scope") == "relationship_manager"),
        ("views", "key1", pl.lit(True)),
    ):
        was, is_ = (tables[name].filter(where)[column].cast(pl.String) for tables in (bank.tables, masked))
        assert is_.n_unique() == was.n_unique(), name
        assert not is_.str.contains("王伟|李娜").any(), name
        assert is_.str.contains("客户经理·").any(), name


def test_the_workbook_names_each_apart(bank: Result) -> None:
    book = built(bank, "tables", "warnings", "views", "gains")
    texts = {
        sheet: {str(cell.value) for row in book[sheet].iter_rows() for cell in row if cell.value is not None}
        for sheet in ("业绩与机会", "视图", "提升空间")
    }
    both = {KEYS[0], KEYS[1]}
    assert both | {"王伟 (E7)", "王伟 (E8)"} <= texts["业绩与机会"]
    assert {f"王伟 · {NORTH}", f"王伟 · {SOUTH}", "王伟 · E7", "王伟 · E8"} <= texts["视图"]
    assert both | {"王伟 (E7)", "王伟 (E8)"} <= texts["提升空间"]
    assert "王伟" not in texts["视图"] | texts["提升空间"]


def test_targets_stand_in_the_unit_of_what_is_held_against_them(bank: Result) -> None:
    rows = list(built(bank, "tables")["业绩与机会"].iter_rows(values_only=True))
    at = next(at for at, row in enumerate(rows) if "客户经理" in row and "指标" in row)
    assert [row[1] for row in rows if "指标" in row] == ["分行", "客户经理"]
    columns = {str(name).partition("（")[0]: place for place, name in enumerate(rows[at])}
    actual, target, gap = (columns[name] for name in ("实际值", "目标", "业绩差距"))
    assert len({str(rows[at][place]).partition("（")[2] for place in (actual, target, gap)} - {""}) == 1
    told = [row for row in rows[at + 1 :] if isinstance(row[gap], float)]
    assert len(told) == 3
    for row in told:
        assert row[gap] == pytest.approx(row[target] - row[actual])


def test_the_list_of_warnings_names_each_apart(bank: Result, tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    with only("warnings"):
        write_workbook(bank, path)
    texts = {str(cell.value) for row in openpyxl.load_workbook(path)["预警"].iter_rows() for cell in row}
    assert {KEYS[0], KEYS[1], "王伟 (E7)", "王伟 (E8)"} <= texts
    assert "王伟" not in texts
