"""Every form in which a period is written, and texts that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.model.errors import UsageError
from ninegrid.model.period import Period

FORMS = [
    ("2026-10", "2026-10"),
    ("202610", "2026-10"),
    ("2026年10月", "2026-10"),
    ("2026年10月末", "2026-10"),
    ("截至2026年10月31日", "2026-10"),
    ("统计日期：2026年10月31日", "2026-10"),
    ("２０２６年１０月", "2026-10"),
    ("二〇二六年十月", "2026-10"),
    ("2026.10", "2026-10"),
    ("2026/1", "2026-01"),
    ("2026_10", "2026-10"),
    ("20261031", "2026-10"),
    ("2026-10-31", "2026-10"),
    ("Oct-2026", "2026-10"),
    ("Oct2026", "2026-10"),
    ("October 2026", "2026-10"),
    ("31 October 2026", "2026-10"),
    ("October 31, 2026", "2026-10"),
    ("as of 31 Oct 2026", "2026-10"),
    ("Sept. 2026", "2026-09"),
    ("2026M10", "2026-10"),
    ("2026Q3", "2026Q3"),
    ("3Q26", "2026Q3"),
    ("3Q2026", "2026Q3"),
    ("26Q3", "2026Q3"),
    ("26H1", "2026H1"),
    ("FY26 Q3", "2026Q3"),
    ("Q3FY26", "2026Q3"),
    ("民國115年10月", "2026-10"),
    ("Q3 2026", "2026Q3"),
    ("Q3'26", "2026Q3"),
    ("2026年三季度", "2026Q3"),
    ("2026年第3季度", "2026Q3"),
    ("2026H1", "2026H1"),
    ("1H26", "2026H1"),
    ("H2 2026", "2026H2"),
    ("2026年上半年", "2026H1"),
    ("2026年下半年", "2026H2"),
    ("2026", "2026"),
    ("2026年", "2026"),
    ("2026年度", "2026"),
    ("FY2026", "2026"),
    ("FY26", "2026"),
]


@pytest.mark.parametrize(("text", "period"), FORMS)
def test_a_form_names_its_period_alone_and_in_a_file_name(text: str, period: str) -> None:
    assert str(Period.parse(text)) == period
    assert str(Period.find(f"对公客户 {text}")) == period
    assert str(Period.find(f"{text}_客户")) == period


@pytest.mark.parametrize(
    ("text", "period", "months"),
    [
        ("2026年1-10月", "2026-10", 10),
        ("2026年1月至10月", "2026-10", 10),
        ("2026年10月至2026年12月", "2026-12", 3),
        ("2026年1～10月", "2026-10", 10),
        ("2026年7-9月", "2026-09", 3),
        ("2026年前三季度", "2026-09", 9),
        ("2026年前10个月", "2026-10", 10),
        ("26年10月", "2026-10", None),
        ("202601-202610", "2026-10", 10),
        ("Jan-Oct 2026", "2026-10", 10),
        ("2026-10", "2026-10", None),
    ],
)
def test_figures_from_a_month_to_another_are_of_the_last_with_the_months_observed(
    text: str, period: str, months: int | None
) -> None:
    found = Period.find(f"u1_{text}对公客户")
    assert (str(found), found and found.observed) == (period, months)
    assert Period.parse(text).observed == months


@pytest.mark.parametrize(
    "text",
    ["2026-13", "202613", "2026年13月", "2026-1034", "12026-10", "2026101", "202610310", "2026.10.5.3",
     "2026年10家分行", "2026-2027", "2026Q5", "2026H3", "10-2026-5", "客户", "", "2026年10-1月",
     "126年10月", "26年13月", "2026年前13个月", "5Q26", "FY2026-27"],
)  # fmt: skip
def test_a_text_with_more_digits_than_a_form_explains_is_no_period(text: str) -> None:
    assert Period.find(text) is None
    with pytest.raises(UsageError):
        Period.parse(text)


@pytest.mark.parametrize("text", ["2026-10 客户", "客户 2026Q3", "2026-10 2026-11"])
def test_a_period_is_the_whole_text_where_one_is_asked_for(text: str) -> None:
    with pytest.raises(UsageError):
        Period.parse(text)


@given(st.integers(1950, 2099), st.integers(1, 12))
def test_what_is_written_is_read_back(year: int, month: int) -> None:
    texts = (f"{year}-{month:02d}", f"{year}Q{(month + 2) // 3}", f"{year}H{(month + 5) // 6}", str(year))
    kinds = ("month", "quarter", "half", "year")
    for text, kind in zip(texts, kinds, strict=True):
        period = Period.parse(text)
        assert (period.text, period.kind) == (text, kind)
        assert Period.parse(str(year)).holds(period)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("北京分行_2026-10", "北京分行"),
        ("202610 上海分行", "上海分行"),
        ("深圳分行(2026年10月)", "深圳分行"),
        ("2026Q3-广州分行", "广州分行"),
        ("北京分行", "北京分行"),
        ("2026-10", "2026-10"),
    ],
)
def test_a_name_without_the_period_it_names(text: str, rest: str) -> None:
    assert Period.left_out(text) == rest
