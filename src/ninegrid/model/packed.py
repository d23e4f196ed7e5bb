"""Tables whose rows come in runs, such as one for each factor: held and stored as a row a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from ninegrid.dataclass import dataclass

SEPARATOR = ","
"""Between the codes of a run; no code holds it."""


@dataclass(frozen=True)
class Packed:
    """Rows that come in runs.

    differing: the columns in which the rows of a run differ; the first holds codes. rows: a row a run, with the columns
    of the table: of `differing` the codes as one text, the others as lists, all in the order of the run's rows.
    """

    rows: pl.DataFrame
    differing: tuple[str, ...]

    @classmethod
    def of(cls, table: pl.DataFrame, differing: tuple[str, ...]) -> Packed:
        """Pack rows: those that follow each other and are the same in all other columns are a run."""
        codes, *figures = differing
        same = [name for name in table.columns if name not in differing]
        begins = table.select(pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in same))
        runs = table.group_by(begins.to_series().cum_sum().alias("run"), maintain_order=True).agg(
            pl.col(same).first(), pl.col(codes).str.join(SEPARATOR), pl.col(figures).implode()
        )
        return cls(runs.select(table.columns), differing)

    @property
    def height(self) -> int:
        """How many rows the table has."""
        return int(self.rows[self.differing[-1]].list.len().sum())

    @property
    def codes(self) -> list[str]:
        """The codes of all runs, in the order of the rows."""
        texts = self.rows[self.differing[0]].unique(maintain_order=True)
        return texts.str.split(SEPARATOR).explode().unique(maintain_order=True).to_list()

    def laid_out(self) -> pl.DataFrame:
        """The table, a row a code."""
        codes = pl.col(self.differing[0]).str.split(SEPARATOR)
        return self.rows.with_columns(codes).explode(self.differing)


class Tables(Mapping[str, pl.DataFrame]):
    """Tables by name; one that is held packed is laid out each time it is asked for."""

    def __init__(self, held: Mapping[str, pl.DataFrame | Packed]) -> None:
        """Hold the tables as they are."""
        self._held = dict(held)

    def __getitem__(self, name: str) -> pl.DataFrame:
        """A table with all its rows."""
        table = self._held[name]
        return table.laid_out() if isinstance(table, Packed) else table

    def __contains__(self, name: object) -> bool:
        """Whether there is a table of the name, which need not be laid out for that."""
        return name in self._held

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._held)

    def __len__(self) -> int:
        """How many tables."""
        return len(self._held)

    def held(self, name: str) -> pl.DataFrame | Packed:
        """A table as it is held."""
        return self._held[name]


def as_held(tables: Mapping[str, pl.DataFrame], name: str) -> pl.DataFrame | Packed:
    """A table as it is held."""
    return tables.held(name) if isinstance(tables, Tables) else tables[name]


def as_packed(tables: Mapping[str, pl.DataFrame], name: str, differing: tuple[str, ...]) -> Packed:
    """A table packed, however it is held."""
    table = as_held(tables, name)
    return table if isinstance(table, Packed) else Packed.of(table, differing)


def together(*all_of: Mapping[str, pl.DataFrame]) -> Tables:
    """The tables of several mappings, each as it is held; of those of one name the last."""
    return Tables({name: as_held(tables, name) for tables in all_of for name in tables})
