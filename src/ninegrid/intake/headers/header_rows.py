"""The cells of header rows, each in the ways it can be read; rows are looked at once for every relation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest

from ninegrid.intake.headers.matching import Heading, key, readings

Head = Sequence[Sequence[str | None]]
_ROWS_REMEMBERED = 512  # rows, which are read again for every relation


def header_cells(head: Head, first: int, last: int) -> tuple[tuple[Heading, ...], ...]:
    """The ways to read each column's header in one row, or in two with the upper one's groups carried right."""
    upper, lower = (_stripped(tuple(row)) for row in (head[first], head[last]))
    return _single(lower) if first == last else _double(upper, lower)


@lru_cache(maxsize=_ROWS_REMEMBERED)
def _stripped(row: tuple[str | None, ...]) -> tuple[str | None, ...]:
    return tuple(text.strip() or None if text else None for text in row)


@lru_cache(maxsize=_ROWS_REMEMBERED)
def _single(row: tuple[str | None, ...]) -> tuple[tuple[Heading, ...], ...]:
    return tuple(readings(None, None, cell) for cell in row)


@lru_cache(maxsize=_ROWS_REMEMBERED)
def _double(upper: tuple[str | None, ...], lower: tuple[str | None, ...]) -> tuple[tuple[Heading, ...], ...]:
    group: str | None = None
    found = []
    for over, cell in zip_longest(upper, lower):
        group = over or group
        found.append(readings(group, over, cell))
    return tuple(found)


def header_forms(head: Head, first: int, last: int) -> frozenset[str]:
    """All that the cells of one header row, or of two, may be called, so that rows of data are told at once."""
    return _forms(tuple(head[first]), tuple(head[last]) if last > first else None)


@lru_cache(maxsize=_ROWS_REMEMBERED)
def _forms(upper: tuple[str | None, ...], lower: tuple[str | None, ...] | None) -> frozenset[str]:
    columns = header_cells((upper, lower or upper), 0, 0 if lower is None else 1)
    return frozenset(form for headings in columns for heading in headings for form in heading.forms)


def header_keys(head: Head) -> set[str]:
    """Every header-like key in a sheet's first rows, with and without its unit."""
    readings_of = (Heading.read(text) for row in head for text in row if text and text.strip())
    return {form for heading in readings_of for form in (key(heading.text), key(heading.base))}
