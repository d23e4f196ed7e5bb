"""Leads: each lever of each customer alone, what it is worth, who acts, and what to mind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from ninegrid.improvement.levers import EFFECTS, acting
from ninegrid.improvement.peers import few
from ninegrid.improvement.position import gradable
from ninegrid.improvement.regrade import regraded
from ninegrid.model.lazy import all_collected
from ninegrid.policy import Policy
from ninegrid.policy.ways import Lever
from ninegrid.resources import result_columns


@dataclass(frozen=True)
class Leads:
    """The table leads, and in the same order of each lead the customer's `row`, the lever, and its effects."""

    table: pl.DataFrame
    effects: pl.DataFrame


def leads(rows: pl.DataFrame, cuts: pl.DataFrame, policy: Policy) -> Leads:
    """A row a customer and acting lever that brings something at its ceiling, by lever; yuan a year.

    `rows`: the target rows with peers and levers, of which those of each customer's nearer axis count. uplift_rani is
    RANI with this lever alone less RANI; uplift_eva adds what relieved capital no longer has to earn: hurdle · relief.
    Where RANI can't be computed both are null, and income speaks. levels_gained: on both axes, by placement.
    """
    found = pl.concat(all_collected(_of_lever(lever, rows, policy) for lever in acting(policy)))
    again = regraded(found, cuts, policy, ["rani", "level1", "level2"])
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
    told = found.select(*columns, "row", *EFFECTS).filter(pl.coalesce("uplift_eva", "income") > 0)
    return Leads(told.select(columns), told.select("row", "lever", *EFFECTS))


def together(parts: Sequence[Leads]) -> Leads:
    """The leads of all parts, those of most worth first (see `in_order`)."""
    return _largest_first(pl.concat([p.table for p in parts]), pl.concat([p.effects for p in parts]))


def in_order(leads: pl.DataFrame) -> pl.Series:
    """The places of leads by worth: largest EVA, then, without EVA last, largest income; equals by customer and lever.

    The order of the rows of an export has no say in it.
    """
    keys = [-pl.col("uplift_eva"), -pl.col("uplift_income"), pl.col("subject_id"), pl.col("lever")]
    return leads.select(pl.arg_sort_by(keys, nulls_last=True)).to_series()


def _largest_first(table: pl.DataFrame, effects: pl.DataFrame) -> Leads:
    order = in_order(table)
    return Leads(table[order], effects[order])


def _of_lever(lever: Lever, rows: pl.DataFrame, policy: Policy) -> pl.LazyFrame:
    """The customers for whom a lever has any effect, with what its leads say and what grading again takes."""
    key = lever.indicator
    thin = few(policy) | (pl.col(f"{key}:n") < policy.way.peer_minimum)
    evidence = pl.when(thin).then(pl.lit("FEW_PEERS")).when(_mixed(policy)).then(pl.lit("MIXED_PEERS"))
    caution = pl.concat_str("caution", evidence, separator=";", ignore_nulls=True)
    same = dict.fromkeys((*gradable(rows, policy), "rani", "relationship_manager", "branch", "peers", "peer_n"))
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
        rows.lazy()
        .filter(pl.col("nearer") & pl.any_horizontal(pl.col(f"{lever.key}:{e}") > 0 for e in EFFECTS))
        .select(*(name for name in same if name not in told), *named)
    )


def _mixed(policy: Policy) -> pl.Expr:
    """Whether the peers share the target cell and nothing else, though the policy would rather have them alike."""
    return pl.lit(any(policy.way.ladder)) & (pl.col("peers") == pl.col("target_cell"))
