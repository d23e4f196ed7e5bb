"""Ids, texts, categories and flags as they come."""

from __future__ import annotations

import polars as pl
import pytest

from ninegrid.intake.values.cells import Cells, Parsed
from ninegrid.intake.values.texts import parse_category, parse_flags, parse_ids, parse_text
from ninegrid.model.relations import Column

SCALE = Column("scale", "category", "规模", "Scale", choices={"大型": ("大", "large"), "中型": ("中",)})


def texts(*cells: str | None) -> Cells:
    return Cells(pl.Series(cells, dtype=pl.String))


def told(parsed: Parsed) -> list[tuple[str, str]]:
    return parsed.problems.select("value", "reason").rows()


def test_ids_keep_their_leading_zeros() -> None:
    parsed = parse_ids(texts("000123", "ABC-01", None))
    assert parsed.values.to_list() == ["000123", "ABC-01", None]
    assert parsed.problems.is_empty()


def test_mended_ids_are_told() -> None:
    parsed = parse_ids(texts(" 01", "　02　", "\u00a003\u200b", "ＡＢ１", '="000123"', "'0012", "'0013'", "-"))
    assert parsed.values.to_list() == ["01", "02", "03", "AB1", "000123", "0012", "0013", None]
    assert [reason for _, reason in told(parsed)] == ["ID_TRIMMED"] * 3 + ["ID_REPAIRED"] * 4


def test_number_cells_give_their_digits_with_one_finding_for_the_column() -> None:
    parsed = parse_ids(
        Cells(pl.Series([None, None, "007"], dtype=pl.String), pl.Series([12.0, 123456789012345.0, None]))
    )
    assert parsed.values.to_list() == ["12", "123456789012345", "007"]
    assert parsed.problems.select("value", "reason", "detail").rows() == [("12", "ID_WAS_NUMBER", "2")]


def test_ids_that_went_through_a_number_type() -> None:
    parsed = parse_ids(texts("12.0", "13.0", None))
    assert parsed.values.to_list() == ["12", "13", None]
    assert told(parsed) == [("12.0", "ID_WAS_NUMBER")]
    assert parse_ids(texts("12.0", "A1")).values.to_list() == ["12.0", "A1"]  # here it is how ids are written


def test_ids_excel_has_rounded_are_refused() -> None:
    assert told(parse_ids(texts("1.23457E+17", "0012"))) == [("1.23457E+17", "ID_ROUNDED")]
    numbers = parse_ids(Cells(texts(None, None).text, pl.Series([1e15, 12.5])))
    assert [reason for _, reason in told(numbers)] == ["ID_ROUNDED", "UNREADABLE_ID"]
    assert numbers.values.to_list() == [None, None]


def test_texts_are_trimmed_and_cleaned_without_a_finding() -> None:
    parsed = parse_text(texts(" 甲\n公司　", "乙\x07公司", "--", "无", "合计科技有限公司"))
    assert parsed.values.to_list() == ["甲 公司", "乙 公司", None, None, "合计科技有限公司"]
    assert parsed.problems.is_empty()


def test_error_cells_are_refused_everywhere() -> None:
    for parsed in (parse_text(texts("#REF!")), parse_ids(texts("#REF!")), parse_category(texts("#REF!"), SCALE)):
        assert parsed.values.to_list() == [None]
        assert told(parsed) == [("#REF!", "ERROR_CELL")]


def test_categories_by_their_other_names() -> None:
    parsed = parse_category(texts("大型", " LARGE ", "Ｌａｒｇｅ", "中", "超大", None), SCALE)
    assert parsed.values.to_list() == ["大型", "大型", "大型", "中型", None, None]
    assert parsed.problems.select("value", "reason", "detail").rows() == [("超大", "UNKNOWN_CATEGORY/NEAR", "大型")]


def test_flags() -> None:
    parsed = parse_flags(texts("是", "Yes", "1", "合并", "否", "FALSE", "0.0", "未审计", "单户", "/", "perhaps"))
    assert parsed.values.to_list() == [True, True, True, True, False, False, False, False, False, None, None]
    assert told(parsed) == [("perhaps", "UNKNOWN_CATEGORY")]


MANY = ["示例01分行", " 示例02分行", "--", "示例\n03分行", None] * 400


@pytest.mark.parametrize("words", [MANY, [*MANY, "#REF!"], [f"第{i}户" for i in range(2000)]])
def test_a_long_column_is_parsed_as_its_parts_are(words: list[str | None]) -> None:
    cells = pl.Series(words, dtype=pl.String)
    parts = [parse_text(Cells(cells[at : at + 100])) for at in range(0, len(cells), 100)]
    whole = parse_text(Cells(cells))
    assert whole.values.to_list() == [value for part in parts for value in part.values]
    assert whole.problems["value"].to_list() == [value for part in parts for value in part.problems["value"]]


def test_a_long_column_of_yes_and_no_keeps_what_is_missing_missing() -> None:
    flags = parse_flags(Cells(pl.Series(["是", "否", None, "N/A"] * 400)))
    assert flags.values.to_list() == [True, False, None, None] * 400


def test_invisible_characters_within_names_are_dropped() -> None:
    parsed = parse_text(texts("上海\u200b分行", "张\ufeff小三", "ABC 公司", "No 1 Ltd"))
    assert parsed.values.to_list() == ["上海分行", "张小三", "ABC 公司", "No 1 Ltd"]
