"""Growth over a window of fiscal years, safe for losses and zeros, and whether bank and customer grow alike."""

from __future__ import annotations

import polars as pl

from ninegrid.model.period import Period
from ninegrid.policy import Policy
from ninegrid.policy.metrics import joined_enums

SERIES = ("income", "revenue", "profit")

# What to call a change whose ends are not both positive: signs of the first and the last value, and the label.
_LABELS: tuple[tuple[int, int, str], ...] = (
    (-1, 1, "TURNED_TO_PROFIT"),
    (1, -1, "TURNED_TO_LOSS"),
    (0, -1, "TURNED_TO_LOSS"),
    (0, 1, "FROM_ZERO"),
    (1, 0, "TO_ZERO"),
    (0, 0, "BOTH_ZERO"),
    (-1, 0, "SMALLER_LOSS"),
)
_LABEL = pl.Enum([*dict.fromkeys(code for *_, code in _LABELS), "LARGER_LOSS", "SAME_LOSS"])
_WHY = pl.Enum(["REVENUE_ONLY", "PROFIT_ONLY", "MISSING_INPUT", "TOO_FEW_YEARS"])
_STALE = pl.Enum(["STALE"])
_RUNNING = pl.Enum(["RUNNING_YEAR"])
_MIXED = pl.Enum(["MIXED_BASIS"])
_ARROWS = "↓→↑"  # by the sign of a change
# What a status says, in this order.
_STATUS = {
    "income": {
        "income:why": _WHY,
        "income:label": _LABEL,
        "income:stale": _STALE,
        "income:running": _RUNNING,
    },
    "customer": {
        "customer:side": _WHY,
        "profit:label": _LABEL,
        "revenue:own_label": _LABEL,
        "customer:stale": _STALE,
        "customer:mixed": _MIXED,
    },
}


def with_growth(frame: pl.DataFrame, policy: Policy, period: Period) -> pl.DataFrame:
    """The frame with `bank_growth`, `customer_growth`, their `_status`, CAGRs, shapes, `growth_consistency`.

    Growth figures are fractions a year. Each of the series income, revenue, profit stands in the frame as `{s}_years`,
    `{s}_first_year`, `{s}_last_year`, `{s}_last_months`, `{s}_first_value`, `{s}_middle_value`, `{s}_last_value`.
    growth_consistency:reason is NEGATIVE_BASE where a growth of −100% or less leaves nothing to compare with.
    A status is OK or ;-joined codes: why there is none, the label of a change of sign, STALE, one side only,
    RUNNING_YEAR (the last year of income is not over and was annualised), MIXED_BASIS (years of statements on another
    basis are left out). Also `statement_stale` and `stocks_stale`: the latest year of statements, and the newest
    statement with cash, debt or assets, ended more than `stale_months` before the period's end.
    """
    frame = frame.with_columns(e for s in SERIES for e in _series(s, policy, period))
    own_label = pl.col("revenue:label").ne_missing(pl.col("profit:label"))
    stale = _stale(pl.col("statement_year"), pl.col("statement_months"), policy, period)
    frame = frame.with_columns(
        _customer_axis(policy).alias("customer:axis"),
        _customer_side().alias("customer:side"),
        pl.when(own_label).then("revenue:label").alias("revenue:own_label"),
        pl.when("income_running").then(pl.lit("RUNNING_YEAR", dtype=_RUNNING)).alias("income:running"),
        pl.when(stale).then(pl.lit("STALE", dtype=_STALE)).alias("customer:stale"),
        pl.when("mixed_basis").then(pl.lit("MIXED_BASIS", dtype=_MIXED)).alias("customer:mixed"),
    )
    frame = frame.with_columns(
        bank_growth=pl.col("income:axis"),
        bank_growth_status=joined_enums(_STATUS["income"], "OK"),
        bank_cagr=pl.col("income:cagr"),
        bank_growth_shape=_shape("income"),
        customer_growth=pl.col("customer:axis"),
        customer_growth_status=joined_enums(_STATUS["customer"], "OK"),
        revenue_cagr=pl.col("revenue:cagr"),
        net_profit_cagr=pl.col("profit:cagr"),
        customer_growth_shape=_shape("revenue"),
        statement_stale=stale,
        stocks_stale=_stale(pl.col("stocks_year"), pl.col("stocks_months"), policy, period),
    )
    why = pl.when(_no_base() & pl.col("bank_growth").is_not_null() & pl.col("customer_growth").is_not_null())
    return frame.select(pl.exclude("^.*:.*$")).with_columns(
        why.then(pl.lit("NEGATIVE_BASE")).alias("growth_consistency:reason"), growth_consistency=_consistency()
    )


