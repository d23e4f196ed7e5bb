"""What Excel's operators and functions make of values, for those that the product's own formulas use.

A value is a number, a text, a truth value or None for an empty cell; a list of them for a few cells; a polars column
for rows of a list, null where a cell is empty, over which operators go row by row as in SUMPRODUCT. Where Excel shows
an error, `FormulaError` is raised with its code.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from statistics import NormalDist
from typing import Any

import polars as pl

Scalar = float | str | bool | None
Value = Scalar | list[Scalar] | pl.Series

_ESCAPED = ("~*", "~?", "~~")


class FormulaError(Exception):
    """An error that a cell shows; its text is Excel's code, such as ``#N/A``."""


def number(value: Scalar) -> float:
    """A value as arithmetic takes it: empty is 0. #VALUE! for a text that is no number."""
    if value is None:
        return 0.0
    try:
        return float(value)
    except ValueError:
        raise FormulaError("#VALUE!") from None


def text(value: Scalar) -> str:
    """A value as `&` takes it: a number with at most 15 digits."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str) or value is None:
        return value or ""
    told = f"{Decimal(f'{value:.15g}'):f}"
    return told.rstrip("0").rstrip(".") if "." in told else told


def truth(value: Scalar) -> bool:
    """A condition: a number that is not 0."""
    if isinstance(value, str):
        raise FormulaError("#VALUE!")
    return bool(value)


def single(value: Value) -> Scalar:
    """The value of one cell; #VALUE! for several."""
    if isinstance(value, list | pl.Series):
        raise FormulaError("#VALUE!")
    return value


def is_number(value: Value) -> Value:
    """Whether a value is a number, of each row of a column."""
    if isinstance(value, pl.Series):
        return value.is_not_null() if value.dtype.is_numeric() else pl.zeros(value.len(), pl.Boolean, eager=True)
    own = single(value)
    return isinstance(own, float | int) and not isinstance(own, bool)


def places(cells: Iterable[Scalar]) -> dict[Scalar, float]:
    """The first place, from 1, of each value among cells, as `match` looks it up."""
    return {_alike(cell): float(at) for at, cell in reversed(list(enumerate(cells, 1))) if cell is not None}


def match(sought: Scalar, among: Mapping[Scalar, float]) -> float:
    """The place of a value that is equal, texts in any case; #N/A where there is none."""
    own = _alike(_literal(sought) if isinstance(sought, str) else sought)
    if own not in among:
        raise FormulaError("#N/A")
    return among[own]


def in_small_letters(column: pl.Series) -> pl.Series:
    """A column as `place_in` looks for values in it."""
    return column.str.to_lowercase() if column.dtype == pl.String else column


def place_in(sought: Scalar, among: pl.Series) -> float:
    """The same as `match` among the rows of a column `in_small_letters`, texts or numbers: no row becomes an object."""
    if isinstance(sought, str):
        own = in_small_letters(pl.Series([_literal(sought)])).item()
        found = among.index_of(own) if among.dtype == pl.String else None
    else:
        found = among.index_of(float(sought)) if sought is not None and among.dtype.is_numeric() else None
    if found is None:
        raise FormulaError("#N/A")
    return float(found + 1)


def _alike(value: Scalar) -> Scalar:
    return value.lower() if isinstance(value, str) else value


def chosen(given: Sequence[Any], which: Value) -> Any:
    """What CHOOSE takes; #VALUE! beyond the last."""
    at = int(number(single(which)))
    if not 1 <= at <= len(given):
        raise FormulaError("#VALUE!")
    return given[at - 1]


def place(value: Value, size: int) -> int:
    """A place among cells, from 1, as INDEX takes it."""
    at = int(number(single(value)))
    if not 1 <= at <= size:
        raise FormulaError("#REF!" if at > 0 else "#VALUE!")
    return at


def _literal(pattern: str) -> str:
    """The text that a pattern stands for: ``~*`` is a star. ValueError for a pattern that stands for many."""
    plain = pattern
    for escaped in reversed(_ESCAPED):
        plain = plain.replace(escaped, "")
    if "*" in plain or "?" in plain:
        raise ValueError(f"{pattern!r} looks for many texts")
    for escaped in _ESCAPED:
        pattern = pattern.replace(escaped, escaped[1])
    return pattern


