"""Grading of customers, in the order the definitions build on each other."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.cuts import cuts_for
from ninegrid.grid.decide import decide, tier_of
from ninegrid.grid.official import held_back, official
from ninegrid.grid.past import Past
from ninegrid.grid.place import place
from ninegrid.grid.rows import Held
from ninegrid.grid.tables import Graded, Wide, describe, spread_views
from ninegrid.grid.totals import with_ratio_parts
from ninegrid.intake.validate.locate import with_source
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.subject import FoundInValues
from ninegrid.policy import Policy
from ninegrid.policy.metrics import evaluate, joined_texts
from ninegrid.resources import result_columns
from ninegrid.subjects.customers.groups import group_totals
from ninegrid.subjects.customers.growth import SERIES, with_growth
from ninegrid.subjects.customers.income import with_total_income
from ninegrid.subjects.customers.joined import joined
from ninegrid.subjects.customers.lacks import with_lacks, with_places
from ninegrid.subjects.customers.noticed import disagreements, notices, warnings
from ninegrid.subjects.customers.raroc import with_raroc
from ninegrid.subjects.customers.windows import WINDOW
from ninegrid.subjects.customers.years import years


def grade(inputs: Inputs, policy: Policy, period: Period, past: Past) -> Graded:
    """Every result table but the findings, from checked inputs; with the findings of grading itself.

    Grids that the past's cuts cover are not fitted again, and cells move only past the dead-bands.
    """
    frame, institutions = known(inputs, policy, period)
    groups, group_cuts = graded_groups(frame, policy, past)
    frame, cuts = completed(frame, groups, policy, past)
    of_years = years(frame, policy)
    frame = frame.drop(f"{series}_{column}" for series in SERIES for column in WINDOW)  # told in the table years
    wide = Wide(frame, institutions)
    tables = describe(Held(frame), {"groups": groups}, policy)
    tables["views"] = pl.concat([tables["views"], *spread_views(wide, policy)])
    tables["cuts"] = pl.concat([cuts, group_cuts], how="diagonal")
    tables["held_back"] = held_back(frame, tables["cuts"], past, policy)
    tables["groups"] = groups.select(result_columns("groups", policy))
    tables["customers"] = listed(frame, inputs, policy)
    tables["years"] = of_years
    return Graded(tables, warnings(frame, inputs), notices(frame, tables["cuts"], inputs, policy), wide=wide)


def of_values(inputs: Inputs, policy: Policy, period: Period) -> FoundInValues:
    """What grading finds of the values themselves: given figures that their parts contradict, costs below zero."""
    return FoundInValues(disagreements(known(inputs, policy, period)[0], inputs))


def known(inputs: Inputs, policy: Policy, period: Period) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What is known of each customer before anyone is compared with others, a row each; and the institutions of each.

    It takes nothing but the customer's own rows, so that some customers may be looked at without the others.
    """
    frame, institutions = joined(inputs, policy)
    frame = with_total_income(with_lacks(frame, inputs, policy), policy)
    frame = with_growth(with_raroc(frame, policy), policy, period)
    return with_ratio_parts(frame, policy), institutions


def completed(
    frame: pl.DataFrame, groups: pl.DataFrame, policy: Policy, past: Past
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What is known of customers, with groups, places, decisions and indicators; and the cuts that were used.

    With cuts in the past that cover every grid, customers are placed one by one, whoever else is in the frame.
    """
    frame = frame.join(_group_columns(groups, policy), on="group_id", how="left", maintain_order="left")
    frame, cuts = _placed(frame, "customers", policy, past)
    return _explained(decide(frame, policy), policy), cuts


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


def graded_groups(frame: pl.DataFrame, policy: Policy, past: Past) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every group placed on the grid over groups, and the cuts that were used."""
    groups, cuts = _placed(group_totals(frame, policy), "groups", policy, past)
    grid = next(g for g in policy.grids if g.over == "groups")
    return groups.with_columns(group_tier=tier_of(grid)), cuts


def _group_columns(groups: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """What a customer has of its group: the cells of every grid over groups, the tier, and two totals."""
    cells = [grid.cell for grid in policy.grids if grid.over == "groups"]
    return groups.select("group_id", *cells, "group_tier", group_total_income="total_income", group_raroc="raroc")


def _explained(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with the evaluated indicators, why any is missing, and what wants a look.

    Texts of single reasons and flags are told in `missing` and `flags` and go; those that levers look at stay.
    """
    wide = evaluate(frame, policy.indicators)
    keys = [m.key for m in policy.indicators]
    flags = {
        "raroc_disagrees": "RAROC_DISAGREES",
        "raroc_sign_disagrees": "RAROC_DISAGREES",
        "income_disagrees": "INCOME_DISAGREES",
        "statement_stale": "STALE",
    }
    own = frame.select(
        pl.when(pl.col(column)).then(pl.lit(code)).alias(f"{column}:flag") for column, code in flags.items()
    )
    looked_at = {f"{lever.indicator}:reason" for lever in policy.levers}
    entries = [name for k in keys for name in (f"{k}:reason", f"{k}:flag") if name not in looked_at]
    consistency = "growth_consistency:reason"
    reasons = wide.with_columns(frame[consistency])
    return (
        frame.drop(consistency)
        .hstack(wide.drop(entries))
        .with_columns(
            missing=joined_texts(reasons, [*(f"{k}:reason" for k in keys), consistency], named=True),
            flags=joined_texts(own.hstack(wide), [*own.columns, *(f"{k}:flag" for k in keys)], named=False),
            unplaced_reason=pl.col(f"{policy.grid(policy.tiering.grid).cell}:reason"),
            lacks=pl.when(pl.col(policy.grid(policy.tiering.grid).cell).is_null()).then("lacks"),
        )
    )


def listed(frame: pl.DataFrame, inputs: Inputs, policy: Policy) -> pl.DataFrame:
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
    return with_places(with_source(frame, inputs), inputs).select(result_columns("customers", policy))[places]
