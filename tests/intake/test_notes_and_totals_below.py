"""What stands between and below the rows of a table: notes, totals that are not called so, units of money."""

from __future__ import annotations

import pytest

from ninegrid.intake.read import read_opened
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.subjects.registry import relations
from tests.intake.sheets_in_memory import Cell, book, text_file

RELATIONS = relations("customers")
HEADER: list[Cell] = ["客户号", "客户名称", "分行", "规模", "总收入", "经济资本"]
ROWS: list[list[Cell]] = [
    [f"C{i}", f"{i}公司", "甲分行" if i % 2 else "乙分行", "中型", 100.0 + i, 500.0 + 7 * i] for i in range(6)
]
SUMS: list[Cell] = [sum(float(row[at] or 0) for row in ROWS) for at in (4, 5)]
BRANCH: list[Cell] = [sum(float(row[at] or 0) for row in ROWS[1::2]) for at in (4, 5)]


def read(*rows: list[Cell]) -> Inputs:
    return read_opened([book(客户=list(rows))], RELATIONS, lang="zh", period=Period.parse("2026-10"))


def told(inputs: Inputs) -> list[tuple[str, str]]:
    return inputs.findings.filter(inputs.findings["kind"] == "repaired").select("value", "reason").rows()


@pytest.mark.parametrize(
    "text", ["深圳地区", "（以下空白）", "※ 本表仅供内部使用", "-----以下无数据-----", "North Region", "(2) 存款为日均"]
)
def test_a_line_of_one_text_that_is_no_code_is_no_customer(text: str) -> None:
    inputs = read(HEADER, *ROWS[:3], [text, None, None, None, None, None], *ROWS[3:])
    assert (inputs.tables["customers"].height, told(inputs)) == (6, [(text, "FOOTER_ROW")])


def test_where_ids_are_names_a_customer_with_nothing_else_is_one() -> None:
    inputs = read(HEADER, *[[f"某公司{row[0]}", *row[1:]] for row in ROWS], ["另一公司", None, None, None, None, None])
    assert inputs.tables["customers"].height == 7


@pytest.mark.parametrize("text", ["TTL", "Σ", "合计12户", "总计（6家）", "加总"])
def test_totals_by_other_words(text: str) -> None:
    inputs = read(HEADER, *ROWS, [text, None, None, None, 1.0, 2.0])
    assert (inputs.tables["customers"].height, told(inputs)[0]) == (6, (text, "SUBTOTAL_ROW"))


@pytest.mark.parametrize("text", ["平均", "Average", "户均", "中位数"])
def test_an_average_is_no_customer_and_no_total(text: str) -> None:
    inputs = read(HEADER, *ROWS, [text, None, None, None, 102.5, 517.5])
    assert (inputs.tables["customers"].height, told(inputs)) == (6, [(text, "FOOTER_ROW")])


@pytest.mark.parametrize(
    "row", [["ZZ99", None, None, None, *SUMS], ["0571", "分行本部", "甲分行", None, *BRANCH]], ids=["all", "a branch"]
)
def test_a_row_that_is_the_sum_of_the_others_is_a_total_whatever_it_is_called(row: list[Cell]) -> None:
    inputs = read(HEADER, *ROWS, row)
    assert (inputs.tables["customers"].height, told(inputs)) == (6, [(str(row[0]), "SUBTOTAL_ROW")])


def test_a_customer_with_all_its_texts_is_no_sum() -> None:
    assert read(HEADER, *ROWS, ["C9", "大公司", "丙分行", "大型", *SUMS]).tables["customers"].height == 7


@pytest.mark.parametrize("note", ["以上金额单位为万元", "注：1.金额单位：万元；2.数据截至10月末"])
def test_a_unit_below_the_table_counts_where_nothing_else_says_one(note: str) -> None:
    inputs = read(HEADER, *ROWS, [note, None, None, None, None, None])
    assert inputs.tables["customers"]["total_income"][0] == 1_000_000
    assert next(c for c in inputs.reading.sheets[0].columns if c.header == "总收入").unit_from == "unit_line"


def test_a_unit_below_the_table_says_nothing_of_amounts_with_their_own() -> None:
    inputs = read([*HEADER[:4], "总收入(元)", "经济资本(元)"], *ROWS, ["金额单位：万元", None, None, None, None, None])
    assert inputs.tables["customers"]["total_income"][0] == 100


@pytest.mark.parametrize(
    "rows",
    [
        (["单位：元"], HEADER, *ROWS, ["单位：万元", *[None] * 5]),
        (HEADER, *ROWS[:3], ["单位：万元", *[None] * 5], HEADER, *ROWS[3:]),
    ],
    ids=["another above", "rows below"],
)
def test_two_units_in_one_table_are_refused_at_the_cell(rows: tuple[list[Cell], ...]) -> None:
    with pytest.raises(InputError, match=r"› A\d.*万元.*UNITS_DIFFER"):
        read(*rows)


def test_units_row_by_row_are_refused_unless_the_amounts_have_their_own() -> None:
    with pytest.raises(InputError, match=r"G1.*'单位'.*万元"):
        read([*HEADER, "单位"], *[[*row, "万元"] for row in ROWS])
    assert read([*HEADER, "单位"], *[[*row, "元"] for row in ROWS]).tables["customers"]["total_income"][0] == 100
    own = [*HEADER[:4], "总收入(元)", "经济资本(元)", "单位"]
    assert read(own, *[[*row, "万元"] for row in ROWS]).tables["customers"]["total_income"][0] == 100


@pytest.mark.parametrize(
    ("unit", "factor"), [("单位：10,000元", 1e4), ("表内金额单位：仟元", 1e3), ("單位：佰萬元", 1e6)]
)
def test_unit_lines_in_other_writing(unit: str, factor: float) -> None:
    assert read([unit], HEADER, *ROWS).tables["customers"]["total_income"][0] == 100 * factor


@pytest.mark.parametrize(
    ("line", "code"), [("計價單位：新臺幣千元", "TWD"), ("币种：澳门元", "MOP"), ("Unit: KRW million", "KRW")]
)
def test_further_currencies(line: str, code: str) -> None:
    assert read([line], HEADER, *ROWS).currency == code


def test_a_text_in_another_encoding_is_said_to_be_that() -> None:
    garbled = ",".join(map(str, HEADER)).encode().decode("latin-1").split(",")
    with pytest.raises(InputError, match=r"encoding can't be told.*å®¢"):
        read_opened([text_file("a.csv", [garbled, *ROWS])], RELATIONS)


def test_a_unit_on_a_sheet_that_is_not_read_is_refused_at_its_cell_and_not_applied() -> None:
    said: list[list[Cell]] = [["利润简表"], [None, "本表金额单位：万元"]]
    with pytest.raises(InputError, match=r"利润 › B2 .*总收入"):
        read_opened([book(客户=[HEADER, *ROWS], 利润=said)], RELATIONS)
    own: list[Cell] = [*HEADER[:4], "总收入(元)", "经济资本(元)"]
    for name in ("利润", "说明"):
        found = read_opened([book(客户=[own, *ROWS], **{name: said})], RELATIONS, period=Period.parse("2026-10"))
        assert found.tables["customers"]["total_income"][0] == 100


@pytest.mark.parametrize("header", ["原币种", "货币代码"])
def test_rows_in_several_currencies_are_refused_by_any_name_of_the_column(header: str) -> None:
    with pytest.raises(InputError, match="TWO_CURRENCIES"):
        read([*HEADER, header], *[[*row, "840" if i % 2 else "156"] for i, row in enumerate(ROWS)])
