"""Competency gaps 能力差距: a cell against the star cell, a department against the company, actual against required."""

from __future__ import annotations

import polars as pl

_FEWEST = 5
_KEYS = ("scope", "scope_value", "cell", "competency")
_FIGURES = ("mean", "star_mean", "company_mean", "required_mean", "gap_to_star", "gap_to_company", "gap_to_required")


def competency_gap(employees: pl.DataFrame, competencies: pl.DataFrame, star: str) -> pl.DataFrame:
    """At company scope a row a cell and competency; at department scope a row a department and competency, cell null.

    `employees`: employee_id, department, cell (null when unplaced). `competencies`: employee_id, competency, score,
    required, any one scale; several rows of a person and competency are averaged. Columns:
    scope (company, department), scope_value ("all" for the company), cell, competency, n (people with a score), mean;
    star_mean: of the cell `star`; company_mean: of everyone on the roster with a score; required_mean: of the same
    people's requirements; gap_to_star, gap_to_company (mean − the other's), gap_to_required: mean of score − required
    over those who have both; status: OK, or TOO_FEW under 5 people, where the figures are null. With fewer than 5
    in the star cell star_mean and gap_to_star are null.
    """
    scored = competencies.drop_nulls("score").group_by("employee_id", "competency")
    people = scored.agg(pl.col("score").mean(), pl.col("required").mean()).join(
        employees.select("employee_id", "department", "cell"), on="employee_id", how="inner"
    )
    company = people.group_by("competency").agg(company_mean=pl.col("score").mean())
    stars = _means(people.filter(pl.col("cell") == star), "star_mean")
    table = pl.concat([_at_company(people), _at_department(people)])
    table = table.join(company, on="competency", how="left", maintain_order="left")
    table = table.join(stars, on="competency", how="left", maintain_order="left")
    return _judged(table).select(*_KEYS, "n", *_FIGURES, "status")


def _at_company(people: pl.DataFrame) -> pl.DataFrame:
    keys: list[str | pl.Expr] = [
        pl.lit("company").alias("scope"),
        pl.lit("all").alias("scope_value"),
        "cell",
        "competency",
    ]
    return _summarised(people.drop_nulls("cell"), keys)


def _at_department(people: pl.DataFrame) -> pl.DataFrame:
    keys: list[str | pl.Expr] = [
        pl.lit("department").alias("scope"),
        pl.col("department").cast(pl.String).alias("scope_value"),
        pl.lit(None, dtype=pl.String).alias("cell"),
        "competency",
    ]
    return _summarised(people.drop_nulls("department"), keys)


def _summarised(people: pl.DataFrame, keys: list[str | pl.Expr]) -> pl.DataFrame:
    score, required = pl.col("score"), pl.col("required")
    table = people.group_by(keys).agg(
        n=pl.len().cast(pl.Int64),
        mean=score.mean(),
        required_mean=required.mean(),
        gap_to_required=(score - required).mean(),
    )
    return table.sort(_KEYS)


def _means(people: pl.DataFrame, name: str) -> pl.DataFrame:
    """The mean of each competency, null under 5 people."""
    mean = pl.when(pl.len() >= _FEWEST).then(pl.col("score").mean())
    return people.group_by("competency").agg(mean.alias(name))


def _judged(table: pl.DataFrame) -> pl.DataFrame:
    few = pl.col("n") < _FEWEST
    table = table.with_columns(
        gap_to_star=pl.col("mean") - pl.col("star_mean"), gap_to_company=pl.col("mean") - pl.col("company_mean")
    )
    return table.with_columns(
        *(pl.when(~few).then(pl.col(c)).alias(c) for c in _FIGURES),
        status=pl.when(few).then(pl.lit("TOO_FEW")).otherwise(pl.lit("OK")),
    )
