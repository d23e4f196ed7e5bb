"""What an input relation and its columns are, as plain values. Derived from `schemas/` by `ninegrid.content`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["id", "text", "category", "money", "ratio", "number", "count", "year", "date", "period", "flag"]
Lang = Literal["zh", "en"]

NUMERIC: frozenset[Kind] = frozenset({"money", "ratio", "number", "count"})


@dataclass(frozen=True)
class Column:
    """A column of an input relation: its canonical name, kind, labels and the headers it goes by.

    kind decides how a cell is parsed and which polars type the column has: id, text, category, period → String;
    money (yuan), ratio (fraction), number, count → Float64; year → Int64; date → Date; flag → Boolean.
    """

    name: str
    kind: Kind
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    lenient: bool = False
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    note_zh: str = ""
    note_en: str = ""
    example: str | float | int = ""
    by_year: bool = False

    def label(self, lang: Lang) -> str:
        """The column's heading in a language."""
        return self.zh if lang == "zh" else self.en

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header this column is recognised by: its name, both labels and the aliases."""
        return (self.name, self.zh, self.en, *self.aliases)


@dataclass(frozen=True)
class Relation:
    """An input relation: columns, the key that identifies a row, and the relation its rows hang on.

    parent: ``(relation, column)`` that must hold this relation's `column` values, or None.
    main: whether a subject's run can't do without it.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    parent: tuple[str, str] | None = None
    main: bool = False

    def column(self, name: str) -> Column:
        """The column of that canonical name; KeyError when there is none."""
        return next(c for c in self.columns if c.name == name) if name in self.names else _missing(name)

    @property
    def names(self) -> tuple[str, ...]:
        """Canonical column names, in order."""
        return tuple(c.name for c in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns a row can't do without."""
        return tuple(c.name for c in self.columns if c.required)

    def label(self, lang: Lang) -> str:
        """The relation's name in a language, as used for sheet names."""
        return self.zh if lang == "zh" else self.en


def _missing(name: str) -> Column:
    raise KeyError(name)
