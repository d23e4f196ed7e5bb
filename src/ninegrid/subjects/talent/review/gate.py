"""Exit review 退出评审: a person comes up for one only after help was tried and its effect was looked at."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.decide import decide
from ninegrid.model.period import Period
from ninegrid.policy import Policy
from ninegrid.subjects.talent.review.plans import DONE

_PLACE = ("department", "job_family")
"""What changes with a transfer."""


def with_gate(
    frame: pl.DataFrame, plans: pl.DataFrame, earlier: pl.DataFrame, policy: Policy, period: Period
) -> pl.DataFrame:
    """The frame with `cycles_in_cell`, `review_ready`, and the strategies that follow.

    cycles_in_cell: how many reviews running the final cell is the same, this one included. review_ready: there are as
    many as the policy says, a plan was finished or the department or job family changed before this period's rating,
    and the scores of this period place the person.
    plans: as `plans.together`. earlier: the employees of earlier periods, with `period`, oldest first.
    """
    frame = frame.join(_running(frame, earlier), on="employee_id", how="left", maintain_order="left")
    finished = plans.filter((pl.col("status") == DONE) & (pl.col("finished_on") < period.end))
    ids = pl.concat([finished["employee_id"], _transferred(frame, earlier)]).unique()
    helped = pl.col("employee_id").is_in(ids.implode())
    enough = pl.col("cycles_in_cell") >= int(policy.number("review_cycles"))
    rated = pl.col("system_cell").is_not_null()
    return decide(frame.with_columns(review_ready=(enough & helped & rated).fill_null(False)), policy)


def _running(frame: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    """employee_id, cycles_in_cell."""
    now = frame.select("employee_id", "cell").with_columns(back=pl.lit(0, pl.Int64))
    rows = [now]
    if earlier.width:
        periods = earlier["period"].unique(maintain_order=True).reverse()
        for back, text in enumerate(periods, 1):
            rows.append(
                earlier.filter(pl.col("period") == text).select("employee_id", "cell", back=pl.lit(back, pl.Int64))
            )
    table = pl.concat(rows, how="vertical_relaxed").sort("employee_id", "back")
    same = (pl.col("cell") == pl.col("cell").first()) & (pl.col("back") == pl.int_range(pl.len(), dtype=pl.Int64))
    running = same.fill_null(False).cast(pl.Int64).cum_min()
    counted = table.group_by("employee_id").agg(cycles_in_cell=running.sum())
    return counted.with_columns(pl.when(pl.col("cycles_in_cell") > 0).then("cycles_in_cell"))


def _transferred(frame: pl.DataFrame, earlier: pl.DataFrame) -> pl.Series:
    """Who is in another department or job family than in an earlier review of those running in the same cell."""
    if not earlier.width:
        return pl.Series("employee_id", [], dtype=pl.String)
    periods = earlier["period"].unique(maintain_order=True).reverse()
    back = {text: at for at, text in enumerate(periods, 1)}
    then = earlier.select(
        "employee_id",
        *(pl.col(name).cast(pl.String).alias(f"_{name}") for name in _PLACE),
        back=pl.col("period").replace_strict(back, return_dtype=pl.Int64),
    )
    both = frame.join(then, on="employee_id", how="inner").filter(pl.col("back") < pl.col("cycles_in_cell"))
    other = [pl.col(name).cast(pl.String) != pl.col(f"_{name}") for name in _PLACE]
    return both.filter(pl.any_horizontal(other))["employee_id"].unique()
