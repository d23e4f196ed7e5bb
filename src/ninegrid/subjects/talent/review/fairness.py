"""Fairness 公平: whether groups reach the top cells at like rates, without giving small groups away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.disclosure import hidden_groups
from ninegrid.model.result_tables import result_table
from ninegrid.subjects.talent.rules import AgeBand
from ninegrid.subjects.talent.significance import fisher_exact

_UNKNOWN: frozenset[str | None] = frozenset([None])


@dataclass(frozen=True)
class Limits:
    """ratio, p: below both a group fails. fewest: smaller groups are hidden."""

    ratio: float
    p: float
    fewest: int


def fairness(
    employees: pl.DataFrame,
    attributes: Sequence[str],
    age_bands: Sequence[AgeBand],
    top: Collection[str],
    limits: Limits,
    hidden: Mapping[str, Collection[str | None]] | None = None,
) -> pl.DataFrame:
    """A row an attribute and group of the placed employees.

    `employees`: tier (null when unplaced) and the attributes, `age` in years among them; those without a value are in
    no group, but a part of everyone that taking the groups off would tell of. hidden: by attribute, the groups that
    other tables of the run hide too. Columns:
    axis: "top", reaching the tiers of `top`; attribute; group (for age the band's key);
    n: placed employees; rate: their share in the top; impact_ratio: rate over the best group's (null when that is 0);
    p_value: two-sided Fisher's exact against the best group, null for the best itself;
    verdict: reference (the best group; among equals the largest), fail (impact_ratio and p below the limits; the four-
    fifths rule of 29 CFR 1607.4D with its caveat on chance), pass, or hidden: the figures are null.
    Hidden are groups under the fewest and, where a total would give them or those without a value away, the smallest
    others too. The best group is sought among those shown, or its rate could be read off the ratios.
    """
    placed = employees.filter(pl.col("tier").is_not_null()).with_columns(top=pl.col("tier").is_in(list(top)))
    if "age" in placed.columns:
        placed = placed.with_columns(age=_band(age_bands))
    known = hidden or {}
    tables = [_by(placed, a, limits, known.get(a, ())) for a in attributes if a in placed.columns]
    return pl.concat([pl.DataFrame(schema=result_table("fairness").schema()), *tables])


def _band(bands: Sequence[AgeBand]) -> pl.Expr:
    age = pl.col("age")
    chosen = [pl.when((age >= band.low) & (age < band.high)).then(pl.lit(band.key)) for band in bands]
    return pl.coalesce(*chosen, pl.lit(None, dtype=pl.String))


def _by(placed: pl.DataFrame, attribute: str, limits: Limits, hidden: Collection[str | None]) -> pl.DataFrame:
    everyone = _counted(placed, attribute)
    sizes: dict[str | None, int] = dict(everyone.select("group", "n").rows())
    withheld = frozenset(hidden) if hidden else hidden_groups(sizes, limits.fewest, silent=_UNKNOWN)
    counts = everyone.drop_nulls("group")
    counts = counts.with_columns(hidden=pl.col("group").is_in([g for g in sizes if g in withheld and g is not None]))
    best = _best(counts.filter(~pl.col("hidden")))
    if best is None:
        return _rows(counts, attribute, {}, None, limits)
    group, top, n = best
    shown = counts.filter(~pl.col("hidden") & (pl.col("group") != group))
    p = {g: fisher_exact(t, m - t, top, n - top) for g, t, m in shown.select("group", "top", "n").iter_rows()}
    return _rows(counts, attribute, p, group, limits)


def _counted(placed: pl.DataFrame, attribute: str) -> pl.DataFrame:
    """group (null: without a value), n, top, rate in the order of the groups' names."""
    grouped = placed.group_by(pl.col(attribute).cast(pl.String).alias("group")).agg(
        n=pl.len().cast(pl.Int64), top=pl.col("top").sum().cast(pl.Int64)
    )
    return grouped.sort("group").with_columns(rate=pl.col("top") / pl.col("n"))


def _best(shown: pl.DataFrame) -> tuple[str, int, int] | None:
    if shown.is_empty():
        return None
    group, top, n = shown.sort("rate", "n", "group", descending=[True, True, False]).select("group", "top", "n").row(0)
    return group, top, n


def _rows(counts: pl.DataFrame, attribute: str, p: dict[str, float], best: str | None, limits: Limits) -> pl.DataFrame:
    is_best = (pl.col("group") == pl.lit(best, dtype=pl.String)).fill_null(False)
    best_rate = pl.col("rate").filter(is_best).first()
    ratio = pl.when(best_rate > 0).then(pl.col("rate") / best_rate)
    p_value = pl.col("group").replace_strict(p, default=None, return_dtype=pl.Float64)
    table = counts.with_columns(impact_ratio=ratio, p_value=p_value)
    unequal = (pl.col("impact_ratio") < limits.ratio) & (pl.col("p_value") < limits.p)
    verdict = (
        pl.when("hidden")
        .then(pl.lit("hidden"))
        .when(is_best)
        .then(pl.lit("reference"))
        .when(unequal)
        .then(pl.lit("fail"))
        .otherwise(pl.lit("pass"))
    )
    table = table.with_columns(verdict=verdict, axis=pl.lit("top"), attribute=pl.lit(attribute))
    figures = [pl.when(~pl.col("hidden")).then(c).alias(c) for c in ("n", "rate", "impact_ratio", "p_value")]
    return table.with_columns(figures).select(pl.col(c).cast(t) for c, t in result_table("fairness").schema().items())
