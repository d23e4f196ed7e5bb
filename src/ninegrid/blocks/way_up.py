"""The way up of customers in blocks: with whom to compare first, then each block's targets, paths and leads."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.blocks.grading import STANDING
from ninegrid.blocks.peers import Crowd, crowd
from ninegrid.files.spill import RESULT, Spill
from ninegrid.improvement.attribution import UNIT, attribution_of_branches
from ninegrid.improvement.find import Among, ways_of, without_products
from ninegrid.improvement.leads import in_order, together
from ninegrid.improvement.performance import added_up, opportunity
from ninegrid.improvement.whatif import expected, landed, world
from ninegrid.intake.in_blocks import BlocksRead
from ninegrid.model.steps import timed
from ninegrid.policy import Policy
from ninegrid.resources import result_columns

_EFFECTS = "effects"
_ORDER = ("counts", "expected_eva", "expected_income", "subject_id", "lever")
"""What leads are ordered by, as `improvement.leads.in_order` does."""
_CUSTOMER = pl.col("scope") == "customer"


def way_up_in_blocks(read: BlocksRead, spill: Spill, cuts: pl.DataFrame, policy: Policy) -> dict[str, pl.DataFrame]:
    """`improvement` of the customers in the spill, without products and targets, and without a period before.

    paths, leads, attribution and opportunity are put in the spill (`result.…`); whatif is given back.
    """
    policy, cuts = without_products(policy), cuts.filter(pl.col("grid") == policy.way.grid)
    with timed("peers"):
        among = crowd(spill, read.blocks, policy)
    held_against = Among(among.spreads, among.groups, pl.DataFrame(), None)
    summed: list[pl.DataFrame] = []
    for block in read.blocks:
        with timed("ways"):
            summed = [_found(block, spill, held_against, cuts, policy, summed)]
    after = read.blocks[-1] + 1
    spill.put(RESULT + "attribution", after, _of_branches(among, policy))
    spill.put(RESULT + "opportunity", after, added_up(summed[0], policy))
    with timed("whatif"):
        return {"whatif": _whatif(read.blocks, spill, cuts, policy)}


def _of_branches(among: Crowd, policy: Policy) -> pl.DataFrame:
    bank = among.branches.select(pl.lit(None, dtype=pl.String).alias(UNIT), pl.exclude(UNIT).sum())
    return attribution_of_branches(among.branches.drop_nulls(UNIT), bank, policy)


def _found(
    block: int, spill: Spill, among: Among, cuts: pl.DataFrame, policy: Policy, summed: Sequence[pl.DataFrame]
) -> pl.DataFrame:
    """Puts the ways up of a block in the spill; gives what branches and managers add up to so far."""
    known = spill.get(STANDING, block)
    ways = ways_of(known, among, cuts, policy)
    found = together([ways.leads])
    leads = found.table
    spill.put(RESULT + "paths", block, ways.paths)
    spill.put(RESULT + "leads", block, leads)
    spill.put(RESULT + "attribution", block, ways.attribution)
    spill.put(_EFFECTS, block, found.effects.hstack(leads.select(_ORDER[1:4])).filter("counts"))
    gaps = opportunity(known, leads, None, policy)
    spill.put(RESULT + "opportunity", block, gaps.filter(_CUSTOMER))
    return added_up(pl.concat([*summed, gaps.filter(~_CUSTOMER)]), policy)


def _whatif(blocks: Sequence[int], spill: Spill, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The table whatif: the best leads of all land, whichever block they are in."""
    order = spill.narrow(_EFFECTS, [*_ORDER])
    order = order[in_order(order)]
    worlds = []
    for share in policy.way.adoption_rates:
        best = _best(order, round(share * order.height))
        again = [_landed(block, spill, best, cuts, policy) for block in blocks]
        full, likely = (pl.concat(part) for part in zip(*again, strict=True))
        worlds.append(world(full, likely, share, policy))
    return pl.concat(worlds).select(result_columns("whatif", policy)) if worlds else pl.DataFrame()


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


def _landed(
    block: int, spill: Spill, best: pl.Expr, cuts: pl.DataFrame, policy: Policy
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The customers of a block with the leads that landed, in full and as expected, graded again: what cells add up."""
    known, effects = spill.get(STANDING, block), spill.get(_EFFECTS, block).filter(best)
    return landed(known, effects, cuts, policy), landed(known, expected(effects), cuts, policy)
