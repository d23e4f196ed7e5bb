"""The period compared with, brought to the parts of a run graded in parts: a subject's rows beside those of now.

Subjects that are gone have parts of their own, in which there is nothing of now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import polars as pl

from ninegrid.files.spill import INPUT, RESULT
from ninegrid.grid.parts import Part, Parts, RowsInParts
from ninegrid.grid.past import Before, Past
from ninegrid.grid.rebased import main_table
from ninegrid.grid.rows import Held, Rows
from ninegrid.history.continuity_figures import BothPeriods, side_by_side
from ninegrid.history.placed import by_todays_policy, cuts_of_then, falls_of, inputs_of_then, placed_names, placed_table
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.relations import Relation
from ninegrid.policy import Policy
from ninegrid.result import Result
from ninegrid.store.database import Database
from ninegrid.subjects.registry import relations

Regrade = Callable[[Inputs, Policy, Period, Past], Mapping[str, pl.DataFrame]]
"""Grades the rows `THEN + INPUT + …` again, puts down `THEN + RESULT + …`, and gives the tables that are held."""

THEN = "then."
"""What tables of the period compared with are called, before their names."""
_STORED, _FALLS, _BOTH = f"{THEN}stored.", f"{THEN}falls", "both periods"
_AT_ONCE = 50_000  # of the subjects that are gone


def brought(database: Database, checked: Result, period: Period, regrade: Regrade) -> Before:
    """The period to compare with, whose main tables are in the parts and have no rows here."""
    assert checked.parts is not None
    parts, policy, text = checked.parts, checked.policy, str(period)
    main, again = main_table(policy), not by_todays_policy(database, checked, text)
    for block, ids in _subjects(database, checked, text):
        parts.put(_STORED + main, block, placed_table(database, main, checked.subject, policy, text, ids))
        parts.put(_FALLS, block, falls_of(database, checked.subject, policy, text, ids))
        accepted = inputs_of_then(database, checked, period, ids) if again else None
        for name, rows in (accepted.tables if accepted else {}).items():
            parts.put(THEN + INPUT + name, block, rows)
    others = [name for name in placed_names(policy) if name != main]
    stored = {name: placed_table(database, name, checked.subject, policy, text) for name in others}
    rebased: Mapping[str, pl.DataFrame] = stored
    if again:
        empty = inputs_of_then(database, checked, period, pl.Series([], dtype=pl.String))
        rebased = regrade(empty, policy, period, cuts_of_then(database, checked, period))
    return Before(text, stored, rebased, pl.DataFrame())


def _subjects(database: Database, checked: Result, period: str) -> Iterator[tuple[int, pl.Series]]:
    """The ids in each part; those of then alone in further parts, which get empty tables of now."""
    assert checked.parts is not None
    parts, key = checked.parts, checked.policy.id
    main = INPUT + relations(checked.subject)[0].name
    ids = list(parts.from_each(main, [key], lambda rows: rows[key]))
    then = database.rows(main_table(checked.policy), checked.subject, period, [key])[key]
    gone = then.filter(~then.is_in(pl.concat(ids).implode())).sort()
    blocks, empty = parts.blocks(main), _empty(parts)
    yield from zip(blocks, ids, strict=True)
    for at in range(0, gone.len(), _AT_ONCE):
        block = blocks[-1] + 1 + at // _AT_ONCE
        for name, rows in empty.items():
            parts.put(name, block, rows)
        yield block, gone.slice(at, _AT_ONCE)


def _empty(parts: Parts) -> dict[str, pl.DataFrame]:
    """The accepted relations without rows."""
    return {INPUT + name: long.scan().head(0).collect() for name, long in parts.tables(INPUT).items()}


def tables_then(parts: Parts) -> list[str]:
    """The tables of the period compared with that a part's own past is made of (`past_of`)."""
    names = (THEN + name for name in parts.tables(THEN))
    return [name for name in names if name == _FALLS or name.startswith((_STORED, THEN + RESULT))]


def past_of(part: Part, past: Past, policy: Policy) -> Past:
    """What a run has of earlier periods, of the subjects of a part."""
    if past.before is None:
        return past
    main = main_table(policy)
    stored = {main: part[_STORED + main]}
    again = {main: part[THEN + RESULT + main]} if THEN + RESULT + main in part else stored
    return replace(past, before=Before(past.before.period, stored, again, part[_FALLS]))


def main_before(before: Before | None, parts: Parts | None, policy: Policy, *, rebased: bool = False) -> Rows | None:
    """The main table of the period compared with, as stored or under today's policy; None where there is none."""
    main = main_table(policy)
    if before is None or parts is None:
        tables = {} if before is None else before.rebased if rebased else before.stored
        return Held(tables[main]) if main in tables else None
    again = rebased and main in parts.tables(THEN + RESULT)
    return RowsInParts(parts, (THEN + RESULT if again else _STORED) + main)


def continued(parts: Parts, main: Relation, policy: Policy, then: Callable[[pl.Series], pl.DataFrame]) -> BothPeriods:
    """The accepted rows of both periods. then: those of some ids in the period before."""
    key, now, before = policy.id, INPUT + main.name, f"{THEN}accepted.{main.name}"
    of_then = RowsInParts(parts, _STORED + main_table(policy))
    ids = list(parts.from_each(of_then.table, [key], lambda rows: rows[key]))
    for block, some in zip(parts.blocks(of_then.table), ids, strict=True):
        parts.put(before, block, then(some))

    def join(part: Part) -> Part:
        return {_BOTH: side_by_side(part[now], part[before], main, policy)}

    parts.each([before, now], join)
    return BothPeriods(*(RowsInParts(parts, name) for name in (now, before, _BOTH)))
