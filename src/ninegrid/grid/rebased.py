"""The period before, like for like: where its subjects stood, and would have stood under today's policy and cuts."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterable, Mapping

import polars as pl

from ninegrid.grid.past import Before
from ninegrid.grid.place import levels_on
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Axis, Grid, Policy
from ninegrid.policy.expressions import expression

AXES = (1, 2)
_CELL = r"^\D*([123])\D*([123])$"


def main_table(policy: Policy) -> str:
    """The result table of the subjects themselves: the one that tiers are given in."""
    return policy.grid(policy.tiering.grid).over


def id_of(over: str, policy: Policy) -> str:
    """The column that names a row of a table that grids are over: the policy's id in the main, else as declared."""
    return policy.id if over == main_table(policy) else result_table(over).id


def raw_cell(grid: Grid) -> str:
    """The column that holds the raw cell of a grid with a dead-band."""
    return f"raw_{grid.cell}"


def axis_cuts(cuts: pl.DataFrame, grid: Grid, axis: Axis) -> pl.DataFrame:
    """The cuts of one axis of a grid."""
    return cuts.filter((pl.col("grid") == grid.key) & (pl.col("axis") == axis.metric))


def stored_table(tables: Mapping[str, pl.DataFrame], over: str, policy: Policy) -> pl.DataFrame:
    """A table by name with its id as `subject_id`; without rows where there was no such table."""
    table, name = tables.get(over, pl.DataFrame()), id_of(over, policy)
    if name not in table.columns:
        return pl.DataFrame(schema={"subject_id": pl.String})
    return table.with_columns(subject_id=pl.col(name).cast(pl.String))


def readable(frame: pl.DataFrame, axis: Axis, policy: Policy) -> tuple[pl.DataFrame, Axis]:
    """The frame and the axis such that the axis's figures can be read from a result table, which holds less than was
    graded.

    A metric whose inputs are not in the table is read from its own column there; whatever else is missing is null.
    """
    metric = policy.metric(axis.metric)
    inputs = columns_named(metric.texts) - {"value"}
    if not axis.value and not inputs <= set(frame.columns) and metric.key in frame.columns:
        axis = dataclasses.replace(axis, value=f'"{metric.key}"')
    needed = columns_named([axis.value, axis.fallback, axis.override]) | ({axis.peer, axis.reason} - {""})
    needed |= set() if axis.value else inputs
    missing = sorted(needed - set(frame.columns))
    return frame.with_columns(pl.lit(None).alias(name) for name in missing), axis


def raw_levels(frame: pl.DataFrame, grid: Grid) -> tuple[pl.Expr, pl.Expr]:
    """The raw levels (Int8) on both axes of a placed table: of the raw cell where there is one, else the levels."""
    first, second = (_raw_level(frame, grid, axis, i) for i, axis in enumerate(grid.axes, 1))
    return first, second


def then(before: Before, grid: Grid, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """How each subject of the period before stood on a grid: a row a subject, in the stored order.

    Columns: subject_id, from_cell (official, as stored), from_weight, and for each axis k the levels a_axisk
    (official, as stored), b_axisk (the same inputs under today's policy and the cuts of then), c_axisk (under today's
    cuts too) and raw_axisk (what the figures alone say under both). A raw level that comes out as it did then leaves
    the official one as it was; one that comes out differently is the official one. What can't be computed any more
    stays as it was.
    """
    name = ("then", grid.key, cut_values(cuts, grid))
    return before.once(name, (policy,), lambda: _then(before, grid, cuts, policy))


def cut_values(cuts: pl.DataFrame, grid: Grid) -> Hashable:
    """A grid's cuts as a value: which axis, of whom, and where."""
    return tuple(cuts.filter(pl.col("grid") == grid.key).select("axis", "peer_group", "low_cut", "high_cut").rows())


def _then(before: Before, grid: Grid, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    stored = stored_table(before.stored, grid.over, policy)
    first = stored.select(
        "subject_id",
        column(stored, grid.cell, pl.String()).alias("from_cell"),
        column(stored, policy.totals.weight, pl.Float64()).alias("from_weight"),
        *(column(stored, axis.level, pl.Int8()).alias(f"a_axis{k}") for k, axis in enumerate(grid.axes, 1)),
        *(level.alias(f"then_axis{k}") for k, level in enumerate(raw_levels(stored, grid), 1)),
    )
    again = _again(stored_table(before.rebased, grid.over, policy), grid, cuts, policy)
    if before.rebased.get(grid.over) is before.stored.get(grid.over):  # the same rows: no need to look them up
        joined = first.hstack(again.drop("subject_id"))
    else:
        joined = first.join(again, on="subject_id", how="left", maintain_order="left")
    joined = joined.with_columns(_kept(k, f"policy_axis{k}", f"a_axis{k}").alias(f"b_axis{k}") for k in AXES)
    joined = joined.with_columns(_kept(k, f"raw_axis{k}", f"b_axis{k}").alias(f"c_axis{k}") for k in AXES)
    levels = [f"{part}_axis{k}" for k in AXES for part in ("a", "b", "c", "raw")]
    return joined.select("subject_id", "from_cell", "from_weight", *levels)


def column(frame: pl.DataFrame, name: str, dtype: pl.DataType) -> pl.Expr:
    """A column in a type; null where the frame doesn't have it."""
    return pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype=dtype)


def columns_named(texts: Iterable[str]) -> set[str]:
    """The columns that SQL expressions name."""
    return {name for text in texts if text for name in expression(text).meta.root_names()}


def _again(rebased: pl.DataFrame, grid: Grid, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """subject_id and, by axis, the raw level under the cuts of then (policy_axisk) and of today (raw_axisk)."""
    frame = rebased.select(
        "subject_id", *(level.alias(f"policy_axis{k}") for k, level in enumerate(raw_levels(rebased, grid), 1))
    )
    today = [
        levels_on(*readable(rebased, axis, policy), axis_cuts(cuts, grid, axis), policy)["level"].alias(f"raw_axis{k}")
        for k, axis in enumerate(grid.axes, 1)
    ]
    return frame.with_columns(today).with_columns(pl.coalesce(f"raw_axis{k}", f"policy_axis{k}") for k in AXES)


def _kept(axis: int, raw: str, otherwise: str) -> pl.Expr:
    """The official level as stored where the raw one is that of then, else the raw one."""
    same = pl.col(raw) == pl.col(f"then_axis{axis}")
    return pl.coalesce(pl.when(same).then(f"a_axis{axis}").otherwise(raw), otherwise)


def _raw_level(frame: pl.DataFrame, grid: Grid, axis: Axis, position: int) -> pl.Expr:
    level = column(frame, axis.level, pl.Int8())
    if raw_cell(grid) not in frame.columns:
        return level
    cells = frame[raw_cell(grid)].cast(pl.String).drop_nulls().unique()
    digits = cells.str.extract(_CELL, position).cast(pl.Int8)
    raw = pl.col(raw_cell(grid)).cast(pl.String).replace_strict(cells, digits, default=None, return_dtype=pl.Int8)
    return pl.coalesce(raw, level)
