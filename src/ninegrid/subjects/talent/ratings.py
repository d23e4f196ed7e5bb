"""Ratings on one scale: every score as 0-100, what can't be one refused at its cell."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ninegrid.intake.validate.locate import findings_at
from ninegrid.intake.values.cells import Cells
from ninegrid.intake.values.numbers import parse_numbers
from ninegrid.model.findings import combine
from ninegrid.model.inputs import Inputs
from ninegrid.policy import Policy
from ninegrid.subjects.talent.rules import TalentRules

_SAID = {
    "UNREADABLE_SCORE": (
        "The score is neither a number nor a letter of the policy.",
        "评分既不是数值，也不在政策的等级表中。",
    ),
    "OFF_SCALE": ("The score lies off its scale.", "评分超出量表范围。"),
    "BAD_SCALE": ("The scale's maximum is not above its minimum.", "量表上限不高于下限。"),
}


@dataclass(frozen=True)
class Scored:
    """Ratings with `score` on 0-100 (Float64), and the findings of those refused.

    unknown: the ids of people whose manager rated them on a dimension, but only in letters that no table knows.
    """

    ratings: pl.DataFrame
    findings: pl.DataFrame
    unknown: pl.Series


def on_one_scale(ratings: pl.DataFrame, inputs: Inputs, policy: Policy) -> Scored:
    """s = 100 (x − min) / (max − min) by the row's own scale, else the policy's; letters by the policy's table.

    Refused, with a finding: UNREADABLE_SCORE, OFF_SCALE, BAD_SCALE. `raw_score` keeps what was written.
    """
    rules: TalentRules = policy.rules
    number = parse_numbers(Cells(ratings["score"]), "number").values
    letters = {key.upper(): value for key, value in rules.letters.items()}
    low, high = (pl.coalesce(f"scale_{end}", pl.lit(policy.number(f"scale_{end}"))) for end in ("min", "max"))
    frame = ratings.rename({"score": "raw_score"}).with_columns(
        x=number,
        letter=pl.col("raw_score").str.to_uppercase().replace_strict(letters, default=None, return_dtype=pl.Float64),
        low=low,
        high=high,
    )
    x = pl.col("x")
    frame = frame.with_columns(
        wrong=pl.when(x.is_null() & pl.col("letter").is_null())
        .then(pl.lit("UNREADABLE_SCORE"))
        .when(x.is_not_null() & (pl.col("high") <= pl.col("low")))
        .then(pl.lit("BAD_SCALE"))
        .when(~x.is_between("low", "high"))
        .then(pl.lit("OFF_SCALE")),
        score=pl.coalesce(100 * (x - pl.col("low")) / (pl.col("high") - pl.col("low")), "letter"),
    )
    good = frame.filter(pl.col("wrong").is_null()).drop("x", "letter", "low", "high", "wrong")
    return Scored(good, _refused(frame, inputs), _unknown(frame, good))


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


def _refused(frame: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    return combine(
        findings_at(
            frame.filter(pl.col("wrong") == code).rename({"employee_id": "subject_id"}),
            inputs,
            "score",
            "rejected",
            code,
            pl.lit(english if inputs.lang == "en" else chinese),
            pl.col("raw_score"),
        )
        for code, (english, chinese) in _SAID.items()
    )
