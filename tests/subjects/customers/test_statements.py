"""Which statements count as years: files in, growth and findings out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.pipeline import grade_files
from ninegrid.result import Result

pytestmark = pytest.mark.usefixtures("graded_alone")
HEADER = "customer_id,total_income,operating_cost,expected_loss,economic_capital,deposit_avg\n"
OCTOBER = Period.parse("2026-10")


def together(
    folder: Path, sheets: Sequence[str], customers: int = 1, period: Period = OCTOBER
) -> tuple[list[dict[str, Any]], Result]:
    """The rows of customers 1, 2 … and the run, of them and the sheets given as CSV text, read in this order."""
    paths = []
    everyone = HEADER + "".join(f"{number},100,10,10,100,30\n" for number in range(1, customers + 1))
    for name, text in enumerate((everyone, *sheets)):
        paths.append(folder / f"{name}.csv")
        paths[-1].write_text(text, encoding="utf-8")
    result = grade_files("customers", paths, Options(period=period, accept="made for the test", max_rejected=1))
    return list(result.tables["customers"].sort("customer_id").iter_rows(named=True)), result


def graded(folder: Path, period: Period = OCTOBER, **sheets: str) -> tuple[dict[str, Any], Result]:
    """The row of a single customer and the run."""
    (row,), result = together(folder, list(sheets.values()), period=period)
    return row, result


def reasons(result: Result) -> dict[str, list[str]]:
    found = result.tables["findings"]
    return {code: found.filter(pl.col("reason") == code)["value"].to_list() for code in ("INTERIM", "FUTURE_YEAR")}


@pytest.fixture(scope="module")
def three(graded_alone: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], Result]:
    """Three customers: with a blank last revenue and a blank income; with half of a year beside the whole; with years
    that end in autumn.
    """
    years = "客户号,年度,营业收入,净利润\n1,2022,150,15\n1,2023,100,10\n1,2024,110,11\n1,2025,,12\n"
    income = "customer_id,fiscal_year,total_income\n1,2023,100\n1,2024,110\n1,2025,121\n1,2026,\n"
    days = (
        "客户号,报表日期,营业收入,净利润\n2,2024-12-31,100,10\n2,2025-12-31,120,12\n2,2025-06-30,60,6\n"
        "3,2024-09-28,100,10\n3,2025-10-03,110,11\n"
    )
    return together(tmp_path_factory.mktemp("three"), [years, income, days], customers=3)


def test_a_blank_figure_of_the_last_year_leaves_the_other(three: tuple[list[dict[str, Any]], Result]) -> None:
    row = three[0][0]
    assert row["customer_growth"] == pytest.approx((0.1 + 1.2**0.5 - 1) / 2)
    assert row["statement_year"] == 2025


def test_a_blank_year_of_our_income_is_no_year_and_no_row_is_refused(
    three: tuple[list[dict[str, Any]], Result],
) -> None:
    (row, *_), result = three
    assert (row["bank_growth"], row["bank_growth_status"]) == (pytest.approx(0.1), "OK")
    assert result.inputs.counts["income_history"].rejected == 0


def test_half_a_year_does_not_collide_with_the_year(three: tuple[list[dict[str, Any]], Result]) -> None:
    (_, row, _), result = three
    assert row["customer_growth"] == pytest.approx(0.2)
    assert "DUPLICATE_KEY" not in result.tables["findings"]["reason"]


def test_a_company_whose_years_end_in_another_month_has_years(three: tuple[list[dict[str, Any]], Result]) -> None:
    (*_, row), result = three
    assert row["customer_growth"] == pytest.approx(0.1)
    assert result.tables["findings"].filter(reason="INTERIM", subject_id="3").is_empty()


HALF_A_YEAR = (
    "客户号,年度,营业收入,净利润,货币资金,报表月数\n1,2023,100,10,5,12\n1,2024,110,11,5,12\n1,2025,60,6,60,6\n",
    "客户号,报表日期,营业收入,净利润,货币资金\n2,2023-12-31,100,10,5\n2,2024-12-31,110,11,5\n2,2025-06-30,60,6,60\n",
    "客户号,年度,报表日期,营业收入,净利润,货币资金\n"
    "3,2023,2023-12-31,100,10,5\n3,2024,2024-12-31,110,11,5\n3,2025,2025-06-30,60,6,60\n",
)
"""The same years and half a year in three forms, each of a customer of its own."""


def test_half_a_year_is_no_year_but_its_cash_is_the_newest(tmp_path: Path) -> None:
    rows, result = together(tmp_path, HALF_A_YEAR, customers=3)
    for row in rows:
        assert (row["customer_growth"], row["statement_year"]) == (pytest.approx(0.1), 2024)
        assert row["wallet_share"] == 0.5
        assert row["customer_growth_status"] == "STALE"
    assert reasons(result)["INTERIM"] == ["6"] * 3


def test_a_year_after_the_period_is_refused(tmp_path: Path) -> None:
    statements = "客户号,年度,营业收入,净利润\n1,2024,100,10\n1,2025,110,11\n1,2062,1,1\n"
    income = "客户号,年度,总收入\n1,2024,100\n1,2025,105\n1,2027,1\n"
    row, result = graded(tmp_path, s=statements, h=income)
    assert (row["customer_growth"], row["bank_growth"]) == (pytest.approx(0.1), pytest.approx(0.05))
    assert sorted(reasons(result)["FUTURE_YEAR"]) == ["2027", "2062"]


def test_the_running_year_is_brought_to_a_year_and_flagged(tmp_path: Path) -> None:
    income = "客户号,年度,总收入\n1,2024,10\n1,2025,11\n1,2026,9.5\n"
    row, _ = graded(tmp_path, h=income)
    assert row["bank_growth"] == pytest.approx((9.5 * 12 / 10 / 10) ** 0.5 - 1)
    assert row["bank_growth_status"] == "RUNNING_YEAR"
    over, _ = graded(tmp_path, Period.parse("2026-12"), h=income)
    assert (over["bank_growth"], over["bank_growth_status"]) == (pytest.approx(0.95**0.5 - 1), "OK")


MIXED = "客户号,年度,是否合并,营业收入,净利润\n"


CASES = (
    ("1,2023,否,50,1\n1,2024,是,100,10\n1,2025,是,110,11\n", 0.1, "MIXED_BASIS"),
    ("2,2023,否,100,10\n2,2024,否,105,10.5\n2,2025,是,900,90\n", 0.05, "MIXED_BASIS;STALE"),
    ("3,2024,否,50,1\n3,2024,是,100,10\n3,2025,是,110,11\n", 0.1, "OK"),
    ("4,2024,否,50,1\n4,2025,是,110,11\n", None, "MIXED_BASIS;TOO_FEW_YEARS"),
    ("5,2024,,100,10\n5,2025,是,110,11\n", 0.1, "OK"),
)
"""Of each customer the rows, the growth and its status."""


def test_years_are_compared_on_one_basis(tmp_path: Path) -> None:
    rows, _ = together(tmp_path, [MIXED + "".join(text for text, _, _ in CASES)], customers=len(CASES))
    for row, (_, growth, status) in zip(rows, CASES, strict=True):
        assert row["customer_growth"] == (growth if growth is None else pytest.approx(growth)), row["customer_id"]
        assert ";".join(sorted(row["customer_growth_status"].split(";"))) == status, row["customer_id"]


def test_income_and_balance_sheets_are_one_statement(tmp_path: Path) -> None:
    """Of the first customer the income comes first, of the other the balance."""
    income = "客户号,报表日期,营业收入,净利润\n{0},2024-12-31,100,10\n{0},2025-12-31,110,11\n"
    balance = "客户号,报表日期,货币资金,有息负债\n{0},2024-12-31,1,1\n{0},2025-12-31,60,40\n{0},2026-06-30,120,40\n"
    sheets = [income.format(1), balance.format(1), balance.format(2), income.format(2)]
    rows, _ = together(tmp_path, sheets, customers=2)
    assert [row["customer_growth"] for row in rows] == pytest.approx([0.1, 0.1])
    assert [row["wallet_share"] for row in rows] == [0.25, 0.25]
