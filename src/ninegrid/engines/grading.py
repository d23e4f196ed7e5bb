"""Customers graded a part at a time: what is known of each, then the cuts from a few columns of all, then places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.files.spill import INPUT, RESULT
from ninegrid.grid.cuts import cuts_for
from ninegrid.grid.early_warning import by_urgency, warned
from ninegrid.grid.migration import by_weight, departures, migration
from ninegrid.grid.official import held_back
from ninegrid.grid.parts import Part, Parts, RowsInParts
from ninegrid.grid.past import Past
from ninegrid.grid.rebased import columns_named, main_table
from ninegrid.grid.rows import Rows
from ninegrid.grid.unit_ids import key_columns
from ninegrid.history.compare import refused_subjects
from ninegrid.history.in_parts import past_of, tables_then
from ninegrid.improvement.position import standing
from ninegrid.intake.in_blocks import by_line
from ninegrid.messages import Message
from ninegrid.model.findings import combine
from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.model.period import Period
from ninegrid.model.raw import ROW
from ninegrid.model.steps import timed
from ninegrid.model.subject import FoundInValues
from ninegrid.policy import Policy
from ninegrid.resources import result_columns
from ninegrid.segments.rows import wanted_columns
from ninegrid.subjects.customers.grading import completed, graded_groups, known, listed
from ninegrid.subjects.customers.noticed import INCOMES, disagreements, mixed_methods, notices
from ninegrid.subjects.customers.years import years

DESCRIBED, STANDING = "described", "standing"
"""What totals and profiles, and what ways up are computed from, in the engine's tables."""
_KNOWN, _HELD_BACK, _GONE, _WARNED, _FOUND = "known", "held back", "gone", "warned", "found"
_NOTICED = ("ec_method", "unplaced_reason", "group_id", *INCOMES)


@dataclass(frozen=True)
class GradedInParts:
    """What grading and comparing give but for the tables put down: groups, cuts, held_back; departures and warnings;
    findings and sentences.
    """

    groups: pl.DataFrame
    cuts: pl.DataFrame
    held_back: pl.DataFrame
    moved: Mapping[str, pl.DataFrame]
    findings: pl.DataFrame
    notices: tuple[Message, ...]


def grade_in_parts(inputs: Inputs, parts: Parts, policy: Policy, period: Period, past: Past) -> GradedInParts:
    """`customers.grading.grade`, the comparison with the period before and the early warnings, part by part.

    The tables customers, years and migration are put down (`result.…`), and what further tables are made from.
    """
    groups, cuts = _decided(inputs, parts, policy, period, past)
    refused = refused_subjects(inputs, inputs.findings)
    with timed("place"):
        place = partial(_placed, inputs, groups, cuts, refused, policy, period, past)
        parts.each([_KNOWN, *tables_then(parts)], place)
    parts.drop(_KNOWN)
    of_groups = migration({"groups": groups_table(groups, policy)}, cuts, past, str(period), policy, [])
    parts.add(RESULT + "migration", of_groups)
    noticed = RowsInParts(parts, DESCRIBED).narrow([policy.grid(policy.tiering.grid).cell, *_NOTICED])
    rows = [RowsInParts(parts, name) for name in (_HELD_BACK, _GONE, _WARNED, _FOUND)]
    held_back_, gone, warnings, found = (told.narrow(told.columns) for told in rows)
    read = _with_heights(inputs, parts)
    return GradedInParts(
        groups=groups,
        cuts=cuts,
        held_back=held_back_,
        moved={"departures": by_weight(gone)}
        | ({"warnings": by_urgency(warnings, policy)} if policy.warning_rules else {}),
        findings=combine([by_line(found), mixed_methods(noticed, read)]),
        notices=notices(noticed, cuts, read, policy),
    )


def grade_again_in_parts(
    inputs: Inputs, parts: Parts, policy: Policy, period: Period, past: Past
) -> Mapping[str, pl.DataFrame]:
    """The same of an earlier period, as far as it is compared with: the main table is put down, the groups given."""
    groups, cuts = _decided(inputs, parts, policy, period, past)

    def place(part: Part) -> Part:
        frame, _ = completed(part[_KNOWN], groups, policy, replace(past, cuts=cuts))
        return {RESULT + main_table(policy): listed(frame, inputs, policy)}

    parts.each([_KNOWN], place)
    parts.drop(_KNOWN)
    return {"groups": groups_table(groups, policy)}


def found_in_parts(inputs: Inputs, parts: Parts, policy: Policy, period: Period) -> FoundInValues:
    """`customers.grading.of_values`, part by part."""
    _each_known(inputs, parts, policy, period, lambda frame: {_FOUND: disagreements(frame, inputs)})
    found = RowsInParts(parts, _FOUND)
    return FoundInValues(by_line(found.narrow(found.columns)))


