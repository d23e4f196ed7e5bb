"""The result of a run as one frozen value; workbook, tables and terminal are all made from it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from pathlib import Path

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.files.spill import INPUT, RESULT, LongTable
from ninegrid.grid.disclosure import enough
from ninegrid.grid.parts import Parts, RowsInParts
from ninegrid.grid.rows import Held, Rows
from ninegrid.grid.tables import Wide
from ninegrid.messages import Message
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import Inputs
from ninegrid.model.packed import as_held
from ninegrid.model.period import Period
from ninegrid.model.relations import Lang
from ninegrid.model.steps import Step
from ninegrid.policy import Policy


@dataclass(frozen=True)
class Unit:
    """The one unit a part of a result is about: the column that says where a subject belongs, and its value.

    key: what tells it from other units of the same value, "" where the value alone does.
    """

    column: str
    value: str
    key: str = ""


@dataclass(frozen=True)
class Result:
    """What was graded, from what, by which policy.

    study: whose answer this is, about a period of the subject; "" for a run.
    tables: the result tables by name (customers, groups, profile, …), described in schemas/results.toml; a run that
    only checked has the findings alone. counts: rows_read, placed, unplaced, rejected, merged of the main relation, and
    other figures of the summary. compared_with: the period that moves are told against. accepted_break: why a person
    accepted inputs that do not continue it, where they don't. job, key: the job it belongs
    to, and what identifies its inputs and settings. steps: those that ended, in order, with their parts.
    wide: what the totals were added up from; in memory only. unit: whose part of a result this is; None for the whole.
    distribution: of the main table, how many subjects have each tier and each strategy. parts: where the rows of a run
    in parts are, while it lasts; of its long tables `tables` holds the rows that a workbook shows, and of the inputs'
    none.
    """

    run_id: str
    subject: str
    period: Period
    lang: Lang
    policy: Policy
    inputs: Inputs
    tables: Mapping[str, pl.DataFrame]
    counts: Mapping[str, int]
    started: dt.datetime
    versions: Mapping[str, str]
    notices: tuple[Message, ...] = ()
    compared_with: str | None = None
    accepted_break: str | None = None
    job: str | None = None
    key: str | None = None
    steps: tuple[Step, ...] = ()
    wide: Wide | None = None
    unit: Unit | None = None
    distribution: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    parts: Parts | None = None
    refusal: InputError | None = None
    study: str = ""

    @property
    def has_more(self) -> bool:
        """Whether there is more to tell than how the inputs were read: it was graded, or a study has answered."""
        return "cells" in self.tables or bool(self.study and self.tables.keys() - {"findings", "reading"})

    @property
    def long(self) -> Mapping[str, LongTable]:
        """The result tables that are too long to hold."""
        return self.parts.tables(RESULT) if self.parts else {}

    @property
    def long_inputs(self) -> Mapping[str, LongTable]:
        """The accepted rows of the input relations, where they are too many to hold."""
        return self.parts.tables(INPUT) if self.parts else {}

    def columns(self, table: str, names: Sequence[str]) -> pl.DataFrame:
        """Some columns of all rows of a result table, as far as it has them; of a long one in no order."""
        long, held = self.long.get(table), self.tables[table]
        wanted = [name for name in dict.fromkeys(names) if name in held.columns]
        return held.select(wanted) if long is None else long.scan().select(wanted).collect()

    def rows(self, table: str) -> Rows:
        """All rows of a result table, to be asked."""
        if table in self.long:
            assert self.parts is not None
            return RowsInParts(self.parts, RESULT + table)
        return Held(self.tables[table])

    def parts_of(self, table: str, names: Sequence[str]) -> Iterator[pl.DataFrame]:
        """The same in parts, each with all the rows of its subjects; a table that is held is one part."""
        long = self.long.get(table)
        if long is None:
            yield self.columns(table, names)
            return
        wanted = [name for name in dict.fromkeys(names) if name in self.tables[table].columns]
        yield from (pl.read_parquet(path, columns=wanted, glob=False) for path in long.paths)

    def with_distribution(self, main: str) -> Result:
        """The result with `distribution`, counted in its main table."""
        rows = self.columns(main, ["tier", "strategy"])
        counted = {name: dict(rows[name].drop_nulls().value_counts().iter_rows()) for name in rows.columns}
        return replace(self, distribution=counted)

    def height(self, table: str) -> int:
        """How many rows a result table has."""
        long = self.long.get(table)
        return as_held(self.tables, table).height if long is None else long.height

    @property
    def seconds(self) -> dict[str, float]:
        """How long each step took."""
        return {step.name: step.seconds for step in self.steps}


@dataclass(frozen=True)
class Written:
    """A finished run: its result and the files it wrote."""

    result: Result
    files: tuple[Path, ...]


def counts_of(inputs: Inputs, main: str) -> dict[str, int]:
    """Where the main relation's rows went: rows_read = accepted + rejected + merged + other_period + departed."""
    count = inputs.counts[main]
    return {
        "rows_read": count.read,
        "accepted": count.accepted,
        "rejected": count.rejected,
        "merged": count.merged,
        "other_period": count.other_period,
        "departed": count.departed,
        "subtotals": count.subtotals,
        "findings": inputs.findings.height,
    }


@dataclass(frozen=True)
class Crowd:
    """The whole, and which of its subjects are the unit's; `groups`: of the unit's groups, members `elsewhere`.

    peers: by grid and axis, how many of everyone have each peer group; filled as they are asked for, the same for all
    units of a whole.
    """

    whole: Result
    unit: Unit
    ids: Sequence[str]
    groups: Mapping[str, pl.DataFrame]
    peers: dict[tuple[str, str], Counter[str | None]] = field(default_factory=dict)

    @cached_property
    def here(self) -> pl.Series:
        """Of every subject, whether it is the unit's."""
        assert self.whole.wide is not None
        return self.whole.wide.frame[self.whole.policy.id].is_in(list(self.ids))

    @cached_property
    def frame(self) -> pl.DataFrame:
        """Every subject, with `elsewhere`: whether it is not the unit's."""
        assert self.whole.wide is not None
        return self.whole.wide.frame.with_columns(elsewhere=~self.here)

    def enough(self, elsewhere: pl.Expr) -> pl.Expr:
        """Whether a figure that holds so many subjects of other units may be shown (`privacy.fewest`)."""
        return enough(elsewhere, self.whole.policy.privacy.fewest)

    def mine(self, column: str) -> pl.Expr:
        """Whether a row's unit is this one; never where units of one name have keys of their own."""
        if self.unit.key:
            return pl.lit(False)
        return (pl.col(column).cast(pl.String) == self.unit.value).fill_null(False)
