"""Try it 试算: the chosen customer's inputs can be changed, and its place follows by live formulas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Axis, Sheet
from ninegrid.report.kit.cells import link, place, put
from ninegrid.report.kit.defined_names import DATA
from ninegrid.report.kit.figures import in_unit
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, widths
from ninegrid.report.kit.style import font, money_scale
from ninegrid.report.portrait.data import GIVEN, trial_of, value_grid
from ninegrid.report.portrait.sheet import PICKER
from ninegrid.report.portrait.source import DATA_ROW, Formula, Live, Source, absolute, show
from ninegrid.report.trial.check import write_check
from ninegrid.report.trial.formulas import Given
from ninegrid.report.trial.grid import write_grid
from ninegrid.report.trial.inputs import write_inputs
from ninegrid.report.trial.page import BEHIND, CHANGE, GRID, LABEL, NOW, PARAMETERS, YUAN, Rows
from ninegrid.report.trial.results import write_results


def build(book: Book, sheet: Sheet) -> None:
    """Lays out the page for the customer that the portrait shows, with the self-check of all at its foot."""
    rows = book.way_data
    page = head(book, sheet, book.ways_line(book.word("try_line", period=book.result.period)))
    if rows.is_empty() or not can_be_tried(book):
        why = "nobody" if can_be_tried(book) else "try_unknown"
        put(page, FIRST_ROW, FIRST_COLUMN, book.word(why), "section")
        return
    portrait = next(s for s in book.result.policy.sheets if s.kind == "portrait")
    picked = place(book.title(portrait), absolute(page, *PICKER))
    name = show(page, FIRST_ROW, NOW, Formula(f"={picked}"), "text")
    way = put(page, FIRST_ROW, GRID, book.word("try_other", sheet=book.title(portrait)), "link")
    link(way, place(book.title(portrait), page.cell(*PICKER).coordinate))
    end = lay_out(book, page, Live(book, frozenset(rows.columns)), _cut_of_names)
    write_check(book, page, rows, end + 1, LABEL, lambda axis, k: _cut_in_method(book, axis, str(k)))
    name.font = font(book.lang, 12, bold=True)


def can_be_tried(book: Book) -> bool:
    """Whether the grid's axes are the two that there are formulas for."""
    trial = trial_of(book)
    return trial.is_whole and {axis.metric for axis in value_grid(book).axes} == {trial.total, trial.ratio}


def lay_out(book: Book, page: Worksheet, source: Source, cut: Callable[[Book, Axis, int], tuple[Any, Any]]) -> int:
    """Inputs, results, parameters and cuts; returns the row after them. `cut`: what an axis's two cut cells hold."""
    widths(page, (30.0, 18.0, 18.0, 18.0, 30.0, 2.0, 12.0, 12.0, 12.0))
    put(page, FIRST_ROW, LABEL, book.word("try_customer"), "section")
    page.row_dimensions[FIRST_ROW].height = 22
    given = _write_given(book, page, source, cut)
    write_inputs(book, page, source)
    write_results(book, page, source, given)
    write_grid(book, page)
    for letter in BEHIND.values():
        page.column_dimensions[letter].hidden = True
    page.page_setup.fitToHeight = 1
    return Rows(trial_of(book)).given + 4 + len(PARAMETERS) + 3


def _write_given(
    book: Book, page: Worksheet, source: Source, cut: Callable[[Book, Axis, int], tuple[Any, Any]]
) -> Given:
    """The parameters and cuts that the formulas use; returns where they stand."""
    policy, grid, trial = book.result.policy, value_grid(book), trial_of(book)
    top = Rows(trial).given
    put(page, top, LABEL, book.word("try_given"), "section")
    if source.live:
        put(page, top + 1, LABEL, book.word("try_given_note"), "small")
    addresses = {}
    for at, key in enumerate(PARAMETERS, top + 3):
        label = policy.parameter_labels.get(key)
        put(page, at, LABEL, book.labels.of(label) if label else key, "text")
        value = Formula(f"={key}") if source.live else policy.number(key)
        show(page, at, NOW, value, "number").number_format = "0.0%" if label and label.unit == "percent" else "#,##0.0"
        addresses[key] = absolute(page, at, NOW)
    cuts = {}
    for i, axis in enumerate(grid.axes, 1):
        row = top + 2 + len(PARAMETERS) + i
        put(page, row, LABEL, book.word("try_cuts", axis=book.labels.column(axis.metric)), "text")
        for column, value in zip((NOW, CHANGE), cut(book, axis, i), strict=True):
            show(page, row, column, value, "number").number_format = YUAN if axis.metric == trial.total else "0.0%"
        cuts[axis.metric] = (absolute(page, row, NOW), absolute(page, row, CHANGE))
    row = top + 3 + len(PARAMETERS) + 2
    put(page, row, LABEL, book.word("try_supplied"), "text")
    show(page, row, NOW, source.of(GIVEN), "number").number_format = "0.0%"
    return Given(trial.total, addresses, cuts)


def _cut_of_names(book: Book, axis: Axis, i: int) -> tuple[Formula, Formula]:
    """The cuts that hold for the chosen customer, from the method sheet; empty where they are not shown."""
    row = f"INDEX({DATA}_cut{i},{DATA_ROW})"
    low, high = _cut_in_method(book, axis, row)
    return Formula(f'=IF({row}="","",{low})'), Formula(f'=IF({row}="","",{high})')


def _cut_in_method(book: Book, axis: Axis, row: str) -> tuple[str, str]:
    """The cuts of a row of the method sheet's table, in the figure's own unit."""
    factor = in_unit(1.0, book.result.policy.metric(axis.metric).unit, money_scale(book.lang)) or 1.0
    scaled = "" if factor == 1 else f"*{1 / factor:.0f}" if factor < 1 else f"/{factor:.0f}"
    return f"(INDEX(cut_low,{row}){scaled})", f"(INDEX(cut_high,{row}){scaled})"
