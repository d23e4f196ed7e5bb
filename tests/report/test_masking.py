"""Masking: planted names, phones and identity numbers are in none of the outputs, and the same one is masked alike."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ninegrid.options import Options
from ninegrid.pipeline import check_files, grade_files
from ninegrid.report import write_workbook
from ninegrid.report.masking import Masks, masks
from ninegrid.result import Result
from tests import small_bank
from tests.cli.conftest import Grade, grade
from tests.few_sheets import only

__all__ = ["grade"]  # a fixture

PHONE, SPACED_PHONE, LANDLINE = "13812345678", "139-8765-4321", "010-88886666"
IDENTITY, OLD_IDENTITY, CREDIT_CODE = "11010519491231002X", "110105491231002", "91310000MA1FL5XX2K"
COMPANY, GROUP, MANAGER, SOMEBODY = "晨曦精密制造有限公司", "晨曦控股集团", "欧阳修文", "诸葛不亮"
NUMBERS = (PHONE, SPACED_PHONE, LANDLINE, IDENTITY, OLD_IDENTITY, CREDIT_CODE)
PLANTED = (*NUMBERS, SPACED_PHONE.replace("-", ""), COMPANY, GROUP, MANAGER, SOMEBODY)
BRANCH = small_bank.EAST


def _bank(folder: Path) -> Path:
    """A small bank with planted names and numbers: as names, as ids, and where a figure should be."""
    rows = small_bank.customers()
    east = [row for row in rows if row[2] == BRANCH]
    for row, key in zip(east, (PHONE, IDENTITY, OLD_IDENTITY, CREDIT_CODE), strict=False):
        row[0] = key
    for row in east[:8]:
        row[1], row[6] = f"{COMPANY}{row[0][-3:]}", MANAGER
    east[0][1], east[0][7], east[0][8] = COMPANY, "G9", GROUP
    east[4][9] = f"{SOMEBODY} {SPACED_PHONE}"
    east[5][10] = LANDLINE
    east[6][11] = f"{COMPANY}已付"
    east[7][5] = f"{MANAGER}负责"
    rows += [list(east[1]), [f"制表人：{SOMEBODY} {PHONE}", *[""] * (len(east[0]) - 1)]]
    rows[-2][9] = 12345.0  # the same identity number with another income: both are refused
    return small_bank.write(folder / "客户_202610.csv", rows)


def _parts(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            yield name
            yield package.read(name).decode("utf-8", errors="ignore")


def _found(texts: Iterator[str] | list[str]) -> set[str]:
    whole = "\n".join(texts)
    return {planted for planted in PLANTED if planted in whole}


@pytest.mark.thorough
def test_nothing_planted_is_in_any_output_and_all_of_it_in_the_database(
    tmp_path: Path, grade: Grade, capfd: pytest.CaptureFixture[str]
) -> None:
    export = _bank(tmp_path)
    words = ("--db", "kept.duckdb", "--out", "out.xlsx", "--tables", "tables", "--tables-format", "csv")
    each = ("--each", "parts/{unit}.xlsx", "--max-rejected", "50%", "--json")
    assert grade("customers", export, *words, *each, "--mask") == 0
    told = capfd.readouterr()
    books = [Path("out.xlsx"), *Path("parts").glob("*.xlsx")]
    assert len(books) > 2
    assert _found([told.out, told.err]) == set()
    for book in books:
        assert _found(_parts(book)) == set(), book
    for table in Path("tables").glob("*.csv"):
        assert _found([table.read_text("utf-8")]) == set(), table
    assert json.loads(told.out)["exit_code"] == 0
    with duckdb.connect("kept.duckdb", read_only=True) as kept:
        names = {name for (name,) in kept.execute("SELECT customer_name FROM customers").fetchall()}
    assert COMPANY in names


@pytest.mark.thorough
def test_without_it_the_planted_are_there(bank: Result, tmp_path: Path) -> None:
    write_workbook(bank, tmp_path / "out.xlsx")
    assert _found(_parts(tmp_path / "out.xlsx")) == set(PLANTED) - {SPACED_PHONE.replace("-", "")}


@pytest.mark.thorough
@pytest.mark.long
def test_who_is_gone_is_named_and_masked(tmp_path: Path, grade: Grade) -> None:
    words = ("--db", "kept.duckdb", "--tables", "tables", "--tables-format", "csv", "--max-rejected", "50%", "--quiet")
    assert grade("customers", _bank(tmp_path), *words, "--period", "2026-09", "--out", "one.xlsx") == 0
    rest = small_bank.write(tmp_path / "later.csv", [row for row in small_bank.customers() if row[2] != BRANCH])
    for more, planted in (((), {COMPANY, MANAGER}), (("--mask",), set())):
        gone = ("--accept-break", "一家分行已撤销")
        assert grade("customers", rest, *words, "--period", "2026-10", "--out", "two.xlsx", *gone, *more) == 0
        for texts in ((Path("tables") / "departures.csv").read_text("utf-8"), "\n".join(_parts(Path("two.xlsx")))):
            assert _found([texts]) & {COMPANY, MANAGER} == planted
            assert ("客户·" in texts) == (not planted)


def test_the_report_of_too_many_rejected_rows_is_masked(tmp_path: Path, grade: Grade) -> None:
    assert grade("customers", _bank(tmp_path), "--out", "out.xlsx", "--max-rejected", "1%", "--mask") == 4
    assert _found(_parts(Path("out-data-quality.xlsx"))) == set()


def test_a_check_is_masked_in_report_tables_and_on_the_terminal(
    tmp_path: Path, grade: Grade, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ("--out", "report.xlsx", "--tables", "tables", "--tables-format", "csv", "--max-rejected", "50%", "--json")
    assert grade("check", "customers", _bank(tmp_path), *words, "--mask") == 0
    told = capfd.readouterr()
    assert "UNREADABLE" in told.err
    assert _found([told.out, told.err, (Path("tables") / "findings.csv").read_text("utf-8")]) == set()
    assert _found(_parts(Path("report.xlsx"))) == set()


def test_a_portrait_is_masked_and_its_file_is_not_called_after_the_customer(tmp_path: Path, grade: Grade) -> None:
    export = _bank(tmp_path)
    with only():
        assert grade("customers", export, "--db", "kept.duckdb", "--out", "out.xlsx", "--max-rejected", "50%") == 0
    assert grade("portrait", "customers", OLD_IDENTITY, "--db", "kept.duckdb") == 0
    assert OLD_IDENTITY in _found(_parts(Path(f"{OLD_IDENTITY}-portrait.xlsx")))
    assert grade("portrait", "customers", OLD_IDENTITY, "--db", "kept.duckdb", "--mask") == 0
    (masked,) = set(Path().glob("*-portrait.xlsx")) - {Path(f"{OLD_IDENTITY}-portrait.xlsx")}
    assert masked.name.startswith("ID·")
    assert _found(_parts(masked)) == set()
    assert "客户·" in "\n".join(_parts(masked))


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A small bank as it is."""
    return grade_files("customers", [_bank(tmp_path_factory.mktemp("bank"))], Options(max_rejected=0.5))


