"""What the workbook of one department shows of aggregates: nothing that gives somebody elsewhere, or its head, away."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.disclosure import enough, only
from ninegrid.policy.expressions import columns_of
from ninegrid.result import Crowd


def competency_gap(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """The unit's rows, and the whole's of cells with enough people elsewhere; so too the means they are held against.

    The mean of all is left out too where it would tell the cells that were left out; what is required, where too few
    elsewhere have a requirement.
    """
    counts = _competency_counts(crowd)
    star = crowd.whole.policy.rules.star
    stars = counts.filter(pl.col("cell") == star).select("competency", stars=enough(pl.col("elsewhere")))
    told = counts.with_columns(told=pl.col("cell").is_not_null() & enough(pl.col("elsewhere")))
    rest = pl.col("elsewhere").filter(~pl.col("told")).sum()
    everyone = told.group_by("competency").agg(everyone=enough(pl.col("elsewhere").sum()) & enough(rest))
    keys = ["cell", "competency"]
    rows = table.join(
        told.select(*keys, "told", "required"), on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    mine = (pl.col("scope") == crowd.unit.column) & crowd.mine("scope_value")
    whole = (pl.col("scope") != crowd.unit.column) & pl.col("told")
    rows = rows.filter(mine | whole).join(stars, on="competency", how="left", maintain_order="left")
    rows = rows.join(everyone, on="competency", how="left", maintain_order="left")
    means = {"star_mean": "stars", "gap_to_star": "stars", "company_mean": "everyone", "gap_to_company": "everyone"}
    shown = {column: pl.col(by).fill_null(False) for column, by in means.items()}
    required = (pl.col("scope") == crowd.unit.column) | enough(pl.col("required"))
    return rows.with_columns(only(shown | dict.fromkeys(("required_mean", "gap_to_required"), required))).select(
        table.columns
    )


def pools(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """The unit's members of pools; without pools by the posts somebody may follow into, which may be the head's."""
    policy = crowd.whole.policy
    posts = set(policy.privacy.posts)
    told = [pool.key for pool in policy.pools if not posts & set(columns_of(pool.when))]
    return table.filter(pl.col("employee_id").is_in(list(crowd.ids)), pl.col("pool").is_in(told))


def development(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """The unit's rows; the mean of the stars, and the priority made of it, where enough of them are elsewhere."""
    counts = _competency_counts(crowd).filter(pl.col("cell") == crowd.whole.policy.rules.star)
    stars = counts.select("competency", stars=enough(pl.col("elsewhere")))
    rows = table.filter(pl.col("employee_id").is_in(list(crowd.ids)))
    rows = rows.join(stars, on="competency", how="left", maintain_order="left")
    told = pl.col("stars").fill_null(True) | pl.col("star_mean").is_null()
    return rows.with_columns(only(dict.fromkeys(("star_mean", "priority"), told))).select(table.columns)


def _competency_counts(crowd: Crowd) -> pl.DataFrame:
    """cell (null: unplaced), competency; of people not of the unit how many have a score: elsewhere, and how many of
    those a requirement too: required.
    """
    scores = crowd.whole.inputs.tables["competencies"].drop_nulls("score")
    asked = pl.col("required").is_not_null().any()
    people = scores.group_by("employee_id", "competency").agg(asked.alias("asked"))
    people = people.join(crowd.frame.select("employee_id", "cell", "elsewhere"), on="employee_id")
    elsewhere = pl.col("elsewhere")
    both = elsewhere & pl.col("asked")
    return people.group_by("cell", "competency").agg(
        elsewhere=elsewhere.sum().cast(pl.Int64), required=both.sum().cast(pl.Int64)
    )
