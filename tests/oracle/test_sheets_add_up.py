"""The sample's workbook with a calculator: what its sheets sum, count and compare is worked out from its lists."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils import range_boundaries

from ninegrid.report.book import build_workbook
from ninegrid.result import Result

from . import sheets
from .sheets import Row, Told

pytestmark = pytest.mark.thorough
CHECKS: dict[str, tuple[int, Callable[[Workbook, list[Row], list[Row]], Iterable[Told]]]] = {
    "views": (1000, lambda book, customers, _: sheets.views(book["视图"], customers)),
    "tiers": (25, lambda book, customers, _: sheets.tiers(book["价值九宫格"], customers)),
    "value grid": (70, lambda book, customers, _: sheets.cards(book["价值九宫格"], "价值格", customers)),
    "growth grid": (70, lambda book, customers, _: sheets.cards(book["成长九宫格"], "成长格", customers)),
    "profiles": (900, lambda book, customers, _: sheets.profiles(book["长相"], customers)),
    "gaps within": (280, lambda book, customers, _: sheets.within(book["机构内差距"], customers)),
    "gaps across": (3000, lambda book, customers, _: sheets.across(book["机构间差距"], customers)),
    "gains": (200, lambda book, _, leads: sheets.gains(book["提升空间"], leads)),
}  # fmt: skip
"""By what is summed, the least numbers that are looked at, and how they are worked out."""


@pytest.fixture(scope="module")
def book(result: Result) -> Workbook:
    return build_workbook(result)


@pytest.fixture(scope="module")
def lists(book: Workbook) -> tuple[list[Row], list[Row]]:
    """Customers and leads as their sheets show them."""
    return sheets.listed(book["客户清单"], "客户号"), sheets.listed(book["线索"], "客户号")


@pytest.mark.parametrize("check", CHECKS)
def test_what_a_sheet_sums_is_the_sum_of_the_list(
    book: Workbook, lists: tuple[list[Row], list[Row]], check: str
) -> None:
    least, worked_out = CHECKS[check]
    told = list(worked_out(book, *lists))
    assert sum(isinstance(value, int | float) for _, value in told) >= least
    wrong = [f"{cell.coordinate}: {cell.value} ≠ {value}" for cell, value in told if not _same(cell.value, value)]
    assert not wrong, wrong[:5]


def _same(shown: object, worked_out: object) -> bool:
    if isinstance(shown, int | float) and isinstance(worked_out, int | float):
        return math.isclose(shown, worked_out, rel_tol=1e-7, abs_tol=1e-6)  # leads stand on their list to the fen
    return shown == worked_out


def test_the_english_workbook_has_the_same_numbers_in_its_units(result: Result, book: Workbook) -> None:
    """Sheet by sheet and cell by cell: money in millions beside 万元 or 亿元, everything else as it is."""
    english = build_workbook(replace(result, lang="en"))
    skipped, compared = {"口径", "客户画像", "试算", "画像数据"}, 0
    for page, other in zip(book, english, strict=True):
        if page.title in skipped:
            continue
        for row in page.iter_rows():
            for cell in row:
                there = other[cell.coordinate].value
                if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                    percent = "%" in cell.number_format or isinstance(cell.value, int)
                    factors = (1.0,) if percent else (1.0, 0.01, 100.0)
                    same = isinstance(there, int | float) and any(_same(there, cell.value * f) for f in factors)
                    assert same, (page.title, cell.coordinate, cell.value, there)
                    compared += 1
    assert compared > 100_000


def test_every_chart_draws_numbers_beside_as_many_names(book: Workbook) -> None:
    drawn = 0
    for page in book:
        for chart in page._charts:
            for series in chart.series:
                values = series.val or series.yVal
                name, _, area = values.numRef.f.rpartition("!")
                cells = [cell for row in book[name.strip("'")][area.replace("$", "")] for cell in _flat(row)]
                numbers = [c.value for c in cells if isinstance(c.value, int | float)]
                live = any(str(c.value).startswith("=") for c in cells)
                assert numbers or live, (page.title, area)
                if series.cat is not None:
                    names = (series.cat.strRef or series.cat.numRef).f.rpartition("!")[2].replace("$", "")
                    assert _size(names) == len(cells), (page.title, area, names)
                drawn += 1
    assert drawn > 40


@pytest.mark.parametrize(("sheet", "said", "least"), [("提升空间", " 最多", 3), ("视图", " D 级占比最高", 5)])
def test_a_chart_names_the_one_that_its_bars_show_as_the_largest(
    book: Workbook, sheet: str, said: str, least: int
) -> None:
    page, looked_at = book[sheet], 0
    for chart in page._charts:
        title = "".join(run.t for p in chart.title.tx.rich.p for run in p.r or ())
        if said in title:
            names, *series = ([c.value for row in page[ref] for c in row] for ref in _references(chart))
            shares = [values[-1] / (sum(values) if len(series) > 1 else 1) for values in zip(*series, strict=True)]
            largest = names[shares.index(max(shares))]
            assert largest == title.partition(said)[0].partition("：")[2] or title.startswith(largest), title
            looked_at += 1
    assert looked_at >= least


def _references(chart: Any) -> list[str]:
    first = chart.series[0].cat
    references = [(first.strRef or first.numRef).f, *(series.val.numRef.f for series in chart.series)]
    return [reference.rpartition("!")[2].replace("$", "") for reference in references]


def _flat(row: object) -> tuple[object, ...]:
    return row if isinstance(row, tuple) else (row,)


def _size(area: str) -> int:
    left, top, right, bottom = range_boundaries(area)
    return (right - left + 1) * (bottom - top + 1)
