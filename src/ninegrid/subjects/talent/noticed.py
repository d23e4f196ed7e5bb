"""What grading itself notices: people who are their own manager, one rater in two roles, rows that can't count."""

from __future__ import annotations

import polars as pl

from ninegrid.intake.validate.locate import findings_at
from ninegrid.model import findings
from ninegrid.model.inputs import Inputs


def warnings(inputs: Inputs) -> pl.DataFrame:
    """Findings of kind warning: OWN_MANAGER, UNKNOWN_MANAGER, TWO_ROLES, SELF_BY_ANOTHER; and of rows that are left out
    where figures are made: NO_KPI_TARGET, REVIEW_OF_NOW.
    """
    return findings.combine(
        [_managers(inputs), _roles(inputs), _self_ratings(inputs), _targets(inputs), _reviews(inputs)]
    )


def _targets(inputs: Inputs) -> pl.DataFrame:
    """KPIs whose target is not above 0, against which nothing can be attained."""
    rows = inputs.tables["kpis"].filter(pl.col("target") <= 0).with_columns(subject_id="employee_id")
    return _warned(rows, inputs, "target", "NO_KPI_TARGET")


def _reviews(inputs: Inputs) -> pl.DataFrame:
    """Earlier reviews of the period's own year, which are not earlier."""
    now = pl.col("review_year") == inputs.period.end.year
    rows = inputs.tables["past_reviews"].filter(now).with_columns(subject_id="employee_id")
    return _warned(rows, inputs, "review_year", "REVIEW_OF_NOW")


def _managers(inputs: Inputs) -> pl.DataFrame:
    roster = inputs.tables["employees"].with_columns(subject_id="employee_id")
    own = roster.filter(pl.col("manager_id") == pl.col("employee_id"))
    absent = roster.join(roster.select(manager_id="employee_id").unique(), on="manager_id", how="anti")
    absent = absent.filter(pl.col("manager_id").is_not_null())
    return findings.combine(
        [_warned(own, inputs, "manager_id", "OWN_MANAGER"), _warned(absent, inputs, "manager_id", "UNKNOWN_MANAGER")]
    )


def _roles(inputs: Inputs) -> pl.DataFrame:
    """A rater who rates one person from two sources."""
    ratings = inputs.tables["ratings"]
    pair = ["employee_id", "rater_id"]
    several = (
        ratings.drop_nulls("rater_id")
        .filter(pl.col("source").n_unique().over(pair) > 1)
        .unique([*pair, "source"], keep="first", maintain_order=True)
    )
    rows = several.with_columns(subject_id="employee_id")
    return _warned(rows, inputs, "rater_id", "TWO_ROLES")


def _self_ratings(inputs: Inputs) -> pl.DataFrame:
    """A self rating by somebody else."""
    rows = inputs.tables["ratings"].filter((pl.col("source") == "self") & (pl.col("rater_id") != pl.col("employee_id")))
    rows = rows.with_columns(subject_id="employee_id")
    return _warned(rows, inputs, "rater_id", "SELF_BY_ANOTHER")


def _warned(rows: pl.DataFrame, inputs: Inputs, column: str, code: str) -> pl.DataFrame:
    """Findings at a column's cells; those about a rater say only where."""
    value = pl.lit(None, pl.String) if column == "rater_id" else pl.col(column).cast(pl.String).str.strip_suffix(".0")
    message = findings.sentences(code, inputs.lang, value=value)
    return findings_at(rows, inputs, column, "warning", code, message, value)
