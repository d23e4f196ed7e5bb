"""Sheets made of Python values, as any reader would hand them on."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from ninegrid.messages import Message
from ninegrid.model.raw import ROW, CellKind, Comments, InputFile, Merged, NumberFormats

Cell = str | float | int | None


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook; with `encoding` set, the only sheet of a text file."""

    file: InputFile
    rows: Sequence[Sequence[Cell]]
    name: str = "Sheet1"
    hidden: bool = False
    encoding: str = ""
    date1904: bool = False
    ragged: tuple[int, ...] = ()
    merges: Sequence[Merged] = ()
    formats: Mapping[int, Mapping[str, frozenset[int]]] = field(default_factory=dict)

    def head(self, rows: int = 60) -> list[list[str | None]]:
        return [[_text(cell) for cell in row] for row in self.rows[:rows]]

    def number_formats(self, columns: Collection[int]) -> NumberFormats:
        return {column: codes for column, codes in self.formats.items() if column in columns}

    def merged(self) -> Sequence[Merged]:
        return self.merges

    def comments(self) -> Comments:
        return {}

    def load(self, first_row: int, kinds: Mapping[int, CellKind]) -> pl.DataFrame:
        rows = list(enumerate(self.rows, start=1))[first_row - 1 :]
        columns = {ROW: pl.Series([n for n, _ in rows], dtype=pl.UInt32)}
        for index, kind in kinds.items():
            cells = [row[index] if index < len(row) else None for _, row in rows]
            numbers = [None if isinstance(c, str) or c is None else float(c) for c in cells]
            texts = [_text(c) if kind == "text" or isinstance(c, str) else None for c in cells]
            columns[f"t{index}"] = pl.Series(texts, dtype=pl.String)
            if kind != "text":
                columns[f"n{index}"] = pl.Series(numbers, dtype=pl.Float64)
        if self.ragged:
            columns["_ragged"] = pl.Series([n in self.ragged for n, _ in rows])
        return pl.DataFrame(columns)


@dataclass(frozen=True)
class Book:
    """An open file of sheets in memory."""

    file: InputFile
    opened: tuple[Sheet, ...]
    notices: tuple[Message, ...] = field(default=())

    def sheets(self) -> Iterator[Sheet]:
        return iter(self.opened)


def file(name: str) -> InputFile:
    return InputFile(name, Path(name), hashlib.sha256(name.encode()).hexdigest(), 1)


def book(name: str = "客户.xlsx", **sheets: Sequence[Sequence[Cell]]) -> Book:
    """A workbook with the given sheets, each a list of rows."""
    return Book(file(name), tuple(Sheet(file(name), rows, title) for title, rows in sheets.items()))


def text_file(name: str, rows: Sequence[Sequence[Cell]], ragged: tuple[int, ...] = ()) -> Book:
    """A CSV: every cell is text."""
    texts = [[_text(cell) for cell in row] for row in rows]
    return Book(file(name), (Sheet(file(name), texts, "", encoding="UTF-8, comma", ragged=ragged),))


def _text(cell: Cell | dt.date) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
