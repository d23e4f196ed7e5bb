"""The result tables as schemas/results.toml declares them: columns, types, ids, and what may be shown of them."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import polars as pl

from ninegrid.dataclass import dataclass

Part = Literal["subject", "recomputed", "aggregate", "own", "unit", "whole", "left_out"]

_OF_UNIT: Mapping[str, pl.DataType] = {
    "text": pl.String(),
    "code": pl.String(),
    "money": pl.Float64(),
    "percent": pl.Float64(),
    "number": pl.Float64(),
    "bp": pl.Float64(),
    "thousandths": pl.Float64(),
    "count": pl.Int64(),
    "year": pl.Int64(),
    "row": pl.UInt32(),
    "level": pl.Int8(),
    "flag": pl.Boolean(),
}
_BY_NAME: Mapping[str, pl.DataType] = {
    "date": pl.Date(),
    "int8": pl.Int8(),
    "int32": pl.Int32(),
    "number": pl.Float64(),
    "text": pl.String(),
}


@dataclass(frozen=True)
class ResultTable:
    """One declared result table; the fields are its keys in schemas/results.toml, explained at the top of that page.

    id: the column that says what a row is about; "" where a row is about several. graded: whether grids may be over it.
    by_period: whether its rows are of several periods. subjects: whose table it is; empty for every subject.
    """

    name: str
    zh: str
    en: str
    note: str
    columns: tuple[str, ...]
    part: Part
    note_zh: str = ""
    id: str = ""
    graded: bool = False
    subjects: tuple[str, ...] = ()
    naming: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    quoting: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    shared_before: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    types: Mapping[str, str] | None = None
    units: tuple[str, ...] = ()
    by_period: bool = False
    packed: tuple[str, ...] = ()
    only_told: tuple[str, ...] = ()

    def schema(self, without: Collection[str] = ()) -> dict[str, pl.DataType]:
        """Its columns with their types, for a table whose columns the policy does not decide."""
        own = self.types or {}
        return {
            name: _BY_NAME[own[name]] if name in own else dtype(name) for name in self.columns if name not in without
        }


@cache
def declared() -> Mapping[str, Any]:
    """schemas/results.toml as it stands: ``tables``, ``columns`` and ``codes``."""
    return tomllib.loads(files("ninegrid.schemas").joinpath("results.toml").read_text(encoding="utf-8"))


@cache
def result_table(name: str) -> ResultTable:
    """A declared table; KeyError for a name that isn't declared."""
    about = declared()["tables"][name]
    frozen: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in about.items()}
    return ResultTable(name=name, **frozen)


def tables_of(subject: str) -> tuple[ResultTable, ...]:
    """The tables of a subject, in the order of the page."""
    return tuple(t for t in map(result_table, declared()["tables"]) if not t.subjects or subject in t.subjects)


def dtype(column: str) -> pl.DataType:
    """The type of a declared column: what it says itself (`type`), else that of its unit."""
    about = declared()["columns"][column]
    return _BY_NAME[about["type"]] if "type" in about else _OF_UNIT[about["unit"]]
