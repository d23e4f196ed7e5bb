"""The grid with names: everybody in their box, by department, on one A3 page, with where they came from."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Sheet
from ninegrid.report.kit.ids_with_names import with_names
from ninegrid.report.kit.layout import Book
from ninegrid.report.masking import masks
from ninegrid.report.sheets.grids.card_text import card_lines
from ninegrid.report.sheets.grids.names import A3, Boxes, Entry, flowed, planned
from ninegrid.result import Result
from tests.few_sheets import built

CELLS = [f"P{a}T{b}" for a in "123" for b in "123"]
LIKELY = (2, 7, 2, 7, 40, 10, 2, 9, 3)
READABLE = 7.0  # points on paper


def of_people(result: Result, n: int, name: str = "王小明", departments: int = 8) -> Result:
    """The result with n made people in its list, about as they spread in a company; a third of them moved."""
    rng, rows = random.Random(n), []
    for at in range(n):
        cell = rng.choices(CELLS, LIKELY)[0]
        before = rng.choice((cell, cell, rng.choice(CELLS), None))
        rows.append(
            {"employee_id": f"E{at:04d}", "name": f"{name[:-1]}{chr(0x4E00 + at)}", "cell": cell, "last_cell": before}
            | {"department": f"{at % departments}部", "final_cell": cell}
        )
    own = result.tables["employees"].clear()
    people = pl.concat([own, pl.DataFrame(rows)], how="diagonal_relaxed").select(own.columns)
    cells = result.tables["cells"].with_columns(n=pl.when(pl.col("cell") == "P2T2").then(n).otherwise(0).cast(pl.Int64))
    return dataclasses.replace(result, tables={**result.tables, "employees": people, "cells": cells})


def sheet_of(result: Result) -> Sheet:
    return next(sheet for sheet in result.policy.sheets if sheet.kind == "names")


def boxes(result: Result) -> Boxes:
    return Boxes(Book(result, Workbook()), sheet_of(result), result.policy.grid("talent"))


def texts(page: Worksheet) -> list[Any]:
    return [cell for row in page.iter_rows(values_only=True) for cell in row if cell is not None]


@pytest.fixture(scope="module")
def crowd(talent: Result) -> Result:
    return of_people(talent, 600)


@pytest.fixture(scope="module")
def page(crowd: Result) -> Worksheet:
    return built(crowd, "names")["九宫格名单"]


def test_six_hundred_names_are_readable_on_one_a3_page(crowd: Result, page: Worksheet) -> None:
    assert 10 * planned(boxes(crowd)).scale >= READABLE
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (A3, "landscape")
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 1)
    english = dataclasses.replace(of_people(crowd, 600, "Alexandra Johnson?"), lang="en")
    assert 10 * planned(boxes(english)).scale >= READABLE - 1


def test_everybody_stands_under_their_box_and_department_once(crowd: Result, page: Worksheet) -> None:
    told = texts(page)
    people = crowd.tables["employees"]
    assert all(told.count(name) == 1 for name in people["name"])
    found: dict[str, str] = {}
    starts = [cell for row in page.iter_rows() for cell in row if cell.value and str(cell.value)[:4] in CELLS]
    ends = {area.coord.split(":")[0]: area.max_col for area in page.merged_cells.ranges}
    assert len(starts) == 9
    for start in starts:
        below = [other.row for other in starts if other.row > start.row]
        last = min(below, default=page.max_row + 1) - 1
        for row in page.iter_rows(start.row + 1, last, start.column, ends[start.coordinate], values_only=True):
            found |= {str(value): str(start.value)[:4] for value in row if value is not None}
    assert {name: found[name] for name in people["name"]} == dict(people.select("name", "cell").rows())


def test_a_name_leads_to_its_row_in_the_list(talent: Result) -> None:
    book = built(talent, "list", "names")
    people = dict(talent.tables["employees"].select("name", "employee_id").rows())
    names = [cell for row in book["九宫格名单"].iter_rows() for cell in row if cell.value in people]
    assert len(names) == talent.counts["placed"]
    for cell in names:
        title, at = cell.hyperlink.location.rsplit("!", 1)
        assert book[title.strip("'")][at].value == people[cell.value]


def test_level_names_have_room_for_their_longest_word(talent: Result) -> None:
    assert boxes(talent).axis == 10
    page = built(dataclasses.replace(talent, lang="en"), "names")["Names on the grid"]
    label = next(cell for row in page.iter_rows() for cell in row if cell.value == "High performance")
    assert page.column_dimensions[label.column_letter].width > len("performance") * 1.2


def test_a_mark_says_where_somebody_came_from(talent: Result) -> None:
    rows = {
        "1": ("P3T3", "P2T3"),
        "2": ("P1T1", "P2T1"),
        "3": ("P1T3", "P3T1"),
        "4": ("P2T2", "P2T2"),
        "5": ("P2T2", None),
    }
    own = talent.tables["employees"].clear()
    made = pl.DataFrame(
        [
            {"employee_id": k, "name": f"某{k}", "cell": now, "last_cell": then, "department": "甲"}
            for k, (now, then) in rows.items()
        ]
    )
    people = pl.concat([own, made], how="diagonal_relaxed").select(own.columns)
    told = boxes(dataclasses.replace(talent, tables={**talent.tables, "employees": people})).entries
    marks = {entry.text: entry.mark for entries in told.values() for entry in entries}
    assert marks == {"某1": "↑P2T3", "某2": "↓P2T1", "某3": "↔P3T1", "某4": "", "某5": "新"}


def test_a_first_review_has_no_marks(talent: Result) -> None:
    told = texts(built(talent, "names")["九宫格名单"])
    assert not [text for text in told if str(text)[:1] in "↑↓↔"]
    assert any(str(text).startswith("未定位 2 人：") for text in told)


def test_who_shares_a_name_has_the_id_behind_it(talent: Result) -> None:
    people = talent.tables["employees"].with_columns(name=pl.lit("王伟"))
    told = boxes(dataclasses.replace(talent, tables={**talent.tables, "employees": people})).people
    assert told["text"].to_list() == [f"王伟 {key}" for key in told["id"]]


def test_without_names_people_stand_there_by_id_and_masked_by_code(talent: Result) -> None:
    names = set(talent.tables["employees"]["name"])
    by_id = texts(built(talent, "names", names=False)["九宫格名单"])
    assert not names & set(by_id)
    assert "E0005" in by_id
    masked = masks(talent).result(talent)
    told = texts(built(masked, "names")["九宫格名单"])
    assert not [text for text in told if any(name in str(text) for name in names)]
    assert sum(str(text).startswith("员工·") for text in told) == talent.counts["placed"]


def test_more_people_than_a_page_takes_have_no_such_sheet(talent: Result) -> None:
    assert "九宫格名单" not in built(of_people(talent, sheet_of(talent).most + 1), "names").sheetnames


entries = st.lists(st.builds(Entry, st.text("abc", min_size=1), heading=st.booleans()), max_size=60)


@given(entries, st.integers(2, 12))
def test_names_flow_down_columns_and_none_is_lost(entries: Sequence[Entry], lines: int) -> None:
    columns = flowed(entries, lines)
    assert [entry for column in columns for entry in column] == list(entries)
    assert all(0 < len(column) <= lines for column in columns)
    assert not any(len(column) == lines and column[-1].heading for column in columns[:-1])


@pytest.mark.parametrize(("second", "between"), [("乙、丙", "; "), ("乙", "、")])
def test_names_that_hold_what_stands_between_names_are_told_apart(talent: Result, second: str, between: str) -> None:
    people = talent.tables["employees"]
    ids = people["employee_id"][:2].to_list()
    named = pl.when(pl.col("employee_id") == ids[1]).then(pl.lit(second)).otherwise(pl.lit("甲")).alias("name")
    book = Book(
        dataclasses.replace(talent, tables={**talent.tables, "employees": people.with_columns(named)}), Workbook()
    )
    shown = with_names(book, pl.DataFrame({"ready_ids": ["; ".join(ids)]}), ["ready_ids"])
    assert shown.item() == f"{ids[0]} 甲{between}{ids[1]} {second}"
    sheet = next(s for s in talent.policy.sheets if s.members)
    cell = talent.policy.grid(sheet.grid).cells[0]
    assert card_lines(book, sheet, cell, {cell.id: ["甲", second]})[-1] == f"甲{between}{second}"
