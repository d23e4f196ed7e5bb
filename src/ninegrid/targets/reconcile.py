"""The monthly reconcile 目标对账: figures to date against the plan to date, and what is needed in the months left."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.tables import Wide
from ninegrid.intake.validate.locate import findings_at
from ninegrid.model import findings
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy
from ninegrid.targets.actuals import actuals
from ninegrid.targets.earlier import MONTHS, Earlier
from ninegrid.targets.target_rows import KEY, RELATION, wanted
from ninegrid.targets.tree import with_tree

_YEAR = 12
_UNKNOWN = ("NOT_FOUND", "AMBIGUOUS")
_REFUSED = ("UNKNOWN_CATEGORY", "MISSING_REQUIRED")
_CELL_OF = {"UNKNOWN_CATEGORY": "level", "MISSING_REQUIRED": "target", "OTHER_YEAR": "period"}
_IS_NEW = "is_new"


@dataclass(frozen=True)
class Reconciled:
    """The tables reconcile and reconcile_months, the findings about targets, how many of their rows were refused."""

    tables: Mapping[str, pl.DataFrame]
    findings: pl.DataFrame
    refused: int


def reconciled(wide: Wide, inputs: Inputs, policy: Policy, earlier: Earlier) -> Reconciled:
    """Every target of the period's year against where its unit stands.

    wide: the customers as graded, flows a year. With m the month the period ends in: of a flow plan = what the monthly
    targets add up to by m, else target · m / 12, and forecast = actual · 12 / m; of a stock or ratio plan = the month's
    own target, else base + (target − base) · m / 12, and forecast on the line from base to actual; without a base the
    year's target itself is the plan (NO_BASE). attainment = actual / plan; gap = target_year − actual; needed_a_month =
    gap / (12 − m).
    """
    targets, period = inputs.tables.get(RELATION), inputs.period
    if targets is None or targets.is_empty() or not policy.targets.measures:
        return Reconciled({name: _none(name) for name in ("reconcile", "reconcile_months")}, findings.empty(), 0)
    wide = Wide(_with_newcomers(wide.frame, earlier, policy, period), wide.members)
    asked = wanted(targets, inputs.sheets, wide, inputs.tables, policy, period)
    rows = _with_actuals(asked.plans, wide, earlier, policy, period)
    rows = _held_against(rows, policy, period)
    rows = with_tree(rows, wide, policy)
    table = _in_order(rows, policy).select(
        pl.col(name).cast(kind) for name, kind in result_table("reconcile").schema().items()
    )
    refused = asked.rows.filter(pl.col("problem").is_in(_REFUSED)).height
    tables = {"reconcile": table, "reconcile_months": _months(table, earlier, period)}
    return Reconciled(tables, _findings(asked.rows, inputs), refused)


def _none(name: str) -> pl.DataFrame:
    return pl.DataFrame(schema=result_table(name).schema())


def _with_newcomers(frame: pl.DataFrame, earlier: Earlier, policy: Policy, period: Period) -> pl.DataFrame:
    """The frame with `is_new`: not there at the end of the year before, else opened this year; null where unknown."""
    if earlier.year_end is not None:
        known = earlier.year_end[policy.id].cast(pl.String).implode()
        return frame.with_columns((~pl.col(policy.id).cast(pl.String).is_in(known)).alias(_IS_NEW))
    if "opened_on" not in frame.columns:
        return frame.with_columns(pl.lit(None, dtype=pl.Boolean).alias(_IS_NEW))
    return frame.with_columns((pl.col("opened_on").dt.year() == period.end.year).alias(_IS_NEW))


def _with_actuals(plans: pl.DataFrame, wide: Wide, earlier: Earlier, policy: Policy, period: Period) -> pl.DataFrame:
    """The plans with name, actual, run_rate, n and kind; the base that wasn't given is that of the year's beginning."""
    levels, metrics = plans["level"].unique().sort().to_list(), plans["metric"].unique().to_list()
    rows = plans.join(actuals(wide, levels, metrics, policy, period), on=KEY, how="left", maintain_order="left")
    kinds = {measure.key: measure.kind for measure in policy.targets.measures}
    rows = rows.with_columns(kind=pl.col("metric").replace_strict(kinds, default="", return_dtype=pl.String))
    if earlier.year_end is None:
        return rows
    standing = [key for key, kind in kinds.items() if kind in ("stock", "ratio") and key in metrics]
    then = actuals(Wide(earlier.year_end), levels, standing, policy, period).select(*KEY, then="actual")
    rows = rows.join(then, on=KEY, how="left", maintain_order="left")
    return rows.with_columns(base=pl.coalesce("base", "then"))


def _held_against(rows: pl.DataFrame, policy: Policy, period: Period) -> pl.DataFrame:
    m, targets = period.end.month, policy.targets
    flow = pl.col("kind").is_in(["flow", "event"])
    target, base, actual = pl.col("target_year"), pl.col("base"), pl.col("actual")
    of_year = pl.when(~pl.col("late")).then(target * m / _YEAR)
    line = pl.coalesce(base + (target - base) * m / _YEAR, target)
    rows = rows.with_columns(
        plan=pl.coalesce("plan_months", pl.when(flow).then(of_year).otherwise(line)),
        basis=pl.when(pl.col("kind") == "event").then(pl.lit("YTD"))
        .when(flow).then(pl.when(pl.col("run_rate").fill_null(False)).then(pl.lit("RUN_RATE")).otherwise(pl.lit("YTD")))
        .when(base.is_null() & pl.col("plan_months").is_null()).then(pl.lit("NO_BASE"))
        .otherwise(pl.lit("STOCK")),
        forecast=pl.when(flow).then(actual * _YEAR / m).otherwise(base + (actual - base) * _YEAR / m),
        gap=target - actual,
    )  # fmt: skip
    positive = (target > 0) & (pl.col("plan") > 0)
    rows = rows.with_columns(attainment=pl.when(positive).then(actual / pl.col("plan")))
    reached = pl.col("attainment")
    status = (
        pl.when(pl.col("problem").is_in(_UNKNOWN)).then("problem")
        .when(actual.is_null()).then(pl.lit("MISSING_INPUT"))
        .when(pl.col("plan").is_null()).then(pl.lit("NO_PLAN"))
        .when(reached.is_null()).then(pl.lit("NEGATIVE_BASE"))
        .when(reached >= targets.ahead - 1e-12).then(pl.lit("AHEAD"))
        .when(reached >= targets.on_track - 1e-12).then(pl.lit("ON_TRACK"))
        .otherwise(pl.lit("BEHIND"))
    )  # fmt: skip
    needed = pl.col("gap") / (_YEAR - m) if m < _YEAR else pl.lit(None, dtype=pl.Float64)
    return rows.with_columns(status=status, needed_a_month=needed, period=pl.lit(str(period)))


def _in_order(rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The highest level first, then by unit and in the measures' order."""
    levels = {level: at for at, level in enumerate(reversed(policy.targets.tree))}
    measures = {measure.key: at for at, measure in enumerate(policy.targets.measures)}
    order = [
        pl.col("level").replace_strict(levels, default=len(levels), return_dtype=pl.Int64),
        pl.col("level"),
        pl.col("unit_key"),
        pl.col("metric").replace_strict(measures, default=len(measures), return_dtype=pl.Int64),
    ]
    return rows.sort(order)


