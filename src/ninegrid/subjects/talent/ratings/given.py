"""Performance and potential that the roster gives already: as levels, scores on a scale, letters or words."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

import polars as pl

from ninegrid import resources
from ninegrid.intake.validate.locate import findings_at
from ninegrid.intake.values.cells import Cells, half_width
from ninegrid.intake.values.numbers import parse_numbers
from ninegrid.messages import Message, message, say
from ninegrid.model.findings import combine
from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.policy import Policy
from ninegrid.resources import vocabulary
from ninegrid.subjects.talent.rules import AXES, TalentRules

_WORDS = vocabulary("scales")
_DRESSED = (r"^\d\s*[-:.、]\s*(\D.*)$", r"^([^()]+)\(.*\)$", rf"^(.+?)(?:{'|'.join(_WORDS['level_after'])})$")
_POINTS = rf"^([0-9.]+)\s*(?:{'|'.join(_WORDS['points'])})$"
_GIVEN = {"level": pl.Int8, "score": pl.Float64, "problem": pl.String}
_SHOWN = 12  # letters told of a column
_LEVELS = (1.0, 3.0)  # the ends of a scale whose whole numbers are levels


def given(roster: pl.DataFrame, axis: str, rules: TalentRules) -> pl.DataFrame:
    """`level` (Int8), `score` (Float64, 0-100) and `problem` of each person's given value; at most one of them is set.

    A number is a score on the scale of its row (``<axis>_min``, ``<axis>_max``), else of the policy; on the scale 1 to
    3 a whole one is a level. A letter or word is what the policy says. problem: UNKNOWN_LEVEL, SCALE_UNKNOWN,
    OFF_SCALE, BAD_SCALE.
    """
    if roster[axis].null_count() == roster.height:
        return pl.DataFrame(schema=_GIVEN).clear(roster.height)
    text = roster.select(t=words(axis)).to_series()
    number = parse_numbers(Cells(text.str.replace(_POINTS, "$1")), "number").values
    letter, level = looked_up(text, rules.letters), looked_up(text, rules.levels)
    frame = pl.DataFrame({"x": number, "letter": letter, "word": level}).hstack(_ends(roster, axis, rules))
    x, low, high = pl.col("x"), pl.col("low"), pl.col("high")
    written = text.is_not_null() & ~text.is_in([word.lower() for word in rules.not_rated])
    frame = frame.with_columns(
        problem=pl.when(~pl.lit(written) | pl.col("letter").is_not_null() | pl.col("word").is_not_null())
        .then(None)
        .when(x.is_null())
        .then(pl.lit("UNKNOWN_LEVEL"))
        .when(low.is_null() | high.is_null())
        .then(pl.lit("SCALE_UNKNOWN"))
        .when(high <= low)
        .then(pl.lit("BAD_SCALE"))
        .when(~x.is_between(low, high))
        .then(pl.lit("OFF_SCALE")),
        is_level=(low == _LEVELS[0]) & (high == _LEVELS[1]) & (x == x.floor()),
    )
    sound = pl.col("problem").is_null()
    on_level = sound & pl.col("is_level").fill_null(False)
    # A letter that also is a word for a level, such as M, is what the policy says of letters.
    return frame.select(
        level=pl.when(pl.col("letter").is_null()).then(pl.coalesce("word", pl.when(on_level).then(x))).cast(pl.Int8),
        score=pl.coalesce("letter", pl.when(sound & ~on_level).then(100 * (x - low) / (high - low))),
        problem="problem",
    )


def words(column: str) -> pl.Expr:
    """A column's texts as the policy's tables are looked up by: half-width, lower case, nothing around them."""
    return half_width(pl.col(column)).str.to_lowercase().str.strip_chars()


def looked_up(texts: pl.Series, table: Mapping[str, float]) -> pl.Series:
    """What a table says of each text (see `words`): of the whole, or of the word in it where it is dressed.

    Dress is a number before it (``3 - meets``), a bracket behind it (优秀(S)) and the word for a level (S级).
    """
    known = {key.lower(): value for key, value in table.items()}
    text = pl.col("t")
    forms = (text, *(text.str.extract(dress).str.strip_chars() for dress in _DRESSED))
    found = (form.replace_strict(known, default=None, return_dtype=pl.Float64) for form in forms)
    return texts.to_frame("t").select(pl.coalesce(*found)).to_series()


def _ends(roster: pl.DataFrame, axis: str, rules: TalentRules) -> pl.DataFrame:
    """`low`, `high`: the scale of each row; the policy's where the inputs declare none."""
    declared = rules.scale(axis)
    names = {"low": f"{axis}_min", "high": f"{axis}_max"}
    own = [
        (pl.col(name) if name in roster.columns else pl.lit(None)).cast(pl.Float64).alias(end)
        for end, name in names.items()
    ]
    ends = roster.with_columns(*own).select(*names)
    if declared is None:
        return ends
    none = pl.col("high").is_null()
    return ends.with_columns(
        pl.when(none).then(pl.lit(end)).otherwise(name).alias(name) for name, end in zip(names, declared, strict=True)
    )


