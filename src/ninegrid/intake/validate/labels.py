"""Labels that people group by, spelt one way: what differs only in blanks, width or brackets is one branch."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ninegrid.intake.validate.rows import Gathered
from ninegrid.intake.values.cells import half_width
from ninegrid.intake.values.parsed import PROBLEMS

_CJK = r"[\p{Han}\p{Hiragana}\p{Katakana}]"


def one_spelling(gathered: Gathered) -> Gathered:
    """The relation's rows with each of its labels spelt one way: LABEL_SPELLING, one problem a column.

    No blank stands beside a Chinese character, several elsewhere are one; letters and digits are half-width, brackets
    full-width where the label holds a Chinese character.
    """
    rows, found = gathered.rows, [gathered.problems]
    for column in (c.name for c in gathered.relation.columns if c.grouped and c.name in gathered.present):
        written = pl.DataFrame({"written": rows[column].drop_nulls().unique()})
        spelt = written.with_columns(spelt=_spelt(pl.col("written"))).filter(pl.col("written") != pl.col("spelt"))
        if spelt.is_empty():
            continue
        changed = rows.filter(pl.col(column).is_in(spelt["written"].implode()))
        rows = rows.with_columns(pl.col(column).replace(spelt["written"], spelt["spelt"]))
        first = (
            changed.head(1)
            .select("_source", "_row", "_year", value=column)
            .join(spelt, left_on="value", right_on="written")
        )
        detail = pl.concat_str(pl.lit(f"{changed.height}: "), pl.col("value"), pl.lit(" → "), pl.col("spelt"))
        values = {"index": pl.lit(None, pl.Int64), "column": pl.lit(column), "reason": pl.lit("LABEL_SPELLING")}
        found.append(first.with_columns(**values, detail=detail).select(list(PROBLEMS)).cast(PROBLEMS))  # type: ignore[arg-type]
    return replace(gathered, rows=rows, problems=pl.concat(found)) if len(found) > 1 else gathered


def _spelt(text: pl.Expr) -> pl.Expr:
    plain = half_width(text).str.replace_all(r"\s+", " ")
    plain = plain.str.replace_all(rf"({_CJK}|[()]) ", "$1").str.replace_all(rf" ({_CJK}|[()])", "$1")
    wide = plain.str.replace_all("(", "（", literal=True).str.replace_all(")", "）", literal=True)
    return pl.when(plain.str.contains(_CJK)).then(wide).otherwise(half_width(text).str.replace_all(r"\s+", " "))
