"""What was promised, in the matter's own measure: money in the unit of its sheet, ratios as percentages, counts."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.actions.matters import WARNING, kind_of_measure
from ninegrid.intake.headers.heading import Heading
from ninegrid.intake.values.cells import Cells
from ninegrid.intake.values.numbers import parse_numbers
from ninegrid.intake.values.units import Unit, unit_line, unit_of
from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.policy import Policy

_NO_RATIO = 1.0  # a promise of a hundred points or more is one written without its %


def with_promises(rows: pl.DataFrame, inputs: Inputs, policy: Policy) -> tuple[pl.DataFrame, pl.Expr]:
    """The rows with `promised` as a number and `promise_written` as it stood; and whether it can't be read.

    Money without a unit of its own is in that of the header, else of its row's 承诺单位, else of a line above, else in
    yuan.
    """
    kinds = {matter: kind_of_measure(matter, policy) for matter in rows["matter"].drop_nulls().unique()}
    kind = pl.col("matter").replace_strict(kinds, default="count", return_dtype=pl.String)
    rows = rows.with_columns(promise_written="promised", _kind=kind).with_columns(_exponent=_exponents(rows, inputs))
    on_warning = pl.col("matter") == WARNING  # its measure is any metric, whose unit the row says
    own = pl.when(on_warning).then(_of_rows(rows).fill_null(0)).otherwise("_exponent")
    rows = rows.with_columns(_exponent=own, _kind=pl.when(on_warning).then(pl.lit("money")).otherwise("_kind"))
    parts = []
    for (kind_, exponent), part in rows.with_row_index("_at").group_by(["_kind", "_exponent"]):
        scale = int(str(exponent)) if kind_ == "money" else 0
        text_of = Cells(part["promised"])
        parts.append(part.select("_at", _promised=parse_numbers(text_of, "number", scale).values))
    read = pl.concat(parts).sort("_at")["_promised"] if parts else pl.Series([], dtype=pl.Float64)
    rows = rows.with_columns(read.alias("promised"))
    wide = (pl.col("_kind") == "ratio") & (pl.col("promised").abs() >= _NO_RATIO)
    wrong = pl.col("promise_written").is_not_null() & (
        pl.col("promised").is_null() | wide | (pl.col("promised") < 0).fill_null(False)
    )
    return rows.drop("_exponent"), wrong.fill_null(False)


def _exponents(rows: pl.DataFrame, inputs: Inputs) -> pl.Expr:
    """By row, the power of ten of money that has no unit of its own."""
    of_sheets = {
        at: _of_sheet(sheet.headers.get("promised", ""), sheet.titles)
        for at, sheet in enumerate(inputs.sheets)
        if sheet.relation and sheet.relation.form
    }
    header: Mapping[int, int | None] = {at: header for at, (header, _) in of_sheets.items()}
    line: Mapping[int, int | None] = {at: line for at, (_, line) in of_sheets.items()}
    return pl.coalesce(_by_sheet(header), _of_rows(rows), _by_sheet(line), pl.lit(0, pl.Int64))


def _of_rows(rows: pl.DataFrame) -> pl.Expr:
    """The power of ten of the money unit that each row names itself."""
    units = {text: unit.exponent for text in rows["promise_unit"].drop_nulls().unique() if (unit := _money(text))}
    if not units:
        return pl.lit(None, pl.Int64)
    return pl.col("promise_unit").replace_strict(units, default=None, return_dtype=pl.Int64)


def _by_sheet(exponents: Mapping[int, int | None]) -> pl.Expr:
    if not exponents:
        return pl.lit(None, pl.Int64)
    return pl.col(SOURCE).replace_strict(exponents, default=None, return_dtype=pl.Int64)


def _of_sheet(header: str, titles: tuple[str, ...]) -> tuple[int | None, int | None]:
    """The powers of ten that the header and the lines above it name for money."""
    own, above = _money(Heading.read(header).unit or ""), unit_line(list(titles))
    return (own.exponent if own else None), (above.exponent if above else None)


def _money(text: str) -> Unit | None:
    return unit_of(text, "money") if text else None
