"""How the inputs were read: for every sheet and every source column, what it was taken for, or why it was set aside.

One frozen value, made once while reading. The terminal, the check workbook, maps, `--json` and the table `reading`
show it; none of them works anything out again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import field, replace
from typing import Literal

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.model.relations import Kind

How = Literal["alias", "grammar", "map", "values", "none"]
"""alias: the header is one the schema lists. grammar: a listed one written another way. map: a person wrote it down.
values: the header may mean it, and the values confirm it. none: the column was set aside."""

UnitFrom = Literal["", "header", "group", "unit_line", "cell_format", "map", "values", "default"]

Reason = Literal["", "NOT_NEEDED", "COMPARISON", "TARGET", "RANK", "OTHER_BASIS", "AMBIGUOUS", "TAKEN", "UNKNOWN"]
"""Why a column was set aside. NOT_NEEDED: known, and no grid needs it. COMPARISON: of another period, or a change.
TARGET: a plan. RANK: a position. OTHER_BASIS: the measure on another basis, such as a balance at a day.
AMBIGUOUS: several columns say the same thing. TAKEN: another column says it better. UNKNOWN: not understood."""

Evidence = Literal["words", "bracket", "basis", "ids", "sum", "choices", "item", "years"]
"""words: the headers are near. bracket: a half of the header names it. basis: the same measure on another basis.
ids: the values are the subjects' ids. sum: the column is the sum of others. choices: the values are the column's.
item: a column of a form of ratings, and what its item usually measures. years: one of several, of a year each."""

SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("file", "sheet", "column", "group_header", "header", "relation", "meaning", "how"), pl.String()),
    "unit": pl.String(),
    "factor": pl.Float64(),
    "unit_from": pl.String(),
    "sign": pl.Int64(),
    "reason": pl.String(),
    "nearest": pl.String(),
    "nearest_by": pl.String(),
    "filled": pl.Float64(),
    "sample": pl.String(),
}
"""The columns of the table `reading`."""

_OFFERED: frozenset[Reason] = frozenset({"UNKNOWN", "AMBIGUOUS", "OTHER_BASIS"})
"""Why a column was set aside that a person may say to be what it seems."""

_NAMING: frozenset[str] = frozenset({"id", "text"})


@dataclass(frozen=True)
class Proposal:
    """A meaning that a column set aside may have: shown, and never graded.

    nearness: 0–100, by which proposals are ordered. detail: what the evidence is about, such as the headers summed.
    """

    meaning: str
    evidence: Evidence
    nearness: float
    detail: str = ""


@dataclass(frozen=True)
class Sample:
    """A cell as it stands, and as it was read (None where it was not read)."""

    written: str
    read: str | None = None


@dataclass(frozen=True)
class ColumnReading:
    """One source column. index: 0-based; column: its letters. meaning: a canonical column, "" for none.

    year: of a column that holds one year's values. factor: what a number is multiplied by. sign: 1, or -1 where the
    column is read with the other sign. filled: the share of rows with something in them; of a column set aside it is
    that of the sheet's first rows.
    """

    index: int
    column: str
    group: str
    header: str
    relation: str = ""
    meaning: str = ""
    kind: Kind | None = None
    year: int | None = None
    how: How = "none"
    unit: str = ""
    factor: float = 1.0
    unit_from: UnitFrom = ""
    sign: int = 1
    reason: Reason = ""
    nearest: tuple[Proposal, ...] = ()
    filled: float | None = None
    samples: tuple[Sample, ...] = ()

    @property
    def map_header(self) -> str:
        """Its header as a map names it: with its group before it."""
        return f"{self.group}|{self.header}" if self.group else self.header

    @property
    def doubtful(self) -> bool:
        """Whether it was set aside and may be what is proposed: no comparison, target or rank of it."""
        return not self.meaning and self.reason in _OFFERED and bool(self.nearest)

    @property
    def quotable(self) -> tuple[Sample, ...]:
        """Its samples, where no cell of the column may name somebody: it was read, as neither an id nor a text."""
        return self.samples if self.meaning and self.kind not in _NAMING else ()


@dataclass(frozen=True)
class SheetReading:
    """One sheet. header_rows: 1-based, first and last; None where there seems to be none. relation: "" for none.

    hidden_of: the relation of a hidden sheet that was left out; "" for another sheet.
    """

    file: str
    sheet: str
    header_rows: tuple[int, int] | None
    relation: str
    rows: int
    columns: tuple[ColumnReading, ...] = ()
    hidden_of: str = ""

    @property
    def as_hidden(self) -> SheetReading:
        """The sheet as one that was left out, because it is hidden."""
        columns = (
            ColumnReading(c.index, c.column, c.group, c.header, reason="TAKEN", filled=c.filled, samples=c.samples)
            for c in self.columns
        )
        return replace(self, relation="", columns=tuple(columns), hidden_of=self.relation)

    @property
    def doubts(self) -> frozenset[int]:
        """The indexes of the columns that a person may say more of: doubtful, and as what no other column is read."""
        read = {column.meaning for column in self.columns}
        return frozenset(c.index for c in self.columns if c.doubtful and any(n.meaning not in read for n in c.nearest))

    @property
    def offered(self) -> Mapping[int, Proposal]:
        """By index, the meanings to be accepted or refused by a person, the likeliest of each column.

        Of every meaning the nearest column alone, but for items and years, of which a meaning has many; and none for a
        meaning that a column has: two of one meaning say nothing together. Never a comparison, target or rank, which is
        not what it is named after.
        """
        read = {column.meaning for column in self.columns}
        doubtful = [one for one in self.columns if one.doubtful]
        found: dict[str, tuple[int, Proposal]] = {}
        by_items = {near.meaning for one in doubtful for near in one.nearest[:1] if near.evidence == "item"}
        for column in sorted(doubtful, key=lambda one: -one.nearest[0].nearness):
            best = next((near for near in column.nearest if near.meaning not in read), None)
            if best and best == column.nearest[0] and (best.evidence == "item" or best.meaning not in by_items):
                one_of = f"{best.meaning} {column.index}" if best.evidence in ("item", "years") else best.meaning
                found.setdefault(one_of, (column.index, best))
        return dict(found.values())

    @property
    def asked(self) -> Mapping[int, Question]:
        """By the index of its first column, what a person is asked: what is offered, the items of a group at once."""
        found: dict[tuple[str, str], Question] = {}
        for index, best in sorted(self.offered.items()):
            column = next(one for one in self.columns if one.index == index)
            whole = best.evidence == "item" and column.group
            named = column.group if whole else column.map_header
            before = found.get((named, best.meaning))
            found[named, best.meaning] = Question(
                named, best, column.reason, (*(before.columns if before else ()), column.column)
            )
        firsts = {one.column: one.index for one in self.columns}
        return {firsts[question.columns[0]]: question for question in found.values()}


@dataclass(frozen=True)
class Question:
    """Whether a header means what is proposed. columns: the letters of its columns."""

    header: str
    best: Proposal
    reason: Reason
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """All sheets, in the order of the inputs."""

    sheets: tuple[SheetReading, ...] = field(default=())

    def table(self, withheld: tuple[str, ...] = ()) -> pl.DataFrame:
        """A row a source column (`SCHEMA`).

        Samples are of figures, dates and categories: no cell that may name somebody, of a column that was not read,
        or of the columns `withheld` stands in the table.
        """
        return pl.DataFrame(list(self._rows(withheld)), schema=SCHEMA, orient="row")

    @property
    def quotable(self) -> frozenset[str]:
        """Every sample, as it stands in the file, that a table may show."""
        columns = (column for sheet in self.sheets for column in sheet.columns)
        return frozenset(sample.written for column in columns for sample in column.quotable)

    def quoting(self, told: Collection[str]) -> Reading:
        """The reading with no other samples than the quotable ones that are among the texts given."""
        sheets = (
            (
                sheet,
                tuple(
                    replace(one, samples=tuple(sample for sample in one.quotable if sample.written in told))
                    for one in sheet.columns
                ),
            )
            for sheet in self.sheets
        )
        return Reading(tuple(replace(sheet, columns=columns) for sheet, columns in sheets))

    def _rows(self, withheld: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
        for sheet in self.sheets:
            for one in sheet.columns:
                samples = () if one.meaning in withheld else one.quotable
                yield (
                    sheet.file,
                    sheet.sheet,
                    one.column,
                    one.group,
                    one.header,
                    one.relation,
                    one.meaning,
                    one.how,
                    one.unit,
                    one.factor if one.meaning else None,
                    one.unit_from,
                    one.sign if one.meaning else None,
                    one.reason,
                    ";".join(dict.fromkeys(near.meaning for near in one.nearest)),
                    ";".join(f"{near.meaning}={near.evidence}" for near in one.nearest),
                    one.filled,
                    "; ".join(sample.written for sample in samples),
                )
