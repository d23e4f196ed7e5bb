"""A policy that adds nothing up: counts and shares only, members by name on the cards, rules printed as they are."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import polars as pl
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.report.kit.layout import Book
from ninegrid.report.sheets.overview.highlights import Sentence, sentences
from ninegrid.result import Result
from tests.few_sheets import built
from tests.report.talent import SHEETS, name


def texts(page: Worksheet) -> set[str]:
    return {str(c.value) for row in page.iter_rows() for c in row if c.value is not None}


def test_its_sheets_stand_in_order_and_can_be_read(talent_file: Path) -> None:
    assert load_workbook(talent_file).sheetnames == list(SHEETS)


def test_a_card_names_its_people_while_they_are_few(talent_workbook: Workbook, talent: Result) -> None:
    people = talent.tables["employees"].drop_nulls("cell")
    few = people.filter(cell="P1T1").sort("employee_id")
    card = next(t for t in texts(talent_workbook["人才九宫格"]) if few.item(0, "name") in t)
    assert set(card.split("、")) == set(few["name"])


def test_a_card_with_too_many_says_only_how_many(talent: Result) -> None:
    sheets = tuple(dataclasses.replace(s, most=2) if s.kind == "grid" else s for s in talent.policy.sheets)
    policy = dataclasses.replace(talent.policy, sheets=sheets)
    page = built(dataclasses.replace(talent, policy=policy), "list", "grid")["人才九宫格"]
    crowded = talent.tables["cells"].filter(pl.col("n") > 2).drop_nulls("cell")["cell"]
    members = talent.tables["employees"].filter(pl.col("cell").is_in(crowded.implode()))
    assert not [n for n in members["name"] if any(n in text for text in texts(page))]
    assert any(c.hyperlink for row in page.iter_rows() for c in row if isinstance(c.value, int))


def test_every_card_says_its_strategy(talent_workbook: Workbook) -> None:
    shown = texts(talent_workbook["人才九宫格"])
    assert {"改进 → 调整 → 退出评审", "重点培养 + 奖励"} <= shown


def test_the_unplaced_are_listed_by_their_own_reason(talent_workbook: Workbook) -> None:
    assert {"缺上级评分或等级", "入职不足三个月"} <= texts(talent_workbook["人才九宫格"])


def test_the_overview_counts_tiers_and_the_unsure(talent_workbook: Workbook, talent: Result) -> None:
    page = talent_workbook["总览"]
    top = next(c.row for (c,) in page.iter_rows(min_col=2, max_col=2) if c.value == "各等级")
    assert sum(page.cell(row, 3).value for row in range(top + 1, top + 7)) == talent.tables["employees"].height
    label = next(c for c in page[5] if c.value == "临界")
    assert page.cell(6, label.column).value == str(talent.tables["employees"]["borderline"].sum())
    assert len(page._charts) == 2


def test_a_flag_known_of_nobody_is_a_dash_and_not_0(talent: Result) -> None:
    people = talent.tables["employees"].with_columns(borderline=pl.lit(None, dtype=pl.Boolean))
    page = built(dataclasses.replace(talent, tables={**talent.tables, "employees": people}), "overview")["总览"]
    assert page.cell(6, next(c.column for c in page[5] if c.value == "临界")).value == "—"


def test_sentences_count_rows_and_lead_to_where_they_are(talent: Result) -> None:
    said = {s.text: s.target for s in found(talent)}
    posts = next(text for text in said if "关键岗位" in text)
    assert posts == "2 个关键岗位没有就绪的继任者（研发总监、销售总监）。"
    assert said[posts] == "'继任'!A1"
    unsure = next(text for text in said if "临界" in text)
    assert said[unsure] == "'校准'!A1"


def test_a_sentence_names_the_first_few_and_how_many(talent: Result) -> None:
    posts = talent.tables["succession"].with_columns(status=pl.lit("NOT_READY"))
    more = pl.concat([posts.with_columns(post=pl.lit(f"岗位{n}")) for n in range(5)])
    many = dataclasses.replace(talent, tables={**talent.tables, "succession": more})
    assert any("岗位0、岗位1、岗位2 等 5 项" in s.text for s in found(many))


def test_views_have_no_amounts(talent_workbook: Workbook) -> None:
    page = talent_workbook["部门视图"]
    header = next(row for row in page.iter_rows(values_only=True) if row[1] == "部门" and row[2])
    assert header[1:9] == ("部门", "人数", "已定位", "一级", "二级", "三级", "四级", "五级")


def test_the_subjects_own_rules_are_printed(talent_workbook: Workbook) -> None:
    page = talent_workbook["口径"]
    rows = [row[1:5] for row in page.iter_rows(values_only=True)]
    assert ("隔级与测评", "潜力", "隔级、测评", 30.0) in rows
    assert ("优秀", 90.0) in [row[:2] for row in rows]
    assert ("五级", 0.0, 0.1) in [row[:3] for row in rows]


def test_in_english_the_sheets_and_entries_are_english(english_talent_workbook: Workbook) -> None:
    assert english_talent_workbook.sheetnames[:4] == ["Overview", "Talent grid", "Names on the grid", "People"]
    header = [c.value for c in english_talent_workbook["Calibration"][6]]
    assert header[1] == "Employee ID"
    assert header[-4:] == ["Decided cell", "Reason", "Decided by", "Evidence"]
    assert name(0) in texts(english_talent_workbook["People"])


def found(result: Result) -> list[Sentence]:
    overview = next(s for s in result.policy.sheets if s.kind == "overview")
    return list(sentences(Book(result, Workbook()), overview.attention))
