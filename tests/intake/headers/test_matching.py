"""What header cells say."""

from __future__ import annotations

import pytest

from ninegrid import resources
from ninegrid.intake.headers.heading import Heading, key
from ninegrid.intake.headers.matching import Vocabulary
from ninegrid.intake.values.units import unit_line, unit_of

CUSTOMERS = Vocabulary(resources.relation("customers"), {})
STATEMENTS = Vocabulary(resources.relation("statements"), {})
INCOME = Vocabulary(resources.relation("income_history"), {})


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("客户号", "customer_id"),
        (" 客户 编号*", "customer_id"),
        ("客户ＩＤ", "customer_id"),
        ("CUST_NO", "customer_id"),
        ("Customer-ID", "customer_id"),
        ("customer_id", "customer_id"),
        ("客户号(必填)", "customer_id"),
        ("总收入（万元）", "total_income"),
        ("总收入\n(万元)", "total_income"),
        ("总收入万元", "total_income"),
        ("Total income (RMB million)", "total_income"),
        ("Total income in millions", "total_income"),
        ("RAROC(%)", "raroc"),
        ("有效期限(年)", "maturity"),
        ("电话", None),
        ("净利润（扣非）", None),
    ],
)
def test_headers_are_recognised(header: str, column: str | None) -> None:
    match = CUSTOMERS.listed(Heading.read(header))
    assert (match.column.name if match else None) == column


@pytest.mark.parametrize(
    ("header", "exponent"),
    [
        ("货币资金(元)", 0),
        ("营业收入（亿元）", 8),
        ("营业收入[千元]", 3),
        ("Revenue (RMB'000)", 3),
        ("Cash, in millions", 6),
        ("净利润（万元，人民币）", 4),
        ("资产总计:百万元", 6),
    ],
)
def test_units_in_headers(header: str, exponent: int) -> None:
    match = STATEMENTS.listed(Heading.read(header))
    assert match is not None
    assert match.unit is not None
    assert match.unit.exponent == exponent


@pytest.mark.parametrize(
    ("header", "column", "year"),
    [
        ("营业收入_2024", "operating_revenue", 2024),
        ("2024年营业收入(万元)", "operating_revenue", 2024),
        ("营业收入2023", "operating_revenue", 2023),
        ("2024 revenue", "operating_revenue", 2024),
        ("FY2024 Net profit", "net_profit", 2024),
        ("净利润（2024年）", "net_profit", 2024),
        ("净利润（2024年度，万元）", "net_profit", 2024),
        ("2024年末货币资金", "cash", 2024),
    ],
)
def test_year_columns(header: str, column: str, year: int) -> None:
    match = STATEMENTS.of_a_year(Heading.read(header))
    assert match is not None
    assert (match.column.name, match.year) == (column, year)


def test_a_mapped_header_goes_before_all_others() -> None:
    mapped = Vocabulary(resources.relation("customers"), {"总收入": "fee_income", "Kd.Nr.": "customer_id"})
    assert mapped.listed(Heading.read("总收入(万元)")).column.name == "fee_income"  # type: ignore[union-attr]
    assert mapped.listed(Heading.read("kdnr")).rank == -1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("line", "exponent"),
    [
        ("单位：万元", 4),
        ("金额单位：人民币万元", 4),
        ("（单位:亿元）", 8),
        ("单位：户、万元", 4),
        ("Unit: RMB 10,000", 4),
        ("Unit: RMB'000", 3),
        ("Amounts in millions", 6),
        ("对公客户清单(单位：千元)  2026年10月", 3),
        ("单位（万元）", 4),
        ("币种：折人民币（万元）", 4),
        ("本表金额以万元计", 4),
        ("除特别注明外，金额单位均为人民币千元", 3),
        ("均以人民币千元列示", 3),
        ("单位系万元", 4),
        ("人民币：万元", 4),
        ("金额：万元", 4),
        ("数据日期：2026-10-31 万元", 4),
        ("USD mn unless stated", 6),
        ("RMB Million, unless otherwise stated", 6),
        ("(RMB in millions)", 6),
        ("Amounts in thousands of yuan", 3),
        ("Figures are in CNY millions", 6),
        ("Expressed in millions of US dollars", 6),
    ],
)
def test_unit_lines(line: str, exponent: int) -> None:
    unit = unit_line(["对公客户清单", line])
    assert unit is not None
    assert unit.exponent == exponent


def test_a_line_about_something_else_has_no_unit() -> None:
    assert unit_line(["编制单位：某某银行", "对公客户清单"]) is None
    for title in (
        "总收入超过1000万元客户清单",
        "收入超过 500 万元 的客户",
        "美元贷款客户清单",
        "clients above 10 million",
    ):
        assert unit_line([title]) is None


@pytest.mark.parametrize(
    ("lines", "exponent", "currency"),
    [
        (["币种：人民币", "单位：万元"], 4, "CNY"),
        (["Currency: USD; unit: million"], 6, "USD"),
        (["币种：美元"], 0, "USD"),
        (["单位：万美元"], 4, "USD"),
        (["All figures in HK$ million"], 6, "HKD"),
        (["RMB'000"], 3, "CNY"),
    ],
)
def test_lines_name_a_currency_too(lines: list[str], exponent: int, currency: str) -> None:
    unit = unit_line(lines)
    assert unit is not None
    assert (unit.exponent, unit.currency) == (exponent, currency)


def test_foreign_currencies_are_known_as_such() -> None:
    unit = unit_of("百万美元", "money")
    assert unit is not None
    assert (unit.exponent, unit.foreign) == (6, True)


@pytest.mark.parametrize("header", ["总收入", "总收入（万元）", "2024年总收入(万元)", "总收入_2024", "FY2024 总收入"])
def test_the_forms_of_a_header_hold_the_name_of_its_column(header: str) -> None:
    assert key("总收入") in Heading.read(header).forms


@pytest.mark.parametrize(
    ("header", "year"), [("2025年总收入", 2025), ("2025年1-12月总收入", 2025), ("2025年1-10月总收入", None)]
)
def test_some_months_of_a_year_are_no_year_of_a_history(header: str, year: int | None) -> None:
    match = INCOME.of_a_year(Heading.read(header))
    assert (match.year if match else None) == year


@pytest.mark.parametrize(
    ("header", "text", "exponent"),
    [
        ("Avg Deposits CHF k", "Avg Deposits", 3),
        ("NII AED mn", "NII", 6),
        ("Fees SAR m", "Fees", 6),
        ("Count k", None, None),
    ],
)
def test_a_unit_with_its_currency_at_the_end_of_a_header(header: str, text: str | None, exponent: int | None) -> None:
    heading = Heading.read(header)
    assert (heading.base if heading.unit else None) == text
    unit = unit_of(heading.unit, "money") if heading.unit else None
    assert (unit.exponent if unit else None) == exponent
