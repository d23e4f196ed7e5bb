"""Forms that come back: what is common to sheets that the program writes, people fill in, and any number of copies of
which are read again. Where a row stood, of which period its workbook is, which copies disagree, what was refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from ninegrid.intake.validate.locate import places_of
from ninegrid.model import findings
from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.model.period import Period
from ninegrid.model.relations import Lang


def with_places(rows: pl.DataFrame, book: Inputs, columns: Sequence[str]) -> pl.DataFrame:
    """The rows (`_source`, `_row`) with `file`, `sheet`, and where each of the columns stood: `<column>_at`."""
    places = {name: places_of(rows, book, name) for name in columns}
    first = places[columns[0]]
    return rows.with_columns(
        first["file"], first["sheet"], *(place["cell"].alias(f"{name}_at") for name, place in places.items())
    )


_RUN = re.compile(r"\b\d{8}T\d{6}-[0-9a-f]{6}\b")


def run_of_book(book: Inputs) -> str:
    """The run that stands above a table of the workbook; "" where none does."""
    found = (_RUN.search(title) for sheet in book.sheets for title in sheet.titles)
    return next((run[0] for run in found if run), "")


def period_of_book(book: Inputs) -> pl.Expr:
    """The period that stands above the table in the sheet of each row, as text; null where none does."""
    titles = {at: [_RUN.sub("", title) for title in sheet.titles] for at, sheet in enumerate(book.sheets)}
    found = {at: next(filter(None, map(Period.find, texts)), None) for at, texts in titles.items()}
    texts = {at: str(period) for at, period in found.items() if period}
    if not texts:
        return pl.lit(None, pl.String)
    return pl.col(SOURCE).replace_strict(texts, default=None, return_dtype=pl.String)


def disagreeing(rows: pl.DataFrame, key: Sequence[str], column: str, shown: str = "") -> pl.DataFrame:
    """The rows of keys for which several values of a column were filled in, with `others`: every such cell by file,
    sheet and cell, with what stands there (the column `shown`, by default the column itself).

    A cell that is empty says nothing, and disagrees with nobody. The rows are those of `with_places`.
    """
    table = rows.filter(pl.col(column).is_not_null())
    alike = table.group_by(key).agg(pl.col(column).n_unique().alias("_n")).filter(pl.col("_n") > 1)
    several = table.join(alike, on=key, how="semi", nulls_equal=True, maintain_order="left")
    value = pl.col(shown or column).cast(pl.String)
    one = pl.concat_str("file", pl.lit(" › "), "sheet", pl.lit(" › "), f"{column}_at", pl.lit(" "), value)
    all_of_key = one.str.join(", ").over(key, mapping_strategy="group_to_rows")
    return several.with_columns(others=all_of_key)


def said_of(
    rows: pl.DataFrame,
    code: str,
    column: str,
    lang: Lang,
    *,
    subject: str,
    value: str = "",
    kind: str = "rejected",
    sentence: str = "",
) -> pl.DataFrame:
    """Findings (`model.findings.schema`) at a column's cell in each of the rows, which are those of `with_places`.

    code: the finding's reason. sentence: the name of its sentence in the catalogue `findings` (by default the code),
    whose places are filled in from columns of the rows. subject, value: the columns with the subject's id and with what
    was written, by default the column itself.
    """
    if rows.is_empty():
        return findings.empty()
    texts = {name: pl.col(name).cast(pl.String) for name in rows.columns}
    return rows.select(
        "file",
        "sheet",
        pl.col(f"{column}_at").alias("cell"),
        pl.col(subject).alias("subject_id"),
        pl.lit(column).alias("column"),
        pl.col(value or column).cast(pl.String).alias("value"),
        pl.lit(kind).alias("kind"),
        pl.lit(code).alias("reason"),
        findings.sentences(sentence or code, lang, **texts).alias("message"),
    )
