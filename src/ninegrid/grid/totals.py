"""Adding up: the same totals by cell and by view, each view reconciling to the whole."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.grid.units import told_apart
from ninegrid.model.lazy import collected
from ninegrid.policy import Grid, Policy, View
from ninegrid.policy.expressions import expression
from ninegrid.policy.metrics import Metric, evaluate


def with_ratio_parts(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with `k:num` and `k:den` of the ratios that are rolled up."""
    together = [m for m in _ratios(policy) if _of_counted(m, policy)]
    alone = [m for m in _ratios(policy) if m not in together]
    wide = evaluate(frame, alone)
    return frame.with_columns(
        *(wide[f"{m.key}:{part}"] for m in alone for part in ("num", "den")),
        *(pl.when(_counts(policy)).then(part).alias(name) for m in together for name, part in _parts(m).items()),
    )


def _of_counted(metric: Metric, policy: Policy) -> bool:
    """Whether a ratio is made of sums over those who count: then whoever counts is in it, a denominator of 0 too."""
    named = {name for part in _parts(metric).values() for name in part.meta.root_names()}
    return bool(policy.totals.counts) and named <= set(policy.totals.counted)


def _parts(metric: Metric) -> dict[str, pl.Expr]:
    texts = {"num": metric.numerator, "den": metric.denominator or "1.0"}
    return {f"{metric.key}:{part}": expression(text).cast(pl.Float64) for part, text in texts.items()}


def _counts(policy: Policy) -> pl.Expr:
    return expression(policy.totals.counts).fill_null(False) if policy.totals.counts else pl.lit(True)


def roll_up(frame: pl.DataFrame, keys: Sequence[str], policy: Policy) -> pl.DataFrame:
    """A row a combination of `keys` (null is one too): n, the policy's sums as Σ, its ratios as Σ / Σ.

    Where the policy says who counts, `counted` says how many do. The ratios' own sums stay in `k:num` and `k:den`.
    `frame` comes from `with_ratio_parts`. A sum over members of whom none has a figure is null, never 0.
    """
    return collected(_rolled(frame.lazy(), keys, policy))


def _rolled(rows: pl.LazyFrame, keys: Sequence[str], policy: Policy, more: Sequence[pl.Expr] = ()) -> pl.LazyFrame:
    """`roll_up` as a plan, with further figures of each combination."""
    aggregates = [
        pl.len().cast(pl.Int64).alias("n"),
        *([_counts(policy).sum().cast(pl.Int64).alias("counted")] if policy.totals.counts else []),
        *(_sum(c, policy) for c in policy.totals.sums),
        *(e for m in _ratios(policy) for e in _ratio(m.key)),
        *more,
    ]
    return rows.group_by(keys).agg(aggregates).sort(keys, nulls_last=True) if keys else rows.select(aggregates)


def _sum(column: str, policy: Policy) -> pl.Expr:
    """Over those who count, or all; null where none of them has a figure."""
    value = pl.when(_counts(policy)).then(column) if column in policy.totals.counted else pl.col(column)
    return pl.when(value.count() > 0).then(value.sum()).alias(column)


def cells(frame: pl.DataFrame, grid: Grid, policy: Policy) -> pl.DataFrame:
    """A row a cell of the grid, all nine, then the unplaced (cell null).

    Columns: grid, cell, n, share, {weight}, income_share (its share), counted, the other sums, the ratios. Shares are
    of the placed.
    """
    return collected(cells_plan(frame, grid, policy))


def cells_plan(frame: pl.DataFrame, grid: Grid, policy: Policy) -> pl.LazyFrame:
    """`cells` as a plan."""
    whole = pl.LazyFrame({grid.cell: [c.id for c in grid.cells] + [None]}, schema={grid.cell: pl.String})
    rolled = whole.join(
        _rolled(frame.lazy(), [grid.cell], policy), on=grid.cell, how="left", nulls_equal=True, maintain_order="left"
    )
    placed, weight = pl.col(grid.cell).is_not_null(), policy.totals.weight
    rolled = rolled.with_columns(pl.col("n", *_counted(policy)).fill_null(0))
    weighed: list[str | pl.Expr] = [weight, _share(weight, placed).alias("income_share")] if weight else []
    return rolled.select(
        pl.lit(grid.key).alias("grid"),
        pl.col(grid.cell).alias("cell"),
        "n",
        _share("n", placed).alias("share"),
        *weighed,
        *_counted(policy),
        *(c for c in policy.totals.sums if c != weight),
        *policy.totals.ratios,
    )


def _share(column: str, placed: pl.Expr) -> pl.Expr:
    """Of the placed ones' total; null for the unplaced."""
    value = pl.col(column)
    return pl.when(placed).then(value / value.filter(placed).sum()).fill_nan(None)


def view(frame: pl.DataFrame, view: View, policy: Policy) -> pl.DataFrame:
    """The totals by a view's keys: view, key1, key2, n, placed, counted, the sums, the ratios, and `tier_x` a tier.

    Managers are told apart as in `grid.units.told_apart`: by the number where it is given, else by branch and name.
    """
    return collected(view_plan(frame, view, policy))


def view_plan(frame: pl.DataFrame, view: View, policy: Policy) -> pl.LazyFrame:
    """`view` as a plan."""
    keys = list(view.keys)
    tiers = {f"tier_{t.key.lower()}": (pl.col("tier") == t.key).fill_null(False).sum() for t in policy.tiers}
    placed = pl.col(policy.grid(policy.tiering.grid).cell).count()
    counted = [count.cast(pl.Int64).alias(name) for name, count in {"placed": placed, **tiers}.items()]
    names = [pl.col(k).cast(pl.String).alias(f"key{i}") for i, k in enumerate(keys, 1)]
    names += [pl.lit(None, dtype=pl.String).alias(f"key{i}") for i in range(len(keys) + 1, 3)]
    rows = told_apart(frame.lazy(), keys, frame.columns)
    return _rolled(rows, keys, policy, counted).select(
        pl.lit(view.key).alias("view"),
        *names,
        "n",
        "placed",
        *_counted(policy),
        *policy.totals.sums,
        *policy.totals.ratios,
        *tiers,
    )


def _counted(policy: Policy) -> list[str]:
    return ["counted"] if policy.totals.counts else []


def _ratios(policy: Policy) -> list[Metric]:
    return [policy.metric(key) for key in policy.totals.ratios]


def _ratio(key: str) -> list[pl.Expr]:
    """The ratio of sums, and the sums themselves, so that a roll-up can be rolled up again."""
    num, den = pl.col(f"{key}:num").sum(), pl.col(f"{key}:den").sum()
    return [pl.when(den != 0).then(num / den).alias(key), num, den]
