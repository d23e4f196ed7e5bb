"""Scores 0–100 of units from the figures on their cards, item by item, each with its reason where it is missing."""

from __future__ import annotations

import polars as pl

from ninegrid.policy import Policy
from ninegrid.policy.values.scoring import ScoreItem

_NEAR = 1e-9
_MISSING = {
    "eva_achieved": "NO_HISTORY", "income_achieved": "NO_HISTORY", "net_moves": "NO_HISTORY",
    "target_attainment": "NO_TARGET", "delivery_mean": "NO_ACTIONS", "handled_share": "NO_WARNINGS",
}  # fmt: skip
"""By figure, why it is missing where it is; else MISSING_INPUT."""


def score_items(cards: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A row a card and item: level, unit_key, item, weight, figure, score (0–100), reason (why there is no score).

    cards: as `cards.cards` has them, those of no unit left out.
    """
    known = cards.drop_nulls("unit_key")
    rows = [_scored(known, item, policy) for item in policy.scorecards.items]
    return pl.concat(rows).sort("level", "unit_key", maintain_order=True) if rows else pl.DataFrame()


def _scored(cards: pl.DataFrame, item: ScoreItem, policy: Policy) -> pl.DataFrame:
    x, large = pl.col(item.figure).cast(pl.Float64), pl.col("n") >= policy.number("side_minimum")
    score = {"target": _target, "band": _band, "rank": _rank}[item.form](x, item, policy)
    reason = (
        pl.when(~large).then(pl.lit("TOO_FEW"))
        .when(x.is_null()).then(pl.lit(_MISSING.get(item.figure, "MISSING_INPUT")))
    )  # fmt: skip
    return cards.select(
        "level", "unit_key", pl.lit(item.key).alias("item"), pl.lit(item.weight).alias("weight"),
        x.alias("figure"), pl.when(large).then(score).alias("score"), reason.alias("reason"),
    )  # fmt: skip


def _target(x: pl.Expr, item: ScoreItem, policy: Policy) -> pl.Expr:
    return 100 * x.clip(0, item.cap) / item.cap


def _band(x: pl.Expr, item: ScoreItem, policy: Policy) -> pl.Expr:
    return 100 * ((x - item.floor) / (item.full - item.floor)).clip(0, 1)


def _rank(x: pl.Expr, item: ScoreItem, policy: Policy) -> pl.Expr:
    """100 · (n_below + ½ n_equal) / n among the level's units with enough customers, on shrunk figures."""
    own = pl.when(pl.col("n") >= policy.number("side_minimum")).then(x)
    mean = own.mean().over("level")
    shrunk = (mean + (own - mean) * pl.col("n") / (pl.col("n") + policy.scorecards.shrink)).round_sig_figs(12)
    least, most = (shrunk.rank(method).over("level") for method in ("min", "max"))
    return 100 * ((least - 1) + (most - least + 1) / 2) / own.count().over("level")


def with_scores(cards: pl.DataFrame, items: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The cards with score, covered_weight (the share of the weight that has a score), rank (ties share one), rank_n
    (how many of the level have a score) and status: TOO_FEW customers, NOT_ENOUGH of the weight, NO_HISTORY, UNASSIGNED
    (customers of no unit), else OK.
    """
    scored = pl.col("score").is_not_null()
    weight = pl.col("weight").filter(scored)
    rows = items.group_by("level", "unit_key").agg(
        covered_weight=weight.sum() / pl.col("weight").sum(),
        whole=pl.when(weight.sum() > 0).then((pl.col("score") * pl.col("weight")).sum() / weight.sum()),
    )
    cards = cards.join(rows, on=["level", "unit_key"], how="left")
    large = pl.col("n") >= policy.number("side_minimum")
    enough = pl.col("covered_weight") >= policy.scorecards.enough - _NEAR
    cards = cards.with_columns(score=pl.when(large & enough).then("whole")).drop("whole")
    rank = (-pl.col("score").round(9)).rank("min").over("level").cast(pl.Int64)
    status = (
        pl.when(pl.col("unit_key").is_null()).then(pl.lit("UNASSIGNED"))
        .when(~large).then(pl.lit("TOO_FEW"))
        .when(pl.col("score").is_null()).then(pl.lit("NOT_ENOUGH"))
        .when(pl.col("income_before").is_null()).then(pl.lit("NO_HISTORY"))
        .otherwise(pl.lit("OK"))
    )  # fmt: skip
    return cards.with_columns(rank=rank, rank_n=pl.col("score").count().over("level").cast(pl.Int64), status=status)
