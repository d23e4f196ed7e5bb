"""Metrics: numerator over denominator, as SQL expressions; missing always with a reason; rolled up as Σ / Σ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.model.lazy import collected
from ninegrid.policy.expressions import expression


@dataclass(frozen=True)
class Condition:
    """An SQL condition and the code it stands for."""

    when: str
    code: str


@dataclass(frozen=True)
class Metric:
    """A figure of a subject.

    unit: money (yuan), percent (a fraction), bp (a fraction) or number. direction: higher or lower is better, or band,
    best anywhere within `band`. indicator: its place among the indicators, 0 for a metric that is none.
    null_when: makes the value missing, with that code. flag_when: over the row and `value`; the value stands, flagged.
    """

    key: str
    zh: str
    en: str
    numerator: str
    unit: str
    direction: str
    denominator: str = ""
    band: tuple[float, ...] = ()
    indicator: int = 0
    null_when: tuple[Condition, ...] = ()
    flag_when: tuple[Condition, ...] = ()

    @property
    def formula(self) -> str:
        """The expression that is run, for people to read."""
        if not self.denominator:
            return self.numerator
        top = f"({self.numerator})" if " " in self.numerator else self.numerator
        return f"{top} / {self.denominator}"

    @property
    def texts(self) -> tuple[str, ...]:
        """Every SQL text the metric is made of."""
        own = (self.numerator, self.denominator, *(c.when for c in (*self.null_when, *self.flag_when)))
        return tuple(text for text in own if text)


def evaluate(frame: pl.DataFrame, metrics: Sequence[Metric]) -> pl.DataFrame:
    """For each metric k: the columns `k` (value or null), `k:num`, `k:den`, `k:reason` and `k:flag`, row by row.

    `k:num` and `k:den` are null wherever the value is, so a roll-up is Σ num / Σ den over the members that have one.
    The first reason that holds is given: the metric's own, MISSING_INPUT, ZERO_DENOMINATOR, NEGATIVE_BASE,
    OUT_OF_RANGE.
    """
    wide = collected(
        frame.lazy()
        .select(e for m in metrics for e in _parts(m))
        .with_columns(_reason(m.key) for m in metrics)
        .select(*(e for m in metrics for e in _settled(m.key)), *(_no_flag(m.key) for m in metrics))
    )
    flags = [_flags(frame, wide[m.key], m) for m in metrics if m.flag_when]
    return wide.with_columns(flags) if flags else wide


@cache
def value_of(metric: Metric) -> pl.Expr:
    """The metric's value alone, or null, over the rows it is computed from."""
    return pl.when(reason_of(metric).is_null()).then(_numerator(metric) / _denominator(metric))


@cache
def reason_of(metric: Metric) -> pl.Expr:
    """Why the metric's value is missing, or null, over the rows it is computed from."""
    return _first_reason(_first_code(metric.null_when), _numerator(metric), _denominator(metric))


def goodness(metric: Metric, value: pl.Expr) -> pl.Expr:
    """The value turned so that more is better: itself, its negative, or minus its distance to the band."""
    if metric.direction == "lower":
        return -value
    if metric.direction == "band":
        low, high = metric.band
        return -pl.max_horizontal(low - value, value - high, pl.lit(0.0)) + value * 0
    return value


def joined_codes(columns: Iterable[str], *, named: bool) -> pl.Expr:
    """One text a row from many code columns ``k:reason``: ``k=CODE;…`` when named, else ``CODE;…``; null when empty."""
    codes = [pl.concat_str(pl.lit(f"{column.split(':')[0]}=" if named else ""), pl.col(column)) for column in columns]
    text = pl.concat_str(codes, separator=";", ignore_nulls=True)
    return pl.when(text != "").then(text)


def joined_enums(columns: Mapping[str, pl.Enum], nothing: str) -> pl.Expr:
    """``CODE;…`` from a few columns of few codes each, else `nothing`: each text there can be is looked up by place."""
    place, texts = pl.lit(0, dtype=pl.UInt32), [""]
    for name, codes in columns.items():
        known = codes.categories.to_list()
        place = place * (len(known) + 1) + (pl.col(name).to_physical().cast(pl.UInt32) + 1).fill_null(0)
        texts = [";".join(filter(None, (text, code))) for text in texts for code in ("", *known)]
    return pl.lit(pl.Series([text or nothing for text in texts])).gather(place)


def joined_texts(frame: pl.DataFrame, columns: Sequence[str], *, named: bool) -> pl.Series:
    """`joined_codes` of the frame, row by row; each combination of codes, of which there are few, is joined once."""
    codes = frame.select(c for c in columns if frame[c].null_count() < frame.height)
    if not codes.width:
        return pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    rows = codes.unique().with_columns(joined_codes(codes.columns, named=named).alias("text"))
    return codes.join(rows, on=codes.columns, how="left", nulls_equal=True, maintain_order="left")["text"]


def _numerator(metric: Metric) -> pl.Expr:
    return expression(metric.numerator).cast(pl.Float64)


def _denominator(metric: Metric) -> pl.Expr:
    return (expression(metric.denominator) if metric.denominator else pl.lit(1.0)).cast(pl.Float64)


@cache
def _parts(metric: Metric) -> tuple[pl.Expr, ...]:
    return (
        _numerator(metric).alias(f"{metric.key}:num"),
        _denominator(metric).alias(f"{metric.key}:den"),
        _first_code(metric.null_when).alias(f"{metric.key}:own"),
    )


def _first_code(conditions: Sequence[Condition]) -> pl.Expr:
    nothing = pl.lit(None, dtype=pl.String)
    return pl.coalesce(*(pl.when(expression(c.when)).then(pl.lit(c.code)) for c in conditions), nothing)


@cache
def _reason(key: str) -> pl.Expr:
    own, num, den = (pl.col(f"{key}:{part}") for part in ("own", "num", "den"))
    return _first_reason(own, num, den).alias(f"{key}:reason")


def _first_reason(own: pl.Expr, num: pl.Expr, den: pl.Expr) -> pl.Expr:
    return (
        pl.when(own.is_not_null())
        .then(own)
        .when(num.is_null() | den.is_null())
        .then(pl.lit("MISSING_INPUT"))
        .when(den == 0)
        .then(pl.lit("ZERO_DENOMINATOR"))
        .when(den < 0)
        .then(pl.lit("NEGATIVE_BASE"))
        .when(~(num / den).is_finite())
        .then(pl.lit("OUT_OF_RANGE"))
    )


@cache
def _settled(key: str) -> tuple[pl.Expr, ...]:
    num, den, reason = pl.col(f"{key}:num"), pl.col(f"{key}:den"), pl.col(f"{key}:reason")
    known = reason.is_null()
    return (
        pl.when(known).then(num / den).alias(key),
        pl.when(known).then(num).alias(f"{key}:num"),
        pl.when(known).then(den).alias(f"{key}:den"),
        reason,
    )


@cache
def _no_flag(key: str) -> pl.Expr:
    return pl.lit(None, dtype=pl.String).alias(f"{key}:flag")


def _flags(frame: pl.DataFrame, value: pl.Series, metric: Metric) -> pl.Series:
    code = _first_code(metric.flag_when)
    needed = (column for column in dict.fromkeys(code.meta.root_names()) if column != "value")
    return frame.select(*needed, value.alias("value")).select(code.alias(f"{metric.key}:flag")).to_series()
