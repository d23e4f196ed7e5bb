"""The interface between grading and an engine: what is computed over all rows of a table, in memory or on disk.

What a row says for itself is worked out part by part (`derived`). What everyone decides takes one of three questions:
a few columns of all (`narrow`), sums by keys (`added`), quantiles by keys (`quantiles`). `Held` answers them of a
frame in memory; the room engines/ of tables on disk or on a cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import polars as pl

from ninegrid.grid.grouping import as_enum, grouped
from ninegrid.model.lazy import all_collected

Keys = Sequence[str]
Shares = Mapping[str, float]
"""Shares of the values, by what their quantiles are called."""


class Rows(Protocol):
    """The rows of a table, some columns of which may be worked out as they are read."""

    @property
    def columns(self) -> Sequence[str]:
        """The names of its columns."""

    def derived(self, **columns: pl.Expr) -> Rows:
        """The rows with further columns, each an expression over the row."""

    def those(self, where: pl.Expr) -> Rows:
        """The rows for which an expression over the row holds."""

    def narrow(self, columns: Sequence[str]) -> pl.DataFrame:
        """Some columns of all rows, in memory."""

    def added(self, ways: Sequence[Keys], sums: Sequence[pl.Expr]) -> list[pl.DataFrame]:
        """For each way a row a combination of its keys (null is one too): them, and the sums.

        sums: aggregates that may be added up again: counts, and sums that are 0 where there is nothing. Enums come as
        texts. A way without keys gives one row.
        """

    def quantiles(
        self, ways: Sequence[Keys], columns: Sequence[str], shares: Shares, sums: Sequence[pl.Expr] = ()
    ) -> list[pl.DataFrame]:
        """For each way a row a combination of its keys, none of them null: them as texts, of each column c `c:n`, the
        values there are, and `c:s` for each share by its name s, the type 7 quantile (null without values); and sums.

        A way without keys gives one row, if there is any.
        """


class Held:
    """The rows of a frame in memory."""

    def __init__(self, frame: pl.DataFrame) -> None:
        """Of the frame as it is."""
        self.frame = frame
        self._enums: dict[str, pl.Series] = {}

    @property
    def columns(self) -> Sequence[str]:
        """See Rows."""
        return self.frame.columns

    def derived(self, **columns: pl.Expr) -> Held:
        """See Rows."""
        return Held(self.frame.with_columns(**columns))

    def those(self, where: pl.Expr) -> Held:
        """See Rows."""
        return Held(self.frame.filter(where))

    def narrow(self, columns: Sequence[str]) -> pl.DataFrame:
        """See Rows."""
        return self.frame.select(columns)

    def added(self, ways: Sequence[Keys], sums: Sequence[pl.Expr]) -> list[pl.DataFrame]:
        """See Rows."""
        plan = self.frame.lazy()
        return all_collected(
            plan.group_by(keys).agg(sums).with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))
            if keys
            else plan.select(sums)
            for keys in ways
        )

    def quantiles(
        self, ways: Sequence[Keys], columns: Sequence[str], shares: Shares, sums: Sequence[pl.Expr] = ()
    ) -> list[pl.DataFrame]:
        """See Rows."""
        keys = dict.fromkeys(name for keys in ways for name in keys)
        frame = self.frame.select(
            *(pl.col(name).alias(f"value:{name}") for name in columns),  # a column may be a key too
            *dict.fromkeys(name for e in sums for name in e.meta.root_names() if name not in keys),
            *(self._as_enum(name) for name in keys),
        )
        figures = [e for name in columns for e in _figures(name, shares)]
        return all_collected(grouped(frame, way, [*figures, *sums]) for way in ways)

    def _as_enum(self, name: str) -> pl.Series:
        if name not in self._enums:
            self._enums[name] = as_enum(self.frame[name])
        return self._enums[name]


def _figures(name: str, shares: Shares) -> Iterator[pl.Expr]:
    """`name:n` and the quantiles of a column. Without the nulls, which cost polars several times the selecting.

    Each quantile selects for itself: of three, that took half the time of one sort and reading them off (measured on 40
    columns of 100,000 rows in nine groups; at 3,000 rows a ninth).
    """
    known = pl.col(f"value:{name}").drop_nulls()
    yield known.len().cast(pl.Int64).alias(f"{name}:n")
    for share, part in shares.items():
        yield known.quantile(part, "linear").alias(f"{name}:{share}")
