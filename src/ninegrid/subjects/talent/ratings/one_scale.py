"""Ratings on one scale: every score as 0-100, what can't be one refused at its cell."""

from __future__ import annotations

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.intake.validate.locate import findings_at
from ninegrid.intake.values.cells import Cells
from ninegrid.intake.values.numbers import parse_numbers
from ninegrid.messages import message, say
from ninegrid.model.findings import combine
from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.policy import Policy
from ninegrid.subjects.talent.ratings.given import looked_up, words
from ninegrid.subjects.talent.rules import TalentRules

_AT_THEIR_CELL = ("UNREADABLE_SCORE", "OFF_SCALE", "BAD_SCALE")


@dataclass(frozen=True)
class Scored:
    """Ratings with `score` on 0-100 (Float64), and the findings of those refused.

    refused: how many ratings were. unscaled: employee_id, axis of those refused because nobody knows their scale.
    unknown: the ids of people whose manager rated them on a dimension, but only in letters that no table knows.
    """

    ratings: pl.DataFrame
    findings: pl.DataFrame
    refused: int
    unscaled: pl.DataFrame
    unknown: pl.Series


def on_one_scale(ratings: pl.DataFrame, inputs: Inputs, policy: Policy) -> Scored:
    """s = 100 (x − min) / (max − min) by the row's own scale, else the policy's; letters by the policy's table.

    The policy's scale is believed where all but a few of a sheet's scores without a scale of their own lie on it
    (`off_scale_share`), and next to none of those beside it may be of another usual one (`other_scale_share`, from 0 to
    `usual_scales`). Refused, with a finding at the cell: UNREADABLE_SCORE, OFF_SCALE, BAD_SCALE; with one a sheet:
    SCALE_UNKNOWN. `raw_score` keeps what was written.
    """
    rules: TalentRules = policy.rules
    frame = ratings.rename({"score": "raw_score"}).with_columns(
        x=parse_numbers(Cells(ratings["score"]), "number").values,
        letter=looked_up(ratings.select(t=words("score")).to_series(), rules.letters),
        low=pl.col("scale_min"),
        high=pl.col("scale_max"),
    )
    frame = _with_policy_scale(frame, policy)
    x = pl.col("x")
    frame = frame.with_columns(
        wrong=pl.when(pl.col("letter").is_not_null())
        .then(None)
        .when(x.is_null())
        .then(pl.lit("UNREADABLE_SCORE"))
        .when(pl.col("low").is_null() | pl.col("high").is_null())
        .then(pl.lit("SCALE_UNKNOWN"))
        .when(pl.col("high") <= pl.col("low"))
        .then(pl.lit("BAD_SCALE"))
        .when(~x.is_between("low", "high"))
        .then(pl.lit("OFF_SCALE")),
        score=pl.coalesce("letter", 100 * (x - pl.col("low")) / (pl.col("high") - pl.col("low"))),
    )
    good = frame.filter(pl.col("wrong").is_null()).drop("x", "letter", "low", "high", "wrong")
    unscaled = frame.filter(wrong="SCALE_UNKNOWN").select("employee_id", axis="dimension").unique()
    return Scored(good, _refused(frame, inputs), frame.height - good.height, unscaled, _unknown(frame, good))


def _unknown(frame: pl.DataFrame, good: pl.DataFrame) -> pl.Series:
    by_manager = pl.col("source") == "manager"
    unread = frame.filter(by_manager, pl.col("wrong") == "UNREADABLE_SCORE")
    return unread.join(good.filter(by_manager), on=["employee_id", "dimension"], how="anti")["employee_id"].unique()


def with_unknown_levels(frame: pl.DataFrame, unknown: pl.Series) -> pl.DataFrame:
    """The frame with UNKNOWN_LEVEL for NO_MANAGER_RATING where the manager's rating is there and can't be read."""
    unread = (pl.col("unplaced_reason") == "NO_MANAGER_RATING") & pl.col("employee_id").is_in(unknown.implode())
    return frame.with_columns(
        unplaced_reason=pl.when(unread).then(pl.lit("UNKNOWN_LEVEL")).otherwise("unplaced_reason")
    )


def _with_policy_scale(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The rows of sheets without a scale on the policy's, where their scores can be of it."""
    low, high = policy.number("scale_min"), policy.number("scale_max")
    bare = pl.col("low").is_null() & pl.col("high").is_null()
    beside = bare & ~pl.col("x").is_between(low, high)
    scores = (bare & pl.col("x").is_not_null()).sum().over(SOURCE)
    others = (beside & pl.col("x").is_between(0, policy.number("usual_scales"))).sum().over(SOURCE)
    of_another = others > policy.number("other_scale_share") * scores
    off = beside.sum().over(SOURCE)
    fits = off <= policy.number("off_scale_share") * scores
    ends = {"low": low, "high": high}
    theirs = bare & fits & ~of_another
    return frame.with_columns(pl.when(theirs).then(pl.lit(end)).otherwise(n).alias(n) for n, end in ends.items())


def _refused(frame: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    frame = frame.rename({"employee_id": "subject_id"})
    wrong = [(code, frame.filter(wrong=code)) for code in _AT_THEIR_CELL]
    found = [_told(rows, code, inputs) for code, rows in wrong]
    for rows in frame.filter(wrong="SCALE_UNKNOWN").partition_by(SOURCE, maintain_order=True):
        whole = rows.head(1).with_columns(subject_id=pl.lit(None, pl.String))
        found.append(_told(whole, "SCALE_UNKNOWN", inputs, rows))
    return combine(found)


def _told(rows: pl.DataFrame, code: str, inputs: Inputs, all_of_them: pl.DataFrame | None = None) -> pl.DataFrame:
    same = rows if all_of_them is None else all_of_them
    said = message(
        f"grading.rating_{code.lower()}",
        n=same.height,
        header=_header(same, inputs),
        values=same["raw_score"].unique(maintain_order=True).head(6).to_list(),
    )
    sentence = pl.lit(say(said, inputs.lang))
    return findings_at(rows, inputs, "score", "rejected", code, sentence, pl.col("raw_score"))


def _header(rows: pl.DataFrame, inputs: Inputs) -> str:
    """The header of the column that the first row's score stands in, as a map would name it."""
    headers = inputs.sheets[rows[SOURCE][0]].headers if rows.height and inputs.sheets else {}
    return next((header for name, header in headers.items() if name.startswith("score")), "score")
