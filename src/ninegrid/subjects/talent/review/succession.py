"""Succession 继任: which critical posts have someone to follow, and the strength of the bench."""

from __future__ import annotations

import polars as pl

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.model.result_tables import result_table
from ninegrid.subjects.talent.review.pools import LATER, READY

_SEPARATORS = r"[;；、,，\n]"
_JOINED = "; "


@dataclass(frozen=True)
class Succession:
    """posts: a row a post; measures: a row a measure of the bench."""

    posts: pl.DataFrame
    measures: pl.DataFrame


def succession(employees: pl.DataFrame) -> Succession:
    """The critical posts and the bench, from employees with employee_id, critical_post, successor_for, readiness.

    critical_post names the post the person holds, successor_for those they may follow into (; 、 or , between them).
    `posts`: post, holder_ids, successor_ids, ready_ids, later_ids (``; ``-joined, in order), holders, successors,
    ready, later: successors who are READY, and in ONE_TO_TWO_YEARS; someone who holds the post is no successor to it.
    single_point: held by one and nobody is ready. status: READY, NOT_READY (successors, none of them ready),
    NO_SUCCESSOR, or NOT_HELD: named by a successor but held by no one on the roster, vacant or misspelt, and not
    counted in the measures.
    `measures`: measure, value (null without a critical post), numerator, denominator (critical posts that are held):
    coverage, the share of posts with a successor; ready_now_coverage, with a ready one; depth, successors a post.
    """
    held = _named(employees, "critical_post").unique(maintain_order=True)
    follow = _named(employees, "successor_for").unique(maintain_order=True)
    follow = follow.join(held, on=["employee_id", "post"], how="anti", maintain_order="left")
    holders = held.group_by("post").agg(holder_ids=_ids(), holders=_count())
    ready, later = ((pl.col("readiness") == code).fill_null(False) for code in (READY, LATER))
    successors = follow.group_by("post").agg(
        successor_ids=_ids(),
        ready_ids=_ids(ready),
        later_ids=_ids(later),
        successors=_count(),
        ready=ready.sum().cast(pl.Int64),
        later=later.sum().cast(pl.Int64),
    )
    posts = holders.join(successors, on="post", how="full", coalesce=True).with_columns(
        pl.col("holder_ids", "successor_ids", "ready_ids", "later_ids").fill_null(""),
        pl.col("holders", "successors", "ready", "later").fill_null(0),
    )
    alone = (pl.col("holders") == 1) & (pl.col("ready") == 0)
    posts = posts.with_columns(status=_status(), single_point=alone).sort("post")
    names = result_table("succession").columns
    return Succession(posts.select(names), _measures(posts))


def with_posts(roster: pl.DataFrame) -> pl.DataFrame:
    """The roster with a post's name in critical_post where it says yes (the person's own), and null where it says no.

    One's own post is the job title; without one, department and job level.
    """
    said = pl.col("critical_post").str.strip_chars().str.to_lowercase()
    word = said.replace_strict(resources.stands_for("employees", "critical_post"), default=None, return_dtype=pl.String)
    place = pl.concat_str("department", "job_level", separator=" ", ignore_nulls=True)
    own = pl.coalesce("job_title", pl.when(place != "").then(place), pl.lit("—"))
    return roster.with_columns(
        critical_post=pl.when(word == "yes").then(own).when(word.is_null()).then("critical_post")
    )


def _named(employees: pl.DataFrame, column: str) -> pl.DataFrame:
    """employee_id, readiness, post: a row a post that the column names."""
    post = pl.col(column).cast(pl.String).str.replace_all(_SEPARATORS, "\n").str.split("\n")
    named = employees.select("employee_id", "readiness", post=post).explode("post", empty_as_null=True)
    return named.with_columns(pl.col("post").str.strip_chars()).filter(pl.col("post") != "")


def _ids(kept: pl.Expr | None = None) -> pl.Expr:
    ids = pl.col("employee_id").cast(pl.String)
    return (ids if kept is None else ids.filter(kept)).sort().str.join(_JOINED)


def _count() -> pl.Expr:
    return pl.len().cast(pl.Int64)


def _status() -> pl.Expr:
    return (
        pl.when(pl.col("holders") == 0)
        .then(pl.lit("NOT_HELD"))
        .when(pl.col("ready") > 0)
        .then(pl.lit("READY"))
        .when(pl.col("successors") > 0)
        .then(pl.lit("NOT_READY"))
        .otherwise(pl.lit("NO_SUCCESSOR"))
    )


def _measures(posts: pl.DataFrame) -> pl.DataFrame:
    held = posts.filter(pl.col("holders") > 0)
    numerators = {
        "coverage": held.filter(pl.col("successors") > 0).height,
        "ready_now_coverage": held.filter(pl.col("ready") > 0).height,
        "depth": int(held["successors"].sum()),
    }
    return pl.DataFrame(
        {"measure": list(numerators), "numerator": list(numerators.values())},
        schema={"measure": pl.String, "numerator": pl.Int64},
    ).select(
        "measure",
        pl.when(held.height > 0).then(pl.col("numerator") / held.height).alias("value"),
        "numerator",
        pl.lit(held.height, dtype=pl.Int64).alias("denominator"),
    )
