"""Grading of customers, in the order the definitions build on each other."""

from __future__ import annotations

import polars as pl

from ninegrid.content import result_columns
from ninegrid.customers.groups import group_totals
from ninegrid.customers.growth import with_growth
from ninegrid.customers.income import annualised, with_total_income
from ninegrid.customers.raroc import with_raroc
from ninegrid.customers.warnings import notices, warnings
from ninegrid.customers.years import years
from ninegrid.grid.cuts import cuts_for
from ninegrid.grid.decide import decide, tier_of
from ninegrid.grid.official import held_back, official
from ninegrid.grid.past import Past
from ninegrid.grid.place import place
from ninegrid.grid.tables import Graded, Wide, describe, spread_views
from ninegrid.grid.totals import with_ratio_parts
from ninegrid.intake.inputs import Inputs
from ninegrid.intake.locate import with_source
from ninegrid.metrics import evaluate, joined_texts
from ninegrid.period import Period
from ninegrid.policy import Policy
from ninegrid.store.marts import marts

_STAGING = ("staging/stg_statements", "staging/stg_series", "staging/stg_membership", "marts/windows")


def grade(inputs: Inputs, policy: Policy, period: Period, past: Past) -> Graded:
    """Every result table but the findings, from checked inputs; with the findings of grading itself.

    Grids that the past's cuts cover are not fitted again, and cells move only past the dead-bands.
    """
    joined, institutions = _join(inputs, policy)
    frame = with_total_income(joined, policy)
    frame = with_growth(with_raroc(frame, policy), policy, period)
    frame = with_ratio_parts(frame, policy)
    groups, group_cuts = _graded_groups(frame, policy, past)
    frame = frame.join(_group_columns(groups), on="group_id", how="left", maintain_order="left")
    frame, cuts = _placed(frame, "customers", policy, past)
    frame = _explained(decide(frame, policy), policy)
    wide = Wide(frame, institutions)
    tables = describe(frame, {"groups": groups}, policy)
    tables["views"] = pl.concat([tables["views"], *spread_views(wide, policy)])
    tables["cuts"] = pl.concat([cuts, group_cuts], how="diagonal")
    tables["held_back"] = held_back(frame, tables["cuts"], past, policy)
    tables["groups"] = groups.select(result_columns("groups", policy))
    tables["customers"] = _listed(frame, inputs, policy)
    tables["years"] = years(frame, policy)
    return Graded(tables, warnings(frame, inputs), notices(frame, tables["cuts"], inputs), wide=wide)


def _join(inputs: Inputs, policy: Policy) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row a customer with everything known of it; and, for each customer, the institutions it counts for."""
    frames = dict(inputs.tables)
    for rule in policy.annualise:
        frames[rule.relation] = annualised(frames[rule.relation], rule)
    frames["parameters"] = pl.DataFrame({"growth_window": [int(policy.number("growth_window"))]})
    with marts() as store:
        store.load(frames)
        store.define(_STAGING)
        return store.select("marts/customers"), store.select("marts/institution_members")


def _placed(frame: pl.DataFrame, over: str, policy: Policy, past: Past) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The frame with its official place on every grid over that table, and the cuts that were used."""
    used = []
    for grid in policy.grids:
        if grid.over != over:
            continue
        cuts = cuts_for(frame, grid, policy, past.cuts)
        frame = official(place(frame, grid, cuts, policy), grid, cuts, past, policy)
        used.append(cuts)
    return frame, pl.concat(used, how="diagonal")


def _graded_groups(frame: pl.DataFrame, policy: Policy, past: Past) -> tuple[pl.DataFrame, pl.DataFrame]:
    groups, cuts = _placed(group_totals(frame, policy), "groups", policy, past)
    grid = next(g for g in policy.grids if g.over == "groups")
    return groups.with_columns(group_tier=tier_of(grid)), cuts


def _group_columns(groups: pl.DataFrame) -> pl.DataFrame:
    return groups.select(
        "group_id", "group_value_cell", "group_tier", group_total_income="total_income", group_raroc="raroc"
    )


def _explained(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with the evaluated indicators, why any is missing, and what wants a look."""
    wide = evaluate(frame, policy.indicators)
    keys = [m.key for m in policy.indicators]
    flags = {"raroc_disagrees": "RAROC_DISAGREES", "income_disagrees": "INCOME_DISAGREES", "statement_stale": "STALE"}
    frame = frame.hstack(wide).with_columns(
        pl.when(pl.col(column)).then(pl.lit(code)).alias(f"{column}:flag") for column, code in flags.items()
    )
    return frame.with_columns(
        missing=joined_texts(frame, [f"{k}:reason" for k in keys], named=True),
        flags=joined_texts(frame, [*(f"{c}:flag" for c in flags), *(f"{k}:flag" for k in keys)], named=False),
        unplaced_reason=pl.col(f"{policy.grid(policy.tiering.grid).cell}:reason"),
    )


def _listed(frame: pl.DataFrame, inputs: Inputs, policy: Policy) -> pl.DataFrame:
    """The customers table: best tier first, then by cell and income, each with the row it came from."""
    tiers = {t.key: i for i, t in enumerate(policy.tiers)}
    cells = {c.id: i for i, c in enumerate(policy.grid(policy.tiering.grid).cells)}
    cell = pl.col(policy.grid(policy.tiering.grid).cell)
    order = [
        pl.col("tier").replace_strict(tiers, default=None, return_dtype=pl.Int64),
        cell.replace_strict(cells, default=None, return_dtype=pl.Int64),
        -pl.col(policy.totals.weight),
        pl.col(policy.id),
    ]
    places = frame.select(pl.arg_sort_by(order, nulls_last=True)).to_series()
    return with_source(frame, inputs).select(result_columns("customers", policy))[places]