def doubts(inputs: Inputs, policy: Policy) -> pl.DataFrame:
    """Findings for given values that place nobody, one for each value, or column, and sheet.

    UNKNOWN_LEVEL, OFF_SCALE and BAD_SCALE name the value, how often it stands there and the nearest word; SCALE_UNKNOWN
    is one a column, with how to say its scale.
    """
    return combine(found for axis in AXES for found in _doubts(inputs, policy, axis))


def _doubts(inputs: Inputs, policy: Policy, axis: str) -> Iterator[pl.DataFrame]:
    roster = inputs.tables["employees"]
    table = roster.with_columns(problem=given(roster, axis, policy.rules)["problem"]).drop_nulls("problem")
    known = (*policy.rules.letters, *policy.rules.levels)
    for (source, problem), rows in table.partition_by(SOURCE, "problem", as_dict=True, maintain_order=True).items():
        by_value = problem != "SCALE_UNKNOWN"
        for same in rows.partition_by(axis, maintain_order=True) if by_value else [rows]:
            value = same[axis][0]
            said = message(
                f"grading.{str(problem).lower()}",
                axis=message(f"grading.axis.{axis}"),
                column=axis,
                header=inputs.sheets[int(str(source))].headers.get(axis, axis),
                value=value,
                n=same.height,
                nearest=difflib.get_close_matches(value, known, n=3, cutoff=0.3) or ["-"],
                values=rows[axis].unique(maintain_order=True).head(6).to_list(),
            )
            first = same.head(1).with_columns(
                subject_id=pl.lit(None, pl.String) if same.height > 1 else pl.col("employee_id")
            )
            sentence = pl.lit(say(said, inputs.lang))
            yield findings_at(first, inputs, axis, "rejected", str(problem), sentence, pl.col(axis))


def unread_notices(inputs: Inputs, policy: Policy) -> Iterator[Message]:
    """Which words of the roster are no level that the policy knows, all of them, and how many people they concern."""
    roster = inputs.tables["employees"]
    lines, concerned = [], pl.Series([False]).new_from_index(0, roster.height)
    for axis in AXES:
        unread = (given(roster, axis, policy.rules)["problem"] == "UNKNOWN_LEVEL").fill_null(False)
        if not unread.any():
            continue
        concerned |= unread
        counted = roster.filter(unread)[axis].value_counts().sort("count", axis, descending=[True, False])
        told = [message("grading.word_counted", text=text, n=n) for text, n in counted.head(_SHOWN).rows()]
        lines.append(message("grading.unread_of", axis=message(f"grading.axis.{axis}"), words=told))
    if lines:
        yield message("grading.unread_levels", n=int(concerned.sum()), of=roster.height, words=lines)


def letter_notices(inputs: Inputs, policy: Policy) -> Iterator[Message]:
    """How the letters and words of each column of scores are taken: as scores of 0–100, or as levels."""
    for relation, column in (*(("employees", axis) for axis in AXES), ("ratings", "score")):
        texts = inputs.tables[relation].select(t=words(column), written=column).drop_nulls().unique("t")
        letter, level = (looked_up(texts["t"], table) for table in (policy.rules.letters, policy.rules.levels))
        known = texts.select("written", letter=letter, level=level)
        lettered = known.filter(pl.col("letter").is_not_null()).sort("letter", "written", descending=[True, False])
        worded = known.filter(pl.col("letter").is_null(), pl.col("level").is_not_null())
        pairs = [f"{text}={score:g}" for text, score in lettered.select("written", "letter").rows()]
        levels = worded.sort("level", "written", descending=[True, False]).select("written", "level").rows()
        named = resources.relation(relation).column(column)
        if pairs:
            yield message("grading.letters", column=named, pairs=pairs[:_SHOWN])
        if levels:
            notices = [message(f"grading.level_{level:.0f}", text=text) for text, level in levels[:_SHOWN]]
            yield message("grading.levels", column=named, pairs=notices)
