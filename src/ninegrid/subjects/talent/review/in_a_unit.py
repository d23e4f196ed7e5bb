"""Aggregates in one department's workbook: without figures from which somebody elsewhere, or its head, follows."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.disclosure import only
from ninegrid.grid.profile import WHOLE
from ninegrid.policy.expressions import columns_of
from ninegrid.result import Crowd
from ninegrid.subjects.talent.review.competencies import of_these_people
from ninegrid.subjects.talent.review.distribution import distribution as tiers_against
from ninegrid.subjects.talent.review.distribution import with_before

_BEFORE = "before_"
_COUNTED = ("n", "count", "share", "p_value", "q_value", "before_n", "before_count", "before_share")


def competency_gap(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """The unit's rows over its own people, and the whole's of cells with enough people elsewhere; so too the means they
    are held against.

    The mean of all is left out too where it would tell the cells that were left out; what is required, where too few
    elsewhere have a requirement.
    """
    counts = _competency_counts(crowd)
    star = crowd.whole.policy.rules.star
    stars = counts.filter(pl.col("cell") == star).select("competency", stars=crowd.enough(pl.col("elsewhere")))
    frame = counts.with_columns(told=pl.col("cell").is_not_null() & crowd.enough(pl.col("elsewhere")))
    rest = pl.col("elsewhere").filter(~pl.col("told")).sum()
    everyone = frame.group_by("competency").agg(everyone=crowd.enough(pl.col("elsewhere").sum()) & crowd.enough(rest))
    keys = ["cell", "competency"]
    rows = table.join(
        frame.select(*keys, "told", "required"), on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    mine = (pl.col("scope") == crowd.unit.column) & crowd.mine("scope_value")
    whole = (pl.col("scope") != crowd.unit.column) & pl.col("told")
    rows = pl.concat([rows.filter(whole), _of_own_scores(rows.filter(mine), crowd)], how="diagonal")
    rows = rows.join(stars, on="competency", how="left", maintain_order="left")
    rows = rows.join(everyone, on="competency", how="left", maintain_order="left")
    means = {"star_mean": "stars", "gap_to_star": "stars", "company_mean": "everyone", "gap_to_company": "everyone"}
    shown = {column: pl.col(by).fill_null(False) for column, by in means.items()}
    required = (pl.col("scope") == crowd.unit.column) | crowd.enough(pl.col("required"))
    return rows.with_columns(only(shown | dict.fromkeys(("required_mean", "gap_to_required"), required))).select(
        table.columns
    )


def distribution(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """The unit's rows over its own people, and the whole's where of every tier none or at least 5 are elsewhere.

    The tiers add up, so that one left out could be told from the others. The figures before the meeting are looked at
    by themselves. The head counts as elsewhere.
    """
    mine = table.filter((pl.col("scope") == crowd.unit.column) & crowd.mine("scope_value"))
    whole = table.filter(pl.col("scope_value") == WHOLE, pl.col("scope") != crowd.unit.column)
    if not _apart(whole, crowd, "n", "count", "tier"):
        return _of_own_people(mine, crowd)
    before = [name for name in table.columns if name.startswith(_BEFORE)]
    if before and not _apart(whole, crowd, "before_n", "before_count", "system_tier"):
        whole = whole.with_columns(pl.lit(None, table.schema[name]).alias(name) for name in before)
    return pl.concat([whole, _of_own_people(mine, crowd)])


def _apart(whole: pl.DataFrame, crowd: Crowd, n: str, count: str, tier: str) -> bool:
    """Whether of every tier none or enough are elsewhere. tier: the column that is counted by."""
    here = _tiers_of_own(crowd, tier)
    counted = whole.join(here, on="tier", how="left").with_columns(pl.col("here_n", "here").fill_null(0))
    told = crowd.enough(pl.col(n) - pl.col("here_n")) & crowd.enough(pl.col(count) - pl.col("here"))
    return bool(counted.select(told.all()).item())


def _tiers_of_own(crowd: Crowd, tier: str) -> pl.DataFrame:
    """tier, here_n (all the unit's subjects that have one), here."""
    own = crowd.frame.filter(~pl.col("elsewhere")).with_columns(tier=pl.col(tier)).drop_nulls("tier")
    counted = own.group_by(pl.col("tier").cast(pl.String)).agg(here=pl.len().cast(pl.Int64))
    every = pl.DataFrame({"tier": [tier.key for tier in crowd.whole.policy.tiers]})
    return every.join(counted, on="tier", how="left").with_columns(here_n=pl.lit(own.height, dtype=pl.Int64))


def _of_own_people(mine: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """The unit's rows without its head, whose tier would follow from those listed; what is hidden stays so."""
    own, policy = crowd.frame.filter(~pl.col("elsewhere")), crowd.whole.policy
    if mine.is_empty() or own.is_empty():
        return mine.clear() if own.is_empty() else mine
    tested = (policy.rules.expected, int(policy.number("distribution_minimum")), policy.number("distribution_q"))
    after, before = (
        tiers_against(own.with_columns(tier=pl.col(by)), *tested, scope=crowd.unit.column)
        for by in ("tier", "system_tier")
    )
    rows = with_before(after, before).filter((pl.col("scope") == crowd.unit.column) & crowd.mine("scope_value"))
    hidden = mine.select("tier", _now=pl.col("n").is_null(), _then=pl.col("before_n").is_null())
    rows = rows.join(hidden, on="tier", how="left", maintain_order="left")
    silent = {name: pl.col("_then" if name.startswith(_BEFORE) else "_now") for name in _COUNTED}
    statuses = [
        pl.when(hide).then(pl.lit("HIDDEN")).otherwise(name).alias(name)
        for name, hide in (("status", pl.col("_now")), ("before_status", pl.col("_then")))
    ]
    return rows.with_columns(only({name: ~hide for name, hide in silent.items()}) + statuses).select(mine.columns)


def pools(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """The unit's members of pools; without pools by the posts somebody may follow into, which may be the head's."""
    policy = crowd.whole.policy
    posts = set(policy.privacy.posts)
    listed = [pool.key for pool in policy.pools if not posts & set(columns_of(pool.when))]
    return table.filter(pl.col("employee_id").is_in(list(crowd.ids)), pl.col("pool").is_in(listed))


def _of_own_scores(mine: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """The unit's rows of competency gaps without its head."""
    own = crowd.frame.filter(~pl.col("elsewhere"))
    scores = crowd.whole.inputs.tables["competencies"]
    return of_these_people(mine, own, scores, int(crowd.whole.policy.number("competency_minimum")))


def skills(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """The unit's rows (as `development`), with the mean of the department over its own people without its head."""
    gaps = crowd.whole.tables["competency_gap"]
    mine = gaps.filter((pl.col("scope") == crowd.unit.column) & crowd.mine("scope_value"))
    means = _of_own_scores(mine, crowd).select("competency", _own="mean")
    rows = development(table, crowd).join(means, on="competency", how="left", maintain_order="left")
    return rows.with_columns(department_mean=pl.col("_own")).select(table.columns)


def development(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """The unit's rows; the mean of the stars, and the priority made of it, where enough of them are elsewhere."""
    counts = _competency_counts(crowd).filter(pl.col("cell") == crowd.whole.policy.rules.star)
    stars = counts.select("competency", stars=crowd.enough(pl.col("elsewhere")))
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
