"""The engine against the oracle over months of made populations: official cells, moves, falls, every warning."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from ninegrid.grid.dead_band import bands
from ninegrid.grid.early_warning import warned
from ninegrid.grid.migration import migration
from ninegrid.grid.past import Before, Past
from ninegrid.model.period import Period
from ninegrid.policy import Policy
from ninegrid.resources import result_columns
from ninegrid.subjects.customers.grading import completed, graded_groups, known, listed
from ninegrid.subjects.policies import policy_for
from tests.oracle.agreement import same
from tests.oracle.customers import Graded, grade
from tests.oracle.early_warnings import Bands, Walk, walk
from tests.oracle.in_memory import inputs_of
from tests.oracle.made import MADE
from tests.oracle.made_months import Truth, months

PERIODS = tuple(Period.parse(f"2026-{month:02d}") for month in (8, 9, 10))
USUAL = (17,)  # in which every rule comes up
BANDS = (Bands(), Bands(income=0.3, raroc=0.1))
COLUMNS = (
    "subject_id", "severity", "cause", "also", "metric", "before", "after", "trend", "grid", "from_cell", "to_cell",
    "owner", "at_stake",
)  # fmt: skip
Tables = Mapping[str, pl.DataFrame]


def _banded(given: Bands) -> Policy:
    """The policy with these dead-bands on the value grid, instead of those of the changes seen."""
    policy = policy_for("customers")
    value = policy.grid("value")
    axes = [replace(a, dead_band=b) for a, b in zip(value.axes, (given.income, given.raroc), strict=True)]
    grids = [replace(g, axis1=axes[0], axis2=axes[1]) if g is value else g for g in policy.grids]
    return replace(policy, grids=tuple(grids))


POLICIES = [_banded(given) for given in BANDS]


def _engine(truths: list[Truth], policy: Policy) -> Iterator[Tables]:
    """The tables of each month, graded with what the months before left."""
    past = Past()
    for period, truth in zip(PERIODS, truths, strict=True):
        inputs = inputs_of("customers", truth, period)
        frame, _ = known(inputs, policy, period)
        groups, group_cuts = graded_groups(frame, policy, past)
        frame, cuts = completed(frame, groups, policy, past)
        cuts = pl.concat([cuts, group_cuts], how="diagonal")
        placed = {
            "customers": listed(frame, inputs, policy),
            "groups": groups.select(result_columns("groups", policy)),
        }
        moved = migration(placed, cuts, past, str(period), policy, [])
        yield placed | {"migration": moved, "warnings": warned(placed, cuts, past, period.end, policy)}
        fallen = _falls(moved, policy)
        past = Past(cuts=cuts, before=Before(str(period), placed, placed, fallen), bands=bands([], policy))


def _falls(moved: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    lost = pl.sum_horizontal(-pl.col(f"own_axis{axis}").clip(upper_bound=0).cast(pl.Int64) for axis in (1, 2))
    own = moved.filter(pl.col("grid").is_in(policy.warnings.looked_at), pl.col("own_axis1").is_not_null())
    return own.group_by(customer_id="subject_id").agg(falls=lost.max())


def _oracle(truths: list[Truth], given: Bands) -> tuple[list[Graded], Walk]:
    graded = [grade(truth, period.end) for truth, period in zip(truths, PERIODS, strict=True)]
    cuts = {scale: found for scale, (found, _, _) in graded[0].cuts.items()}
    return graded, walk([month.customers for month in graded], cuts, given)


def _walked(seed: int) -> tuple[list[Tables], list[Graded], Walk]:
    truths, at = months(seed, len(PERIODS)), seed % len(BANDS)
    return list(_engine(truths, POLICIES[at])), *_oracle(truths, BANDS[at])


@pytest.fixture(scope="module")
def made() -> list[tuple[list[Tables], list[Graded], Walk]]:
    return [_walked(seed) for seed in USUAL]


def _differences(tables: list[Tables], graded: list[Graded], walked: Walk) -> list[str]:
    found = []
    for at, period in enumerate(PERIODS):
        lines = [*_cells(tables[at], walked, at), *_warnings(tables[at]["warnings"], walked, at)]
        lines += _moves(tables[at]["migration"], graded, walked, at) if at else []
        found += [f"{period} {line}" for line in lines]
    return found


def _cells(tables: Tables, walked: Walk, at: int) -> Iterator[str]:
    """Official and raw cells in the value grid."""
    table = tables["customers"]
    raw_cell = "raw_value_cell" if "raw_value_cell" in table.columns else "value_cell"  # no dead-band, one cell
    for key, official, raw in zip(*(table[name] for name in ("customer_id", "value_cell", raw_cell)), strict=True):
        state = walked.states[at][key]
        expected = (state.value_cell, f"I{state.raw[0]}R{state.raw[1]}" if None not in state.raw else None)
        if (official, raw) != expected:
            yield f"{key}: {(official, raw)} ≠ {expected}"


def _warnings(table: pl.DataFrame, walked: Walk, at: int) -> list[str]:
    """Every warning in its order, with each of its columns."""
    told, expected = list(table.iter_rows(named=True)), walked.warnings[at]
    if [row["subject_id"] for row in told] != [row.subject_id for row in expected]:
        return [f"warned of or in another order: {table['subject_id'].to_list()}"]
    lines = []
    for row, theirs in zip(told, expected, strict=True):
        due = PERIODS[at].end + dt.timedelta(days=theirs.days)
        ours: dict[str, Any] = {name: getattr(theirs, name) for name in COLUMNS} | {"due": due}
        lines += [f"{row['subject_id']} {n}: {row[n]} ≠ {ours[n]}" for n in ours if not same(row[n], ours[n])]
    return lines


def _moves(table: pl.DataFrame, graded: list[Graded], walked: Walk, at: int) -> Iterator[str]:
    """Cells then and now in both grids over customers, and that nobody moved because cuts did."""
    then, now = graded[at - 1].customers, graded[at].customers
    value = [{key: state.value_cell for key, state in walked.states[k].items()} for k in (at - 1, at)]
    growth = [{key: row["growth_cell"] for key, row in rows.items()} for rows in (then, now)]
    for grid, (were, are) in {"value": value, "growth": growth}.items():
        told = table.filter(grid=grid).select("subject_id", "from_cell", "to_cell", "cause").rows()
        expected = {key: (were.get(key), are.get(key), _cause(key, were, are)) for key in were.keys() | are.keys()}
        yield from (f"{grid} {key}: {rest} ≠ {expected[key]}" for key, *rest in told if tuple(rest) != expected[key])
        if len(told) != len(expected):
            yield f"{grid}: {len(told)} moves ≠ {len(expected)}"
    if table.filter(pl.any_horizontal(pl.col("cuts_axis1", "cuts_axis2") != 0)).height:
        yield "cuts moved"


def _cause(key: str, were: Mapping[str, str | None], are: Mapping[str, str | None]) -> str:
    if key not in were or key not in are:
        return "GONE" if key in were else "NEW"
    if were[key] is None or are[key] is None:
        return "UNPLACED"
    return "STAYED" if were[key] == are[key] else "CUSTOMER_MOVED"


def test_every_warning_of_made_populations(made: list[tuple[list[Tables], list[Graded], Walk]]) -> None:
    for each in made:
        assert not _differences(*each)


def test_the_months_hold_what_the_rules_tell_apart(made: list[tuple[list[Tables], list[Graded], Walk]]) -> None:
    """Every cause, trend and grid comes up, so that agreement on them is no accident."""
    rows = [warned for _, _, walked in made for month in walked.warnings for warned in month]
    assert set(Counter(row.cause for row in rows)) >= {
        "two_levels_down", "raroc_negative", "credit", "two_successive_downs", "one_level_down", "credit_watch",
        "inside_dead_band", "growing_apart",
    }  # fmt: skip
    assert {row.trend for row in rows} == {"NEW", "IMPROVING", "WORSENING", "LASTING"}
    assert {row.grid for row in rows if row.cause == "two_levels_down"} == {"value", "growth"}
    assert {row.metric for row in rows} >= {"raroc", "overdue_balance", "bank_growth", "customer_growth"}
    assert "entered_lowest" in {cause for row in rows for cause in (row.also or "").split(";")}
    assert any(row.at_stake is None for row in rows)


@pytest.mark.thorough
@pytest.mark.parametrize("tens", range(0, len(MADE), 10))
def test_every_warning_of_many_made_populations(tens: int) -> None:
    for seed in MADE[tens : tens + 10]:
        assert not _differences(*_walked(seed)), seed
