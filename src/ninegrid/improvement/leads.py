"""Leads: each lever of each customer alone, what it is worth, what is expected of it, who acts, and what to mind."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.unit_ids import MANAGER, key_columns
from ninegrid.improvement.levers import EFFECTS, acting
from ninegrid.improvement.peers import few
from ninegrid.improvement.position import gradable
from ninegrid.improvement.regrade import regraded
from ninegrid.model.lazy import all_collected
from ninegrid.policy import Policy
from ninegrid.policy.expressions import expression
from ninegrid.policy.values.improvement import Lever
from ninegrid.resources import result_columns


@dataclass(frozen=True)
class Leads:
    """The table leads, and in the same order of each lead the customer's `row`, the lever, its effects, its attainment,
    and whether it counts.
    """

    table: pl.DataFrame
    effects: pl.DataFrame


def leads(rows: pl.DataFrame, cuts: pl.DataFrame, policy: Policy) -> Leads:
    """A row a customer and acting lever that brings something at its step, by lever; yuan a year.

    `rows`: the target rows with peers and levers, of which those of each customer's nearer axis count. uplift_rani is
    RANI with this lever alone less RANI; uplift_eva adds what relieved capital no longer has to earn: hurdle · relief.
    Where RANI can't be computed both are null, and income speaks. levels_gained: on both axes, by placement.
    expected_x = uplift_x · the lever's attainment. counts: false for a lead with a caution that the policy discounts
    (peers that share nothing, too few of them, more than the customer's whole income): it is in no total.
    """
    found = pl.concat(all_collected(_of_lever(lever, rows, policy) for lever in acting(policy)))
    again = regraded(found, cuts, policy, ["rani", "level1", "level2"])
    earned = again["rani"] - found["rani"]
    found = found.with_columns(
        uplift_rani=earned,
        uplift_eva=earned + policy.number("hurdle") * found["relief"],
        uplift_income="income",
        uplift_capital="relief",
        levels_gained=again["level1"] + again["level2"] - found["official1"] - found["official2"],
    )
    columns, effects = result_columns("leads", policy), ("row", "lever", *EFFECTS, *OF_EACH)
    kept = dict.fromkeys((*columns, *effects, "total_income"))  # of what was graded again no more is told
    found = found.select(c for c in kept if c in found.columns).filter(pl.coalesce("uplift_eva", "income") > 0)
    found = found.with_columns(_cautions()).with_columns(*_expected(), counts=_counts(policy))
    return Leads(found.select(columns), found.select(effects))


OF_EACH = ("attainment", "counts")
EXPECTED = ("eva", "income", "rani")


def _expected() -> list[pl.Expr]:
    return [(pl.col(f"uplift_{name}") * pl.col("attainment")).alias(f"expected_{name}") for name in EXPECTED]


def _cautions() -> pl.Expr:
    """The cautions, with IMPLAUSIBLE where a lead alone brings more than all that the customer brings now."""
    brought = pl.max_horizontal("uplift_income", "uplift_eva")
    more = pl.when(brought > pl.col("total_income")).then(pl.lit("IMPLAUSIBLE"))
    text = pl.concat_str("caution", more, separator=";", ignore_nulls=True)
    return pl.when(text != "").then(text).alias("caution")


def _counts(policy: Policy) -> pl.Expr:
    codes = pl.col("caution").fill_null("").str.split(";")
    return ~pl.any_horizontal(pl.lit(False), *(codes.list.contains(code) for code in policy.way.discounted))


def together(parts: Sequence[Leads]) -> Leads:
    """The leads of all parts, those of most worth first (see `in_order`)."""
    return _largest_first(pl.concat([p.table for p in parts]), pl.concat([p.effects for p in parts]))


def in_order(leads: pl.DataFrame) -> pl.Series:
    """The places of leads by worth: those that count first; the largest expected EVA, then, where EVA isn't known, the
    largest expected income; equals by customer and lever.

    The order of the rows of an export has no say in it.
    """
    income = pl.when(pl.col("expected_eva").is_null()).then(-pl.col("expected_income"))
    keys = [~pl.col("counts"), -pl.col("expected_eva"), income, pl.col("subject_id"), pl.col("lever")]
    return leads.select(pl.arg_sort_by(keys, nulls_last=True)).to_series()


def _largest_first(table: pl.DataFrame, effects: pl.DataFrame) -> Leads:
    order = in_order(table)
    return Leads(table[order], effects[order])


def _of_lever(lever: Lever, rows: pl.DataFrame, policy: Policy) -> pl.LazyFrame:
    """The customers for whom a lever has any effect, with what its leads say and what grading again takes."""
    key = lever.indicator
    thin = few(policy) | (pl.col(f"{key}:n") < policy.way.peer_minimum)
    evidence = pl.when(thin).then(pl.lit("TOO_FEW")).when(_mixed(policy)).then(pl.lit("MIXED_PEERS"))
    caution = pl.concat_str("caution", evidence, separator=";", ignore_nulls=True)
    same = dict.fromkeys(
        (*gradable(rows, policy), "rani", "total_income", *key_columns(MANAGER, rows.columns), "branch")
    )
    within = [pl.coalesce(f"{lever.key}:{n}", n) if lever.bands else pl.col(n) for n in ("peers", "peer_n")]
    values = {
        **dict(zip(("peers", "peer_n"), within, strict=True)),
        **{name: pl.col(f"{lever.key}:{name}") for name in EFFECTS},
        "subject_id": pl.col(policy.id),
        "lever": pl.lit(lever.key),
        "from_value": pl.col(key),
        "to_value": pl.when(pl.col("cap") == "ceiling").then(pl.col(f"{key}:ceiling")).otherwise("reached"),
        "peer_p75": pl.col(f"{key}:ceiling"),
        "step": pl.col("delta"),
        "cap": pl.col("cap"),
        "attainment": pl.lit(lever.attainment),
        "peer_median": pl.col(f"{key}:median"),
        "indicator_n": pl.col(f"{key}:n"),
        "caution": pl.when(caution != "").then(caution),
    }
    named = [expr.alias(name) for name, expr in values.items()]
    return (
        rows.lazy()
        .filter(pl.col("nearer") & pl.any_horizontal(pl.col(f"{lever.key}:{e}") > 0 for e in EFFECTS))
        .with_columns(pl.col(f"{lever.key}:{name}").alias(name) for name in ("delta", "cap"))
        .with_columns(reached=_reached(lever, policy))
        .select(*(name for name in same if name not in values), *named)
    )


def _reached(lever: Lever, policy: Policy) -> pl.Expr:
    """Where the lever's indicator is after a step of `delta`."""
    if lever.reached:
        return expression(lever.reached).cast(pl.Float64)
    lower = policy.metric(lever.indicator).direction == "lower"
    return pl.col(lever.indicator) - pl.col("delta") if lower else pl.col(lever.indicator) + pl.col("delta")


def _mixed(policy: Policy) -> pl.Expr:
    """Whether the peers share the target cell and nothing else, though the policy would rather have them alike."""
    return pl.lit(any(policy.way.ladder)) & (pl.col("peers") == pl.col("target_cell"))
