"""What can be changed in a trial: the customer's inputs now, the change, and what they come to."""

from __future__ import annotations

from typing import Any

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import TrialInput
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.defined_names import DATA, quoted
from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.style import aligned
from ninegrid.report.portrait.data import TRIAL, trial_of
from ninegrid.report.portrait.source import DATA_ROW, Formula, Source, absolute, show
from ninegrid.report.trial.page import (
    BP,
    CHANGE,
    FIRST_INPUT,
    LABEL,
    NEW,
    NOTE,
    NOW,
    SIGNED,
    YUAN,
    Rows,
    heads,
    in_unit_said,
    shade,
)


def write_inputs(book: Book, page: Worksheet, source: Source) -> None:
    """Writes a row an input, and the switch that lets cost grow with income."""
    heads(book, page, FIRST_INPUT - 2, book.word("try_inputs"), "try_hint")
    rows = Rows(trial_of(book))
    for row, one in enumerate(rows.trial.inputs, FIRST_INPUT):
        is_bp = one.kind == "spread"
        name = book.labels.of(one) if one.kind == "rest" else book.labels.column(one.key)
        put(page, row, LABEL, f"{name}{in_unit_said(book, 'bp' if is_bp else 'yuan')}", "text")
        now = show(page, row, NOW, _input(one, rows, source), "number")
        change = put(page, row, CHANGE, None, "number")
        a, b = absolute(page, row, NOW), absolute(page, row, CHANGE)
        new = show(page, row, NEW, Formula(f'=IF(AND({a}="",{b}=""),"",N({a})+N({b}))'), "number")
        now.number_format = new.number_format = BP if is_bp else YUAN
        change.number_format = SIGNED["bp" if is_bp else "yuan"]
        shade(change)
        hint = put(page, row, NOTE, one.hint(book.lang), "small")
        hint.alignment = aligned("left", indent=1)
    _only_numbers(book, page, rows)
    _write_switch(book, page, rows.switch)


def _input(one: TrialInput, rows: Rows, source: Source) -> Any:
    """What an input holds now: the subject's own figure; a spread in basis points; of income what is left over."""
    if one.kind == "rest":
        known = [f"N({rows.input_at(a)})*N({rows.input_at(b)})/10000" for a, b in rows.trial.products]
        known += [f"N({rows.input_at(name)})" for name in rows.trial.of("income")]
        return Formula(f'=IF({rows.total_now}="","",{"-".join([rows.total_now, *known])})')
    value = source.of(f"{TRIAL}{one.key}")
    if one.kind != "spread":
        return value
    if isinstance(value, Formula):
        held = f"INDEX({DATA}_{TRIAL}{one.key},{DATA_ROW})"
        return Formula(f'=IF({held}="","",{held}*10000)')
    return None if value is None else value * 10_000


def _only_numbers(book: Book, page: Worksheet, rows: Rows) -> None:
    """Changes are numbers, and no volume, cost or capital goes below 0."""
    for one in rows.trial.inputs:
        least = "-1E+15" if one.kind in ("income", "rest", "spread") else f"-N({rows.input_at(one.key)})"
        rule = DataValidation("decimal", operator="greaterThanOrEqual", formula1=least, allow_blank=True)
        rule.error, rule.showErrorMessage = book.word("try_not_below"), True
        page.add_data_validation(rule)
        rule.add(page.cell(rows.of(one.key), CHANGE).coordinate)


def _write_switch(book: Book, page: Worksheet, row: int) -> None:
    """Whether cost grows with income, as it does where a way up is computed."""
    put(page, row, LABEL, book.word("cost_follows"), "text")
    for column in (NOW, NEW):
        put(page, row, column, None, "text")
    cell = put(page, row, CHANGE, book.word("yes"), "text")
    cell.alignment = aligned("right")
    shade(cell)
    offered = DataValidation("list", formula1=quoted(f"{book.word('yes')},{book.word('no')}"), showErrorMessage=True)
    page.add_data_validation(offered)
    offered.add(cell)
    put(page, row, NOTE, book.word("hint_cost_follows"), "small").alignment = aligned("left", indent=1)
