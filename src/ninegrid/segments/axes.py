"""Segments on a grid: each axis scored from its items or taken as a figure, cut into levels, two levels to a cell."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.grid.place import at_or_above, cell_of
from ninegrid.policy import Axis, Grid, Policy
from ninegrid.policy.expressions import expression
from ninegrid.policy.values.segments import SCORED, AxisItem, Segment

_NEAR = 1e-9
_DIGITS = 12  # the last bits of a sum depend on the order in which it was added up
ITEMS: dict[str, pl.DataType] = {
    **dict.fromkeys(("grid", "segment", "axis", "item"), pl.String()),
    **dict.fromkeys(("weight", "figure", "score"), pl.Float64()), "reason": pl.String(),
}  # fmt: skip
"""The columns of the table segment_items."""


def placed(rows: pl.DataFrame, grid: Grid, segment: Segment, policy: Policy) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The segments on a grid, and the items of its scored axes (as ITEMS).

    rows: as `rows.segment_rows` has them, with growth and market figures. Added: axis1, axis2 (the score or figure),
    axis1_level, axis2_level (Int8), cell, status. status: OK; `;`-joined the flags of what stands in for a figure and
    why there is no cell: NOT_ENOUGH of an axis's weight, MISSING_INPUT, TOO_FEW customers, UNASSIGNED (customers of no
    segment).
    """
    frame = _with_parameters(rows.filter(pl.col("segment").is_not_null()), policy)
    items = [pl.DataFrame(schema=ITEMS)]
    table = frame.select("segment")
    for name, axis in (("axis1", grid.axis1), ("axis2", grid.axis2)):
        if axis.method == SCORED:
            scored = [_scored(frame, item, axis, grid.key) for item in axis.items]
            items += scored
            one = _axis_scored(table, scored, axis, policy)
        else:
            one = _axis_figure(frame, axis, policy)
        named = {"value": name, "level": f"{name}_level", "flag": f"{name}_flag"}
        table = table.hstack(one.rename(named))
    few = frame.select(few=pl.col("n") < segment.least)
    table = table.hstack(few).with_columns(
        pl.when(~pl.col("few")).then(f"{name}_level").alias(f"{name}_level") for name in ("axis1", "axis2")
    )
    table = table.with_columns(cell=cell_of(grid, pl.col("axis1_level"), pl.col("axis2_level")), status=_status())
    kept = table.select("segment", "axis1", "axis2", "axis1_level", "axis2_level", "cell", "status")
    wide = rows.join(kept, on="segment", how="left", maintain_order="left")
    nobody = pl.col("segment").is_null()
    return wide.with_columns(status=pl.when(nobody).then(pl.lit("UNASSIGNED")).otherwise("status")), pl.concat(items)


