"""Tables in parts: what grading asks of all their rows, from what each part gives.

Sums are worked out of each part and added up. Quantiles are taken of columns brought home: all at once where they are
few, else one after the other, so that of a table too long for memory the keys and two columns are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.files.spill import LongTable
from ninegrid.grid.exact_quantiles import Search, looked, ranked
from ninegrid.grid.grouping import as_enums
from ninegrid.grid.rows import Held, Keys, Shares

_AT_ONCE = 2
"""Columns whose quantiles are taken side by side."""
_FEW_VALUES = 1 << 25
"""Values that are brought home at once."""
_ONE_COLUMN = 1 << 27
"""Rows of which a column is brought home to take its quantiles."""

T = TypeVar("T")
Step = Mapping[str, pl.Expr] | pl.Expr


Part = Mapping[str, pl.DataFrame]
"""Of some subjects all rows that tables have, by the name of the table."""


class Parts(Protocol):
    """In a folder, where tables are kept in parts, of the same subjects each: an engine's memory."""

    @property
    def folder(self) -> Path:
        """Where they are."""

    def each(self, tables: Sequence[str], make: Callable[[Part], Part]) -> None:
        """Puts down what a function gives of each part, as far as these tables go, under the names it gives."""

    def blocks(self, table: str) -> Sequence[int]:
        """The numbers of the parts that a table has, in order; none where there is no such table."""

    def put(self, name: str, block: int, frame: pl.DataFrame) -> None:
        """Puts down a table's rows of one part."""

    def add(self, name: str, frame: pl.DataFrame) -> None:
        """Puts rows of no part at a table's end."""

    def drop(self, name: str) -> None:
        """Removes a table that is not needed any more."""

    def tables(self, prefix: str) -> Mapping[str, LongTable]:
        """The tables whose names begin so, by the rest of their names."""

    def columns_of(self, table: str) -> Sequence[str]:
        """The names of a table's columns."""

    def height_of(self, table: str) -> int:
        """How many rows a table has."""

    def from_each(self, table: str, columns: Sequence[str], make: Callable[[pl.DataFrame], T]) -> Iterable[T]:
        """What a function gives of some columns of each part, in the order of the parts."""


@dataclass(frozen=True)
class Within:
    """The tables in parts whose names begin with a prefix, as if there were no others (see `Parts`)."""

    parts: Parts
    prefix: str

    @property
    def folder(self) -> Path:
        """See Parts."""
        return self.parts.folder

    def each(self, tables: Sequence[str], make: Callable[[Part], Part]) -> None:
        """See Parts."""
        prefix = self.prefix

        def within(part: Part) -> Part:
            own = {name.removeprefix(prefix): frame for name, frame in part.items()}
            return {prefix + name: frame for name, frame in make(own).items()}

        self.parts.each([prefix + name for name in tables], within)

    def blocks(self, table: str) -> Sequence[int]:
        """See Parts."""
        return self.parts.blocks(self.prefix + table)

    def put(self, name: str, block: int, frame: pl.DataFrame) -> None:
        """See Parts."""
        self.parts.put(self.prefix + name, block, frame)

    def add(self, name: str, frame: pl.DataFrame) -> None:
        """See Parts."""
        self.parts.add(self.prefix + name, frame)

    def drop(self, name: str) -> None:
        """See Parts."""
        self.parts.drop(self.prefix + name)

    def tables(self, prefix: str) -> Mapping[str, LongTable]:
        """See Parts."""
        return self.parts.tables(self.prefix + prefix)

    def columns_of(self, table: str) -> Sequence[str]:
        """See Parts."""
        return self.parts.columns_of(self.prefix + table)

    def height_of(self, table: str) -> int:
        """See Parts."""
        return self.parts.height_of(self.prefix + table)

    def from_each(self, table: str, columns: Sequence[str], make: Callable[[pl.DataFrame], T]) -> Iterable[T]:
        """See Parts."""
        return self.parts.from_each(self.prefix + table, columns, make)


