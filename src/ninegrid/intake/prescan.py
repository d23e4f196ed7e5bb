"""Scans a few columns of a large text file before it is read in blocks: repeated ids, periods, day and month order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import polars as pl

from ninegrid.intake.formats.text.large_text import LARGEST_ROW, LargeText, TextBlock, width_witness
from ninegrid.intake.headers.layout import Layout
from ninegrid.intake.periods import period_column
from ninegrid.intake.values.cells import Cells
from ninegrid.intake.values.dates import proves_order
from ninegrid.intake.values.parse import parse_sheet
from ninegrid.intake.values.parsed import ParsedBlock, ParsedSheet
from ninegrid.intake.values.texts import parse_ids
from ninegrid.model.raw import ROW
from ninegrid.model.relations import Relation

MOST_REPEATED = 1_000_000
"""Lines of ids that stand in several lines, at most: they are settled in memory."""

_DATED = ("date", "year", "period")
_FLOATED = r"^[0-9]+\.0$"


@dataclass
class Seen:
    """What is known of the file as a whole: ids in several lines, the main relation's periods, proving lines."""

    repeated: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.String))
    periods: set[str | None] = field(default_factory=set)
    witnesses: list[bytes] = field(default_factory=list)


def survey(text: LargeText, layout: Layout, main: Relation) -> Seen | None:
    """Reads the few columns that decide something for the whole file: ids, periods, days.

    None where the file can't be read in blocks: no line of the first block has as many fields as the header, all ids
    went through a number type, or there are too many lines of ids that stand in several.
    """
    width = width_witness(text, layout.last)
    if width is None:
        return None
    looking = _Looking(layout, main, Seen(witnesses=[width]))
    for block in text.blocks(layout.last, looking.seen.witnesses[:1]):
        looking.look(block)
    return looking.done()


class _Looking:
    """The survey under way."""

    def __init__(self, layout: Layout, main: Relation, seen: Seen) -> None:
        """Nothing is looked at yet."""
        fields = [f for block in layout.blocks for f in block.fields]
        self.seen = seen
        self._layout = layout
        self._id = next(f.index for f in layout.blocks[0].fields if f.column.name == main.key[0])
        self._dated = {f.index: f.column.name for f in fields if f.column.kind in _DATED}
        column = period_column(main)
        self._period = next((f.index for f in fields if f.column.name == column), None)
        self._column = column
        self._known: set[str | None] = set()
        self._proved: set[tuple[int, str]] = set()
        self._ids: list[pl.Series] = []
        self._is_plain = False

    def look(self, block: TextBlock) -> None:
        """Take note of a block's ids, and of whatever it has that no block before had."""
        texts = dict.fromkeys(self._dated)
        rows = block.load(block.header + 1, {self._id: "id", **dict.fromkeys(texts, "text")})
        rows = rows.filter(pl.col(ROW) <= LARGEST_ROW)
        ids = parse_ids(Cells(rows[f"t{self._id}"])).values
        self._ids.append(ids)
        if self._is_new(rows, ids):
            self._look_closely(block)

    def _is_new(self, rows: pl.DataFrame, ids: pl.Series) -> bool:
        plain = not self._is_plain and not bool(rows[f"t{self._id}"].drop_nulls().str.contains(_FLOATED).all())
        dated = any(
            (index, side) not in self._proved
            for index in self._dated
            for side, some in proves_order(Cells(rows[f"t{index}"])).items()
            if some.len()
        )
        period = self._period is not None and not set(rows[f"t{self._period}"].unique()) <= self._known
        return plain or dated or period

    def _look_closely(self, block: TextBlock) -> None:
        """Read the block in full: lines that are set aside, such as footers, prove nothing."""
        sheet = without_witnesses(parse_sheet(block, self._layout, 0, whole=False))
        proving: set[int] = set()
        if not self._is_plain:
            ids = sheet.raw.filter(~pl.col(f"t{self._id}").str.contains(_FLOATED))
            proving |= set(ids[ROW].head(1))
            self._is_plain = bool(ids.height)
        for index in self._dated:
            for side, at in proves_order(Cells(sheet.raw[f"t{index}"])).items():
                if at.len() and (index, side) not in self._proved:
                    self._proved.add((index, side))
                    proving.add(int(sheet.raw[ROW][at[0]]))
        self.seen.witnesses += block.lines(sorted(proving))
        if self._period is not None and self._column is not None:
            self._known |= set(sheet.raw[f"t{self._period}"].unique())
            self.seen.periods |= set(sheet.blocks[0].rows[self._column].unique())

    def done(self) -> Seen | None:
        """What was seen; None where the file can't be read in blocks."""
        ids = pl.concat(self._ids).drop_nulls()
        again = ids.filter(ids.is_duplicated())
        if again.len() > MOST_REPEATED or not self._is_plain:
            return None
        self.seen.repeated = again.unique()
        if self._period is None:
            self.seen.periods = {None}
        return self.seen


def without_witnesses(sheet: ParsedSheet) -> ParsedSheet:
    """The sheet without the lines that only stood there to prove something."""
    own = pl.col(ROW) <= LARGEST_ROW
    blocks = (_own_rows(block, own) for block in sheet.blocks)
    return replace(sheet, blocks=tuple(blocks), raw=sheet.raw.filter(own))


def _own_rows(block: ParsedBlock, own: pl.Expr) -> ParsedBlock:
    problems = block.problems.filter(own)
    subtotals = problems.filter(pl.col("reason") == "SUBTOTAL_ROW").height if block.subtotals else 0
    return replace(block, rows=block.rows.filter(own), problems=problems, subtotals=subtotals)
