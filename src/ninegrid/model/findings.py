"""What was repaired, refused or noticed in the inputs, down to the cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import polars as pl

from ninegrid.messages import Lang, Message, message
from ninegrid.messages.message import catalogue, entry
from ninegrid.model.result_tables import result_table

KINDS = ("repaired", "rejected", "warning")


def schema() -> dict[str, pl.DataType]:
    """The columns of a findings frame, as the table is declared."""
    return result_table("findings").schema()


def empty() -> pl.DataFrame:
    """A findings frame with no rows."""
    return _empty().clone()


@cache
def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema=schema())


def finding(
    kind: str,
    reason: str,
    message: str,
    *,
    file: str = "",
    sheet: str = "",
    cell: str = "",
    subject_id: str | None = None,
    column: str | None = None,
    value: str | None = None,
) -> pl.DataFrame:
    """One finding as a frame of one row; `kind` is one of KINDS, `reason` an upper-case code."""
    row = (file, sheet, cell, subject_id, column, value, kind, reason, message)
    return pl.DataFrame([row], schema=schema(), orient="row")


def combine(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """All findings in one frame, in the order given."""
    frames = [f.select(list(schema())) for f in frames if f.height]
    return pl.concat(frames) if frames else empty()


def sentences(reason: str, lang: Lang, /, **values: pl.Expr) -> pl.Expr:
    """The sentence of a reason (catalogue `findings`) in each row, its placeholders filled from text expressions.

    A null leaves its place empty. KeyError for a reason without a sentence, or a placeholder without a value.
    """
    pieces = re.split(r"\{(\w+)\}", entry(f"findings.{reason}")[lang])
    return pl.concat_str(values[p].fill_null("") if i % 2 else pl.lit(p) for i, p in enumerate(pieces) if p)


def named_reason(reason: str) -> Message:
    """The message that names a reason, with what to do as its advice; a reason without an entry goes by its code."""
    code = reason.partition("/")[0]
    return message(f"reasons.{code}" if code in catalogue("reasons") else "reasons.other", code=code)
