"""Targets: for each axis on which a customer is below the top, the cell one level up, and what is short of it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.cuts import figure, figures
from ninegrid.grid.place import cell_of, cuts_of
from ninegrid.grid.rows import Rows
from ninegrid.policy import Axis, Policy

INCOME, RAROC = "total_income", "raroc"
"""The metrics of the axes that a way up is known for: one in yuan, one a return on capital."""
_MEASURES = [f"{name}{i}" for name in ("cut", "open", "distance", "nearer") for i in (1, 2)]


@dataclass(frozen=True)
class Spread:
    """The interquartile range of an axis's figure: of the whole, and of each of the customers' own peers (the policy's
    own_peers, `n` that have the figure, `spread`); None where the policy compares with everyone.
    """

    whole: float | None
    own: pl.DataFrame | None


def targets(known: pl.DataFrame, cuts: pl.DataFrame, policy: Policy, spreads: Mapping[str, Spread]) -> pl.DataFrame:
    """A row a placed customer and axis below level 3: the columns of `known`, and

    axis (metric key); axis_number, 1 or 2; target_level, target_cell: one level up, the other axis as it is;
    income_shortfall = cut − total_income, or rani_shortfall = cut · economic_capital − rani (without capital −rani:
    what is earned must exceed 0), in yuan, and `shortfall`, the one that holds; charge: what a yuan of capital has to
    earn to be up there (0 without capital); nearer: on the axis whose shortfall is smaller in units of the spread among
    the customer's own peers, the first axis among equals.
    spreads: by the axis's metric, as `spreads_of` gives them.
    """
    grid = policy.grid(policy.way.grid)
    sides = [(i, axis) for i, axis in enumerate(grid.axes, 1) if axis.metric in (INCOME, RAROC)]
    wide = known.with_columns(e for i, axis in sides for e in _measured(i, axis, known, cuts, spreads, policy))
    wide = wide.with_columns(_nearer([i for i, _ in sides]))
    return pl.concat([_rows(wide, i, axis, policy) for i, axis in sides])


def _measured(
    i: int, axis: Axis, known: pl.DataFrame, cuts: pl.DataFrame, spreads: Mapping[str, Spread], policy: Policy
) -> list[pl.Series | pl.Expr]:
    """Of an axis, by its number: `cut`, the one above; `open`, below level 3; `distance` in interquartile ranges."""
    value = figures(known, axis, policy)["value"].alias("figure")
    at = known.select("row", **cuts_of(known, axis, cuts.filter(pl.col("axis") == axis.metric)))
    level = pl.col(f"official{i}")
    above = at.select(
        pl.when(known[f"official{i}"] == 1).then("low_cut").otherwise("high_cut").alias(f"cut{i}")
    ).to_series()
    spread = _spread(known, spreads[axis.metric], policy)
    reached = pl.when(spread > 0).then((above - value) / spread)
    return [
        above,
        (pl.col(policy.grid(policy.way.grid).cell).is_not_null() & (level < 3)).alias(f"open{i}"),
        known.select(reached.alias(f"distance{i}")).to_series(),
    ]


def spreads_of(known: Rows, policy: Policy) -> Mapping[str, Spread]:
    """By the metric of each axis that a way up is known for, how far its figure spreads among the customers."""
    axes = policy.grid(policy.way.grid).axes
    return {axis.metric: _spread_of(known, axis, policy) for axis in axes if axis.metric in (INCOME, RAROC)}


def _spread_of(known: Rows, axis: Axis, policy: Policy) -> Spread:
    """How far the figure of one axis spreads among the customers."""
    peers = policy.way.own_peers
    rows = known.derived(figure=figure(axis, policy)[0])
    ways: list[list[str]] = [[], [peers]] if peers else [[]]
    spread = (pl.col("figure:p75") - pl.col("figure:p25")).alias("spread")
    found = rows.quantiles(ways, ["figure"], {"p25": 0.25, "p75": 0.75})
    whole = found[0].select(spread)["spread"].first() if found[0].height else None
    return Spread(whole, found[1].select(peers, spread, n="figure:n") if peers else None)  # type: ignore[arg-type]


def _spread(known: pl.DataFrame, spread: Spread, policy: Policy) -> pl.Series:
    """The interquartile range of a figure among each customer's own peers; among all where these are too few."""
    if spread.own is None:
        return pl.Series("spread", [spread.whole], dtype=pl.Float64).new_from_index(0, known.height)
    enough = pl.when(pl.col("n") >= policy.way.peer_minimum).then("spread")
    return (
        known.select(policy.way.own_peers)
        .join(spread.own, on=policy.way.own_peers, how="left", maintain_order="left")
        .select(spread=pl.coalesce(enough, pl.lit(spread.whole, dtype=pl.Float64)))
        .to_series()
    )


def _nearer(numbers: list[int]) -> list[pl.Expr]:
    """Whether each open axis is the nearer one; one whose distance isn't known is the farther."""
    if len(numbers) == 1:
        return [pl.col(f"open{numbers[0]}").alias(f"nearer{numbers[0]}")]
    one, two = pl.col("distance1"), pl.col("distance2")
    first = pl.col("open1") & (~pl.col("open2") | two.is_null() | (one <= two).fill_null(False))
    return [first.alias("nearer1"), (pl.col("open2") & ~first).alias("nearer2")]


def _rows(wide: pl.DataFrame, i: int, axis: Axis, policy: Policy) -> pl.DataFrame:
    """The rows of one axis."""
    grid = policy.grid(policy.way.grid)
    up = pl.col(f"official{i}") + 1
    levels = [up if j == i else pl.col(f"official{j}") for j in (1, 2)]
    cell = cell_of(grid, *levels)
    bare = pl.col("raroc_status") == "NO_CAPITAL"
    cut, nothing = pl.col(f"cut{i}"), pl.lit(None, dtype=pl.Float64)
    of_rani = pl.when(bare).then(-pl.col("rani")).otherwise(cut * pl.col("economic_capital") - pl.col("rani"))
    income, returns = (cut - pl.col("total_income"), nothing) if axis.metric == INCOME else (nothing, of_rani)
    return (
        wide.filter(f"open{i}")
        .with_columns(
            axis=pl.lit(axis.metric),
            axis_number=pl.lit(i, dtype=pl.Int8),
            target_level=up.cast(pl.Int8),
            target_cell=cell,
            income_shortfall=income,
            rani_shortfall=returns,
            charge=pl.when(bare).then(0.0).otherwise(cut),
            nearer=pl.col(f"nearer{i}"),
        )
        .with_columns(shortfall=pl.coalesce("income_shortfall", "rani_shortfall"))
        .drop(_MEASURES, strict=False)
    )
