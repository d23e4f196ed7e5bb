"""In which unit cells are: by format, header, line and value, and what is refused because nobody can tell."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ninegrid.intake.read import read_opened
from ninegrid.messages import Lang, say
from ninegrid.model.errors import InputError, UsageError
from ninegrid.model.inputs import Inputs
from ninegrid.subjects.registry import relations
from tests.intake.sheets_in_memory import Book, Cell, Sheet, book, file, text_file
from tests.told import told

RELATIONS = relations("customers")
HEADER = ["客户号", "客户名称", "分行", "行业", "规模", "客户经理"]
PARTS = ["总收入", "营业费用", "预期损失", "经济资本"]


def row(number: int, *values: Cell) -> list[Cell]:
    return [f"C{number}", f"客户{number}", "甲分行", "制造业", "中型", "张三", *values]


def read(headers: Sequence[str], *values: Sequence[Cell], above: Sequence[str] = ()) -> Inputs:
    rows = [*([text] for text in above), [*HEADER, *headers], *(row(n, *cells) for n, cells in enumerate(values))]
    return read_opened([book("客户_202610.xlsx", 客户=rows)], RELATIONS)


def shown(headers: Sequence[str], *values: Sequence[Cell], formats: dict[str, list[int]]) -> Inputs:
    """A sheet whose seventh column has those rows of values (0-based) in each format."""
    rows = [[*HEADER, *headers], *(row(n, *cells) for n, cells in enumerate(values))]
    codes = {code: frozenset(n + 2 for n in at) for code, at in formats.items()}
    sheet = Sheet(file("客户_202610.xlsx"), rows, "客户", formats={6: codes})
    return read_opened([Book(file("客户_202610.xlsx"), (sheet,))], RELATIONS)


def column(inputs: Inputs, name: str) -> list[float | None]:
    return inputs.tables["customers"][name].to_list()


def reasons(inputs: Inputs) -> list[str]:
    return inputs.findings["reason"].to_list()


@pytest.mark.parametrize(("code", "header"), [("0!.0,", "总收入(万元)"), ('#,##0.00,,"百万"', "总收入")])
def test_an_amount_that_its_format_shows_scaled_is_what_the_cell_holds(code: str, header: str) -> None:
    inputs = shown([header], [29_821_116.1], [52_868_132.5], formats={code: [0, 1]})
    assert column(inputs, "total_income") == [29_821_116.1, 52_868_132.5]


@pytest.mark.parametrize(
    ("code", "header", "unit", "other"),
    [
        ("0.0,", "总收入(万元)", "万元", "千元"),
        ("#,##0.00,", "总收入(元)", "元", "千元"),
        ("#,##0.00,", "总收入(亿元)", "亿元", "千元"),
        ("0!.0,", "总收入(百万元)", "百万元", "万元"),
        ("#,##0.0,", "总收入(万美元)", "万美元", "千美元"),
        ('0.0,"万元"', "总收入", "万元", "千元"),
    ],
)
def test_a_format_that_scales_by_another_power_than_the_unit_is_refused_with_both_readings(
    code: str, header: str, unit: str, other: str
) -> None:
    with pytest.raises(InputError) as refused:
        shown([header], [29_821_116.1], formats={code: [0]})
    assert (refused.value.exit_code, "› G2" in refused.value.said("zh")) == (3, True)
    for one in (unit, other):
        assert f'--map "{header}=total_income[{one}]"' in refused.value.advice("zh")


@pytest.mark.parametrize(
    ("header", "code", "value", "line", "read_as"),
    [
        ("总收入(万元)", "0.0,", 29_821_116.0, "total_income[万元]", 298_211_160.0),
        ("总收入(万元)", "0.0,", 29_821_116.0, "total_income[千元]", 29_821_116.0),
        ("总收入(元)", "0!.0,", 29_821_116.0, "total_income[万元]", 29_821_116.0),
        ("交易笔数(万笔)", "#,##0,", 52_000.0, "txn_count[千笔]", 52_000.0),
        ("RAROC(‰)", "0.0%", 0.12, "raroc[%]", 0.12),
        ("RAROC(‰)", "0.0%", 120.0, "raroc[‰]", 0.12),
    ],
)
def test_a_map_says_what_such_a_format_shows(header: str, code: str, value: float, line: str, read_as: float) -> None:
    rows = [[*HEADER, header], row(1, value)]
    sheet = Sheet(file("客户_202610.xlsx"), rows, "客户", formats={6: {code: frozenset({2})}})
    opened = [Book(file("客户_202610.xlsx"), (sheet,))]
    inputs = read_opened(opened, RELATIONS, maps=told(RELATIONS, {header: line}))
    assert column(inputs, line.partition("[")[0]) == pytest.approx([read_as])


@pytest.mark.parametrize("header", ["RAROC(‰)", "RAROC(bp)"])
def test_a_percent_format_below_another_sign_is_refused(header: str) -> None:
    with pytest.raises(InputError) as refused:
        shown([header], [0.125], formats={"0.0%": [0]})
    assert "FORMAT_IN_DOUBT" in refused.value.said("en")


def test_counts_that_their_format_shows_scaled_are_what_the_cell_holds() -> None:
    inputs = shown(["交易笔数(万笔)"], [52_868.0], formats={"0!.0,": [0]})
    assert column(inputs, "txn_count") == [52_868.0]


def test_a_unit_written_by_the_format_is_the_cells() -> None:
    assert column(shown(["总收入"], [2.5], formats={'0.0"万"': [0]}), "total_income") == [25_000]


def test_percent_formats_count_cell_by_cell() -> None:
    inputs = shown(["RAROC(%)"], [0.397], [39.7], [0.12], formats={"0.00%": [0, 2], "General": [1]})
    assert column(inputs, "raroc") == [0.397, 0.397, 0.12]
    plain = shown(["RAROC"], [0.397], [39.7], [0.12], [41.0], formats={"0.00%": [0, 2], "General": [1, 3]})
    assert column(plain, "raroc") == pytest.approx([0.397, 0.397, 0.12, 0.41])
    assert reasons(plain) == ["PERCENT_BY_VALUES"]


def test_a_raroc_over_any_fraction_is_percent_and_said_once() -> None:
    inputs = read(["总收入", "RAROC"], [100, 12.5], [90, 8], [80, -3])
    assert column(inputs, "raroc") == [0.125, 0.08, -0.03]
    assert reasons(inputs) == ["PERCENT_BY_VALUES"]
    assert any("百分数" in say(notice, "zh") for notice in inputs.notices)
    reading = inputs.reading.table().filter(pl.col("meaning") == "raroc").row(0, named=True)
    assert (reading["unit"], reading["factor"], reading["unit_from"]) == ("%", 0.01, "values")


def test_a_raroc_is_settled_by_its_own_parts() -> None:
    fractions = read([*PARTS, "RAROC"], [1000, 100, 50, 200, 3.2], [1000, 100, 50, 250, 2.55])
    assert column(fractions, "raroc") == [3.2, 2.55]
    percent = read([*PARTS, "RAROC"], *[[1000, 900, 50, 5000, 0.75]] * 2)
    assert column(percent, "raroc") == [0.0075, 0.0075]


@pytest.mark.parametrize("lgd", [0.45, 45])
def test_expected_loss_settles_what_pd_is_in(lgd: float) -> None:
    inputs = read(["总收入", "预期损失", "PD", "LGD", "EAD"], *[[100, 0.005 * 0.45 * 1000, 0.5, lgd, 1000]] * 3)
    assert column(inputs, "pd") == [0.005] * 3
    assert column(inputs, "lgd") == [0.45] * 3


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_pd_that_may_be_either_is_refused_with_both_readings_and_the_map_line_of_each(lang: Lang) -> None:
    with pytest.raises(InputError) as refused:
        read(["总收入", "PD", "LGD", "EAD"], [100, 0.5, 0.45, 1000], [100, 0.8, 0.45, 1000])
    assert refused.value.exit_code == 3
    assert "PERCENT_IN_DOUBT" in refused.value.said(lang)
    assert '--map "PD=pd[%]"' in refused.value.advice(lang)


@pytest.mark.parametrize(
    ("header", "given_", "value"), [("PD(%)", 0.5, 0.005), ("PD(小数)", 0.5, 0.5), ("PD", 0.01, 0.01)]
)
def test_a_pd_with_a_unit_or_of_usual_fractions_is_taken(header: str, given_: float, value: float) -> None:
    assert column(read(["总收入", header], [100, given_], [100, given_]), "pd") == [value, value]


def test_a_pd_that_may_be_in_percent_is_refused_whatever_its_median() -> None:
    """A PD of 1.8 is no fraction: the others then are percent too, or a typing error stands there."""
    with pytest.raises(InputError, match="percent"):
        read(["总收入", "PD"], *([100, pd] for pd in (*[0.05, 0.12, 0.15, 0.3] * 4, 1.8)))
    usual = [0.05, 0.12, 0.15, 0.3]
    assert column(read(["总收入", "PD"], *([100, pd] for pd in usual)), "pd") == usual
    low = [*[0.008, 0.01, 0.012, 0.02] * 4, 1.8]  # in percent half of them would be below 0.03%, the least there is
    assert column(read(["总收入", "PD"], *([100, pd] for pd in low)), "pd")[:3] == low[:3]


@pytest.mark.parametrize(("unit", "value"), [("%", 0.005), ("小数", 0.5), ("fraction", 0.5)])
def test_a_map_says_what_a_pd_is_in(unit: str, value: float) -> None:
    rows = [[*HEADER, "总收入", "PD"], row(1, 100, 0.5), row(2, 100, 0.5)]
    opened = [book("客户_202610.xlsx", 客户=rows)]
    inputs = read_opened(
        opened,
        relations("customers"),
        maps=told(relations("customers"), {"PD": f"pd[{unit}]", "总收入": "total_income [万元]"}),
    )
    assert column(inputs, "pd") == [value, value]
    assert column(inputs, "total_income") == [1_000_000] * 2
    assert set(inputs.reading.table().filter(pl.col("meaning").is_in(["pd", "total_income"]))["unit_from"]) == {"map"}
    with pytest.raises(UsageError, match="no unit"):
        read_opened(opened, relations("customers"), maps=told(relations("customers"), {"PD": "pd[万元]"}))


def test_cells_with_a_percent_sign_stand_for_themselves() -> None:
    rows = [[*HEADER, "总收入", "RAROC"], row(1, "100", "12%"), row(2, "100", "0.12")]
    inputs = read_opened([text_file("客户_202610.csv", rows)], RELATIONS)
    assert column(inputs, "raroc") == [0.12, 0.12]
    assert inputs.findings.is_empty()


def test_a_percent_in_the_unit_line_is_of_the_ratios() -> None:
    inputs = read(["总收入", "RAROC"], [10, 0.9], [20, 1.1], above=["单位：万元、%"])
    assert column(inputs, "total_income") == [100_000, 200_000]
    assert column(inputs, "raroc") == pytest.approx([0.009, 0.011])


def test_costs_that_are_negative_throughout_are_read_with_the_other_sign() -> None:
    inputs = read(["总收入", "营业费用", "预期损失"], [100, -30, -5], [100, -20, 0])
    assert column(inputs, "operating_cost") == [30, 20]
    assert column(inputs, "expected_loss") == [5, 0]
    assert reasons(inputs) == ["SIGN_TURNED", "SIGN_TURNED"]
    assert set(inputs.reading.table().filter(pl.col("sign") == -1)["meaning"]) == {"operating_cost", "expected_loss"}


def test_a_mixed_sign_is_left_as_it_is() -> None:
    inputs = read(["总收入", "预期损失"], [100, -5], [100, 6])
    assert "NEGATIVE" in reasons(inputs)
    assert "SIGN_TURNED" not in reasons(inputs)


def test_a_currency_that_is_named_is_kept() -> None:
    inputs = read(["Total income"], [1.5], [2], above=["USD mn unless stated"])
    assert inputs.currency == "USD"
    assert column(inputs, "total_income") == [1_500_000, 2_000_000]
    assert any("USD" in say(notice, "zh") for notice in inputs.notices)


def test_amounts_that_all_have_a_dollar_sign_are_in_dollars() -> None:
    inputs = read(["总收入", "营业费用"], ["$1,200", "$300"], ["$900", "$100"])
    assert (inputs.currency, column(inputs, "total_income")) == ("USD", [1200, 900])


def test_one_cell_in_another_currency_is_refused() -> None:
    inputs = read(["总收入"], ["$1,200"], ["900"], ["¥800"])
    assert column(inputs, "total_income") == [900, 800]
    assert "OTHER_CURRENCY" in reasons(inputs)


@pytest.mark.parametrize("headers", [["总收入(人民币万元)", "经济资本(万美元)"], ["总收入(EUR)", "经济资本(USD)"]])
def test_two_currencies_in_a_sheet_ask_for_a_rate(headers: list[str]) -> None:
    with pytest.raises(InputError, match="TWO_CURRENCIES"):
        read(headers, [100, 10])


def test_two_units_above_a_table_are_for_headers_to_tell_apart() -> None:
    with pytest.raises(InputError, match="UNITS_DIFFER"):
        read(["总收入", "存款日均"], [100, 10], above=["单位：万元（存款：亿元）"])
    told = read(["总收入(万元)", "存款日均(亿元)"], [100, 10], above=["单位：万元、亿元"])
    assert column(told, "deposit_avg") == [1e9]


@pytest.mark.parametrize(
    "line",
    ["单位：万元或亿元", "单位：万元和亿元", "单位：元或者万元", "Unit: RMB mn or bn", "USD thousands or millions"],
)
def test_two_units_joined_by_a_word_are_two(line: str) -> None:
    with pytest.raises(InputError, match="UNITS_DIFFER"):
        read(["总收入", "存款日均"], [100, 10], above=[line])


def test_prose_with_a_power_is_no_unit() -> None:
    assert column(read(["总收入"], [100], above=["Thousands of visits or millions"]), "total_income") == [100]


@settings(max_examples=10, deadline=None)
@given(values=st.lists(st.decimals("0.01", "60", places=2), min_size=3, max_size=8), percent=st.booleans())
def test_a_ratio_beside_its_parts_is_read_right_or_refused(values: list[Decimal], percent: bool) -> None:
    """RAROCs of 0.01%–60% without any sign, as fractions or in percent, are never read 100 times off."""
    true = [float(value) / 100 for value in values]
    rows = [[100.0, 100.0 - 100.0 * one, 100.0, one * 100 if percent else one] for one in true]
    with suppress(InputError):
        assert column(read(["总收入", "营业费用", "经济资本", "RAROC"], *rows), "raroc") == pytest.approx(true)


def with_currencies(*words: str) -> Inputs:
    rows = [[*HEADER, "币种", "总收入"], *([*row(at), word, 100 * at] for at, word in enumerate(words, 1))]
    return read_opened([book("客户_202610.xlsx", 客户=rows)], RELATIONS)


@pytest.mark.parametrize("words", [("人民币", "USD", "人民币"), ("美元", "港币"), ("CNY", "THB"), ("本外币", "EUR")])
def test_rows_in_two_currencies_are_never_added_up(words: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match=r"TWO_CURRENCIES") as refused:
        with_currencies(*words)
    assert f"币种 “{words[1]}”" in str(refused.value)


@pytest.mark.parametrize(
    ("words", "currency"),
    [(("人民币", "CNY"), "CNY"), (("本外币", "人民币"), "CNY"), (("美元", "USD"), "USD"), (("01", "01"), "CNY")],
)
def test_one_currency_in_all_rows_is_the_sheet_s(words: tuple[str, ...], currency: str) -> None:
    assert with_currencies(*words).currency == currency
