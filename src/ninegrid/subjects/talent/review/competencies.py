"""Competency gaps 能力差距: a cell against the star cell, a department against the company, actual against required."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from ninegrid.grid.disclosure import hidden_groups

_KEYS = ("scope", "scope_value", "cell", "competency")
_FIGURES = ("mean", "star_mean", "company_mean", "required_mean", "gap_to_star", "gap_to_company", "gap_to_required")


def competency_gap(
    employees: pl.DataFrame,
    competencies: pl.DataFrame,
    star: str,
    fewest: int,
    hidden: Collection[str | None] = (),
) -> pl.DataFrame:
    """At company scope a row a cell and competency; at department scope a row a department and competency, cell null.

    `employees`: employee_id, department, cell (null when unplaced). `competencies`: employee_id, competency, score,
    required, any one scale; several rows of a person and competency are averaged. Columns:
    scope (company, department), scope_value ("all" for the company), cell, competency, n (people with a score), mean;
    star_mean: of the cell `star`; company_mean: of everyone on the roster with a score; required_mean: of the same
    people's requirements; gap_to_star, gap_to_company (mean − the other's), gap_to_required: mean of score − required
    over those who have both; status: OK, TOO_FEW under the fewest people, or HIDDEN where a figure would give those of
    somebody else away by subtraction: a department among `hidden`, or the smallest besides those too few. Where the
    figures of a row are not told they are null; so are star_mean and gap_to_star when the star cell's are not.
    """
    people = _scored(employees, competencies)
    company = people.group_by("competency", maintain_order=True).agg(company_mean=pl.col("score").mean())
    withheld = _withheld(people, star, fewest, hidden)
    stars = people.filter(pl.col("cell") == star).group_by("competency").agg(star_mean=pl.col("score").mean())
    stars = stars.join(
        withheld.filter(cell=star).select("competency"), on="competency", how="anti", maintain_order="left"
    )
    table = pl.concat([_at_company(people), _at_department(people)])
    table = table.join(withheld, on=_KEYS, how="left", nulls_equal=True, maintain_order="left")
    table = table.join(company, on="competency", how="left", maintain_order="left")
    table = table.join(stars, on="competency", how="left", maintain_order="left")
    return _judged(table, fewest).select(*_KEYS, "n", *_FIGURES, "status")


def of_these_people(
    rows: pl.DataFrame, employees: pl.DataFrame, competencies: pl.DataFrame, fewest: int
) -> pl.DataFrame:
    """Rows of one department (as `competency_gap`) over these of its people alone; what was hidden stays hidden."""
    own = _at_department(_scored(employees, competencies))
    figures = ("n", "mean", "required_mean", "gap_to_required")
    joined = rows.drop(figures).join(own.select("competency", *figures), on="competency", how="inner")
    untold = joined.with_columns(withheld=pl.when(pl.col("status") != "OK").then(pl.lit(True)))
    return _judged(untold, fewest).select(rows.columns)


def _scored(employees: pl.DataFrame, competencies: pl.DataFrame) -> pl.DataFrame:
    """A row a person and competency: the means of score and required, with department and cell."""
    scored = competencies.drop_nulls("score").group_by("employee_id", "competency", maintain_order=True)
    return scored.agg(pl.col("score").mean(), pl.col("required").mean()).join(
        employees.select("employee_id", "department", "cell"), on="employee_id", how="inner", maintain_order="left"
    )


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


def _withheld(people: pl.DataFrame, star: str, fewest: int, hidden: Collection[str | None]) -> pl.DataFrame:
    """scope, scope_value, cell, competency, withheld (true) of the rows whose figures are not shown.

    Cells and departments each are a partition of everyone with a score, whose mean is told; the unplaced and those
    without a department are a part of it that no row tells of.
    """
    rows: list[tuple[str, str, str | None, str, bool]] = []
    for competency, own in people.partition_by("competency", as_dict=True, include_key=True).items():
        name = str(competency[0])
        cells, departments = (
            dict(own.group_by(pl.col(column).cast(pl.String)).len().rows()) for column in ("cell", "department")
        )
        nobody = frozenset([None])
        in_cells = hidden_groups(cells, fewest, silent=nobody, spared=frozenset([star]))
        rows += [("company", "all", cell, name, True) for cell in in_cells - nobody]
        in_departments = hidden_groups(departments, fewest, small=frozenset(hidden), silent=nobody)
        rows += [("department", str(value), None, name, True) for value in in_departments - nobody]
    schema = dict.fromkeys(_KEYS, pl.String()) | {"withheld": pl.Boolean()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _judged(table: pl.DataFrame, fewest: int) -> pl.DataFrame:
    few, told = pl.col("n") < fewest, pl.col("withheld").is_null()
    table = table.with_columns(
        gap_to_star=pl.col("mean") - pl.col("star_mean"), gap_to_company=pl.col("mean") - pl.col("company_mean")
    )
    return table.with_columns(
        *(pl.when(told).then(pl.col(c)).alias(c) for c in _FIGURES),
        status=pl.when(few).then(pl.lit("TOO_FEW")).when(told).then(pl.lit("OK")).otherwise(pl.lit("HIDDEN")),
    )
