"""Where every customer stands, with the columns that ways up are computed from and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ninegrid.grid.place import place
from ninegrid.grid.unit_ids import MANAGER, MANAGER_ID
from ninegrid.improvement.peers import bands
from ninegrid.policy import Axis, Policy
from ninegrid.policy.expressions import expression

INPUTS = ("total_income", "operating_cost", "expected_loss", "economic_capital", "raroc_given")
RETURNS = ("rani", "raroc_status", "raroc", "eva")
EARNINGS = ("ead", "deposit_avg", "deposit_spread", "loan_avg", "loan_spread", "fee_income", "other_income")


def standing(frame: pl.DataFrame, warnings: pl.DataFrame | None, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A row a customer, in the frame's order, as `row`, with its own columns as far as they are needed, and

    official1, official2, raw1, raw2: its levels on the two axes, as they hold and as this period's figures say;
    cost_ratio: operating cost a yuan of income, null where there is no income or no cost;
    forbidden: no growth is sought, for a warning says so; declined: nothing is asked of it at all;
    caution: `;`-joined codes of what to mind; and the band of each banded lever (see `peers`).
    """
    grid = policy.grid(policy.way.grid)
    slim = frame.select(c for c in dict.fromkeys(_needed(policy)) if c in frame.columns).with_row_index("row")
    raw = place(slim, grid, cuts, policy)
    levels = {f"official{i}": slim[axis.level].cast(pl.Int8) for i, axis in enumerate(grid.axes, 1)}
    levels |= {f"raw{i}": raw[axis.level] for i, axis in enumerate(grid.axes, 1)}
    return slim.with_columns(
        **levels,
        cost_ratio=pl.when(pl.col("total_income") > 0).then(pl.col("operating_cost") / pl.col("total_income")),
        forbidden=pl.col(policy.id).is_in(_forbidden(warnings, policy).implode()) | _blocked(policy),
        declined=declined(policy),
        caution=_caution(policy),
    ).with_columns(bands(policy))


def _caution(policy: Policy) -> pl.Expr:
    """The codes of the cautions that hold; null for none."""
    codes = [pl.when(expression(c.when)).then(pl.lit(c.code)) for c in policy.way.cautions]
    text = pl.concat_str(codes, separator=";", ignore_nulls=True) if codes else pl.lit("")
    return pl.when(text != "").then(text)


def declined(policy: Policy) -> pl.Expr:
    """Whether one of the policy's rules `never`, which exempt customers from leads, holds."""
    return pl.any_horizontal(pl.lit(False), *(expression(rule.when).fill_null(False) for rule in policy.never))


def _blocked(policy: Policy) -> pl.Expr:
    """Where the policy seeks no growth, whatever the warnings."""
    text = policy.way.blocked_when
    return expression(text).fill_null(False) if text else pl.lit(False)


def _forbidden(warnings: pl.DataFrame | None, policy: Policy) -> pl.Series:
    """The ids under a warning that forbids growth."""
    if warnings is None or not policy.way.blocked_by:
        return pl.Series([], dtype=pl.String)
    return warnings.filter(pl.col("severity") == policy.way.blocked_by)["subject_id"]


def _needed(policy: Policy) -> Iterator[str]:
    """The columns that identify, match, place and change a customer."""
    grid, way = policy.grid(policy.way.grid), policy.way
    yield from (policy.id, "branch", MANAGER, MANAGER_ID, way.own_peers, grid.cell)
    yield from (name for step in way.ladder for name in step)
    yield from (*_graded(policy), *RETURNS, *EARNINGS)
    for lever in policy.levers:
        yield from (lever.indicator, f"{lever.indicator}:reason")
        yield from _named(lever.headroom, *lever.effects, *lever.texts)
    yield from _named(*(caution.when for caution in way.cautions), way.blocked_when)
    yield from _named(*(rule.when for rule in policy.never))


def gradable(frame: pl.DataFrame, policy: Policy) -> list[str]:
    """The columns of a frame made from `standing` that grading again takes."""
    own = ("row", "cost_ratio", "official1", "official2", "raw1", "raw2")
    return [name for name in dict.fromkeys((*own, *_graded(policy))) if name in frame.columns]


def _graded(policy: Policy) -> Iterator[str]:
    """The customers' inputs of grading, and what the axes and the totals are computed from."""
    yield from (*INPUTS, *policy.totals.sums)
    for ratio in policy.totals.ratios:
        yield from _named(*policy.metric(ratio).texts)
    for axis in policy.grid(policy.way.grid).axes:
        yield from _of_axis(axis, policy)


def _of_axis(axis: Axis, policy: Policy) -> Iterator[str]:
    yield from (axis.level, axis.peer, axis.reason)
    yield from _named(*policy.metric(axis.metric).texts, axis.value, axis.fallback, axis.override)


def _named(*texts: str) -> Iterator[str]:
    """The columns that SQL texts name."""
    for text in filter(None, texts):
        yield from expression(text).meta.root_names()