@pytest.fixture(scope="module")
def masked(bank: Result) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """The tables of a small bank as they are, and masked."""
    return dict(bank.tables), dict(masks(bank).result(bank).tables)


def test_the_same_name_is_masked_alike_everywhere(masked: tuple[dict[str, pl.DataFrame], ...]) -> None:
    before, after = masked
    for column in ("customer_name", "relationship_manager", "group_name", "customer_id"):
        pairs = pl.DataFrame({"was": before["customers"][column], "is": after["customers"][column]}).unique()
        assert pairs["was"].n_unique() == pairs["is"].n_unique() == pairs.height, column
    codes = dict(zip(before["customers"]["group_name"], after["customers"]["group_name"], strict=True))
    assert set(after["groups"]["group_name"].drop_nulls()) <= set(codes.values())
    manager = dict(
        zip(before["customers"]["relationship_manager"], after["customers"]["relationship_manager"], strict=True)
    )
    views = after["views"].filter(pl.col("view") == "relationship_manager")["key1"]
    assert set(views) == set(manager.values())


def test_names_become_codes_and_plain_ids_stay(masked: tuple[dict[str, pl.DataFrame], ...]) -> None:
    before, after = masked
    assert after["customers"]["customer_name"].str.contains("^客户·[0-9A-F]{6}$").all()
    assert after["customers"]["relationship_manager"].str.contains("^客户经理·[0-9A-F]{6}$").all()
    plain = ~before["customers"]["customer_id"].is_in([PHONE, OLD_IDENTITY, CREDIT_CODE])
    assert after["customers"]["customer_id"].filter(plain).equals(before["customers"]["customer_id"].filter(plain))
    assert after["customers"]["customer_id"].filter(~plain).str.contains("^ID·").all()


