"""What comes of a trial: income, RANI, capital, RAROC, EVA, levels and cell, now and with the changes."""

from __future__ import annotations

from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.report.kit.cells import put
from ninegrid.report.kit.defined_names import quoted
from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.style import aligned, font
from ninegrid.report.portrait.data import TRIAL, value_grid
from ninegrid.report.portrait.source import Formula, Source, absolute, show
from ninegrid.report.trial import formulas
from ninegrid.report.trial.formulas import INCOME, RAROC, Figures, Given
from ninegrid.report.trial.page import (
    BEHIND,
    CHANGE,
    FIRST_RESULT,
    LABEL,
    LEVELS,
    NEW,
    NOTE,
    NOW,
    PRODUCTS,
    RESULTS,
    SIGNED,
    SWITCH,
    YUAN,
    heads,
    in_unit_said,
    input_at,
    supplied,
    total_now,
)


def write_results(book: Book, page: Worksheet, source: Source, given: Given) -> None:
    """Writes the figures in both columns, how they differ, and where they place the customer."""
    heads(book, page, FIRST_RESULT - 2, book.word("try_results"), "")
    put(page, FIRST_RESULT - 1, NOTE, None, "head text")
    policy = book.result.policy
    for column, letter in ((NOW, "C"), (NEW, "E")):
        own, is_new = _figures(letter), column == NEW
        texts = {
            INCOME: _income_formula() if is_new else source.of(f"{TRIAL}{INCOME}"),
            "operating_cost": _cost_formula(book) if is_new else Formula(f"={input_at('operating_cost')}"),
            "rani": Formula(formulas.rani(own, given, policy)),
            "economic_capital": Formula(f"={input_at('economic_capital', letter)}"),
            RAROC: Formula(formulas.raroc(own)),
            "eva": _eva(own, given),
        }
        for at, name in enumerate(RESULTS, FIRST_RESULT):
            show(page, at, column, texts[name], "number").number_format = "0.00%" if name == RAROC else YUAN
        _write_place(book, page, column, own, given)
    for at, name in enumerate(RESULTS, FIRST_RESULT):
        put(page, at, LABEL, book.labels.column(name) + ("" if name == RAROC else in_unit_said(book, "yuan")), "text")
        _difference(page, at, "percent" if name == RAROC else "yuan")
    _label_places(book, page, source)


def _figures(column: str) -> Figures:
    rows = {name: f"${column}${FIRST_RESULT + at}" for at, name in enumerate(RESULTS)}
    levels = {INCOME: f"${column}${LEVELS}", RAROC: f"${column}${LEVELS + 1}"}
    loss = input_at("expected_loss", column)
    return Figures(
        rows[INCOME], rows["operating_cost"], loss, rows["economic_capital"], supplied(), rows["rani"],
        f"${BEHIND[column]}${LEVELS + 6}", rows[RAROC], levels,
    )  # fmt: skip


def _income_formula() -> Formula:
    """Today's income and what the changes add to it; with none it is today's, to the last digit."""
    parts = [
        f"+(N({input_at(a, 'E')})*N({input_at(b, 'E')})-N({input_at(a)})*N({input_at(b)}))/10000" for a, b in PRODUCTS
    ]
    parts += [f"+N({input_at(name, 'D')})" for name in ("fee_income", "rest_income")]
    return Formula(f'=IF({total_now()}="","",{total_now()}{"".join(parts)})')


def _cost_formula(book: Book) -> Formula:
    """Cost with its own change; where cost follows income, at today's cost-income ratio."""
    now, new, total = input_at("operating_cost"), input_at("operating_cost", "E"), total_now()
    follows = f"AND($D${SWITCH}={quoted(book.word('yes'))},N({total})>0)"
    grown = f"IF({follows},N({now})/{total}*($E${FIRST_RESULT}-{total}),0)"
    return Formula(f'=IF({new}="","",{new}+{grown})')


def _eva(own: Figures, given: Given) -> Formula:
    """(RAROC − hurdle) · EC; without capital all of RANI."""
    capital = f'IF({own.capital}="","",({own.raroc}-{given.parameters["hurdle"]})*{own.capital})'
    return Formula(f'=IF({own.status}="NO_CAPITAL",{own.rani},IF({own.raroc}="","",{capital}))')


def _difference(page: Worksheet, row: int, unit: str) -> None:
    now, new = absolute(page, row, NOW), absolute(page, row, NEW)
    cell = show(page, row, CHANGE, Formula(f'=IF(OR({now}="",{new}=""),"",{new}-{now})'), "number")
    cell.number_format = SIGNED[unit]


def _write_place(book: Book, page: Worksheet, column: int, own: Figures, given: Given) -> None:
    """Levels, cell, tier, what is missing to the next level, and the status of RAROC, in one column."""
    grid, labels = value_grid(book), book.labels
    for at, metric in enumerate((INCOME, RAROC)):
        show(page, LEVELS + at, column, Formula(formulas.level(metric, own, given)), "level")
        short = show(page, LEVELS + 4 + at, column, Formula(formulas.to_next(metric, own, given)), "number")
        short.number_format = YUAN
    placed = show(page, LEVELS + 2, column, Formula(formulas.cell(grid, own, labels, book.word("unplaced"))), "text")
    tier = show(page, LEVELS + 3, column, Formula(formulas.tier(grid, own, labels)), "text")
    page[own.status.replace("$", "")].value = Formula(formulas.status(own, given))
    status = show(page, LEVELS + 6, column, Formula(formulas.status_said(own, labels)), "text")
    for cell in (placed, tier, status):
        cell.alignment = aligned("right", shrink_to_fit=True)
    placed.font = font(book.lang, 12, bold=True)
    page.row_dimensions[LEVELS + 2].height = 20


def _label_places(book: Book, page: Worksheet, source: Source) -> None:
    grid, labels = value_grid(book), book.labels
    axes, yuan = {axis.metric: axis for axis in grid.axes}, in_unit_said(book, "yuan")
    texts = [
        *(labels.column(axes[metric].level) for metric in (INCOME, RAROC)),
        labels.column(grid.cell),
        labels.column("tier"),
        *(book.word("try_to_next", axis=labels.column(name)) + yuan for name in (INCOME, "rani")),
        labels.column("raroc_status"),
    ]
    for at, text in enumerate(texts, LEVELS):
        put(page, at, LABEL, text, "text")
        if at < LEVELS + 2:
            _difference(page, at, "yuan")
        else:
            put(page, at, CHANGE, None, "text")
    _say_official(book, page, source.of(grid.cell))


def _say_official(book: Book, page: Worksheet, official: Any) -> None:
    """The official cell, where a dead-band holds it off what the figures say."""
    text = str(official).removeprefix("=") if isinstance(official, Formula) else quoted(official or "")
    now = absolute(page, LEVELS + 2, NOW)
    held = Formula(f'=IF(OR({text}="",{text}={now}),"",{quoted(book.word("try_official"))}&{text})')
    cell = show(page, LEVELS + 2, NOTE, held, "small")
    cell.alignment = aligned("left", indent=1, shrink_to_fit=True)
