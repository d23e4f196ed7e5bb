"""Names of cells, as people look them up."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl


def letters(index: int) -> str:
    """A 0-based column as Excel names it: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell_name(index: int, row: int) -> str:
    """A cell as Excel names it: column 5, row 23 is F23."""
    return f"{letters(index)}{row}"


def cell_names(index: pl.Series, row: pl.Series, text_file: pl.Series) -> pl.Series:
    """F23 for cells of workbooks, L12C5 (line 12, column 5) for those of text files; row 23 or L12 without a column."""
    known = index.unique().drop_nulls()
    table = {int(i): letters(int(i)) for i in known}
    frame = pl.DataFrame({"index": index.cast(pl.Int64), "row": row.cast(pl.String), "text_file": text_file})
    named = pl.col("index").replace_strict(table, default="", return_dtype=pl.String)
    column = pl.concat_str(pl.lit("C"), (pl.col("index") + 1).cast(pl.String)).fill_null("")
    line = pl.concat_str(pl.lit("L"), "row", column)
    sheet = pl.concat_str(pl.when(pl.col("index").is_null()).then(pl.lit("row ")).otherwise(named), "row")
    return frame.select(pl.when("text_file").then(line).otherwise(sheet)).to_series()


class Places:
    """Where each sheet keeps each canonical column, so that a row and a column name a cell again."""

    def __init__(self, columns: pl.DataFrame, text_files: Mapping[int, bool], sheets: Mapping[int, str]) -> None:
        """columns: _source, _year, column, index. text_files, sheets: by source, its kind and its sheet's name."""
        self._columns = columns
        self._text_files = dict(text_files)
        self._sheets = dict(sheets)

    def indexed(self, problems: pl.DataFrame) -> pl.DataFrame:
        """The problems with `index` filled in from their column: that of their year, else that of all years."""
        yearly = self._columns.select("_source", "_year", "column", _of_year="index")
        always = self._columns.filter(pl.col("_year").is_null()).select("_source", "column", _of_all="index")
        found = problems.join(
            yearly, on=["_source", "_year", "column"], how="left", nulls_equal=True, maintain_order="left"
        ).join(always, on=["_source", "column"], how="left", maintain_order="left")
        return found.with_columns(index=pl.coalesce("index", "_of_year", "_of_all")).drop("_of_year", "_of_all")

    def cell_of_each(self, problems: pl.DataFrame) -> pl.Series:
        """The cell of each problem (_source, _row, index)."""
        text_file = problems["_source"].replace_strict(self._text_files, return_dtype=pl.Boolean)
        return cell_names(problems["index"], problems["_row"], text_file)

    def cells(self, rows: pl.DataFrame, column: str) -> pl.Series:
        """The cell of a column in each row, with the sheet's name where the rows come from several."""
        asked = rows.select("_source", "_row", "_year", column=pl.lit(column), index=pl.lit(None, pl.Int64))
        names = self.cell_of_each(self.indexed(asked))
        if rows["_source"].n_unique() < 2:
            return names
        sheets = rows["_source"].replace_strict(self._sheets, return_dtype=pl.String)
        return sheets + "!" + names
