"""The way up of customers in parts: with whom to compare first, then each part's targets, paths and leads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import polars as pl

from ninegrid.engines.grading import STANDING
from ninegrid.files.spill import RESULT
from ninegrid.grid.parts import Part, Parts, RowsInParts
from ninegrid.grid.past import Past
from ninegrid.grid.rows import Held
from ninegrid.grid.totals import additive
from ninegrid.history.in_parts import past_of, tables_then
from ninegrid.improvement.attribution import attribution, sides_of_branches, sides_of_periods
from ninegrid.improvement.find import Among, ways_of, without_products
from ninegrid.improvement.leads import in_order, together
from ninegrid.improvement.observed import observed_steps, with_observed_steps
from ninegrid.improvement.peers import peer_groups
from ninegrid.improvement.performance import added_up, opportunity
from ninegrid.improvement.targets import spreads_of
from ninegrid.improvement.whatif import expected, landed, world
from ninegrid.model.steps import timed
from ninegrid.policy import Policy
from ninegrid.resources import result_columns

_EFFECTS, _UNITS, _LANDED = "effects", "units", "landed"
_ORDER = ("counts", "expected_eva", "expected_income", "subject_id", "lever")
"""What leads are ordered by, as `improvement.leads.in_order` does."""
_CUSTOMER = pl.col("scope") == "customer"


def way_up_in_parts(parts: Parts, cuts: pl.DataFrame, policy: Policy, past: Past) -> dict[str, pl.DataFrame]:
    """`improvement` of the customers graded in parts, without products and targets.

    paths, leads, attribution and opportunity are put down (`result.…`); whatif is given back.
    """
    policy, cuts = without_products(policy), cuts.filter(pl.col("grid") == policy.way.grid)
    known = RowsInParts(parts, STANDING)
    with timed("peers"):
        among = Among(spreads_of(known, policy), peer_groups(known, policy), pl.DataFrame(), None)
        steps = None if past.year_ago is None else observed_steps(known, past.year_ago, policy)
    with timed("ways"):
        parts.each([STANDING, *tables_then(parts)], partial(_found, among, cuts, policy, past, steps))
        of_units = RowsInParts(parts, _UNITS)
        parts.add(RESULT + "attribution", attribution(sides_of_branches(known, policy), policy).laid_out())
        parts.add(RESULT + "opportunity", added_up(of_units.narrow(of_units.columns), policy))
    with timed("whatif"):
        return {"whatif": _whatif(parts, cuts, policy)}


def _found(
    among: Among, cuts: pl.DataFrame, policy: Policy, past: Past, steps: pl.DataFrame | None, part: Part
) -> Part:
    """The ways up of a part, and what its branches and managers add up to."""
    known, before = part[STANDING], past_of(part, past, policy).before
    if steps is not None:
        known = with_observed_steps(known, steps)
    ways = ways_of(known, among, cuts, policy)
    found = together([ways.leads])
    sides = [ways.sides, *([] if before is None else [sides_of_periods(known, before, policy)])]
    gaps = opportunity(known, found.table, None, policy)
    return {
        RESULT + "paths": ways.paths,
        RESULT + "leads": found.table,
        RESULT + "attribution": attribution(pl.concat(sides), policy).laid_out(),
        RESULT + "opportunity": gaps.filter(_CUSTOMER),
        _EFFECTS: found.effects.hstack(found.table.select(_ORDER[1:4])).filter("counts"),
        _UNITS: gaps.filter(~_CUSTOMER),
    }


def _whatif(parts: Parts, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The table whatif: the best leads of all land, whichever part they are in."""
    shares = policy.way.adoption_rates
    if not shares:
        return pl.DataFrame()
    order = RowsInParts(parts, _EFFECTS).narrow([*_ORDER])
    order = order[in_order(order)]
    best = [_best(order, round(share * order.height)) for share in shares]
    parts.each([STANDING, _EFFECTS], partial(_landed, best, cuts, policy))
    grid = policy.grid(policy.way.grid)
    worlds = RowsInParts(parts, _LANDED)
    sums = [pl.col(name).sum() for name in worlds.columns if name not in ("world", grid.cell)]
    found = worlds.added([["world", grid.cell]], sums)[0].partition_by("world", as_dict=True, include_key=False)
    pairs = ((found[2 * i,], found[2 * i + 1,], share) for i, share in enumerate(shares))
    rows = pl.concat(world(full, likely, share, policy) for full, likely, share in pairs)
    return rows.select(result_columns("whatif", policy))


def _landed(best: Sequence[pl.Expr], cuts: pl.DataFrame, policy: Policy, part: Part) -> Part:
    """What the cells of a part add up to once the best leads landed: of each share in full, then as expected."""
    known, grid = part[STANDING], policy.grid(policy.way.grid)
    sides = [side for one in best for some in [part[_EFFECTS].filter(one)] for side in (some, expected(some))]
    worlds = [
        Held(landed(known, side, cuts, policy)).added([[grid.cell]], additive(policy))[0].with_columns(world=pl.lit(i))
        for i, side in enumerate(sides)
    ]
    return {_LANDED: pl.concat(worlds)}


def _best(order: pl.DataFrame, n: int) -> pl.Expr:
    """Whether a lead is one of the first n of those in order: no further behind than the last of them."""
    if not n:
        return pl.lit(False)
    _, value, income, subject, lever = order.row(n - 1)
    in_lever = (pl.col("subject_id") == subject) & (pl.col("lever") <= lever)
    behind = (pl.col("subject_id") < subject) | in_lever
    eva, known = pl.col("expected_eva"), pl.col("expected_eva").is_not_null()
    gain = pl.col("expected_income")
    by_income: pl.Expr = known | (gain > income) | ((gain == income) & behind)
    by_eva: pl.Expr = known & ((eva > value) | ((eva == value) & behind))
    return by_income if value is None else by_eva
