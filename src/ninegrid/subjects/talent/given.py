"""Performance and potential that the roster gives already: as levels, scores or letters."""

from __future__ import annotations

import polars as pl

from ninegrid.intake.validate.locate import findings_at
from ninegrid.intake.values.cells import Cells, half_width
from ninegrid.intake.values.numbers import parse_numbers
from ninegrid.messages import Message, message
from ninegrid.model.findings import combine
from ninegrid.model.inputs import Inputs
from ninegrid.policy import Policy
from ninegrid.subjects.talent.rules import AXES, TalentRules

_LEVELS = {
    **dict.fromkeys(("高", "high", "h"), 3.0),
    **dict.fromkeys(("中", "medium", "mid", "middle", "moderate", "m"), 2.0),
    **dict.fromkeys(("低", "low", "l"), 1.0),
}
_LEVEL_NUMBERS = [1.0, 2.0, 3.0]
_SMALL = 10.0  # scores of 0-100 that all lie below this are likelier to be on another scale

_UNREADABLE = (
    "The value is neither a level (1-3, high, medium, low), a score of 0-100 nor a letter of the policy; left out.",
    "既不是档位（1–3、高中低）、0–100 的得分，也不是政策中的等级，未采用。",
)


def given(written: pl.Series, rules: TalentRules) -> pl.DataFrame:
    """`level` (Int8), `score` (Float64, 0-100) and `unreadable` (Boolean) of each text; at most one of them is set.

    Numbers are levels where all of the column's are 1, 2 or 3, else scores. A letter of the policy is its score.
    """
    text = written.to_frame("text").select(_named(half_width(pl.col("text")).str.to_lowercase())).to_series()
    number = parse_numbers(Cells(written), "number").values
    letters = {key.lower(): value for key, value in rules.letters.items()}
    word, letter = (text.replace_strict(t, default=None, return_dtype=pl.Float64) for t in (_LEVELS, letters))
    are_levels = number.count() > 0 and number.drop_nulls().is_in(_LEVEL_NUMBERS).all()
    nothing = pl.Series([None], dtype=pl.Float64).new_from_index(0, len(written))
    level, score = (number, nothing) if are_levels else (nothing, number)
    frame = pl.DataFrame({"written": written, "level": level, "word": word, "score": score, "letter": letter})
    on_scale = pl.when(pl.col("score").is_between(0, 100)).then("score")
    # A letter that also is a word for a level, such as M, is what the policy says.
    frame = frame.with_columns(score=pl.coalesce(on_scale, "letter"))
    level_word = pl.when(pl.col("score").is_null()).then("word")
    frame = frame.with_columns(level=pl.coalesce("level", level_word).cast(pl.Int8))
    known = pl.col("level").is_not_null() | pl.col("score").is_not_null()
    return frame.select("level", "score", unreadable=pl.col("written").is_not_null() & ~known)


def _named(text: pl.Expr) -> pl.Expr:
    """The name of a level that stands behind its number (``3 - meets``), else the text itself."""
    return pl.coalesce(text.str.extract(r"^\s*\d\s*[-–—:.、]\s*(\D.*)$").str.strip_chars(), text)


def unreadable_given(inputs: Inputs, policy: Policy) -> pl.DataFrame:
    """Findings UNREADABLE_SCORE at the cells of given values that are no level, score or letter."""
    roster = inputs.tables["employees"].with_columns(subject_id="employee_id")
    message = pl.lit(_UNREADABLE[0 if inputs.lang == "en" else 1])
    return combine(
        findings_at(
            roster.filter(given(roster[axis], policy.rules)["unreadable"]),
            inputs,
            axis,
            "rejected",
            "UNREADABLE_SCORE",
            message,
            pl.col(axis),
        )
        for axis in AXES
    )


def small_scores(inputs: Inputs, policy: Policy) -> tuple[Message, ...]:
    """A message for each column whose given scores all look as if they were on a shorter scale than 0-100."""
    found = []
    for axis in AXES:
        largest = given(inputs.tables["employees"][axis], policy.rules)["score"].max()
        if isinstance(largest, float) and 0 < largest < _SMALL:
            found.append(message("grading.small_scores", axis=message(f"grading.axis.{axis}"), largest=largest))
    return tuple(found)
