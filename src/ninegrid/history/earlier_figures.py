"""Figures taken from several earlier periods: cycles, remembered columns, a year ago, how much figures change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from ninegrid.grid.dead_band import HISTORY, least_periods
from ninegrid.grid.past import Before
from ninegrid.grid.rebased import id_of
from ninegrid.history.placed import placed_names, with_final
from ninegrid.history.stored import by_period, stored_rows
from ninegrid.model.period import Period
from ninegrid.policy import Policy
from ninegrid.policy.expressions import expression
from ninegrid.result import Result
from ninegrid.store.database import Database
from ninegrid.subjects.registry import SUBJECTS

CYCLES = "cycles"
"""The policy's parameter: over how many periods a subject's cells are followed, the run's own included."""


def year_ago(database: Database, checked: Result, stored: list[Period]) -> pl.DataFrame | None:
    """The main table twelve months before the run's period: the id and what levers measure; None where not stored."""
    policy = checked.policy
    now = checked.period
    ago = (now.end.year - 1, now.end.month)
    then = next((p for p in stored if p.kind == now.kind and (p.end.year, p.end.month) == ago), None)
    if then is None or not policy.way.grid:
        return None
    texts = [lever.measure for lever in policy.levers if lever.measure]
    measures = dict.fromkeys(name for text in texts for name in expression(text).meta.root_names())
    return stored_rows(database, SUBJECTS[checked.subject].table, checked.subject, str(then), [policy.id, *measures])


def last_of_kind(earlier: list[Period], checked: Result) -> list[Period]:
    """The last periods of the run's kind, as many as the policy looks back on."""
    return [p for p in earlier if p.kind == checked.period.kind][-checked.policy.history.remembered :]


def remembered(database: Database, checked: Result, earlier: list[Period]) -> dict[str, pl.DataFrame]:
    """The columns that the subject remembers of its tables, of the last periods of the same kind, with `period`."""
    same = last_of_kind(earlier, checked)
    wanted = SUBJECTS[checked.subject].remembered
    return {table: by_period(database, table, checked, same, columns) for table, columns in wanted.items()}


def cycles(database: Database, checked: Result, earlier: list[Period]) -> pl.DataFrame | None:
    """The final cells of the newest earlier periods of the run's kind, if the policy has such cycles."""
    policy = checked.policy
    if CYCLES not in policy.parameters:
        return None
    subject, grid = SUBJECTS[checked.subject], policy.grid(policy.tiering.grid)
    columns = [policy.id, grid.cell, *(axis.level for axis in grid.axes)]
    same = [p for p in earlier if p.kind == checked.period.kind][1 - int(policy.number(CYCLES)) :]
    found = []
    for period in same:
        rows = with_final(stored_rows(database, subject.table, subject.name, str(period)), subject.name, policy)
        found.append(rows.select(*columns, cycle=pl.lit(str(period)), ends=pl.lit(period.end)))
    return pl.concat(found, how="vertical_relaxed") if found else None


def figures_of(
    database: Database, checked: Result, earlier: list[Period], before: Before | None
) -> Iterator[Mapping[str, pl.DataFrame]]:
    """Earlier periods of the same kind, oldest first: of each placed table the columns its axes are made of. None where
    no dead-band would come of them.

    before: the one compared with, whose tables are read already.
    """
    policy = checked.policy
    if not any(axis.dead_band == HISTORY for grid in policy.grids for axis in grid.axes):
        return
    periods = last_of_kind(earlier, checked)
    for period in periods if len(periods) >= least_periods(policy) else ():
        known = before.stored if before and before.period == str(period) else {}
        yield {name: _figures(database, checked, str(period), name, known.get(name)) for name in placed_names(policy)}


def _figures(database: Database, checked: Result, period: str, table: str, known: pl.DataFrame | None) -> pl.DataFrame:
    """The columns of one table; those of `known` where it has them as they are stored, which decisions change."""
    columns = _figure_columns(checked.policy, table)
    if known is not None and not SUBJECTS[checked.subject].decisions and {*columns} <= {*known.columns}:
        return known.select(columns)
    return stored_rows(database, table, checked.subject, period, columns)


def _figure_columns(policy: Policy, table: str) -> list[str]:
    """The id and every column that the figures and levels of the table's grids are made of."""
    names: dict[str, None] = {id_of(table, policy): None}
    for grid in policy.grids:
        if grid.over == table:
            for axis in grid.axes:
                texts = [*policy.metric(axis.metric).texts, axis.value, axis.fallback]
                roots = [name for text in texts if text for name in expression(text).meta.root_names()]
                names |= dict.fromkeys([*roots, axis.level, *filter(None, (axis.peer, axis.reason))])
    return list(names)
