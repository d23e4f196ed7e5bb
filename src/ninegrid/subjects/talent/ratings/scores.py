"""From ratings and KPIs to a performance and a potential score of each employee, and why there is none."""

from __future__ import annotations

import polars as pl

from ninegrid.model.period import Period
from ninegrid.policy import Policy
from ninegrid.subjects.talent.ratings.given import given
from ninegrid.subjects.talent.rules import AXES, KPI, Component, TalentRules

_PARTS = ("level", "score", "problem")
GIVEN = tuple(f"given_{axis}_{part}" for axis in AXES for part in _PARTS)
"""What the roster says already of each axis, as `with_scores` adds it."""


def kpi_scores(kpis: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """employee_id, score: Σ weight · 100 · attainment / cap / Σ weight.

    attainment = actual / target, target / actual where lower is better, clipped to [0, cap]. A KPI without a target
    above 0 is left out. Weights are those given; equal ones where none of a person's KPIs has one, a target or not.
    """
    cap, actual, target = policy.number("kpi_cap"), pl.col("actual"), pl.col("target")
    lower = (pl.col("direction") == "lower").fill_null(False)
    attained = pl.when(lower & (actual == 0)).then(cap).when(lower).then(target / actual).otherwise(actual / target)
    unweighted = pl.col("weight").is_null().all().over("employee_id")
    weight = pl.when(unweighted).then(1.0).otherwise("weight")
    weighed = kpis.with_columns(attained=attained.clip(0, cap), weight=weight)
    usable = weighed.filter((target > 0) & actual.is_not_null())
    weight = pl.col("weight").fill_null(0)
    total = weight.sum()
    score = pl.when(total > 0).then((weight * 100 * pl.col("attained") / cap).sum() / total)
    return usable.group_by("employee_id", maintain_order=True).agg(score=score)


def source_means(ratings: pl.DataFrame, kpis: pl.DataFrame) -> pl.DataFrame:
    """employee_id, axis, source, mean: the mean within each source on 0-100, the KPI score among them."""
    rated = ratings.group_by("employee_id", pl.col("dimension").alias("axis"), "source").agg(
        mean=pl.col("score").mean()
    )
    measured = kpis.select("employee_id", axis=pl.lit(AXES[0]), source=pl.lit(KPI), mean="score")
    return pl.concat([rated, measured]).drop_nulls("mean")


def with_scores(
    employees: pl.DataFrame,
    means: pl.DataFrame,
    policy: Policy,
    period: Period,
    unscaled: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The employees with, for each axis x: `x_score`, `x_weight`, `self_gap_x`, `given_x_level`; and `unplaced_reason`.

    x_score: Σ weight · component / Σ weight over the components there are, on 0-100; a given figure wins. x_weight: the
    share of the axis's weight that is there. Each component's own value stands under its key. What is given is worked
    out from the roster, unless it stands there as GIVEN already.
    unscaled: employee_id, axis of ratings left out because nobody knows their scale.
    unplaced_reason: TOO_NEW, SCALE_UNKNOWN, UNKNOWN_LEVEL (given, but as no level that is known), NO_MANAGER_RATING,
    NOT_ENOUGH_RATINGS or null.
    """
    rules: TalentRules = policy.rules
    wide = means.select("employee_id", "mean", at=pl.concat_str("axis", pl.lit(":"), "source"))
    wide = wide.pivot(on="at", on_columns=_all_sources(rules), index="employee_id", values="mean")
    frame = employees.join(wide, on="employee_id", how="left", maintain_order="left").with_columns(
        pl.col("employee_id").is_in(_left_out(unscaled, axis).implode()).alias(f"{axis}_unscaled") for axis in AXES
    )
    if not {*GIVEN} <= {*frame.columns}:
        frame = frame.with_columns(one for axis in AXES for one in _given(frame, axis, rules))
    frame = frame.with_columns(one for axis in AXES for one in _scored(axis, rules))
    return frame.with_columns(unplaced_reason=_reason(policy, period)).drop(_all_sources(rules))


def _left_out(unscaled: pl.DataFrame | None, axis: str) -> pl.Series:
    """The ids of people whose ratings on an axis were left out for their scale."""
    none = pl.Series("employee_id", [], dtype=pl.String)
    return none if unscaled is None else unscaled.filter(axis=axis)["employee_id"]


def _all_sources(rules: TalentRules) -> list[str]:
    named = [f"{c.axis}:{source}" for c in rules.components for source in c.sources]
    return list(dict.fromkeys([*named, *(f"{axis}:{s}" for axis in AXES for s in ("self", "manager"))]))


def _component(component: Component) -> pl.Expr:
    """The mean of the means of its sources that there are."""
    return pl.mean_horizontal([pl.col(f"{component.axis}:{source}") for source in component.sources])


def _scored(axis: str, rules: TalentRules) -> list[pl.Expr]:
    parts = [(_component(c), c.weight) for c in rules.of_axis(axis)]
    there = pl.sum_horizontal([pl.when(p.is_not_null()).then(w).otherwise(0.0) for p, w in parts])
    summed = pl.sum_horizontal([p.fill_null(0) * w for p, w in parts])
    rated = pl.when(there > 0).then(summed / there)
    return [
        pl.when(_has_given(axis)).then(f"given_{axis}_score").otherwise(rated).alias(f"{axis}_score"),
        (there / sum(w for _, w in parts)).alias(f"{axis}_weight"),
        *(_component(c).alias(c.key) for c in rules.of_axis(axis)),
        (pl.col(f"{axis}:self") - pl.col(f"{axis}:manager")).alias(f"self_gap_{axis}"),
        pl.col(f"{axis}:manager").is_not_null().alias(f"{axis}_has_manager"),
    ]


def _has_given(axis: str) -> pl.Expr:
    return pl.col(f"given_{axis}_score").is_not_null() | pl.col(f"given_{axis}_level").is_not_null()


def _given(frame: pl.DataFrame, axis: str, rules: TalentRules) -> list[pl.Series]:
    """What the roster says already, as a level or a score."""
    found = given(frame, axis, rules)
    return [found[part].alias(f"given_{axis}_{part}") for part in _PARTS]


def _reason(policy: Policy, period: Period) -> pl.Expr:
    """The first reason not to place someone that holds."""
    new = pl.col("hired_on").dt.offset_by(f"{int(policy.number('new_months'))}mo") > period.end
    unmanaged = [~_has_given(axis) & ~pl.col(f"{axis}_has_manager") for axis in AXES]
    thin = [~_has_given(axis) & (pl.col(f"{axis}_weight") < policy.number("minimum_weight") - 1e-12) for axis in AXES]
    unrated = {axis: ~_has_given(axis) & ~pl.col(f"{axis}_has_manager") for axis in AXES}
    no_scale = [
        unrated[axis] & (pl.col(f"given_{axis}_problem").eq_missing("SCALE_UNKNOWN") | pl.col(f"{axis}_unscaled"))
        for axis in AXES
    ]
    unknown = [unrated[axis] & pl.col(f"given_{axis}_problem").is_not_null() for axis in AXES]
    return (
        pl.when(new)
        .then(pl.lit("TOO_NEW"))
        .when(pl.any_horizontal(no_scale))
        .then(pl.lit("SCALE_UNKNOWN"))
        .when(pl.any_horizontal(unknown))
        .then(pl.lit("UNKNOWN_LEVEL"))
        .when(pl.any_horizontal(unmanaged))
        .then(pl.lit("NO_MANAGER_RATING"))
        .when(pl.any_horizontal(thin))
        .then(pl.lit("NOT_ENOUGH_RATINGS"))
    )
