"""Accepted rows back to where they came from: file, sheet and row, and findings at the cell of a figure."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.intake.places import cell_names
from ninegrid.model import findings
from ninegrid.model.inputs import ITEM, SOURCE, Inputs
from ninegrid.model.raw import ROW


def findings_at(
    rows: pl.DataFrame, inputs: Inputs, column: str, kind: str, reason: str, message: pl.Expr, value: pl.Expr
) -> pl.DataFrame:
    """One finding a row (ninegrid.model.findings.schema), at the cell of `column`.

    rows: with `_source`, `_row` and `subject_id`. message, value: text expressions over them.
    """
    if rows.is_empty():
        return findings.empty()
    table = rows.select(
        "subject_id", pl.lit(column).alias("column"), value.cast(pl.String).alias("value"), pl.lit(kind).alias("kind"),
        pl.lit(reason).alias("reason"), message.cast(pl.String).alias("message"),
    )  # fmt: skip
    return places_of(rows, inputs, column).hstack(table)


def with_source(frame: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """The frame with `source_file`, `source_sheet` and `source_row`: where each row came from."""
    sheets = dict(enumerate(inputs.sheets))
    return frame.with_columns(
        _of_sheet(frame, {i: s.file.name for i, s in sheets.items()}, pl.String()).alias("source_file"),
        _of_sheet(frame, {i: s.sheet for i, s in sheets.items()}, pl.String()).alias("source_sheet"),
        source_row=_row_of(frame, inputs),
    )


def _row_of(rows: pl.DataFrame, inputs: Inputs) -> pl.Series:
    """The row's number in its sheet; null where rows have none."""
    scattered = [i for i, sheet in enumerate(inputs.sheets) if sheet.scattered]
    return rows.select(pl.when(~pl.col(SOURCE).is_in(scattered)).then(ROW)).to_series() if scattered else rows[ROW]


def places_of(rows: pl.DataFrame, inputs: Inputs, column: str) -> pl.DataFrame:
    """file, sheet and cell of a column in each row (`_source`, `_row`)."""
    sheets = dict(enumerate(inputs.sheets))
    columns = _of_sheet(rows, {i: s.columns[column] for i, s in sheets.items() if column in s.columns}, pl.Int64())
    if ITEM in rows.columns:
        melted = [i for i, s in sheets.items() if s.relation and s.relation.melt and s.relation.melt.value == column]
        of_item = pl.col(SOURCE).is_in(melted) | columns.is_null()  # of a roster with a column an item as well
        item = rows.select(pl.when(of_item).then(ITEM)).to_series()
        columns = columns.zip_with(item.is_null(), item)
    text_file = _of_sheet(rows, {i: bool(s.encoding) or not s.sheet for i, s in sheets.items()}, pl.Boolean())
    return pl.DataFrame(
        {
            "file": _of_sheet(rows, {i: s.file.name for i, s in sheets.items()}, pl.String()),
            "sheet": _of_sheet(rows, {i: "" if s.encoding else s.sheet for i, s in sheets.items()}, pl.String()),
            "cell": cell_names(columns, _row_of(rows, inputs), text_file),
        }
    )


def _of_sheet(rows: pl.DataFrame, table: Mapping[int, object], dtype: pl.DataType) -> pl.Series:
    """What the table says of each row's sheet; null for sheets it doesn't hold."""
    if not table:
        return pl.Series([None], dtype=dtype).new_from_index(0, rows.height)
    return rows[SOURCE].replace_strict(table, default=None, return_dtype=dtype)
