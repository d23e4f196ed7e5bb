"""Figures on a ground of heat: teal where better, clay where worse, white where the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import polars as pl
from openpyxl.cell import Cell
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy.metrics import Metric, goodness
from ninegrid.report.kit.cells import put, remark, restyle
from ninegrid.report.kit.figures import in_unit
from ninegrid.report.kit.labels import Labels
from ninegrid.report.kit.shown import in_brackets
from ninegrid.report.kit.style import GREY, NUMBER_FORMATS, fill, font, heat, money_scale

_STEPS = 8  # shades on either side: enough to see, few enough for a workbook's style table
SIGNED = {
    "percent": "+0.0%;-0.0%;0.0%",
    "bp": "+#,##0;-#,##0;0",
    "number": "+#,##0.0;-#,##0.0;0.0",
    "hundredths": "+0.00;-0.00;0.00",
}


_DIGITS = {"percent": 3, "bp": 0, "number": 1, "money": 1, "hundredths": 2}  # behind the point, as they are shown


def number_format(value: float | None, unit: str, *, signed: bool) -> str | None:
    """How a number in its cell is shown other than its unit is: with a sign, but with none before nothing but zeros,
    as in -0.00; None where as its unit. The cell keeps the number.
    """
    if value and unit in _DIGITS and abs(value) < 0.5 * 10 ** -_DIGITS[unit]:
        return f"{NUMBER_FORMATS[unit]};{NUMBER_FORMATS[unit]}"
    return SIGNED.get(unit) if signed else None


class Figure(NamedTuple):
    """A number in its metric's own unit, its heat from −1 (worse) to 1 (better), and what a reader should know of it.

    faint: too few stand behind it to rely on. signed: a difference, shown with its sign.
    total: set off from the figures above it.
    """

    value: float | None
    heat: float | None = None
    remark: str = ""
    faint: bool = False
    signed: bool = False
    total: bool = False


def heated(strength: float) -> PatternFill:
    """The ground of a figure by its heat from −1 (worse) to 1 (better), in few shades."""
    return fill(heat(_shade(strength)))


def _shade(strength: float) -> float:
    return round(max(-1.0, min(1.0, strength)) * _STEPS) / _STEPS


def put_figure(page: Worksheet, row: int, column: int, figure: Figure, metric: Metric, labels: Labels) -> Cell:
    """Write a figure of a metric, coloured by its heat; one that is missing is an empty cell with its remark."""
    scale = money_scale(labels.lang)
    role = f"{metric.unit} total" if figure.total else metric.unit
    value = in_unit(figure.value, metric.unit, scale)
    cell = put(page, row, column, value, role)
    shown = figure.heat is not None and figure.value is not None and not figure.faint
    shade = _shade(figure.heat) if shown and figure.heat is not None else None
    form = number_format(value, metric.unit, signed=figure.signed)
    if shade is not None or form or figure.faint:
        restyle(
            cell,
            role,
            (shade, form, figure.faint),
            lambda cell: _change(cell, shade, form, figure.faint, labels),
        )
    if figure.remark:
        remark(cell, figure.remark)
    return cell


def _change(cell: Cell, shade: float | None, form: str | None, faint: bool, labels: Labels) -> None:
    if form:
        cell.number_format = form
    if shade is not None:
        cell.fill = fill(heat(shade))
    if faint:
        cell.font = font(labels.lang, color=GREY)


def better_by(value: str, reference: str, spread: str, metrics: Iterable[Metric]) -> pl.Expr:
    """How much better `value` is than `reference` in its metric's good direction, in units of `spread`, within ±1.

    All three are column names; the column `indicator` says which metric a row is of. Null where there is no spread.
    """
    gained = pl.coalesce(
        pl.when(pl.col("indicator") == m.key).then(goodness(m, pl.col(value)) - goodness(m, pl.col(reference)))
        for m in metrics
    )
    return pl.when(pl.col(spread) > 0).then((gained / pl.col(spread)).clip(-1, 1))


def metric_label(metric: Metric, labels: Labels) -> str:
    """A metric's name, with its unit where the figures don't show it themselves."""
    unit = {"bp": "bp", "money": money_scale(labels.lang).unit}.get(metric.unit, "")
    return labels.of(metric) + in_brackets(unit, labels)
