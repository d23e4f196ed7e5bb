"""Migration 迁徙: who moved between the cells of two periods, and how far subject, cuts and policy each moved it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from ninegrid.grid.past import Before, Past
from ninegrid.grid.rebased import AXES, column, cut_values, id_of, main_table, raw_levels, stored_table, then
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Grid, Policy

PARTS = ("own", "cuts", "policy")
NEW = "NEW"
_DEPARTED = ("GONE", "REJECTED")


def migration(
    tables: Mapping[str, pl.DataFrame],
    cuts: pl.DataFrame,
    past: Past,
    period: str,
    policy: Policy,
    refused: Collection[str] | pl.Series,
) -> pl.DataFrame:
    """A row a subject of either period and grid: where it stood and stands, and what moved it. Empty without a period
    before.

    `tables`: this period's result tables by name; `refused`: ids of subjects whose rows were refused in this run.
    Columns: from_period, to_period, subject_id, grid, from_cell, to_cell, delta_axis1, delta_axis2 (levels, up is
    positive), cause, the parts own_, cuts_ and policy_ of each delta, from_weight, to_weight (the policy's weight).
    cause: STAYED, or +-joined of {SUBJECT}_MOVED, CUTS_MOVED, POLICY_MOVED; NEW, GONE, REJECTED (gone because refused)
    or UNPLACED (there in both, without a cell in one of them), whose levels are null. Sorted by grid and subject.
    """
    schema = result_table("migration").schema()
    empty = pl.DataFrame(schema=schema)
    if past.before is None:
        return empty
    found = [
        moves(tables, grid, cuts, past.before, policy).with_columns(
            from_period=pl.lit(past.before.period),
            to_period=pl.lit(period),
            grid=pl.lit(grid.key),
            cause=_cause(grid, policy, refused),
        )
        for grid in policy.grids
    ]
    return pl.concat([empty, *(frame.select(pl.col(c).cast(t) for c, t in schema.items()) for frame in found)])


def moves(
    tables: Mapping[str, pl.DataFrame], grid: Grid, cuts: pl.DataFrame, before: Before, policy: Policy
) -> pl.DataFrame:
    """A row a subject of either period, sorted, with everything known of its move on one grid.

    Columns: subject_id, at_now (its row of the table now), was_there, is_there, from_cell, to_cell, from_weight,
    to_weight, and by axis k the official levels a_axisk (as stored then), b_axisk (then's inputs under today's policy),
    c_axisk (and today's cuts), d_axisk (today's); policy_axisk = b − a, cuts_axisk = c − b, own_axisk = d − c,
    delta_axisk = d − a; and raw_own_axisk, the raw level now less the raw one then under today's policy and cuts. The
    last five are null unless placed both times.
    """
    name = ("moves", grid.key, cut_values(cuts, grid))
    return before.once(name, (tables.get(grid.over), policy), lambda: _moves(tables, grid, cuts, before, policy))


def _moves(
    tables: Mapping[str, pl.DataFrame], grid: Grid, cuts: pl.DataFrame, before: Before, policy: Policy
) -> pl.DataFrame:
    now, stored = (stored_table(each, grid.over, policy) for each in (tables, before.stored))
    rows = before.once(
        ("rows", grid.over),
        (tables.get(grid.over), before.stored.get(grid.over), policy),
        lambda: _both(now["subject_id"], stored["subject_id"]),
    )
    here = now.select(
        column(now, grid.cell, pl.String()).alias("to_cell"),
        column(now, policy.totals.weight, pl.Float64()).alias("to_weight"),
        *(column(now, axis.level, pl.Int8()).alias(f"d_axis{k}") for k, axis in enumerate(grid.axes, 1)),
        *(level.alias(f"raw_now_axis{k}") for k, level in enumerate(raw_levels(now, grid), 1)),
    ).select(pl.all().gather(rows["at_now"]))
    there = then(before, grid, cuts, policy).drop("subject_id").select(pl.all().gather(rows["at_then"]))
    joined = rows.select(
        "subject_id",
        "at_now",
        is_there=pl.col("at_now").is_not_null(),
        was_there=pl.col("at_then").is_not_null(),
    ).hstack([*here.get_columns(), *there.get_columns()])
    placed = pl.col("from_cell").is_not_null() & pl.col("to_cell").is_not_null()
    return joined.with_columns(
        pl.when(placed).then(part).alias(name) for k in AXES for name, part in _parts(k).items()
    ).drop(f"{raw}_axis{k}" for raw in ("raw", "raw_now") for k in AXES)


def _both(now: pl.Series, then: pl.Series) -> pl.DataFrame:
    """The ids of either period, sorted, each with its row now and then (at_now, at_then), null where it has none.

    Ids are texts, which take long to look up: this is done once for all grids over a table.
    """
    here, there = (ids.to_frame().with_row_index(at) for ids, at in ((now, "at_now"), (then, "at_then")))
    return here.join(there, on="subject_id", how="full", coalesce=True).sort("subject_id")


def _parts(k: int) -> dict[str, pl.Expr]:
    a, b, c, d = (pl.col(f"{level}_axis{k}") for level in "abcd")
    return {
        f"delta_axis{k}": d - a,
        f"own_axis{k}": d - c,
        f"cuts_axis{k}": c - b,
        f"policy_axis{k}": b - a,
        f"raw_own_axis{k}": pl.col(f"raw_now_axis{k}") - pl.col(f"raw_axis{k}"),
    }


def _cause(grid: Grid, policy: Policy, refused: Collection[str] | pl.Series) -> pl.Expr:
    known = list(refused) if grid.over == main_table(policy) else []
    own = id_of(grid.over, policy).removesuffix("_id").upper()
    named = dict(zip(PARTS, (f"{own}_MOVED", "CUTS_MOVED", "POLICY_MOVED"), strict=True))
    moved = [
        pl.when(pl.any_horizontal(pl.col(f"{part}_axis{k}") != 0 for k in AXES)).then(pl.lit(code))
        for part, code in named.items()
    ]
    joined = pl.concat_str(moved, separator="+", ignore_nulls=True)
    return (
        pl.when(~pl.col("was_there"))
        .then(pl.lit(NEW))
        .when(~pl.col("is_there") & pl.col("subject_id").is_in(known))
        .then(pl.lit("REJECTED"))
        .when(~pl.col("is_there"))
        .then(pl.lit("GONE"))
        .when(pl.col("from_cell").is_null() | pl.col("to_cell").is_null())
        .then(pl.lit("UNPLACED"))
        .when(joined == "")
        .then(pl.lit("STAYED"))
        .otherwise(joined)
    )


def departures(moved: pl.DataFrame, past: Past, policy: Policy, columns: Sequence[str]) -> pl.DataFrame:
    """A row a subject that stood in the main table in the period before and has no row now: largest weight first.

    `moved`: the migration between the two; its columns of that name tell when and from where the subject went and
    whether its row was refused. The other `columns` are text of the stored table, as it stood then. Empty without a
    period before.
    """
    about = [name for name in columns if name not in result_table("migration").columns]
    own = moved.filter((pl.col("grid") == policy.tiering.grid) & pl.col("cause").is_in(_DEPARTED))
    stored = stored_table(past.before.stored if past.before else {}, main_table(policy), policy)
    then = stored.select("subject_id", *(column(stored, name, pl.String()).alias(name) for name in about))
    return by_weight(own.join(then, on="subject_id", how="left", maintain_order="left")).select(columns)


def by_weight(gone: pl.DataFrame) -> pl.DataFrame:
    """Departures in the order of the table: the largest weight first."""
    return gone.sort("from_weight", "subject_id", descending=[True, False], nulls_last=True)
