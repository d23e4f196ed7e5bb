"""What reading the inputs gives: typed tables, findings, counts, and where everything came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.messages import Message
from ninegrid.model.mapping import Map
from ninegrid.model.period import Period
from ninegrid.model.raw import InputFile
from ninegrid.model.reading import Reading
from ninegrid.model.relations import Lang, Relation

SOURCE = "_source"
"""UInt16: which of `Inputs.sheets` a row came from; `raw.ROW` is its row there."""

ITEM = "_item"
"""Int64: in relations that may come with one column an item, the 0-based column a row came from; null in long form."""


@dataclass(frozen=True)
class SheetSource:
    """One sheet of the inputs, and how it was understood.

    relation: None when the sheet was skipped. header_row: 1-based, the lower one of two; None when skipped.
    columns, headers, units: by canonical column name, or ``name_2024`` for a year's column: the 0-based column, the
    header's text, and the unit's text where one was applied. ignored: headers of columns that were kept aside.
    titles: the texts above the header. scattered: whether its rows stood in many files, so that no row has a number.
    """

    file: InputFile
    sheet: str
    relation: Relation | None
    hidden: bool
    encoding: str
    header_row: int | None = None
    columns: Mapping[str, int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    rows: int = 0
    titles: tuple[str, ...] = ()
    scattered: bool = False

    @property
    def place(self) -> str:
        """The sheet's name in messages: ``客户.xlsx › 客户``."""
        return f"{self.file.name} › {self.sheet}" if self.sheet and not self.encoding else self.file.name


@dataclass(frozen=True)
class Counts:
    """Where a relation's rows went: read = merged + rejected + other_period + departed + accepted; subtotals stand
    apart. departed: of subjects who have left. foreign: of the rejected those that are in order, and about nobody in
    these inputs, or about a time after the period.
    """

    read: int = 0
    subtotals: int = 0
    merged: int = 0
    rejected: int = 0
    other_period: int = 0
    departed: int = 0
    accepted: int = 0
    foreign: int = 0


@dataclass(frozen=True)
class Decided:
    """What people decided in edited workbooks: the decisions, the findings of reading them, the files, and of each file
    the run that its sheet says it is of, "" where it says none.
    """

    rows: pl.DataFrame
    findings: pl.DataFrame
    files: tuple[InputFile, ...]
    runs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inputs:
    """Everything a run knows from its input files.

    tables: by relation, the accepted rows: every canonical column (null where the input has none), `_source`,
    `_row`. present: by relation, the canonical columns the input has. period_origin: option, column, file name,
    sheet name or today. notices: what a person should know about how the files were read. currency: the code of the
    amounts' currency. decisions: what people decided about subjects, stored earlier and read now, where the subject
    keeps such. reading: what every source column was taken for. given: what people said of how to read, without what
    the database remembers.
    """

    files: tuple[InputFile, ...]
    sheets: tuple[SheetSource, ...]
    tables: Mapping[str, pl.DataFrame]
    present: Mapping[str, frozenset[str]]
    findings: pl.DataFrame
    counts: Mapping[str, Counts]
    period: Period
    period_origin: str
    lang: Lang
    notices: tuple[Message, ...]
    currency: str = "CNY"
    decisions: pl.DataFrame | None = None
    reading: Reading = field(default_factory=Reading)
    given: Map = field(default_factory=Map)

    def keeping(self, tables: Mapping[str, pl.DataFrame]) -> Inputs:
        """The inputs with other tables in the place of some."""
        return replace(self, tables={**self.tables, **tables}) if tables else self

    def without(self, refused: Mapping[str, int]) -> Inputs:
        """The inputs with so many rows of each relation counted as rejected that had been accepted at first."""
        counts = dict(self.counts)
        for relation, n in refused.items():
            was = counts[relation]
            counts[relation] = replace(was, rejected=was.rejected + n, accepted=was.accepted - n)
        return replace(self, counts=counts)