def _arithmetic(of: Callable[[Any, Any], Any]) -> Callable[[Value, Value], Value]:
    """An operator over two values, or over columns row by row, where an empty cell is 0."""

    def apply(one: Value, other: Value) -> Value:
        if isinstance(one, pl.Series) or isinstance(other, pl.Series):
            return of(_row(one), _row(other))  # type: ignore[no-any-return]
        return float(of(number(single(one)), number(single(other))))

    return apply


def _row(value: Value) -> pl.Series | float:
    if not isinstance(value, pl.Series):
        return number(single(value))
    if value.dtype == pl.String:
        raise FormulaError("#VALUE!")
    figures = value if value.dtype == pl.Float64 else value.cast(pl.Float64)
    return figures.fill_null(0.0) if figures.null_count() else figures


def _divided(one: Any, other: Any) -> Any:
    if (other == 0).any() if isinstance(other, pl.Series) else other == 0:
        raise FormulaError("#DIV/0!")
    return one / other


def _comparison(of: Callable[[Any, Any], Any]) -> Callable[[Value, Value], Value]:
    """Two values in Excel's order: numbers, then texts in any case, then truth values; empty equals 0 and ''."""

    def apply(one: Value, other: Value) -> Value:
        if isinstance(one, pl.Series) or isinstance(other, pl.Series):
            return of(_row(one), _row(other))  # type: ignore[no-any-return]
        first, second = single(one), single(other)
        return bool(of(_rank(first, second), _rank(second, first)))

    return apply


def _rank(value: Scalar, beside: Scalar) -> tuple[int, Any]:
    if value is None:
        value = "" if isinstance(beside, str) else 0.0
    if isinstance(value, bool):
        return 2, value
    return (1, value.casefold()) if isinstance(value, str) else (0, float(value))


def _numbers(given: Iterable[Value]) -> list[float]:
    """The numbers among cells and values; texts and empty cells in areas don't count."""
    found: list[float] = []
    for value in given:
        if isinstance(value, list):
            found += [float(cell) for cell in value if isinstance(cell, float | int) and not isinstance(cell, bool)]
        else:
            found.append(number(single(value)))
    return found


def _as_number(value: Value) -> Value:
    """N: 0 for what is no number."""
    own = single(value)
    return 0.0 if own is None or isinstance(own, str) else float(own)


def _substituted(whole: Value, old: Value, new: Value) -> Value:
    return text(single(whole)).replace(text(single(old)), text(single(new)))


def _formatted(value: Value, form: Value) -> Value:
    """TEXT of a whole number with thousands apart."""
    if form != "#,##0":
        raise ValueError(f"TEXT is not known in the form {form!r}")
    whole = Decimal(number(single(value))).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{int(whole):,}"


def _above_zero(value: Value) -> float:
    """A number above 0; #NUM! for any other."""
    own = number(single(value))
    if own <= 0:
        raise FormulaError("#NUM!")
    return own


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "+": _arithmetic(operator.add),
    "-": _arithmetic(operator.sub),
    "*": _arithmetic(operator.mul),
    "/": _arithmetic(_divided),
    "&": lambda one, other: text(single(one)) + text(single(other)),
    "=": _comparison(operator.eq),
    "<>": _comparison(operator.ne),
    "<": _comparison(operator.lt),
    ">": _comparison(operator.gt),
    "<=": _comparison(operator.le),
    ">=": _comparison(operator.ge),
    "NEGATIVE": lambda value: -_row(value),
    "ABS": lambda value: abs(number(single(value))),
    "AND": lambda *given: all(truth(single(value)) for value in given),
    "EXP": lambda value: math.exp(number(single(value))),
    "LN": lambda value: math.log(_above_zero(value)),
    "MAX": lambda *given: max(_numbers(given), default=0.0),
    "MIN": lambda *given: min(_numbers(given), default=0.0),
    "N": _as_number,
    "NORMSDIST": lambda value: math.erfc(-number(single(value)) / math.sqrt(2)) / 2,
    "NORMSINV": lambda value: NormalDist().inv_cdf(_above_zero(value)),
    "OR": lambda *given: any(truth(single(value)) for value in given),
    "SQRT": lambda value: math.sqrt(number(single(value))),
    "SUBSTITUTE": _substituted,
    "SUMPRODUCT": lambda product: float(product.sum()) if isinstance(product, pl.Series) else number(single(product)),
    "SUM": lambda *given: sum(_numbers(given)),
    "TEXT": _formatted,
}
"""By name, what is computed from values that are all known. What needs less, or its place, is in `formula_values`."""
