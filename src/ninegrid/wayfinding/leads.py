"""Leads: each lever of each customer alone, what it is worth, who acts, and what to mind."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ninegrid.content import result_columns
from ninegrid.policy import Policy
from ninegrid.policy.ways import Lever
from ninegrid.wayfinding.levers import EFFECTS, acting
from ninegrid.wayfinding.peers import few
from ninegrid.wayfinding.regrade import regraded
from ninegrid.wayfinding.standing import gradable


@dataclass(frozen=True)
class Leads:
    """The table leads, and in the same order the customer's `row` and the effects of each lead."""

    table: pl.DataFrame
    effects: pl.DataFrame


def leads(nearer: pl.DataFrame, cuts: pl.DataFrame, policy: Policy) -> Leads:
    """A row a customer and acting lever that brings something at its ceiling, largest EVA first; yuan a year.

    `nearer`: the target rows of each customer's nearer axis, with peers and levers. uplift_rani is RANI with this lever
    alone less RANI; uplift_eva adds what relieved capital no longer has to earn: hurdle · relief. Where RANI can't be
    computed both are null, and income speaks. levels_gained: on both axes, by placement.
    """
    found = pl.concat([_of_lever(lever, nearer, policy) for lever in acting(policy)])
    again = regraded(found, cuts, policy)
    earned = again["rani"] - found["rani"]
    found = found.with_columns(
        uplift_rani=earned,
        uplift_eva=earned + policy.number("hurdle") * found["relief"],
        uplift_income="income",
        uplift_capital="relief",
        peer_p75="to_value",
        levels_gained=again["level1"] + again["level2"] - found["official1"] - found["official2"],
    )
    columns = result_columns("leads", policy)
    told = found.select("row", *EFFECTS, *columns).filter(pl.coalesce("uplift_eva", "income") > 0)
    told = told.sort("uplift_eva", descending=True, nulls_last=True, maintain_order=True)
    return Leads(told.select(columns), told.select("row", *EFFECTS))


def _of_lever(lever: Lever, nearer: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The customers for whom a lever has any effect, with what its leads say and what grading again takes."""
    key = lever.indicator
    thin = few(policy) | (pl.col(f"{key}:n") < policy.way.peer_minimum)
    caution = pl.concat_str("caution", pl.when(thin).then(pl.lit("FEW_PEERS")), separator=";", ignore_nulls=True)
    same = dict.fromkeys((*gradable(nearer, policy), "rani", "relationship_manager", "branch", "peers", "peer_n"))
    told = {
        **{name: pl.col(f"{lever.key}:{name}") for name in EFFECTS},
        "subject_id": pl.col(policy.id),
        "lever": pl.lit(lever.key),
        "from_value": pl.col(key),
        "to_value": pl.col(f"{key}:ceiling"),
        "peer_median": pl.col(f"{key}:median"),
        "indicator_n": pl.col(f"{key}:n"),
        "caution": pl.when(caution != "").then(caution),
    }
    named = [expr.alias(name) for name, expr in told.items()]
    return (
        nearer.lazy()
        .filter(pl.any_horizontal(pl.col(f"{lever.key}:{e}") > 0 for e in EFFECTS))
        .select(*(name for name in same if name not in told), *named)
        .collect()
    )
