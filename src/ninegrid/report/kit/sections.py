"""A titled table of the method sheet, and those made of what a subject's own rules hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from ninegrid.dataclass import dataclass
from ninegrid.report.kit.layout import Book


@dataclass(frozen=True)
class Section:
    """A table of the sheet: title, headings, the unit of each column, and rows; (value, unit) sets a cell's own.

    columns: defined names that columns get, by their position. cells: those that the last cell of each row gets; empty
    for none.
    """

    title: str
    headings: Sequence[str]
    units: Sequence[str]
    rows: Iterable[Sequence[Any]]
    columns: Mapping[int, str] = field(default_factory=dict)
    cells: Sequence[str] = ()


def rule_sections(book: Book) -> Iterator[Section]:
    """The subject's own rules, as they are: lists of things and tables of values, then what is left."""
    rules = book.result.policy.rules
    if rules is None:
        return
    plain: list[tuple[str, str]] = []
    for name, value in vars(rules).items():
        if isinstance(value, Mapping):
            yield _table(book, name, value)
        elif isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
            yield _things(book, name, value)
        else:
            plain.append((book.labels.column(name), str(_in_words(book, value))))
    yield Section(book.word("other_rules"), [book.word("rule"), book.word("value")], ["text", "text"], plain)


def _table(book: Book, name: str, values: Mapping[str, Any]) -> Section:
    unit = book.labels.unit(name)
    rows = [(book.labels.code(key), (_in_words(book, value), unit)) for key, value in values.items()]
    return Section(book.labels.column(name), [book.word("key"), book.word("value")], ["text", unit], rows)


def _things(book: Book, name: str, things: Sequence[Any]) -> Section:
    """A row a thing: its name, and its other fields; numbers in the unit the policy gives the whole list."""
    fields = [f.name for f in dataclasses.fields(things[0]) if f.name not in ("key", "zh", "en")]
    kinds = ["text" if not _is_number(getattr(things[0], f)) else book.labels.unit(name) for f in fields]
    rows = [[_called(book, thing), *(_in_words(book, getattr(thing, f)) for f in fields)] for thing in things]
    headings = [book.labels.column(name), *map(book.labels.column, fields)]
    return Section(book.labels.column(name), headings, ["text", *kinds], rows)


def _called(book: Book, thing: Any) -> str:
    return book.labels.of(thing) if hasattr(thing, "zh") else book.labels.code(thing.key)


def _in_words(book: Book, value: Any) -> Any:
    if isinstance(value, tuple):
        return book.word("between_names").join(map(book.labels.code, value))
    return book.labels.code(value) if isinstance(value, str) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
