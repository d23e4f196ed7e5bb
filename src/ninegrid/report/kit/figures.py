"""Figures for people: totals by a column, and numbers said in a sentence."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from ninegrid.grid.rebased import columns_named
from ninegrid.grid.totals import roll_up, with_ratio_parts
from ninegrid.model.relations import Lang
from ninegrid.policy import Policy
from ninegrid.report.kit.style import MoneyScale, money_scale
from ninegrid.report.kit.words import word

UNKNOWN = "—"


def rolled_up(frame: pl.DataFrame, by: str, policy: Policy) -> pl.DataFrame:
    """A row a value of `by` (null too): `by`, n, `share`, the policy's sums and ratios, and `income_share`.

    Shares are of the placed (those with a `tier`), null where none is; where the policy adds nothing up there is no
    `income_share`.
    """
    weight = policy.totals.weight
    placed = frame.filter(pl.col("tier").is_not_null())
    parts = {"share": pl.len() / placed.height}
    if weight:
        parts["income_share"] = (pl.col(weight).sum() / placed[weight].sum()).fill_nan(None)
    shares = placed.group_by(by).agg(**parts)
    rows = roll_up(with_ratio_parts(frame, policy), [by], policy)
    return rows.join(shares, on=by, how="left", nulls_equal=True, maintain_order="left")


def added_columns(policy: Policy) -> list[str]:
    """The columns of a result table that `rolled_up` takes, but for those that it groups by."""
    ratios = [text for key in policy.totals.ratios for text in policy.metric(key).texts]
    return [*policy.totals.sums, *sorted(columns_named(ratios))]


def ordered(frame: pl.DataFrame, column: str, order: Iterable[str]) -> pl.DataFrame:
    """The rows in the order the values of `column` have in `order`; the others, missing last, behind."""
    ranks = {value: rank for rank, value in enumerate(order)}
    rank = pl.col(column).replace_strict(ranks, default=len(ranks), return_dtype=pl.Int64)
    return frame.sort(rank, pl.col(column).is_null(), maintain_order=True)


def scale_for(lang: Lang, amounts: pl.Series) -> MoneyScale:
    """The unit that fits a column of amounts in yuan."""
    sizes = amounts.abs()
    sizes = sizes.filter(sizes > 0)  # what is null goes too
    if sizes.is_empty():
        return money_scale(lang)
    return money_scale(lang, sizes.max(), sizes.min())  # type: ignore[arg-type]  # of a float series: floats


def weight_scale(lang: Lang, frame: pl.DataFrame, policy: Policy) -> MoneyScale:
    """The unit that fits the frame's column of weights; the usual one where nothing is added up."""
    weight = policy.totals.weight
    return scale_for(lang, frame[weight]) if weight else money_scale(lang)


def in_unit(value: float | None, unit: str, scale: MoneyScale) -> float | None:
    """The number as it is put into a cell of that unit: money scaled, bp times 10,000."""
    if value is None:
        return None
    return value / scale.divisor if unit == "money" else value * 1e4 if unit == "bp" else value


def said(value: float | None, unit: str, lang: Lang) -> str:
    """The number with its unit, as in a sentence: ``12.3%``, ``350.0 万元``, ``CNY 3.5 m``."""
    if value is None:
        return UNKNOWN
    if unit == "money":
        return _said_money(value, lang)
    return {"percent": f"{value:.1%}", "bp": f"{value * 1e4:,.0f} bp", "count": f"{value:,.0f}"}.get(
        unit, f"{value:,.1f}"
    )


def _said_money(value: float, lang: Lang) -> str:
    size, divisor = ("hundred_million", 1e8) if abs(value) >= 1e8 else ("ten_thousand", 1e4)
    if lang == "en":
        size, divisor = "million", 1e6
    return word(f"money_said.{size}", lang, amount=value / divisor)
