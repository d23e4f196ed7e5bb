"""The overview: counts, small grids, sentences with cause, links to every sheet."""

from __future__ import annotations

import dataclasses

import polars as pl
from openpyxl import Workbook

from ninegrid.report.book import build_workbook
from ninegrid.report.kit.layout import PAGE_POINTS, Book, taken
from ninegrid.report.sheets.overview.highlights import sentences
from ninegrid.result import Result


def said(result: Result) -> list[str]:
    sheet = next(s for s in result.policy.sheets if s.kind == "overview")
    return [s.text for s in sentences(Book(result, Workbook()), sheet.attention)]


def test_it_leads_to_every_sheet(workbook: Workbook) -> None:
    targets = {c.hyperlink.location for row in workbook["总览"].iter_rows() for c in row if c.hyperlink}
    assert {f"'{title}'!A1" for title in workbook.sheetnames[1:] if workbook[title].sheet_state == "visible"} <= targets


def test_counts_of_the_run_stand_on_top(workbook: Workbook, result: Result) -> None:
    page = workbook["总览"]
    label = {c.value: c for row in page.iter_rows(min_row=5, max_row=5) for c in row if c.value}
    assert page.cell(6, label["已定位"].column).value == f"{result.counts['placed']:,}"
    assert page.cell(6, label["拒收"].column).value == "3"


def test_its_first_page_ends_after_what_to_look_at_first(workbook: Workbook) -> None:
    page = workbook["总览"]
    high = taken(page, 1, page.row_breaks.brk[0].id + 1)
    if page.sheet_properties.pageSetUpPr.fitToPage:  # a sheet that is fitted to pages in height loses its breaks
        assert page.page_setup.fitToHeight == 0
        assert high <= PAGE_POINTS
    else:
        assert high * page.page_setup.scale / 100 <= PAGE_POINTS


def test_small_grids_show_every_count(workbook: Workbook, result: Result) -> None:
    numbers = [
        c.value for row in workbook["总览"].iter_rows(min_row=8, max_row=14) for c in row if isinstance(c.value, int)
    ]
    assert sorted(numbers) == sorted(result.tables["cells"].drop_nulls("cell")["n"])


def test_tiers_and_strategies_add_up(workbook: Workbook, result: Result) -> None:
    page = workbook["总览"]
    top = next(c.row for (c,) in page.iter_rows(min_col=2, max_col=2) if c.value == "各等级")
    size = result.tables["customers"].height
    assert sum(page.cell(row, 3).value for row in range(top + 1, top + 6)) == size
    assert sum(page.cell(row, 11).value or 0 for row in range(top + 1, top + 6)) == size


def test_charts_are_native(workbook: Workbook) -> None:
    assert len(workbook["总览"]._charts) == 3


def test_sentences_hold_the_figures_of_the_tables(result: Result) -> None:
    cell = result.tables["cells"].filter(grid="value", cell="I3R1").row(0, named=True)
    hungry = next(text for text in said(result) if text.startswith("I3R1"))
    assert f"{cell['n']} 户" in hungry
    assert f"{cell['income_share']:.1%}" in hungry


def test_the_branch_named_has_the_largest_share_of_low_tiers(result: Result) -> None:
    branches = result.tables["views"].filter(view="branch").with_columns(share=pl.col("tier_d") / pl.col("placed"))
    worst = branches.sort("share", descending=True).item(0, "key1")
    assert next(text for text in said(result) if "占比最高" in text).startswith(worst)


def test_nothing_is_said_without_cause(result: Result) -> None:
    fine = dataclasses.replace(result, counts={**result.counts, "rejected": 0})
    assert not [text for text in said(fine) if "被拒收" in text]
    assert [text for text in said(result) if "3 行" in text]


def test_a_clause_whose_figure_is_not_known_is_left_out(result: Result) -> None:
    without = result.tables["cells"].with_columns(raroc=pl.lit(None, pl.Float64))
    told = said(dataclasses.replace(result, tables={**result.tables, "cells": without}))
    hungry = next(text for text in told if text.startswith("I3R1"))
    assert hungry.endswith("%，先谈定价与资本占用。")
    assert any("，RAROC 只有 " in text for text in said(result))


def test_english_sentences_are_english(english: Result) -> None:
    assert "bring" in next(text for text in said(english) if text.startswith("I3R1"))


def test_a_grid_that_nobody_stands_on_is_no_sheet_but_a_line_that_says_why(result: Result) -> None:
    nobody = pl.when(pl.col("grid") == "growth").then(pl.lit(0)).otherwise(pl.col("n"))
    empty = dataclasses.replace(
        result, tables={**result.tables, "cells": result.tables["cells"].with_columns(n=nobody)}
    )
    workbook = build_workbook(empty)
    assert "成长九宫格" not in workbook.sheetnames
    assert "价值九宫格" in workbook.sheetnames
    lines = [c.value for row in workbook["总览"].iter_rows() for c in row if isinstance(c.value, str)]
    assert any(line.startswith("成长九宫格：无人定位") for line in lines)
    assert not any(c.value == "成长九宫格" for row in workbook["长相"].iter_rows() for c in row)


def test_what_can_wait_stands_below_under_its_own_heading(workbook: Workbook, result: Result) -> None:
    page, sheet = workbook["总览"], next(s for s in result.policy.sheets if s.kind == "overview")
    column = [page.cell(row, 2).value for row in range(1, page.max_row + 1)]
    said = [str(text).removesuffix("  →").split(".  ")[-1] for text in column]
    found = list(sentences(Book(result, Workbook()), sheet.attention))
    starts = [(one.later, said.index(one.text.split("\n")[0])) for one in found]
    later = column.index("再看：结构与数据")
    assert {at > later for put_off, at in starts if put_off} == {True}
    assert {at > later for put_off, at in starts if not put_off} <= {False}
