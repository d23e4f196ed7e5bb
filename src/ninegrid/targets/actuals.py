"""Where units stand: by level, unit and measure what was brought this year so far, or what there is."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import polars as pl

from ninegrid.grid.tables import Wide
from ninegrid.grid.totals import with_ratio_parts
from ninegrid.model.period import Period
from ninegrid.policy import Policy
from ninegrid.policy.expressions import columns_of, expression
from ninegrid.policy.values.scoring import TargetMeasure
from ninegrid.targets.unit_levels import with_unit

_SCHEMA = {
    "level": pl.String, "unit_key": pl.String, "unit_name": pl.String, "metric": pl.String, "actual": pl.Float64,
    "run_rate": pl.Boolean, "n": pl.Int64,
}  # fmt: skip
_MONTHS_OF_YEAR = 12


def actuals(
    wide: Wide, levels: Iterable[str], metrics: Collection[str], policy: Policy, period: Period
) -> pl.DataFrame:
    """level, unit_key, unit_name, metric, actual, run_rate, n: a row a unit and measure.

    Of a flow the actual is what was observed this year: of a customer whose figures run over no more months than the
    year has by now, these; else the year's flow × m / 12, and `run_rate` says so. Of a stock or an event the sum, of a
    ratio Σ / Σ. Null where no customer of the unit has the figure. n: the unit's customers. Flows in the frame are a
    year's, as `[[annualise]]` makes them.
    """
    measures = [m for m in policy.targets.measures if m.key in metrics and _computable(m, wide.frame)]
    if not measures:
        return pl.DataFrame(schema=_SCHEMA)
    if any(m.kind == "ratio" for m in measures) and f"{measures[-1].metric}:num" not in wide.frame.columns:
        wide = Wide(with_ratio_parts(wide.frame, policy), wide.members)
    parts = [
        _of_level(rows, level, measures, period)
        for level in levels
        if (rows := with_unit(wide, level, policy)) is not None
    ]
    return pl.concat([pl.DataFrame(schema=_SCHEMA), *parts])


def _computable(measure: TargetMeasure, frame: pl.DataFrame) -> bool:
    return measure.kind == "ratio" or set(columns_of(measure.value)) <= set(frame.columns)


def _of_level(rows: pl.DataFrame, level: str, measures: list[TargetMeasure], period: Period) -> pl.DataFrame:
    sums = [e.alias(f"{name}:{m.key}") for m in measures for name, e in _sums(m, rows, period).items()]
    grouped = rows.group_by("unit_key").agg(
        pl.col("unit_name").drop_nulls().unique().sort().first(), pl.len().cast(pl.Int64).alias("n"), *sums
    )
    each = [
        grouped.select(
            pl.lit(level).alias("level"), "unit_key", "unit_name", pl.lit(m.key).alias("metric"),
            pl.col(f"actual:{m.key}").cast(pl.Float64).alias("actual"), pl.col(f"run_rate:{m.key}").alias("run_rate"),
            "n",
        )
        for m in measures
    ]  # fmt: skip
    return pl.concat(each).select(list(_SCHEMA))


def _sums(measure: TargetMeasure, rows: pl.DataFrame, period: Period) -> dict[str, pl.Expr]:
    if measure.kind == "ratio":
        num, den = (pl.col(f"{measure.metric}:{part}").sum() for part in ("num", "den"))
        return {"actual": pl.when(den != 0).then(num / den), "run_rate": pl.lit(False)}
    value = expression(measure.value).cast(pl.Float64)
    if not columns_of(measure.value):
        value = value + pl.lit(0.0) * pl.int_range(pl.len())
    if measure.kind != "flow":
        return {"actual": pl.when(value.count() > 0).then(value.sum()), "run_rate": pl.lit(False)}
    m = period.end.month
    observed = pl.col("months_observed") if "months_observed" in rows.columns else pl.lit(None, dtype=pl.Float64)
    seen = (observed <= m).fill_null(False)
    to_date = value * pl.when(seen).then(observed).otherwise(m) / _MONTHS_OF_YEAR
    return {
        "actual": pl.when(value.count() > 0).then(to_date.sum()),
        "run_rate": (~seen & value.is_not_null()).any(),
    }
