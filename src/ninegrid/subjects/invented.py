"""Invented input rows for trying a policy out: a few dozen subjects of every kind, the same ones each time."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from zlib import crc32

import polars as pl

from ninegrid.intake.values.parsed import dtype_of
from ninegrid.model import findings
from ninegrid.model.inputs import SOURCE, Counts, Inputs
from ninegrid.model.period import Period
from ninegrid.model.raw import ROW
from ninegrid.model.relations import Column, Relation

_YEARS = 3
_MOST_EACH = 24  # rows of a further relation for one subject
_UNITS = 4  # values of a text or an id that is not the subject's own


def invented_inputs(relations: Sequence[Relation], period: Period, subjects: int, seed: int = 0) -> Inputs:
    """Inputs of so many subjects, the main relation first; another seed gives the same subjects other figures."""
    key = relations[0].key[0]
    return Inputs(
        files=(),
        sheets=(),
        tables={relation.name: _rows(relation, key, period, subjects, seed) for relation in relations},
        present={relation.name: frozenset(relation.names) for relation in relations},
        findings=findings.empty(),
        counts={relation.name: Counts(read=subjects, accepted=subjects) for relation in relations},
        period=period,
        period_origin="option",
        lang="zh",
        notices=(),
    )


def _rows(relation: Relation, key: str, period: Period, subjects: int, seed: int) -> pl.DataFrame:
    each = 1 if relation.main else _each(relation)
    places = [(subject, nth) for subject in range(subjects) for nth in range(each)]
    columns = [
        pl.Series(column.name, [value(*place) for place in places], dtype=dtype_of(column))
        for column, value in zip(relation.columns, _values(relation, key, period, seed), strict=True)
    ]
    where = [
        pl.Series(SOURCE, [0] * len(places), dtype=pl.UInt16),
        pl.Series(ROW, range(1, len(places) + 1), dtype=pl.UInt32),
    ]
    return pl.DataFrame([*columns, *where]).unique(list(relation.key), keep="first", maintain_order=True)


def _each(relation: Relation) -> int:
    """How many rows of a relation one subject has: what its key tells apart beside the subject."""
    kinds = [relation.column(name) for name in relation.key]
    if any(column.kind == "year" for column in kinds):
        return _YEARS
    choices = math.prod(len(column.choices) for column in kinds if column.choices)
    return min(choices * (_UNITS if len(kinds) > 1 else 1), _MOST_EACH)


class _Value:
    """What stands in a column, by the number of the subject and of its row."""

    def __init__(self, column: Column, own: bool, stride: int, period: Period, seed: int) -> None:
        """own: the column holds the subject's id. stride: how many rows pass before a category changes."""
        self._column, self._own, self._stride, self._period = column, own, stride, period
        self._salt = crc32(f"{column.name}{seed}".encode()) % 97

    def __call__(self, subject: int, nth: int) -> object:
        """The value."""
        column, turn = self._column, subject * 37 + nth * 11 + self._salt
        if column.choices:
            return list(column.choices)[(subject + nth // self._stride) % len(column.choices)]
        if self._own:
            return f"{subject:04d}"
        figures = {
            "id": f"{turn % _UNITS:04d}",
            "text": f"{column.name}{subject if column.personal else turn % _UNITS}",
            "score": "SABCD"[turn % 5],
            "money": 1e5 * (1 + turn % 89),
            "ratio": (5 + turn % 90) / 100,
            "number": 1.0 + turn % 5,
            "count": 12.0 if column.name.startswith("months") else 1.0 + turn % 12,
            "year": self._period.end.year - 1 - nth % _YEARS,
            "date": dt.date(self._period.end.year - 1 - turn % 9, 1 + turn % 12, 1),
            "period": str(self._period),
            "flag": turn % 2 == 0,
        }
        return figures[column.kind]


def _values(relation: Relation, key: str, period: Period, seed: int) -> Iterator[_Value]:
    """One a column; categories of the key change at different paces, so that all of their combinations come up."""
    stride = 1
    for column in relation.columns:
        yield _Value(column, column.name == key, stride, period, seed)
        if column.choices and column.name in relation.key:
            stride *= len(column.choices)
