"""What was repaired, refused or noticed in the inputs, down to the cell."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from ninegrid.model.result_tables import result_table

KINDS = ("repaired", "rejected", "warning")


def schema() -> dict[str, pl.DataType]:
    """The columns of a findings frame, as the table is declared."""
    return result_table("findings").schema()


def empty() -> pl.DataFrame:
    """A findings frame with no rows."""
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
