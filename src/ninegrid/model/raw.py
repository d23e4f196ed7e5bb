"""A sheet as text cells, before its columns are recognised. The readers of all file formats return this."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.messages import Message

ROW = "_row"
RAGGED = "_ragged"
NumberFormats = Mapping[int, Mapping[str, frozenset[int]]]
"""0-based column → number format code → the 1-based rows whose numbers have it."""
CellKind = Literal["text", "number", "id", "day"]
Comments = Mapping[tuple[int, int], str]
"""Texts of comments by the row (1-based) and column (0-based) of their cell."""
Merged = tuple[int, int, int]
"""Cells merged downwards: the 0-based column, and the first and last 1-based row."""


@dataclass(frozen=True)
class InputFile:
    """A file that was given: name as shown to people, where it is, its SHA-256 and size in bytes."""

    name: str
    path: Path
    sha256: str
    size: int


class RawSheet(Protocol):
    """One sheet of a workbook, or a text file's only one. Rows and columns are absolute: row 1, column 0 is A1."""

    @property
    def file(self) -> InputFile:
        """The file it is in."""
        ...

    @property
    def name(self) -> str:
        """The sheet's name; for text and parquet files the file's stem."""
        ...

    @property
    def hidden(self) -> bool:
        """Whether the sheet is hidden, or very hidden."""
        ...

    @property
    def encoding(self) -> str:
        """Text encoding and delimiter for text files, '' for workbooks."""
        ...

    @property
    def date1904(self) -> bool:
        """Whether serial dates count from 1904."""
        ...

    def head(self, rows: int = 60) -> list[list[str | None]]:
        """The first rows as text, row 1 and column A first; empty cells are None."""
        ...

    def number_formats(self, columns: Collection[int]) -> NumberFormats:
        """How the numbers of some columns are shown; empty where there are no formats, or all show numbers plainly."""
        ...

    def merged(self) -> Sequence[Merged]:
        """The cells that are merged with others below them, by the leftmost column of each range."""
        ...

    def comments(self) -> Comments:
        """What stands in comments on cells."""
        ...

    def load(self, first_row: int, kinds: Mapping[int, CellKind]) -> pl.DataFrame:
        """The rows from `first_row` (1-based) to the end, for the 0-based columns in `kinds`.

        `_row` (UInt32): the sheet row; for text files the physical line the record starts on. A "text" column i gives
        `t{i}` (String). A "number" column i gives `n{i}` (Float64) and `t{i}` (String): exactly one is set for a cell
        that holds something; `t{i}` holds what was no number, as text (errors as ``#N/A``, dates as ISO text).
        An "id" or "day" column is given like a number column, but digits typed as text stay text: 0012, 2026.10.
        Rows that are empty in every cell may be left out. Nothing is rounded, guessed or dropped.
        Text files have one more column, `_ragged` (Boolean): the record has more or fewer fields than the header, so
        its values may stand under the wrong headers. Titles and footers are ragged by nature.
        """
        ...


class Unformatted:
    """What a sheet of a format says that has neither number formats nor merged cells nor comments."""

    def comments(self) -> Comments:
        """None."""
        return {}

    def merged(self) -> Sequence[Merged]:
        """None."""
        return ()

    def number_formats(self, columns: Collection[int]) -> NumberFormats:
        """None."""
        return {}


class PartOfSheet:
    """Some rows of a sheet, which says of itself what the whole sheet says."""

    whole: RawSheet

    @property
    def file(self) -> InputFile:
        """The file it is in."""
        return self.whole.file

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.whole.name

    @property
    def hidden(self) -> bool:
        """Whether the sheet is hidden."""
        return self.whole.hidden

    @property
    def encoding(self) -> str:
        """Encoding and delimiter of a text file."""
        return self.whole.encoding

    @property
    def date1904(self) -> bool:
        """Whether serial dates count from 1904."""
        return self.whole.date1904

    def number_formats(self, columns: Collection[int]) -> NumberFormats:
        """How numbers are shown."""
        return self.whole.number_formats(columns)

    def merged(self) -> Sequence[Merged]:
        """The merged cells."""
        return self.whole.merged()

    def comments(self) -> Comments:
        """The comments."""
        return self.whole.comments()


class OpenFile(Protocol):
    """A file that could be opened: its sheets, and what a person should know about how it was read."""

    @property
    def file(self) -> InputFile:
        """The file that was opened."""
        ...

    @property
    def notices(self) -> Sequence[Message]:
        """What a person should know about how it was read."""
        ...

    def sheets(self) -> Iterator[RawSheet]:
        """The sheets in order, hidden ones too."""
        ...
