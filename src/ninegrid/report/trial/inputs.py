"""What can be changed in a trial: the customer's inputs now, the change, and what they come to."""

from __future__ import annotations

from typing import Any

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.report.kit.cells import put
from ninegrid.report.kit.defined_names import DATA, quoted
from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.style import aligned
from ninegrid.report.portrait.data import TRIAL
from ninegrid.report.portrait.source import DATA_ROW, Formula, Source, absolute, show
from ninegrid.report.trial.page import (
    BP,
    CHANGE,
    FIRST_INPUT,
    INPUTS,
    LABEL,
    NEW,
    NOTE,
    NOW,
    PRODUCTS,
    SIGNED,
    SWITCH,
    YUAN,
    heads,
    in_unit_said,
    input_at,
    row_of,
    shade,
    total_now,
)


def write_inputs(book: Book, page: Worksheet, source: Source) -> None:
    """Writes a row an input, and the switch that lets cost grow with income."""
    heads(book, page, FIRST_INPUT - 2, book.word("try_inputs"), "try_hint")
    for name in INPUTS:
        row, is_bp = row_of(name), name.endswith("spread")
        put(page, row, LABEL, f"{_called(book, name)}{in_unit_said(book, 'bp' if is_bp else 'yuan')}", "text")
        now = show(page, row, NOW, _input(name, source), "number")
        change = put(page, row, CHANGE, None, "number")
        a, b = absolute(page, row, NOW), absolute(page, row, CHANGE)
        new = show(page, row, NEW, Formula(f'=IF(AND({a}="",{b}=""),"",N({a})+N({b}))'), "number")
        now.number_format = new.number_format = BP if is_bp else YUAN
        change.number_format = SIGNED["bp" if is_bp else "yuan"]
        shade(change)
        hint = put(page, row, NOTE, book.word(f"hint_{name}"), "small")
        hint.alignment = aligned("left", indent=1)
    _only_numbers(book, page)
    _write_switch(book, page)


def _called(book: Book, name: str) -> str:
    return book.word("rest_income") if name == "rest_income" else book.labels.column(name)


def _input(name: str, source: Source) -> Any:
    """What an input holds now: the customer's own figure; a spread in basis points; of income what is left over."""
    if name == "rest_income":
        parts = [f"N({input_at(a)})*N({input_at(b)})/10000" for a, b in PRODUCTS]
        return Formula(f'=IF({total_now()}="","",{total_now()}-{"-".join(parts)}-N({input_at("fee_income")}))')
    value = source.of(f"{TRIAL}{name}")
    if not name.endswith("spread"):
        return value
    if isinstance(value, Formula):
        held = f"INDEX({DATA}_{TRIAL}{name},{DATA_ROW})"
        return Formula(f'=IF({held}="","",{held}*10000)')
    return None if value is None else value * 10_000


def _only_numbers(book: Book, page: Worksheet) -> None:
    """Changes are numbers, and no volume, cost or capital goes below 0."""
    free = ("fee_income", "rest_income", "deposit_spread", "loan_spread")
    for name in INPUTS:
        least = "-1E+15" if name in free else f"-N({input_at(name)})"
        rule = DataValidation("decimal", operator="greaterThanOrEqual", formula1=least, allow_blank=True)
        rule.error, rule.showErrorMessage = book.word("try_not_below"), True
        page.add_data_validation(rule)
        rule.add(page.cell(row_of(name), CHANGE).coordinate)


def _write_switch(book: Book, page: Worksheet) -> None:
    """Whether cost grows with income, as it does where a way up is computed."""
    put(page, SWITCH, LABEL, book.word("cost_follows"), "text")
    for column in (NOW, NEW):
        put(page, SWITCH, column, None, "text")
    cell = put(page, SWITCH, CHANGE, book.word("yes"), "text")
    cell.alignment = aligned("right")
    shade(cell)
    offered = DataValidation("list", formula1=quoted(f"{book.word('yes')},{book.word('no')}"), showErrorMessage=True)
    page.add_data_validation(offered)
    offered.add(cell)
    put(page, SWITCH, NOTE, book.word("hint_cost_follows"), "small").alignment = aligned("left", indent=1)
