"""Lines of an export: columns with headings and units, and what is written for a true value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

Kind = Literal["text", "money", "percent", "share", "number", "count", "date", "flag"]
"""A percent is written as a number of percent (12), a share as the fraction itself, shown as percent (0.12)."""
Written = str | int | float | dt.date | None
Row = dict[str, Any]
WAN = 10_000


@dataclass(frozen=True)
class Column:
    """A column of an export: canonical name, heading, the merged heading above, kind, and unit of money in yuan."""

    name: str
    heading: str
    kind: Kind = "text"
    above: str = ""
    unit: int = WAN


@dataclass(eq=False)
class Line:
    """A line of an export: what is written, and the true row it stands for (None when it must not be accepted).

    number: the line's row in the sheet, once laid out. merged: an exact copy of another line.
    """

    cells: dict[str, Written]
    truth: Row | None
    merged: bool = False
    number: int = field(default=0)


def faultless(rows: Sequence[Row], columns: Sequence[Column]) -> list[Line]:
    """The rows as faultless lines; each line has its own copy of the truth, with every column in it."""
    return [
        Line({c.name: written(row.get(c.name), c) for c in columns}, {c.name: row.get(c.name) for c in columns} | row)
        for row in rows
    ]


def written(value: Any, column: Column) -> Written:
    """A true value as the export writes it: money in the column's unit, percents as numbers, flags as words."""
    if value is None:
        return None
    if column.kind == "money":
        return _number(Decimal(value) / column.unit)
    if column.kind == "percent":
        return _number(Decimal(value) * 100)
    if isinstance(value, Decimal):
        return _number(value)
    if column.kind == "flag":
        return "是" if value else "否"
    return value


def _number(value: Decimal) -> int | float:
    """The number whose shortest text is the decimal's own."""
    return int(value) if value == value.to_integral_value() else float(value)