def _months(table: pl.DataFrame, earlier: Earlier, period: Period) -> pl.DataFrame:
    now = table.drop_nulls("attainment").select(
        "level", "unit_key", "metric", pl.lit(period.end.month, dtype=pl.Int64).alias("month"), "attainment"
    )
    then = earlier.months.filter(pl.col("month") < period.end.month).select(list(MONTHS))
    before = then.join(table.select("level", "unit_key", "metric"), on=["level", "unit_key", "metric"], how="semi")
    return pl.concat([before, now]).sort("level", "unit_key", "metric", "month")


def _findings(rows: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """A finding a target that is held against nobody, at the cell that says why."""
    listed = []
    for problem in (*_REFUSED, "OTHER_YEAR", *_UNKNOWN):
        some = rows.filter(pl.col("problem") == problem).with_columns(subject_id=pl.lit(None, dtype=pl.String))
        column = _CELL_OF.get(problem, "name")
        written = "level_written" if column == "level" else column
        value = pl.col(written).cast(pl.String)
        said = findings.sentences(f"{problem}/TARGET", inputs.lang, value=value, level=pl.col("level_written"),
                                  meant=pl.col("meant"))  # fmt: skip
        kind = "rejected" if problem in _REFUSED else "warning"
        listed.append(findings_at(some, inputs, column, kind, problem, said, value))
    return findings.combine(listed)