def _each_known(
    inputs: Inputs, parts: Parts, policy: Policy, period: Period, make: Callable[[pl.DataFrame], Part]
) -> None:
    """Put down, of every part, what is made from what is known of its customers."""
    names = {INPUT + name: name for name in inputs.tables}

    def find_out(part: Part) -> Part:
        own = replace(inputs, tables={name: part[stored] for stored, name in names.items()})
        return make(known(own, policy, period)[0])

    parts.each(list(names), find_out)


def _decided(
    inputs: Inputs, parts: Parts, policy: Policy, period: Period, past: Past
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The graded groups and the cuts of all grids; what is known of each customer is put down."""
    with timed("known"):
        _each_known(inputs, parts, policy, period, lambda frame: {_KNOWN: frame})
    everyone = RowsInParts(parts, _KNOWN)
    with timed("cuts"):
        groups, group_cuts = graded_groups(_members(everyone, policy), policy, past)
        return groups, pl.concat([*_cuts(everyone, policy, past), group_cuts], how="diagonal")


def _with_heights(inputs: Inputs, parts: Parts) -> Inputs:
    """The inputs with a row of each relation that has any."""
    some = pl.DataFrame({"some": [True]})
    return replace(inputs, tables={name: some.head(parts.height_of(INPUT + name)) for name in inputs.tables})


def _members(everyone: Rows, policy: Policy) -> pl.DataFrame:
    """The customers that are in a group, with what groups add up, in the file's order."""
    sums = [f"{ratio}:{part}" for ratio in policy.totals.ratios for part in ("num", "den")]
    columns = [SOURCE, ROW, "group_id", "group_name", *policy.totals.sums, *sums]
    return everyone.those(pl.col("group_id").is_not_null()).narrow(columns).sort(SOURCE, ROW)


def _cuts(everyone: Rows, policy: Policy, past: Past) -> Iterator[pl.DataFrame]:
    """The cuts of each grid over customers, from the columns that its axes name."""
    for grid in policy.grids:
        if grid.over != main_table(policy):
            continue
        wanted = {name for axis in grid.axes for name in (axis.peer, axis.reason)}
        for axis in grid.axes:
            wanted |= columns_named([*policy.metric(axis.metric).texts, axis.value, axis.fallback])
        narrow = everyone.narrow([name for name in everyone.columns if name in wanted])
        yield cuts_for(narrow, grid, policy, past.cuts)


def _placed(
    inputs: Inputs,
    groups: pl.DataFrame,
    cuts: pl.DataFrame,
    refused: pl.Series,
    policy: Policy,
    period: Period,
    past: Past,
    part: Part,
) -> Part:
    """The customers of a part placed by the cuts of all, and compared: their rows of each table."""
    past = past_of(part, past, policy)
    frame, _ = completed(part[_KNOWN], groups, policy, replace(past, cuts=cuts))
    main, own = main_table(policy), listed(frame, inputs, policy)
    warnings = warned({main: own}, cuts, past, period.end, policy)
    moved = migration({main: own}, cuts, past, str(period), policy, refused)
    tables = {
        RESULT + main: own,
        RESULT + "years": years(frame, policy),
        RESULT + "migration": moved,
        DESCRIBED: frame.select(_described(frame.columns, policy)),
        _HELD_BACK: held_back(frame, cuts, past, policy),
        _GONE: departures(moved, past, policy, result_columns("departures", policy)),
        _WARNED: warnings,
        _FOUND: disagreements(frame, inputs),
    }
    if policy.way.grid:
        own_cuts = cuts.filter(pl.col("grid") == policy.way.grid)
        tables[STANDING] = standing(frame, warnings, own_cuts, policy).with_columns(frame[ROW].alias("row"))
    return tables


def _described(have: Sequence[str], policy: Policy) -> list[str]:
    """The columns that totals, profiles and gaps are made from."""
    parts = [f"{ratio}:{part}" for ratio in policy.totals.ratios for part in ("num", "den")]
    wanted = {
        *(grid.cell for grid in policy.grids),
        *("tier", policy.gaps.unit, *policy.totals.sums, *parts, *_NOTICED),
        *(scope.column for scope in policy.scopes),
        *(name for view in policy.views for key in view.keys for name in key_columns(key, have)),
        *(f"{m.key}{part}" for m in policy.indicators for part in ("", ":num", ":den")),
        *(wanted_columns(policy, have) if policy.segments else ()),
    }
    return [name for name in have if name in wanted]


def groups_table(groups: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The table groups."""
    return groups.select(result_columns("groups", policy))