def test_figures_codes_and_places_are_as_they_were(masked: tuple[dict[str, pl.DataFrame], ...]) -> None:
    before, after = masked
    assert before.keys() == after.keys()
    for name, frame in before.items():
        kept = [c for c, kind in frame.schema.items() if kind != pl.String]
        assert after[name].select(kept).equals(frame.select(kept)), name
        assert after[name].schema == frame.schema
    for column in ("branch", "industry", "scale", "tier", "value_cell", "group_id"):
        assert after["customers"][column].equals(before["customers"][column]), column
    for column in ("file", "sheet", "cell", "kind", "reason"):
        assert after["findings"][column].equals(before["findings"][column]), column


def test_two_runs_mask_differently(bank: Result) -> None:
    one, other = (masks(bank).whole[COMPANY] for _ in range(2))
    assert one != other


def test_findings_quote_figures_and_nothing_that_could_be_a_name(tmp_path: Path) -> None:
    result = check_files("customers", [_bank(tmp_path)], Options())
    found = masks(result).result(result).tables["findings"]
    by_column = {row["column"]: row for row in found.iter_rows(named=True) if row["reason"].startswith("UNREADABLE")}
    assert by_column["total_income"]["value"] is None
    assert by_column["total_income"]["message"] == "原值不予显示。"
    assert by_column["operating_cost"]["value"] == "010-****6666"
    assert "010-****6666" in by_column["operating_cost"]["message"]


EMPTY = Masks({}, {}, frozenset(), frozenset(), frozenset(), frozenset())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13812345678。", "电话138****5678。"),
        ("138 1234 5678", "138****5678"),
        ("+86-138-1234-5678", "+86-138****5678"),
        ("8613812345678", "86138****5678"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("13812345678,13912345678;15012345678", "138****5678,139****5678;150****5678"),
        ("tel:021-5888 1234", "tel:021-****1234"),
        ("(021)58881234", "(021)****1234"),
        ("身份证11010519491231002X", "身份证110105***********X"),
        ("110105 19491231 0021", "110105***********1"),
        ("110105491231002", "110105********2"),
        ("91310000MA1FL5XX2K", "913100********XX2K"),
    ],
)
def test_numbers_lose_their_middle(text: str, shown: str) -> None:
    assert EMPTY._texts([text]) == (shown,)


@pytest.mark.parametrize(
    "text",
    ["0200000002", "2026-10-31", "12345678901234567890", "0.13812345678", "23812345678", "F23, F55", "1,381,234.56"],
)
def test_other_numbers_stay(text: str) -> None:
    assert EMPTY._texts([text]) == (text,)


def test_of_names_within_each_other_the_longest_is_masked() -> None:
    known = Masks({"甲乙": "客户·A", "甲乙丙丁": "客户·B"}, {}, frozenset(), frozenset(), frozenset(), frozenset())
    assert known._texts(["甲乙丙丁和甲乙", "甲"]) == ("客户·B和客户·A", "甲")


def test_employees_are_masked(tmp_path: Path, grade: Grade) -> None:
    rows = [["员工号", "姓名", "部门", "绩效", "潜力", "关键岗位"]]
    rows += [[f"E{i:03d}", f"{SOMEBODY}{i}", "公司部", "高", "中", ""] for i in range(9)]
    rows.append(["E100", MANAGER, "公司部", "高", f"{SOMEBODY}0", f"接替{SOMEBODY}1 {PHONE}"])
    path = tmp_path / "人才_2026Q3.csv"
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    words = ("--out", "out.xlsx", "--tables", "tables", "--tables-format", "csv", "--max-rejected", "50%", "--mask")
    assert grade("talent", path, *words, "--db", ":memory:") == 0
    assert _found(_parts(Path("out.xlsx"))) == set()
    for table in Path("tables").glob("*.csv"):
        assert _found([table.read_text("utf-8")]) == set(), table
    listed = (Path("tables") / "employees.csv").read_text("utf-8")
    assert len(set(re.findall("员工·[0-9A-F]{6}", listed))) >= 9


def test_a_name_that_stands_only_among_targets_is_masked(tmp_path: Path) -> None:
    targets = tmp_path / "目标.csv"
    lines = [
        "层级,名称,指标,目标",
        f"客户经理,{SOMEBODY},总收入,1000",
        f"客户,{COMPANY},总收入,1000",
        f"分行,{BRANCH},总收入,1000",
    ]
    targets.write_text("\n".join(lines), encoding="utf-8")
    bank = small_bank.write(tmp_path / "客户_202610.csv", small_bank.customers())
    graded = grade_files("customers", [bank, targets], Options())
    shown = masks(graded).result(graded).tables["opportunity"]["scope_value"].drop_nulls().to_list()
    assert not {SOMEBODY, COMPANY} & set(shown)
    assert BRANCH in shown
