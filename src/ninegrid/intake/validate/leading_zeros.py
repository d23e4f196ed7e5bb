"""Ids that lost their leading zeros, or have more of them, than the ids they refer to."""

from __future__ import annotations

import polars as pl

from ninegrid.intake.values.parsed import NO_PROBLEMS, PROBLEMS, YEAR
from ninegrid.model.inputs import SOURCE
from ninegrid.model.raw import ROW

_DIGITS = r"^[0-9]+$"


def matched(rows: pl.DataFrame, column: str, known: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with the ids of `column` as they are among the known ones, and PROBLEMS that say so.

    An id that is not known, and that is one known id and no other but for leading zeros, is that one: ZEROS_MATCHED,
    once. Where it may be several it stays as it is, each with ZEROS_AMBIGUOUS.
    """
    lone = rows.select(column).join(known.to_frame(column), on=column, how="anti")[column]
    lone = lone.filter(lone.str.contains(_DIGITS)).unique()
    if lone.is_empty():
        return rows, NO_PROBLEMS
    bare = known.drop_nulls().unique().to_frame("_known").filter(pl.col("_known").str.contains(_DIGITS))
    bare = bare.group_by(_bare("_known")).agg(pl.col("_known"))
    found = lone.to_frame(column).with_columns(_bare(column)).join(bare, on="_bare").drop("_bare")
    if found.is_empty():
        return rows, NO_PROBLEMS
    table = rows.select(SOURCE, ROW, YEAR, column).join(found, on=column, maintain_order="left")
    one, several = table.filter(pl.col("_known").list.len() == 1), table.filter(pl.col("_known").list.len() > 1)
    names = one.select(column, pl.col("_known").list.first()).unique()
    rows = rows.with_columns(pl.col(column).replace(names[column], names["_known"]))
    example = pl.concat_str(pl.col(column), pl.lit(" → "), pl.col("_known").list.first(), pl.lit(f" ({one.height})"))
    problems = [
        _problems(one.head(1).with_columns(detail=example), column, "ZEROS_MATCHED"),
        _problems(several.with_columns(detail=pl.col("_known").list.sort().list.join(", ")), column, "ZEROS_AMBIGUOUS"),
    ]
    return rows, pl.concat(problems)


def _bare(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars_start("0").alias("_bare")


def _problems(rows: pl.DataFrame, column: str, reason: str) -> pl.DataFrame:
    values = {"index": pl.lit(None, pl.Int64), "column": pl.lit(column), "reason": pl.lit(reason)}
    return rows.with_columns(**values, value=pl.col(column)).select(list(PROBLEMS)).cast(PROBLEMS)  # type: ignore[arg-type]
