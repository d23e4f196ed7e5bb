"""Columns of ids that an export fills with names (直接上级: 张三): a name of one subject is that subject's id."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ninegrid.intake.validate.rows import Gathered
from ninegrid.intake.values.parsed import PROBLEMS, YEAR
from ninegrid.intake.values.texts import NAMED_ID
from ninegrid.model.inputs import SOURCE
from ninegrid.model.raw import ROW
from ninegrid.model.relations import Column


def with_ids_by_name(gathered: Gathered) -> Gathered:
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
    told = rows.select(SOURCE, ROW, YEAR, named=pl.col(column.name).str.strip_chars()).drop_nulls("named")
    told = told.join(people, on="named", how="left", maintain_order="left")
    told = told.with_columns(
        meant=pl.when(behind.is_in(known.implode())).then(pl.concat_list(behind)).otherwise("meant")
    ).drop_nulls("meant")
    if told.is_empty():
        return gathered
    one, several = told.filter(pl.col("meant").list.len() == 1), told.filter(pl.col("meant").list.len() > 1)
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
    told = {"index": pl.lit(None, pl.Int64), "column": pl.lit(column), "reason": pl.lit(reason)}
    value = pl.col("named") if reason == "NAME_AMBIGUOUS" else pl.lit(None, pl.String)
    return rows.with_columns(**told, value=value, detail=detail).select(list(PROBLEMS)).cast(PROBLEMS)  # type: ignore[arg-type]
