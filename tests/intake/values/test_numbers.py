"""How numbers are read, case by case, and against plain decimal arithmetic."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.intake.values.cells import Cells, Parsed
from ninegrid.intake.values.numbers import parse_numbers, scaled
from ninegrid.model.relations import Kind


def read(*texts: str | None, kind: Kind = "money", exponent: int = 0, text_file: bool = False) -> Parsed:
    return parse_numbers(Cells(pl.Series(texts, dtype=pl.String)), kind, exponent, text_file=text_file)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", 1234.5),
        ("1,234.50", 1234.5),
        ("12,34,567.50", 1234567.5),  # grouped by lakh and crore, as in India
        ("1’234’567", 1234567),  # as in Switzerland
        ("1,2345,6789", 123456789),  # grouped by 万, as Chinese people count
        ("1 234 567", 1234567),
        ("1\u00a0234", 1234),
        ("１２３４．５", 1234.5),
        ("¥1,234", 1234),
        ("￥ 1,234.00元", 1234),
        ("人民币12元", 12),
        ("RMB 12", 12),
        ("$5", 5),
        ("(1,234)", -1234),
        ("（1,234）", -1234),
        ("(1,234)万元", -12_340_000),
        ("1,234-", -1234),
        ("−5", -5),
        ("－５", -5),
        ("- 5", -5),
        ("+5", 5),
        ("¥-5", -5),
        ("1.2亿", 120_000_000),
        ("350万", 3_500_000),
        ("350 万元", 3_500_000),
        ("2千万", 20_000_000),
        ("3.5百万元", 3_500_000),
        ("1.5m", 1_500_000),
        ("2bn", 2_000_000_000),
        ("1.5E+3", 1500),
        ("1e-2", 0.01),
        (".5", 0.5),
        ("5.", 5),
    ],
)
def test_amounts(text: str, value: float) -> None:
    assert read(text).values.to_list() == [value]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "　",
        "-",
        "--",
        "—",
        "——",
        "/",
        "\\",
        "N/A",
        "n/a",
        "NA",
        "无",
        "null",
        "None",
        "空",
        "暂无",
        "(null)",
        "<NULL>",
        "[NULL]",
        "{null}",
        "（空白）",
        "\\N",
        "&nbsp;",
        "NaT",
        "-nan",
        "undefined",
    ],
)
def test_placeholders_are_missing_and_no_finding(text: str) -> None:
    parsed = read(text)
    assert parsed.values.to_list() == [None]
    assert parsed.problems.is_empty()


@pytest.mark.parametrize("text", ["#N/A", "#n/a"])
def test_a_lookup_without_a_result_is_missing_and_said(text: str) -> None:
    parsed = read(text)
    assert parsed.values.to_list() == [None]
    assert parsed.problems["reason"].to_list() == ["LOOKUP_EMPTY"]


@pytest.mark.parametrize(
    "text",
    [
        "1,23,4",
        "12,34.5",
        "1.2.3",
        "12 34",
        "abc",
        "TRUE",
        "inf",
        "1e999",
        "2026-10-31",
        "(-5)",
        "-5-",
        "(5",
        "5)",
        "½",
        "5²",
        "12%",
        "12个",
        "5万万x",
        "--5",
        "1/2",
        "0x10",
        "1_000",
    ],
)
def test_what_can_not_be_read_for_sure_is_refused(text: str) -> None:
    parsed = read(text)
    assert parsed.values.to_list() == [None]
    assert parsed.problems.select("at", "value", "reason").rows() == [(0, text, "UNREADABLE_NUMBER")]


def test_error_cells_are_refused_by_name() -> None:
    parsed = read("#DIV/0!", "#REF!", "1")
    assert parsed.values.to_list() == [None, None, 1.0]
    assert parsed.problems.select("value", "reason").rows() == [("#DIV/0!", "ERROR_CELL"), ("#REF!", "ERROR_CELL")]


def test_ratios_are_exact() -> None:
    values = read("1.1%", "5‰", "25bp", "12 %", "0.12", kind="ratio").values.to_list()
    assert values == [0.011, 0.005, 0.0025, 0.12, 0.12]
    assert 1.1 / 100 != 0.011  # which is why percentages are never divided


def test_a_cell_s_own_unit_wins_over_the_header_s() -> None:
    assert read("1.2亿", "5元", "5", "¥5", exponent=4).values.to_list() == [120_000_000, 5, 50_000, 50_000]
    assert read("12%", "12", "0.5", kind="ratio", exponent=-2).values.to_list() == [0.12, 0.12, 0.005]


def test_counts_may_name_what_they_count() -> None:
    assert read("12个月", "640笔", "3万笔", "5", kind="count").values.to_list() == [12, 640, 30_000, 5]


def test_repairs_are_told_with_what_was_read() -> None:
    parsed = read("1,234.50", "1234.5", "１２", "1.2亿", "7%")
    told = parsed.problems.filter(pl.col("reason") == "NUMBER_AS_TEXT").sort("at")
    assert told.select("value", "detail").rows() == [("1,234.50", "1234.5"), ("１２", "12"), ("1.2亿", "120000000")]


def test_in_a_text_file_grouped_and_percent_forms_are_ordinary() -> None:
    assert read("1,234.50", "7", "-8.5", text_file=True).problems.is_empty()
    assert read("1.1%", kind="ratio", text_file=True).problems.is_empty()
    assert read("(5)", text_file=True).problems["reason"].to_list() == ["NUMBER_AS_TEXT"]


def test_number_cells_pass_untouched_and_texts_among_them_are_read() -> None:
    cells = Cells(pl.Series([None, "1,000", None], dtype=pl.String), pl.Series([0.1 + 0.2, None, None]))
    assert parse_numbers(cells, "money").values.to_list() == [0.1 + 0.2, 1000.0, None]


def test_infinities_are_refused_and_nan_is_missing() -> None:
    cells = Cells(pl.Series([None] * 3, dtype=pl.String), pl.Series([float("inf"), float("nan"), 1.0]))
    parsed = parse_numbers(cells, "money")
    assert parsed.values.to_list() == [None, None, 1.0]
    assert parsed.problems.select("at", "reason").rows() == [(0, "UNREADABLE_NUMBER")]


def _grouped(digits: str, size: int, mark: str) -> str:
    head = len(digits) % size or size
    return mark.join([digits[:head], *(digits[i : i + size] for i in range(head, len(digits), size))])


decimals = st.decimals(min_value=0, max_value=10**13, allow_nan=False, allow_infinity=False, places=2)


@given(
    decimals,
    st.sampled_from([",3", ",4", " 3", ""]),
    st.sampled_from(["{}", "({})", "-{}", "{}-", "−{}", "¥{}", "{}元"]),
)
def test_every_way_of_writing_a_number_reads_back_exactly(number: Decimal, grouping: str, form: str) -> None:
    whole, part = f"{number:.2f}".split(".")
    grouped = _grouped(whole, int(grouping[1]), grouping[0]) if grouping else whole
    sign = -1 if any(mark in form for mark in "(-−") else 1
    assert read(form.format(f"{grouped}.{part}")).values.to_list() == [float(sign * number)]


@given(
    decimals,
    st.sampled_from(
        [("%", -2, "ratio"), ("‰", -3, "ratio"), ("bp", -4, "ratio"), ("万", 4, "money"), ("亿元", 8, "money")]
    ),
)
def test_units_scale_as_decimals_do(number: Decimal, unit: tuple[str, int, Kind]) -> None:
    text, exponent, kind = unit
    expected = float(number.scaleb(exponent))
    assert read(f"{number}{text}", kind=kind).values.to_list() == [expected]
    assert read(str(number), kind=kind, exponent=exponent).values.to_list() == [expected]


@given(st.floats(min_value=-1e18, max_value=1e18), st.sampled_from([-4, -3, -2, 3, 4, 6, 8]))
def test_scaling_number_cells_is_exact_in_decimal(number: float, exponent: int) -> None:
    assert scaled(pl.Series([number]), exponent).to_list() == [float(Decimal(repr(number)).scaleb(exponent))]


NASTY = [
    *(0.0, -0.0, 0.1, -0.3, 1.1, 0.7, 1 / 3, 2.675, 4.35, 8.345, 1e-7, 5e-324, 1.7976931348623157e300),
    *(999_999_999.999999, 999_999_999_999_999.0, 1e15, 1e15 + 0.125, -123_456_789.012345, 123_456_789.0123456),
    *(n / 100 for n in range(-1500, 1500, 7)),
    *(n / 1e6 for n in (1, 3, 333_333, 1_000_001, 123_456_789_012_345)),
]


@pytest.mark.parametrize("exponent", [-8, -6, -4, -2, 1, 2, 3, 4, 6, 8, 12])
def test_scaling_a_column_of_nasty_numbers_is_exact_for_each(exponent: int) -> None:
    exact = [None, *(float(Decimal(repr(number)).scaleb(exponent)) for number in NASTY)]
    assert scaled(pl.Series([None, *NASTY], dtype=pl.Float64), exponent).to_list() == exact
    plain = [number for number in NASTY if number == round(number, 2) and abs(number) < 1e9]
    assert scaled(pl.Series(plain), exponent).to_list() == [float(Decimal(repr(n)).scaleb(exponent)) for n in plain]


@pytest.mark.parametrize("exponent", [-2, 4, 8])
def test_typed_digits_scale_as_their_number_does(exponent: int) -> None:
    texts = ["0.1", "1.1", "123456789012.345", "999999999999999", "-0.07", "12345678901.2345", "0"]
    assert read(*texts, exponent=exponent).values.to_list() == [float(Decimal(t).scaleb(exponent)) for t in texts]


@pytest.mark.parametrize("exponent", [0, 4, 8, -2])
@pytest.mark.parametrize("text", ["1e5", "+5", ".5", "5.", "1E0004", "-0", "0.1234567890123456", "123456789012345678"])
def test_a_column_in_plain_digits_is_read_as_each_cell_among_others(text: str, exponent: int) -> None:
    alone = parse_numbers(Cells(pl.Series([text, None])), "money", exponent, text_file=True)
    among = parse_numbers(Cells(pl.Series([text, None, "1,000"])), "money", exponent, text_file=True)
    assert alone.values.to_list() == among.values.to_list()[:2]
    assert alone.values[0] == float(Decimal(text).scaleb(exponent))
    assert alone.problems.is_empty()


def test_a_formula_that_was_never_calculated_is_refused_by_name() -> None:
    parsed = parse_numbers(Cells(pl.Series(["=?"]), pl.Series([None], dtype=pl.Float64)), "money")
    assert parsed.problems.select("value", "reason").rows() == [("=?", "NOT_CALCULATED")]
