"""Ids that differ from the ids they refer to in leading zeros, or in the case of their letters."""

from __future__ import annotations

import polars as pl

from ninegrid.intake.values.parsed import NO_PROBLEMS, PROBLEMS, YEAR
from ninegrid.model.inputs import SOURCE
from ninegrid.model.raw import ROW

_DIGITS = r"^[0-9]+$"
_LETTERS = r"[A-Za-z]"


def matched(rows: pl.DataFrame, column: str, known: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with the ids of `column` as they are among the known ones, and PROBLEMS that say so.

    An id that is not known, and that is one known id and no other but for leading zeros, is that one: ZEROS_MATCHED,
    once; and CASE_MATCHED but for the case of letters. Where it may be several it stays as it is, each with
    ZEROS_AMBIGUOUS or CASE_AMBIGUOUS.
    """
    lone = rows.select(column).join(known.to_frame(column), on=column, how="anti")[column].unique()
    rows, zeros = _matched(rows, lone, known, _DIGITS, pl.col(column).str.strip_chars_start("0"), "ZEROS")
    rows, case = _matched(rows, lone, known, _LETTERS, pl.col(column).str.to_lowercase(), "CASE")
    return rows, pl.concat([zeros, case])


def differing_in_case(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """PROBLEMS at the first row of each id that is another one but for the case of letters: CASE_DIFFERS."""
    ids = rows.select(pl.col(column).drop_nulls().unique()).filter(pl.col(column).str.contains(_LETTERS))
    alike = ids.with_columns(_bare=pl.col(column).str.to_lowercase()).filter(pl.col("_bare").is_duplicated())
    if alike.is_empty():
        return NO_PROBLEMS
    others = alike.join(alike.select("_bare", _other=column), on="_bare").filter(pl.col(column) != pl.col("_other"))
    others = others.group_by(column).agg(detail=pl.col("_other").sort().str.join(", "))
    first = rows.select(SOURCE, ROW, YEAR, column).unique(column, keep="first", maintain_order=True)
    return _problems(first.join(others, on=column, maintain_order="left"), column, "CASE_DIFFERS")


def _matched(
    rows: pl.DataFrame, lone: pl.Series, known: pl.Series, like: str, bare: pl.Expr, code: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The same of the lone ids, each once, that look like this; bare: an id without what may differ."""
    column = lone.name
    lone = lone.filter(lone.str.contains(like))
    if lone.is_empty():
        return rows, NO_PROBLEMS
    there = known.drop_nulls().unique().to_frame(column).filter(pl.col(column).str.contains(like))
    there = there.group_by(bare.alias("_bare")).agg(_known=pl.col(column))
    found = lone.to_frame(column).with_columns(bare.alias("_bare")).join(there, on="_bare").drop("_bare")
    if found.is_empty():
        return rows, NO_PROBLEMS
    table = rows.select(SOURCE, ROW, YEAR, column).join(found, on=column, maintain_order="left")
    one, several = table.filter(pl.col("_known").list.len() == 1), table.filter(pl.col("_known").list.len() > 1)
    names = one.select(column, pl.col("_known").list.first()).unique()
    rows = rows.with_columns(pl.col(column).replace(names[column], names["_known"]))
    example = pl.concat_str(pl.col(column), pl.lit(" → "), pl.col("_known").list.first(), pl.lit(f" ({one.height})"))
    problems = [
        _problems(one.head(1).with_columns(detail=example), column, f"{code}_MATCHED"),
        _problems(
            several.with_columns(detail=pl.col("_known").list.sort().list.join(", ")), column, f"{code}_AMBIGUOUS"
        ),
    ]
    return rows, pl.concat(problems)


def _problems(rows: pl.DataFrame, column: str, reason: str) -> pl.DataFrame:
    values = {"index": pl.lit(None, pl.Int64), "column": pl.lit(column), "reason": pl.lit(reason)}
    return rows.with_columns(**values, value=pl.col(column)).select(list(PROBLEMS)).cast(PROBLEMS)  # type: ignore[arg-type]
