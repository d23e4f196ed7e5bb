"""A result table's columns as people read them: money scaled, basis points, codes in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from ninegrid.grid.profile import WHOLE
from ninegrid.policy import Grid
from ninegrid.policy.expressions import expression
from ninegrid.report.kit.category_words import known_columns
from ninegrid.report.kit.labels import Labels
from ninegrid.report.kit.style import MoneyScale
from ninegrid.report.kit.words import word

BASIS_POINTS = 10_000
LINE_HEIGHT = 14.0  # points
LINE_FILL = 1.15  # digits of the body font in one unit of column width


def shown(frame: pl.DataFrame, names: Sequence[str], labels: Labels, scale: MoneyScale) -> pl.DataFrame:
    """The named columns, each turned by its unit to what is written in a cell (see style.NUMBER_FORMATS)."""
    lacking, missing = set(expected(names, labels)), word("not_filled", labels.lang)
    told = ((name, _shown(frame[name], labels, scale)) for name in names)
    return frame.select(cells.fill_null(missing) if name in lacking else cells for name, cells in told)


def expected(names: Sequence[str], labels: Labels) -> list[str]:
    """Those of the columns that every subject should have, such as its branch: their empty cells read 未填."""
    return [name for name in names if labels.expected(name)]


def heading(name: str, labels: Labels, scale: MoneyScale) -> str:
    """A column's heading with its unit, where cells don't say it themselves: ``总收入（万元）``."""
    unit = {"money": scale.unit, "bp": "bp"}.get(labels.unit(name), "")
    return f"{labels.column(name)}{in_brackets(unit, labels)}"


def in_brackets(unit: str, labels: Labels) -> str:
    """A unit as it follows a heading; nothing for no unit."""
    if not unit:
        return ""
    return f"（{unit}）" if labels.lang == "zh" else f" ({unit})"


def display_width(texts: pl.Expr) -> pl.Expr:
    """The width of texts in digits; a Chinese character is as wide as two."""
    return (texts.str.len_chars() + texts.str.count_matches(r"[^\x00-\xFF]")).fill_null(0)


def text_width(text: str) -> int:
    """The same of one text."""
    return len(text) + sum(character > "\xff" for character in text)


def in_lines(text: str, width: float) -> list[str]:
    """A text cut behind its punctuation into lines of at most that many digits; a piece that is wider stays whole."""
    lines = [""]
    for piece in re.findall(r"[^，；。：、]*[，；。：、]\s*|[^ ，；。：、]+ *", text):
        if lines[-1] and text_width(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def cell_names(grid: Grid, labels: Labels) -> dict[str, str]:
    """What a grid's cells are called in a list: id and name, best first as in the policy."""
    return {cell.id: f"{cell.id} {labels.of(cell)}" for cell in grid.cells}


def cell_columns(grid: Grid) -> tuple[str, ...]:
    """The columns that hold cells of a grid: its own, and the system's and the final one where people decide."""
    return grid.cell, f"system_{grid.cell}", f"final_{grid.cell}"


def reading(formula: str, labels: Labels) -> str:
    """An SQL formula for people: headings in place of column names, and of a simple CASE only what it gives."""
    formula = re.sub(r"CASE WHEN [^()]*? THEN (\w+) END", r"\1", formula)
    names = set(expression(formula).meta.root_names())
    return re.sub(r"\w+", lambda found: labels.column(found[0]) if found[0] in names else found[0], formula)


def _shown(series: pl.Series, labels: Labels, scale: MoneyScale) -> pl.Expr:
    unit, cells = labels.unit(series.name), pl.col(series.name)
    if unit == "money":
        # Rounded to the fen, so that 0.1 yuan is not 0.00001000000000000001.
        return (cells / scale.divisor).round(_decimals(scale))
    if unit == "bp":
        return cells * BASIS_POINTS
    if series.dtype == pl.Boolean:
        return _worded(series.name, {"true": word("yes", labels.lang), "false": word("no", labels.lang)})
    if unit == "code":
        return _worded(series.name, _words(series, labels))
    if labels.holds_values(series.name):
        return _worded(series.name, _values(series, labels, series.name if series.name in known_columns() else ""))
    return cells


def values_in_words(series: pl.Series, labels: Labels, column: str = "") -> pl.Series:
    """A column of texts with words of categories in it, in the language's words for them.

    column: the input's column its values are of; else they may be of any.
    """
    return in_words(series, _values(series, labels, column))


def _values(series: pl.Series, labels: Labels, column: str) -> Mapping[str, str]:
    """The words for those of the distinct values that are called otherwise."""
    texts = series.cast(pl.String).unique().drop_nulls()
    return {text: word for text in texts if (word := labels.value(text, column)) != text}


def _decimals(scale: MoneyScale) -> int:
    return len(str(int(scale.divisor))) - 1 + 2


def _words(series: pl.Series, labels: Labels) -> Mapping[str, str]:
    grid = next((g for g in labels.policy.grids if series.name in cell_columns(g)), None)
    if grid:
        return {WHOLE: labels.code(WHOLE)} | cell_names(grid, labels)
    return {code: labels.code(code) for code in series.unique().cast(pl.String) if code is not None}


def in_words(series: pl.Series, words: Mapping[str, str]) -> pl.Series:
    """A column of codes with each one's words in its place; a code without any stays."""
    return series.to_frame().select(_worded(series.name, words)).to_series()


def _worded(column: str, words: Mapping[str, str]) -> pl.Expr:
    texts = pl.col(column).cast(pl.String)
    return texts.replace(list(words), list(words.values())) if words else texts
