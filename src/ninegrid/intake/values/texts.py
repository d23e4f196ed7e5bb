"""Ids, names, categories and yes/no columns, as text came from the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import polars as pl
from rapidfuzz import fuzz, process

from ninegrid import resources
from ninegrid.intake.values.cells import (
    BLANKS,
    ERRORS,
    NO_PROBLEMS,
    PLACEHOLDERS,
    WORDS,
    Cells,
    Parsed,
    filled_in,
    half_width,
    held,
    missing,
    once_a_text,
    problems,
)
from ninegrid.model.relations import Column

_ANSWERS = [WORDS["yes"], WORDS["no"]]
FLAGS = (
    tuple(words[0] for words in _ANSWERS),
    tuple(next(word for word in words if word.isascii() and len(word) > 1) for words in _ANSWERS),
)
"""Yes and no in messages, in Chinese and in English."""

_CLEAN_ID = r"^[0-9A-Za-z_\-.#:]+$"
_DIGITS = r"^[0-9]+$"
_ROUNDED = r"^[0-9](?:\.[0-9]+)?[eE]\+[0-9]+$"
_FLOATED = r"^[0-9]+\.0$"
_CONTROL = r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+"
UNDECODED = "\ufffd"
_UNCLEAN = rf"{_CONTROL}|^[{BLANKS}]|[{BLANKS}]$|{UNDECODED}"
_INVISIBLE = r"[\u200b-\u200f\u2060\ufeff\u00ad]+"
_LONGEST_MARK = max(len(mark.encode()) for mark in (*ERRORS, *PLACEHOLDERS))
_NEAR: float = resources.vocabulary("limits")["proposals"]["near"]
_MAX_DIGITS = 15  # what a double, and so Excel, keeps of a number

NAMED_ID = r"^[^()（）\[\]]+[(（\[]\s*([A-Za-z0-9][A-Za-z0-9_-]*)\s*[)）\]]$"
"""A name with the id behind it: 示例甲(E00001)."""


def parse_text(cells: Cells) -> Parsed:
    """Trimmed texts; line breaks and control characters become a space, placeholders are missing. Invisible characters
    are dropped. Blanks within labels that people group by are `validate.labels`'.

    Problems: ERROR_CELL; DAMAGED_TEXT for a text with bytes that are no letters.
    """
    return once_a_text(_text, cells)


def _text(cells: Cells) -> Parsed:
    text = cells.text
    if text.str.contains(_INVISIBLE).any():
        text = text.str.replace_all(_INVISIBLE, "")
    if text.str.contains(_UNCLEAN).any():
        text = text.str.replace_all(_CONTROL, " ").str.strip_chars(BLANKS)
    bad = pl.DataFrame({"value": text}).with_row_index("at").filter(pl.col("value").str.contains(UNDECODED))
    if bad.height:
        text = text.clone().scatter(bad["at"], None)
    short = pl.DataFrame({"value": text}).with_row_index("at").filter(pl.col("value").str.len_bytes() <= _LONGEST_MARK)
    wrong = short.filter(pl.col("value").is_in(ERRORS))
    absent = short.filter(pl.col("value").str.to_lowercase().is_in(PLACEHOLDERS))
    if wrong.height or absent.height:
        text = text.clone().scatter(pl.concat([wrong["at"], absent["at"]]), None)
    return Parsed(text, pl.concat([problems(wrong, "ERROR_CELL"), problems(bad, "DAMAGED_TEXT")]))


def parse_ids(cells: Cells) -> Parsed:
    """Ids as text, leading zeros kept; number cells give their digits.

    Problems: ID_ROUNDED (over 15 digits, as a number), UNREADABLE_ID and ERROR_CELL for refused cells; ID_TRIMMED and
    ID_REPAIRED (full-width, ``="0012"``, a leading apostrophe) for mended ones; ID_WAS_NUMBER once for the column.
    """
    if _are_digits(cells):
        return Parsed(cells.text.alias(""), NO_PROBLEMS)
    plain = parse_text(cells)
    values, mended = _mended(cells.text, plain.values)
    values, floated = _without_decimals(values)
    rounded = _rounded(values)
    values = values.clone().scatter(rounded["at"], None) if rounded.height else values
    found = [plain.problems, mended, floated, problems(rounded, "ID_ROUNDED")]
    if cells.number is not None and cells.number_count:
        digits = _digits(cells.number)
        values = (
            pl.DataFrame({"text": values, "digits": digits.values}).select(pl.coalesce("text", "digits")).to_series()
        )
        found.append(digits.problems)
    return Parsed(values.alias(""), pl.concat(found))


def _are_digits(cells: Cells) -> bool:
    """Whether every cell is a text of digits, as in most files: such ids are what they are."""
    return cells.text.null_count() == 0 and not cells.number_count and cells.text.str.contains(_DIGITS).all()


def _rounded(ids: pl.Series) -> pl.DataFrame:
    """The ids (at, value) that show the trace of a number: 1.23457E+17."""
    return pl.DataFrame({"value": ids}).with_row_index("at").filter(pl.col("value").str.contains(_ROUNDED))


def _mended(raw: pl.Series, text: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
    """Ids in half-width, without wrappers, and what was mended."""
    if raw.is_null().all() or raw.str.contains(_CLEAN_ID).all():
        return text, NO_PROBLEMS
    bare = half_width(pl.col("text")).str.replace(r"^['’`](.*?)['’`]?$", "$1").str.replace(r'^="?([^"]*)"?$', "$1")
    frame = (
        pl.DataFrame({"value": raw, "text": text}).with_row_index("at").with_columns(id=bare.str.strip_chars(BLANKS))
    )
    changed = frame.filter(pl.col("id").is_not_null() & (pl.col("id") != pl.col("value")))
    reason = pl.when(pl.col("id") == pl.col("text")).then(pl.lit("ID_TRIMMED")).otherwise(pl.lit("ID_REPAIRED"))
    return frame["id"], problems(changed, reason, pl.col("id"))


def _without_decimals(ids: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
    """A column of ids that went through a number type somewhere: all of them end in ``.0``."""
    if ids.is_null().all() or not ids.str.contains(_FLOATED).all():
        return ids, NO_PROBLEMS
    first = pl.DataFrame({"value": ids}).with_row_index("at").drop_nulls().head(1)
    return ids.str.replace(r"\.0$", ""), problems(first, "ID_WAS_NUMBER", pl.lit(str(len(ids) - ids.null_count())))


def _digits(numbers: pl.Series) -> Parsed:
    """Number cells as ids, with one finding for the column: leading zeros may be gone."""
    whole = (pl.col("number") == pl.col("number").floor()) & (pl.col("number") >= 0)
    exact = pl.col("number") < 10**_MAX_DIGITS
    text = pl.when(whole & exact).then(pl.col("number").cast(pl.Int64, strict=False).cast(pl.String))
    frame = pl.DataFrame({"number": numbers}).with_row_index("at").drop_nulls().with_columns(id=text)
    frame = frame.with_columns(value=pl.coalesce("id", pl.col("number").cast(pl.String)))
    good = frame.drop_nulls("id")
    found = [
        problems(good.head(1), "ID_WAS_NUMBER", pl.lit(str(good.height))),
        problems(frame.filter(whole & ~exact), "ID_ROUNDED"),
        problems(frame.filter(~whole), "UNREADABLE_ID"),
    ]
    empty = missing(len(numbers), pl.String())
    return Parsed(filled_in(empty, good, "id"), pl.concat(found))


def parse_category(cells: Cells, column: Column) -> Parsed:
    """The column's canonical words; any of their listed other forms is one of them. An open one keeps other words.

    Problems: UNKNOWN_CATEGORY and ERROR_CELL for refused cells.
    """
    words = {_word(form): word for word, forms in column.choices.items() for form in (word, *forms)}
    allowed = pl.lit(" / ".join(column.choices))
    parsed = once_a_text(partial(_looked_up, words, pl.String(), allowed, open_=column.open), cells)
    return replace(parsed, problems=_with_nearest(parsed.problems, words))


def _with_nearest(found: pl.DataFrame, words: Mapping[str, str]) -> pl.DataFrame:
    """The problems with the nearest of the words that are known in place of the list, where one is near."""
    unknown = pl.col("reason") == "UNKNOWN_CATEGORY"
    near = {value: near for value in found.filter(unknown)["value"].unique() if (near := _nearest(_word(value), words))}
    if not near:
        return found
    told = unknown & pl.col("value").is_in(list(near))
    nearest = pl.col("value").replace_strict(near, default=None, return_dtype=pl.String)
    return found.with_columns(
        reason=pl.when(told).then(pl.lit("UNKNOWN_CATEGORY/NEAR")).otherwise("reason"),
        detail=pl.when(told).then(nearest).otherwise("detail"),
    )


def _nearest(word: str, words: Mapping[str, str]) -> str | None:
    best = process.extractOne(word, list(words), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return words[best[0]] if best else None


def parse_flags(cells: Cells) -> Parsed:
    """Booleans, from 是/否, yes/no, 1/0 and their like.

    Problems: UNKNOWN_CATEGORY and ERROR_CELL for refused cells.
    """
    words = {**dict.fromkeys(WORDS["yes"], True), **dict.fromkeys(WORDS["no"], False)}
    allowed = pl.lit(" / ".join(FLAGS[0]))
    return once_a_text(partial(_looked_up, words, pl.Boolean(), allowed), cells)


def _looked_up(
    words: dict[str, str] | dict[str, bool], dtype: pl.DataType, allowed: pl.Expr, cells: Cells, open_: bool = False
) -> Parsed:
    rest, errors = held(cells)
    plain = pl.col("plain").str.replace_all(r"\s", "")
    others = plain if open_ else None
    read = rest.with_columns(word=plain.replace_strict(words, default=others, return_dtype=dtype))
    unknown = problems(read.filter(pl.col("word").is_null()), "UNKNOWN_CATEGORY", allowed)
    empty = missing(len(cells.text), dtype)
    return Parsed(filled_in(empty, read, "word"), pl.concat([errors, unknown]))


def _word(form: str) -> str:
    return "".join(form.casefold().split())