def _series(name: str, policy: Policy, period: Period) -> list[pl.Expr]:
    first, last = pl.col(f"{name}_first_value"), pl.col(f"{name}_last_value")
    span = pl.col(f"{name}_last_year") - pl.col(f"{name}_first_year")
    known = pl.col(f"{name}_years") >= 2
    rate = (last / first) ** (1 / span) - 1
    cagr = pl.when(known & (first > 0) & (last > 0) & rate.is_finite()).then(rate)
    label = pl.when(known).then(_label(first, last))
    stale = _stale(pl.col(f"{name}_last_year"), pl.col(f"{name}_last_months"), policy, period)
    return [
        cagr.alias(f"{name}:cagr"),
        pl.when(known).then(pl.coalesce(cagr, symmetric_growth(first, last, span))).alias(f"{name}:axis"),
        label.alias(f"{name}:label"),
        _why(pl.col(f"{name}_years")).alias(f"{name}:why"),
        pl.when(stale).then(pl.lit("STALE", dtype=_STALE)).alias(f"{name}:stale"),
    ]


def symmetric_growth(first: pl.Expr, last: pl.Expr, span: pl.Expr) -> pl.Expr:
    """2(x₃ − x₁) / (|x₃| + |x₁|) / years: bounded, defined for every sign, 0 from 0 to 0.

    Davis and Haltiwanger (1992), taken over the years between the two.
    """
    size = first.abs() + last.abs()
    return pl.when(size == 0).then(0.0).otherwise(2 * (last - first) / size / span)


def _label(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    signs = [
        pl.when((first.sign() == a) & (last.sign() == b)).then(pl.lit(code, dtype=_LABEL)) for a, b, code in _LABELS
    ]
    losses = pl.when((first < 0) & (last < 0)).then(
        pl.when(last > first)
        .then(pl.lit("SMALLER_LOSS", dtype=_LABEL))
        .when(last < first)
        .then(pl.lit("LARGER_LOSS", dtype=_LABEL))
        .otherwise(pl.lit("SAME_LOSS", dtype=_LABEL))
    )
    return pl.coalesce(*signs, losses)


def _why(years: pl.Expr) -> pl.Expr:
    missing, few = (pl.lit(code, dtype=_WHY) for code in ("MISSING_INPUT", "TOO_FEW_YEARS"))
    return pl.when(years.is_null()).then(missing).when(years < 2).then(few)


def _stale(year: pl.Expr, months: pl.Expr, policy: Policy, period: Period) -> pl.Expr:
    """Whether a fiscal year that ended with its month `months` lies too far before the period's end."""
    age = (period.end.year * 12 + period.end.month) - (year * 12 + months)
    return age > policy.number("stale_months")


def _customer_axis(policy: Policy) -> pl.Expr:
    """Weighted growth of revenue and profit; with one of them missing, the other."""
    w = policy.number("revenue_weight")
    revenue, profit = pl.col("revenue:axis"), pl.col("profit:axis")
    return pl.coalesce(w * revenue + (1 - w) * profit, revenue, profit)


def _customer_side() -> pl.Expr:
    revenue, profit = pl.col("revenue:axis").is_not_null(), pl.col("profit:axis").is_not_null()
    return (
        pl.when(revenue & ~profit)
        .then(pl.lit("REVENUE_ONLY", dtype=_WHY))
        .when(profit & ~revenue)
        .then(pl.lit("PROFIT_ONLY", dtype=_WHY))
        .when(~revenue & ~profit)
        .then(pl.col("revenue:why"))
    )


def _shape(name: str) -> pl.Expr:
    """The halves of the window as arrows: ↑↑, ↑↓, ↓↑, ↓↓, with → for no change; one arrow for two years."""
    first, middle, last = (pl.col(f"{name}_{part}_value") for part in ("first", "middle", "last"))
    shapes = pl.Series([*(one + other for one in _ARROWS for other in _ARROWS), *_ARROWS])
    halves = _arrow(middle - first) * len(_ARROWS) + _arrow(last - middle)
    shape = pl.coalesce(halves, len(_ARROWS) ** 2 + _arrow(last - first))
    return pl.lit(shapes).gather(pl.when(pl.col(f"{name}_years") >= 2).then(shape))


def _arrow(change: pl.Expr) -> pl.Expr:
    """The place of a change among the arrows."""
    return change.sign().cast(pl.Int32, strict=False) + 1


def _consistency() -> pl.Expr:
    """(1 + bank) / (1 + customer) − 1; null where one of the growths leaves no base."""
    return pl.when(~_no_base()).then((1 + pl.col("bank_growth")) / (1 + pl.col("customer_growth")) - 1)


def _no_base() -> pl.Expr:
    return pl.min_horizontal("bank_growth", "customer_growth") <= -1
