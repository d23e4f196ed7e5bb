"""A trial run of an edited policy on one invented subject, so that what can't run is said before any data is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import duckdb
import polars as pl

from ninegrid.grid.past import Past
from ninegrid.grid.tables import Graded
from ninegrid.intake.values.parse import dtype_of
from ninegrid.model.errors import PolicyError
from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.model.period import Period
from ninegrid.model.raw import ROW
from ninegrid.model.relations import Column, Relation
from ninegrid.policy import Policy

_ONE = {pl.String: "x", pl.Float64: 1.0, pl.Int64: 2025, pl.Date: dt.date(2020, 1, 1), pl.Boolean: True}


def try_out(
    policy: Policy,
    relations: Sequence[Relation],
    grade: Callable[[Inputs, Policy, Period, Past], Graded],
    name: str,
) -> None:
    """Grade one invented row of each relation; PolicyError with the engine's first line when that fails."""
    tables = {relation.name: _one_row(relation) for relation in relations}
    inputs = Inputs(
        files=(),
        sheets=(),
        tables=tables,
        present={},
        findings=pl.DataFrame(),
        counts={},
        period=Period.parse("2026-10"),
        period_origin="option",
        lang="zh",
        notices=(),
    )
    try:
        grade(inputs, policy, inputs.period, Past())
    except (pl.exceptions.PolarsError, duckdb.Error, ValueError, KeyError, TypeError) as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise PolicyError("policy.cannot_run", name=name, reason=reason) from error


def _one_row(relation: Relation) -> pl.DataFrame:
    columns = [pl.Series(column.name, [_value(column)], dtype=dtype_of(column)) for column in relation.columns]
    where = [pl.Series(SOURCE, [0], dtype=pl.UInt16), pl.Series(ROW, [1], dtype=pl.UInt32)]
    return pl.DataFrame([*columns, *where])


def _value(column: Column) -> object:
    return next(iter(column.choices), None) if column.choices else _ONE[type(dtype_of(column))]
