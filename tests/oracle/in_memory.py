"""Rows that intake would have accepted, made into what grading takes, without any file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from ninegrid.intake.values.parsed import dtype_of
from ninegrid.model import findings
from ninegrid.model.inputs import SOURCE, Counts, Inputs
from ninegrid.model.period import Period
from ninegrid.model.raw import ROW
from ninegrid.model.relations import Relation
from ninegrid.subjects.registry import relations

Truth = Mapping[str, Sequence[Mapping[str, Any]]]


def inputs_of(subject: str, truth: Truth, period: Period, **more: Any) -> Inputs:
    """The inputs of a subject: of each relation the rows given, columns that are not given null."""
    known = relations(subject)
    return Inputs(
        files=(),
        sheets=(),
        tables={relation.name: _frame(relation, truth.get(relation.name, ())) for relation in known},
        present={relation.name: frozenset(relation.names) for relation in known},
        findings=findings.empty(),
        counts={relation.name: Counts() for relation in known},
        period=period,
        period_origin="option",
        lang="zh",
        notices=(),
        **more,
    )


def _frame(relation: Relation, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    columns = [
        pl.Series(column.name, [row.get(column.name) for row in rows], dtype=dtype_of(column), strict=False)
        for column in relation.columns
    ]
    where = [
        pl.Series(SOURCE, [0] * len(rows), dtype=pl.UInt16),
        pl.Series(ROW, range(1, len(rows) + 1), dtype=pl.UInt32),
    ]
    return pl.DataFrame([*columns, *where])