def _with_parameters(rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    free = [name for name in policy.parameters if name not in rows.columns]
    return rows.with_columns(pl.lit(float(policy.parameters[name])).alias(name) for name in free)


def _figure(frame: pl.DataFrame, text: str) -> pl.Series:
    """What an expression gives of each segment; null where it is no finite number."""
    value = frame.select(value=expression(text).cast(pl.Float64))
    return value.select(pl.when(pl.col("value").is_finite()).then("value")).to_series()


def _scored(frame: pl.DataFrame, item: AxisItem, axis: Axis, grid: str) -> pl.DataFrame:
    """An item of each segment, in the frame's order."""
    rows = frame.select("segment").with_columns(figure=_figure(frame, item.figure))
    x = pl.col("figure")
    return rows.select(
        pl.lit(grid).alias("grid"), "segment", pl.lit(axis.metric).alias("axis"), pl.lit(item.key).alias("item"),
        pl.lit(item.weight).alias("weight"), x, _score(item).alias("score"),
        pl.when(x.is_null()).then(pl.lit("MISSING_INPUT")).alias("reason"),
    )  # fmt: skip


def _score(item: AxisItem) -> pl.Expr:
    """0 to 100: within its bounds, or 100 · (n below + ½ n equal) / n among the segments that have the figure."""
    x = pl.col("figure")
    if item.floor is not None and item.full is not None:
        return 100 * ((x - item.floor) / (item.full - item.floor)).clip(0, 1)
    least, most = (x.round_sig_figs(_DIGITS).rank(method) for method in ("min", "max"))
    return 100 * ((least - 1) + (most - least + 1) / 2) / x.count()


def _axis_scored(told: pl.DataFrame, items: Sequence[pl.DataFrame], axis: Axis, policy: Policy) -> pl.DataFrame:
    """value = Σ w · s / Σ w over the items that have a score, where these hold enough of the weight; level, flag."""
    scores = pl.DataFrame([one["score"].alias(f"s{at}") for at, one in enumerate(items)])
    weights = {f"s{at}": item.weight for at, item in enumerate(axis.items)}
    covered = pl.sum_horizontal(pl.when(pl.col(s).is_not_null()).then(w).otherwise(0.0) for s, w in weights.items())
    summed = pl.sum_horizontal(pl.col(s).fill_null(0.0) * w for s, w in weights.items())
    enough = covered / sum(weights.values()) >= axis.enough - _NEAR
    rows = scores.select(value=pl.when(enough & (covered > 0)).then(summed / covered))
    return rows.select(
        "value",
        _level(pl.col("value"), policy.cut_values(axis)).alias("level"),
        pl.when(pl.col("value").is_null()).then(pl.lit("NOT_ENOUGH")).alias("flag"),
    )


def _axis_figure(frame: pl.DataFrame, axis: Axis, policy: Policy) -> pl.DataFrame:
    """value, level and flag of an axis that is a figure: its own, else what stands in for it, by its own cuts."""
    nothing = pl.lit(None, dtype=pl.String)
    own = _cut(_figure(frame, axis.value), axis.method, policy.cut_values(axis)).with_columns(flag=nothing)
    for other in axis.instead:
        cuts = (other.cuts[0], other.cuts[1]) if other.cuts else policy.cut_values(axis)
        stands = _cut(_figure(frame, other.figure), other.method, cuts)
        stands = stands.select(
            pl.all().name.suffix(":in"),
            pl.when(pl.col("value").is_not_null()).then(pl.lit(other.flag)).alias("flag:in"),
        )
        has = pl.col("value").is_not_null()
        own = own.hstack(stands).select(
            pl.when(has).then(name).otherwise(f"{name}:in").alias(name) for name in ("value", "level", "flag")
        )
    missing = pl.when(pl.col("value").is_null()).then(pl.lit("MISSING_INPUT"))
    return own.with_columns(flag=pl.coalesce(missing, "flag"))


def _cut(values: pl.Series, method: str, cuts: tuple[float, float]) -> pl.DataFrame:
    """value and level; of the method quantile `cuts` are the shares at which the segments' figures are cut (type 7)."""
    if method == "quantile" and values.count():
        low, high = (values.quantile(share, "linear") for share in cuts)
        cuts = (low or 0.0, high or 0.0)
    return pl.DataFrame({"value": values}).with_columns(level=_level(pl.col("value"), cuts))


def _level(value: pl.Expr, cuts: tuple[float, float]) -> pl.Expr:
    low, high = (at_or_above(value, pl.lit(cut)).cast(pl.Int8) for cut in cuts)
    return (1 + low + high).cast(pl.Int8)


def _status() -> pl.Expr:
    codes = [pl.when(pl.col("few")).then(pl.lit("TOO_FEW")), pl.col("axis1_flag"), pl.col("axis2_flag")]
    joined = pl.concat_list(codes).list.drop_nulls().list.unique(maintain_order=True).list.join(";")
    return pl.when(joined == "").then(pl.lit("OK")).otherwise(joined)
