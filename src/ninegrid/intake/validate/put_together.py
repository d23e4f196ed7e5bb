"""Files and sheets that say the same twice are refused; sheets that say more of the same subjects are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import polars as pl

from ninegrid.intake.validate.join import joined
from ninegrid.intake.validate.labels import one_spelling
from ninegrid.intake.validate.rows import Gathered
from ninegrid.intake.validate.year_ends import with_year_ends
from ninegrid.intake.values.parsed import PROBLEMS, YEAR
from ninegrid.intake.values.texts import NAMED_ID
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import SOURCE, SheetSource
from ninegrid.model.raw import ROW, InputFile
from ninegrid.model.relations import Column


def refuse_twice(files: Sequence[InputFile]) -> None:
    """InputError when two of the files are one: the same bytes."""
    for one, other in combinations(files, 2):
        if one.sha256 == other.sha256:
            raise InputError("intake.same_file", one=one.name, other=other.name)


def put_together(gathered: Gathered, sheets: Sequence[SheetSource]) -> Gathered:
    """The relation with sheets of other columns put together; InputError for sheets that say the same twice.

    Copies of a form are expected to, and are left as they are.
    """
    if gathered.relation.form:
        return gathered
    whole = joined(one_spelling(_with_ids_by_name(with_year_ends(gathered))))
    refuse_overlap(whole, sheets)
    return whole


def refuse_overlap(gathered: Gathered, sheets: Sequence[SheetSource]) -> None:
    """InputError when most keys of one sheet stand in another sheet of the same relation too."""
    sources = gathered.rows[SOURCE].unique().sort()
    if len(sources) < 2 or gathered.moved.height:
        return
    key = list(gathered.relation.key)
    keys = gathered.rows.select(SOURCE, *key).drop_nulls(key[0]).unique()
    heights = dict(keys.group_by(SOURCE).len().iter_rows())
    twice = keys.filter(pl.struct(key).is_duplicated())  # nearly always none: no sheet is held against each other
    for one in twice[SOURCE].unique().sort():
        also = twice.filter(pl.col(SOURCE) > one)
        own = twice.filter(pl.col(SOURCE) == one).select(key)
        shared = also.join(own, on=key, how="semi", nulls_equal=True).group_by(SOURCE).len("shared").sort(SOURCE)
        for other, n in shared.iter_rows():
            rows = min(heights[one], heights[other])
            if 2 * n > rows:
                places = {"one": sheets[one].place, "other": sheets[other].place}
                raise InputError("intake.overlap", relation=gathered.relation, shared=n, rows=rows, **places)


def _with_ids_by_name(gathered: Gathered) -> Gathered:
    """The relation's rows with the ids of the people whose names stand in a column of ids (`Column.named_by`).

    So are names with an id of the relation in brackets behind them. NAMES_MATCHED, once a column, says how many. A name
    that several people have is nobody's: NAME_AMBIGUOUS at its cell. One that nobody has stays as it is.
    """
    for column in gathered.relation.columns:
        if column.named_by and {column.name, column.named_by} <= gathered.present:
            gathered = _resolved(gathered, column)
    return gathered


def _resolved(gathered: Gathered, column: Column) -> Gathered:
    rows, key = gathered.rows, gathered.relation.key[0]
    known = rows[key].drop_nulls().unique()
    people = rows.select(named=pl.col(column.named_by).str.strip_chars(), meant=key).drop_nulls().unique()
    people = people.filter(~pl.col("named").is_in(known.implode())).group_by("named").agg("meant")
    behind = pl.col("named").str.extract(NAMED_ID)
    named_ids = rows.select(SOURCE, ROW, YEAR, named=pl.col(column.name).str.strip_chars()).drop_nulls("named")
    named_ids = named_ids.join(people, on="named", how="left", maintain_order="left")
    named_ids = named_ids.with_columns(
        meant=pl.when(behind.is_in(known.implode())).then(pl.concat_list(behind)).otherwise("meant")
    ).drop_nulls("meant")
    if named_ids.is_empty():
        return gathered
    one, several = named_ids.filter(pl.col("meant").list.len() == 1), named_ids.filter(pl.col("meant").list.len() > 1)
    ids = dict(one.select("named", pl.col("meant").list.first()).unique().iter_rows())
    ids |= dict.fromkeys(several["named"].unique())
    own = pl.col(column.name)
    rows = rows.with_columns(own.str.strip_chars().replace_strict(ids, default=own, return_dtype=pl.String))
    problems = [
        _problems(one.head(1), column.name, "NAMES_MATCHED", pl.lit(str(one.height))),
        _problems(several, column.name, "NAME_AMBIGUOUS", pl.col("meant").list.sort().list.join(", ")),
    ]
    return replace(gathered, rows=rows, problems=pl.concat([gathered.problems, *problems]))


def _problems(rows: pl.DataFrame, column: str, reason: str, detail: pl.Expr) -> pl.DataFrame:
    named_ids = {"index": pl.lit(None, pl.Int64), "column": pl.lit(column), "reason": pl.lit(reason)}
    value = pl.col("named") if reason == "NAME_AMBIGUOUS" else pl.lit(None, pl.String)
    return rows.with_columns(**named_ids, value=value, detail=detail).select(list(PROBLEMS)).cast(PROBLEMS)  # type: ignore[arg-type]
