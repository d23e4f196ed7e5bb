"""What comes of a trial: income, RANI, capital, RAROC, EVA, levels and cell, now and with the changes."""

from __future__ import annotations

from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.report.kit.cells import put
from ninegrid.report.kit.defined_names import quoted
from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.style import aligned, font
from ninegrid.report.portrait.data import TRIAL, trial_of, value_grid
from ninegrid.report.portrait.source import Formula, Source, absolute, show
from ninegrid.report.trial import formulas
from ninegrid.report.trial.formulas import Figures, Given
from ninegrid.report.trial.page import BEHIND, CHANGE, LABEL, NEW, NOTE, NOW, SIGNED, YUAN, Rows, heads, in_unit_said


def write_results(book: Book, page: Worksheet, source: Source, given: Given) -> None:
    """Writes the figures in both columns, how they differ, and where they place the customer."""
    rows = Rows(trial_of(book))
    heads(book, page, rows.first_result - 2, book.word("try_results"), "")
    put(page, rows.first_result - 1, NOTE, None, "head text")
    policy, trial = book.result.policy, rows.trial
    (cost,), (capital,) = trial.of("cost"), trial.of("capital")
    for column, letter in ((NOW, "C"), (NEW, "E")):
        own, is_new = _figures(rows, letter), column == NEW
        texts = (
            _income_formula(rows) if is_new else source.of(f"{TRIAL}{trial.total}"),
            _cost_formula(book, rows) if is_new else Formula(f"={rows.input_at(cost)}"),
            Formula(formulas.rani(own, given, policy)),
            Formula(f"={rows.input_at(capital, letter)}"),
            Formula(formulas.raroc(own)),
            _eva(own, given),
        )
        for at, (name, text) in enumerate(zip(trial.results, texts, strict=True), rows.first_result):
            show(page, at, column, text, "number").number_format = "0.00%" if name == trial.ratio else YUAN
        _write_place(book, page, column, own, given)
    for at, name in enumerate(trial.results, rows.first_result):
        is_ratio = name == trial.ratio
        put(page, at, LABEL, book.labels.column(name) + ("" if is_ratio else in_unit_said(book, "yuan")), "text")
        _difference(page, at, "percent" if is_ratio else "yuan")
    _label_places(book, page, source)


def _figures(rows: Rows, column: str) -> Figures:
    trial, levels = rows.trial, rows.levels
    (loss,) = trial.of("loss")
    income, cost, earned, capital, ratio, _ = (f"${column}${rows.first_result + at}" for at in range(6))
    return Figures(
        income=income,
        cost=cost,
        loss=rows.input_at(loss, column),
        capital=capital,
        given=rows.supplied,
        rani=earned,
        status=f"${BEHIND[column]}${levels + 6}",
        ratio=ratio,
        levels={trial.total: f"${column}${levels}", trial.ratio: f"${column}${levels + 1}"},
    )


def _income_formula(rows: Rows) -> Formula:
    """Today's income and what the changes add to it; with none it is today's, to the last digit."""
    at, total = rows.input_at, rows.total_now
    parts = [f"+(N({at(a, 'E')})*N({at(b, 'E')})-N({at(a)})*N({at(b)}))/10000" for a, b in rows.trial.products]
    parts += [f"+N({at(name, 'D')})" for name in rows.trial.of("income", "rest")]
    return Formula(f'=IF({total}="","",{total}{"".join(parts)})')


def _cost_formula(book: Book, rows: Rows) -> Formula:
    """Cost with its own change; where cost follows income, at today's cost-income ratio."""
    (cost,), total = rows.trial.of("cost"), rows.total_now
    now, new = rows.input_at(cost), rows.input_at(cost, "E")
    follows = f"AND($D${rows.switch}={quoted(book.word('yes'))},N({total})>0)"
    grown = f"IF({follows},N({now})/{total}*($E${rows.first_result}-{total}),0)"
    return Formula(f'=IF({new}="","",{new}+{grown})')


def _eva(own: Figures, given: Given) -> Formula:
    """(RAROC − hurdle) · EC; without capital all of RANI."""
    capital = f'IF({own.capital}="","",({own.ratio}-{given.parameters["hurdle"]})*{own.capital})'
    return Formula(f'=IF({own.status}="NO_CAPITAL",{own.rani},IF({own.ratio}="","",{capital}))')


def _difference(page: Worksheet, row: int, unit: str) -> None:
    now, new = absolute(page, row, NOW), absolute(page, row, NEW)
    cell = show(page, row, CHANGE, Formula(f'=IF(OR({now}="",{new}=""),"",{new}-{now})'), "number")
    cell.number_format = SIGNED[unit]


def _write_place(book: Book, page: Worksheet, column: int, own: Figures, given: Given) -> None:
    """Levels, cell, tier, what is missing to the next level, and the status of RAROC, in one column."""
    grid, labels, trial = value_grid(book), book.labels, trial_of(book)
    levels = Rows(trial).levels
    for at, metric in enumerate((trial.total, trial.ratio)):
        show(page, levels + at, column, Formula(formulas.level(metric, own, given)), "level")
        short = show(page, levels + 4 + at, column, Formula(formulas.to_next(metric, own, given)), "number")
        short.number_format = YUAN
    placed = show(page, levels + 2, column, Formula(formulas.cell(grid, own, labels, book.word("unplaced"))), "text")
    tier = show(page, levels + 3, column, Formula(formulas.tier(grid, own, labels)), "text")
    page[own.status.replace("$", "")].value = Formula(formulas.status(own, given))
    status = show(page, levels + 6, column, Formula(formulas.status_said(own, labels)), "text")
    for cell in (placed, tier, status):
        cell.alignment = aligned("right", shrink_to_fit=True)
    placed.font = font(book.lang, 12, bold=True)
    page.row_dimensions[levels + 2].height = 20


def _label_places(book: Book, page: Worksheet, source: Source) -> None:
    grid, labels, trial = value_grid(book), book.labels, trial_of(book)
    levels = Rows(trial).levels
    axes, yuan = {axis.metric: axis for axis in grid.axes}, in_unit_said(book, "yuan")
    texts = [
        *(labels.column(axes[metric].level) for metric in (trial.total, trial.ratio)),
        labels.column(grid.cell),
        labels.column("tier"),
        *(book.word("try_to_next", axis=labels.column(name)) + yuan for name in (trial.total, trial.earned)),
        labels.column(trial.status),
    ]
    for at, text in enumerate(texts, levels):
        put(page, at, LABEL, text, "text")
        if at < levels + 2:
            _difference(page, at, "yuan")
        else:
            put(page, at, CHANGE, None, "text")
    _say_official(book, page, source.of(grid.cell))


def _say_official(book: Book, page: Worksheet, official: Any) -> None:
    """The official cell, where a dead-band holds it off what the figures say."""
    text = str(official).removeprefix("=") if isinstance(official, Formula) else quoted(official or "")
    levels = Rows(trial_of(book)).levels
    now = absolute(page, levels + 2, NOW)
    held = Formula(f'=IF(OR({text}="",{text}={now}),"",{quoted(book.word("try_official"))}&{text})')
    cell = show(page, levels + 2, NOTE, held, "small")
    cell.alignment = aligned("left", indent=1, shrink_to_fit=True)
