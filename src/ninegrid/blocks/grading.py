"""Customers graded a block at a time: what is known of each, then the cuts from a few columns of all, then places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from ninegrid.files.spill import INPUT, RESULT, Spill
from ninegrid.grid.cuts import cuts_for
from ninegrid.grid.early_warning import by_urgency, warned
from ninegrid.grid.official import held_back
from ninegrid.grid.past import Past
from ninegrid.grid.rebased import columns_named, main_table
from ninegrid.grid.units import key_columns
from ninegrid.improvement.position import standing
from ninegrid.intake.in_blocks import BlocksRead, by_line
from ninegrid.messages import Message
from ninegrid.model.findings import combine
from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.model.period import Period
from ninegrid.model.raw import ROW
from ninegrid.model.steps import timed
from ninegrid.policy import Policy
from ninegrid.resources import result_columns
from ninegrid.segments.rows import wanted_columns
from ninegrid.subjects.customers.grading import completed, graded_groups, known, listed
from ninegrid.subjects.customers.warnings import disagreements, mixed_methods, notices
from ninegrid.subjects.customers.years import years

DESCRIBED, STANDING = "described", "standing"
"""What totals and profiles, and what ways up are computed from, in the spill."""
_KNOWN = "known"
_NOTICED = ("ec_method", "unplaced_reason", "group_id")


@dataclass(frozen=True)
class GradedInBlocks:
    """What grading gives but for the tables in the spill: groups, cuts, held_back, warnings; findings and sentences."""

    groups: pl.DataFrame
    cuts: pl.DataFrame
    held_back: pl.DataFrame
    warnings: pl.DataFrame
    findings: pl.DataFrame
    notices: tuple[Message, ...]


def grade_in_blocks(read: BlocksRead, spill: Spill, policy: Policy, period: Period, past: Past) -> GradedInBlocks:
    """`customers.grading.grade` and the early warnings, block by block, without a period before.

    The tables customers and years are put in the spill (`result.…`), and what further tables are made from.
    """
    with timed("known"):
        for block in read.blocks:
            frame, _ = known(block_inputs(read, spill, block), policy, period)
            spill.put(_KNOWN, block, frame)
    with timed("cuts"):
        groups, group_cuts = graded_groups(_members(spill, policy), policy, past)
        cuts = pl.concat([*_cuts(spill, policy, past), group_cuts], how="diagonal")
    parts = [_placed(block, read, spill, groups, cuts, policy, period, past) for block in read.blocks]
    spill.drop(_KNOWN)
    noticed = spill.narrow(DESCRIBED, [policy.grid(policy.tiering.grid).cell, *_NOTICED])
    inputs = _with_heights(read.inputs, spill)
    return GradedInBlocks(
        groups=groups,
        cuts=cuts,
        held_back=pl.concat([part.held_back for part in parts]),
        warnings=by_urgency(pl.concat([part.warnings for part in parts]), policy),
        findings=combine([by_line(combine(part.findings for part in parts)), mixed_methods(noticed, inputs)]),
        notices=notices(noticed, cuts, inputs),
    )


def block_inputs(read: BlocksRead, spill: Spill, block: int) -> Inputs:
    """The inputs with the accepted rows of one block."""
    return replace(read.inputs, tables={name: spill.get(INPUT + name, block) for name in read.inputs.tables})


def _with_heights(inputs: Inputs, spill: Spill) -> Inputs:
    """The inputs with a row of each relation that has any."""
    some = {name: spill.table(INPUT + name).scan().head(1).collect() for name in inputs.tables}
    return replace(inputs, tables=some)


def _members(spill: Spill, policy: Policy) -> pl.DataFrame:
    """The customers that are in a group, with what groups add up, in the file's order."""
    parts = [f"{ratio}:{part}" for ratio in policy.totals.ratios for part in ("num", "den")]
    columns = [SOURCE, ROW, "group_id", "group_name", *policy.totals.sums, *parts]
    members = spill.table(_KNOWN).scan().select(columns).filter(pl.col("group_id").is_not_null()).collect()
    return members.sort(SOURCE, ROW)


def _cuts(spill: Spill, policy: Policy, past: Past) -> Iterator[pl.DataFrame]:
    """The cuts of each grid over customers, from the columns that its axes name."""
    have = spill.table(_KNOWN).scan().collect_schema().names()
    for grid in policy.grids:
        if grid.over != main_table(policy):
            continue
        wanted = {name for axis in grid.axes for name in (axis.peer, axis.reason)}
        for axis in grid.axes:
            wanted |= columns_named([*policy.metric(axis.metric).texts, axis.value, axis.fallback])
        narrow = spill.narrow(_KNOWN, [name for name in have if name in wanted])
        yield cuts_for(narrow, grid, policy, past.cuts)


@dataclass(frozen=True)
class _Part:
    """What a block adds to tables that are held."""

    held_back: pl.DataFrame
    warnings: pl.DataFrame
    findings: pl.DataFrame


def _placed(
    block: int,
    read: BlocksRead,
    spill: Spill,
    groups: pl.DataFrame,
    cuts: pl.DataFrame,
    policy: Policy,
    period: Period,
    past: Past,
) -> _Part:
    """The customers of a block placed by the cuts of all, and put in the spill."""
    with timed("place") as work:
        frame, _ = completed(spill.get(_KNOWN, block), groups, policy, replace(past, cuts=cuts))
        own = listed(frame, read.inputs, policy)
        work.rows = frame.height
    main = main_table(policy)
    warnings = warned({main: own}, cuts, past, period.end, policy)
    with timed("spill"):
        spill.put(RESULT + main, block, own)
        spill.put(RESULT + "years", block, years(frame, policy))
        spill.put(DESCRIBED, block, frame.select(_described(frame.columns, policy)))
    if policy.way.grid:
        with timed("standing"):
            own_cuts = cuts.filter(pl.col("grid") == policy.way.grid)
            stands = standing(frame, warnings, own_cuts, policy).with_columns(frame[ROW].alias("row"))
            spill.put(STANDING, block, stands)
    return _Part(held_back(frame, cuts, past, policy), warnings, disagreements(frame, read.inputs))


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
