"""Adding up: the same totals by cell and by view, each view reconciling to the whole."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.grid.disclosure import merged
from ninegrid.grid.rows import Held, Rows
from ninegrid.grid.unit_ids import MANAGER, key_columns, with_distinct_managers
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


def roll_up(rows: Rows | pl.DataFrame, keys: Sequence[str], policy: Policy) -> pl.DataFrame:
    """A row a combination of `keys` (null is one too): n, the policy's sums as Σ, its ratios as Σ / Σ.

    Where the policy says who counts, `counted` says how many do. The ratios' own sums stay in `k:num` and `k:den`.
    The rows come from `with_ratio_parts`. A sum over members of whom none has a figure is null, never 0.
    """
    rows = Held(rows) if isinstance(rows, pl.DataFrame) else rows
    return rolled(rows.added([keys], additive(policy))[0], keys, policy)


def additive(policy: Policy) -> list[pl.Expr]:
    """What totals are made of, and what adds up: n, counted, each sum and how many have it, the ratios' parts."""
    return [
        pl.len().cast(pl.Int64).alias("n"),
        *([_counts(policy).sum().cast(pl.Int64).alias("counted")] if policy.totals.counts else []),
        *(e for c in policy.totals.sums for e in _sum(c, policy)),
        *(pl.col(f"{m.key}:{part}").sum() for m in _ratios(policy) for part in ("num", "den")),
    ]


def rolled(added: pl.DataFrame, keys: Sequence[str], policy: Policy) -> pl.DataFrame:
    """`roll_up` from sums by these keys and maybe more; further sums are added up too."""
    return collected(_rolled(added.lazy(), keys, policy))


def _rolled(added: pl.LazyFrame, keys: Sequence[str], policy: Policy) -> pl.LazyFrame:
    if keys:
        added = added.group_by(keys).agg(pl.all().sum()).sort(keys, nulls_last=True)
    else:
        added = added.select(pl.all().sum())
    known = [pl.when(pl.col(_known(c)) > 0).then(c).alias(c) for c in policy.totals.sums]
    parts = {m.key: [pl.col(f"{m.key}:{part}") for part in ("num", "den")] for m in _ratios(policy)}
    ratios = [pl.when(den != 0).then(num / den).alias(key) for key, (num, den) in parts.items()]
    return added.with_columns(*known, *ratios).drop(_known(c) for c in policy.totals.sums)


def _known(column: str) -> str:
    return f"{column}:known"


def _sum(column: str, policy: Policy) -> list[pl.Expr]:
    """Over those who count, or all."""
    value = pl.when(_counts(policy)).then(column) if column in policy.totals.counted else pl.col(column)
    return [value.sum().alias(column), value.count().cast(pl.Int64).alias(_known(column))]


def cells(rows: Rows, grid: Grid, policy: Policy) -> pl.DataFrame:
    """A row a cell of the grid, all nine, then the unplaced (cell null).

    Columns: grid, cell, n, share, {weight}, income_share (its share), counted, the other sums, the ratios. Shares are
    of the placed.
    """
    return cells_of(rows.added([[grid.cell]], additive(policy))[0], grid, policy)


def cells_of(added: pl.DataFrame, grid: Grid, policy: Policy) -> pl.DataFrame:
    """`cells` from the sums of each cell."""
    whole = pl.DataFrame({grid.cell: [c.id for c in grid.cells] + [None]}, schema={grid.cell: pl.String})
    known = _rolled(added.lazy(), [grid.cell], policy)
    found = whole.lazy().join(known, on=grid.cell, how="left", nulls_equal=True, maintain_order="left")
    placed, weight = pl.col(grid.cell).is_not_null(), policy.totals.weight
    found = found.with_columns(pl.col("n", *_counted(policy)).fill_null(0))
    weighed: list[str | pl.Expr] = [weight, _share(weight, placed).alias("income_share")] if weight else []
    rows = found.select(
        pl.lit(grid.key).alias("grid"),
        pl.col(grid.cell).alias("cell"),
        "n",
        _share("n", placed).alias("share"),
        *weighed,
        *_counted(policy),
        *(c for c in policy.totals.sums if c != weight),
        *policy.totals.ratios,
    )
    return collected(rows)


def _share(column: str, placed: pl.Expr) -> pl.Expr:
    """Of the placed ones' total; null for the unplaced."""
    value = pl.col(column)
    return pl.when(placed).then(value / value.filter(placed).sum()).fill_nan(None)


def views(rows: Rows, wanted: Sequence[View], policy: Policy) -> pl.DataFrame:
    """The totals by each view's keys: view, key1, key2, n, placed, counted, the sums, the ratios, and `tier_x` a tier.

    Managers are distinguished as in `grid.unit_ids.with_distinct_managers`: by the number where it is given, else by
    branch and name. Groups too small to be shown stand together, as MERGED (see `disclosure`). Without views the table
    has no rows.
    """
    if not wanted:
        return views(rows, [View("", (), "", "")], policy).clear()
    tiers = {_tier(t.key): (pl.col("tier") == t.key).fill_null(False).sum() for t in policy.tiers}
    counts = {"placed": pl.col(policy.grid(policy.tiering.grid).cell).count(), **tiers}
    sums = [*additive(policy), *(count.cast(pl.Int64).alias(name) for name, count in counts.items())]
    by = [list(dict.fromkeys(c for k in one.keys for c in key_columns(k, rows.columns))) for one in wanted]
    return pl.concat(_view(added, one, policy) for added, one in zip(rows.added(by, sums), wanted, strict=True))


def _view(added: pl.DataFrame, view: View, policy: Policy) -> pl.DataFrame:
    keys = list(view.keys)
    names = [pl.col(k).cast(pl.String).alias(f"key{i}") for i, k in enumerate(keys, 1)]
    names += [pl.lit(None, dtype=pl.String).alias(f"key{i}") for i in range(len(keys) + 1, 3)]
    apart = with_distinct_managers(merged(added, keys, policy), keys)
    others = [name for name in key_columns(MANAGER, apart.columns) if name not in keys]
    rows = _rolled(apart.lazy().drop(others), keys, policy).select(
        pl.lit(view.key).alias("view"),
        *names,
        "n",
        "placed",
        *_counted(policy),
        *policy.totals.sums,
        *policy.totals.ratios,
        *(_tier(t.key) for t in policy.tiers),
    )
    return collected(rows)


def _tier(key: str) -> str:
    return f"tier_{key.lower()}"


def _counted(policy: Policy) -> list[str]:
    return ["counted"] if policy.totals.counts else []


def _ratios(policy: Policy) -> list[Metric]:
    return [policy.metric(key) for key in policy.totals.ratios]