@dataclass(frozen=True)
class RowsInParts:
    """The rows of a table in parts; see `grid.rows.Rows`. steps: columns derived, and conditions, in turn."""

    parts: Parts
    table: str
    steps: tuple[Step, ...] = ()

    @property
    def columns(self) -> Sequence[str]:
        """See Rows."""
        derived = [name for step in self.steps if isinstance(step, Mapping) for name in step]
        return list(dict.fromkeys([*self.parts.columns_of(self.table), *derived]))

    def derived(self, **columns: pl.Expr) -> RowsInParts:
        """See Rows."""
        return replace(self, steps=(*self.steps, columns))

    def those(self, where: pl.Expr) -> RowsInParts:
        """See Rows."""
        return replace(self, steps=(*self.steps, where))

    def narrow(self, columns: Sequence[str]) -> pl.DataFrame:
        """See Rows."""
        return pl.concat(self._of_each(columns, lambda part: part))

    def added(self, ways: Sequence[Keys], sums: Sequence[pl.Expr]) -> list[pl.DataFrame]:
        """See Rows."""
        wanted = dict.fromkeys([*(name for way in ways for name in way), *(c for e in sums for c in _roots(e))])
        found = self._of_each(list(wanted), lambda part: Held(part).added(ways, sums))
        return [_added(parts, way) for *parts, way in zip(*found, ways, strict=True)]

    def quantiles(
        self, ways: Sequence[Keys], columns: Sequence[str], shares: Shares, sums: Sequence[pl.Expr] = ()
    ) -> list[pl.DataFrame]:
        """See Rows."""
        keys = list(dict.fromkeys(name for way in ways for name in way))
        height = self.parts.height_of(self.table)
        if height * len({*keys, *columns}) <= _FEW_VALUES:
            found = [Held(self.narrow(list(dict.fromkeys([*keys, *columns])))).quantiles(ways, columns, shares)]
        elif height <= _ONE_COLUMN:
            found = self._one_by_one(ways, keys, columns, shares)
        else:
            found = [self._searched(ways, column, shares) for column in columns]
        more = [self.added(ways, sums)] if sums else []
        return [_beside(told, way) for *told, way in zip(*found, *more, ways, strict=True)]

    def _one_by_one(
        self, ways: Sequence[Keys], keys: Sequence[str], columns: Sequence[str], shares: Shares
    ) -> list[list[pl.DataFrame]]:
        keyed = as_enums(self.narrow(keys), keys)

        def look(column: str) -> list[pl.DataFrame]:
            frame = keyed if column in keys else keyed.hstack(self.narrow([column]))
            return Held(frame).quantiles(ways, [column], shares)

        with ThreadPoolExecutor(_AT_ONCE) as threads:  # grouping keeps one core busy, and lets go of Python's lock
            return list(threads.map(look, columns))

    def _searched(self, ways: Sequence[Keys], column: str, shares: Shares) -> list[pl.DataFrame]:
        """What all rows decide of a column that is brought home nowhere: see `exact_quantiles`."""
        height = self.parts.height_of(self.table)
        searches = [Search(way, column, shares, height) for way in ways]
        left, wanted = searches, list(dict.fromkeys([*(name for way in ways for name in way), column]))
        while left:
            left = ranked(self._of_each(wanted, partial(looked, left)), left)
        groups = self.added(ways, [])
        return [
            _with_all(groups_, search.result(), search.way, column)
            for groups_, search in zip(groups, searches, strict=True)
        ]

    def _of_each(self, columns: Sequence[str], make: Callable[[pl.DataFrame], T]) -> Iterable[T]:
        read, steps = self._needed(columns)
        return self.parts.from_each(
            self.table, read, lambda part: make(_taken(part, steps).select(columns or pl.all()))
        )

    def _needed(self, columns: Sequence[str]) -> tuple[list[str], list[Step]]:
        """The stored columns that some are made from, and the steps as far as they are needed."""
        wanted, steps = dict.fromkeys(columns), list[Step]()
        for step in reversed(self.steps):
            if isinstance(step, Mapping):
                needed = {name: made for name, made in step.items() if name in wanted}
                wanted = dict.fromkeys(name for name in wanted if name not in needed)
                wanted |= dict.fromkeys(c for made in needed.values() for c in _roots(made))
                steps.insert(0, needed)
            else:
                wanted |= dict.fromkeys(_roots(step))
                steps.insert(0, step)
        return list(wanted) or list(self.parts.columns_of(self.table)[:1]), steps


def _taken(frame: pl.DataFrame, steps: Sequence[Step]) -> pl.DataFrame:
    for step in steps:
        frame = frame.with_columns(**step) if isinstance(step, Mapping) else frame.filter(step)
    return frame


def _roots(made: pl.Expr) -> list[str]:
    return made.meta.root_names()


def _added(parts: Sequence[pl.DataFrame], way: Keys) -> pl.DataFrame:
    whole = pl.concat(parts)
    return whole.group_by(way, maintain_order=True).agg(pl.all().sum()) if way else whole.select(pl.all().sum())


def _with_all(groups: pl.DataFrame, found: pl.DataFrame, way: Keys, column: str) -> pl.DataFrame:
    """A row a group, also of those without a value."""
    if way:
        known = groups.with_columns(pl.col(way).cast(pl.String)).drop_nulls()
        found = known.join(found, on=way, how="left")
    return found.with_columns(pl.col(f"{column}:n").fill_null(0))


def _beside(found: Sequence[pl.DataFrame], way: Keys) -> pl.DataFrame:
    """Figures of the same groups side by side."""
    first, *others = found
    for other in others:
        first = first.join(other, on=way, how="left") if way else first.hstack(other.head(first.height))
    return first
