"""A text file read, checked and settled in blocks of its lines, with what comes out kept on disk.

Nearly all that reading does is about a row, or a customer. What is about the file as a whole is found first, from a few
of its columns: which ids stand in several lines, which periods there are, and the witnesses: lines that prove what a
column is written in. Lines of ids that stand in several are taken out of their blocks and settled together at the end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Literal

import polars as pl

from ninegrid.files.spill import INPUT, Spill
from ninegrid.intake.formats.cut_short import OnCut, refuse_cut
from ninegrid.intake.formats.text.large_text import LargeText, open_large_text
from ninegrid.intake.headers.layout import Layout
from ninegrid.intake.maps.apply import Maps, Reader
from ninegrid.intake.notices import dates_in_doubt, left_out, notices, of_columns
from ninegrid.intake.other_periods import refuse_other_periods
from ninegrid.intake.parsing import blocks_of, unfinished
from ninegrid.intake.periods import PeriodChoice, choose_period, period_column, with_months
from ninegrid.intake.places import Places
from ninegrid.intake.prescan import Seen, survey, without_witnesses
from ninegrid.intake.read import located, recognised, settle_all, sheet_places, with_cuts
from ninegrid.intake.reading import added, reading
from ninegrid.intake.sheets import SeenSheet, language
from ninegrid.intake.validate.labels import one_spelling
from ninegrid.intake.validate.report import as_findings
from ninegrid.intake.validate.rows import Gathered, Settled, gather
from ninegrid.intake.validate.year_ends import with_year_ends
from ninegrid.intake.values.parse import parse_sheet
from ninegrid.intake.values.parsed import ParsedSheet, Sums
from ninegrid.intake.values.totals import added as added_sums
from ninegrid.intake.values.totals import doubted_totals
from ninegrid.intake.values.units import HOME
from ninegrid.messages import Message, message
from ninegrid.model import findings
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import SOURCE, Counts, Inputs, SheetSource
from ninegrid.model.period import Period
from ninegrid.model.raw import ROW, RawSheet
from ninegrid.model.reading import Reading
from ninegrid.model.relations import Lang, Relation
from ninegrid.model.steps import timed


@dataclass
class _SoFar:
    """What adds up over the blocks."""

    counts: dict[str, Counts] = field(default_factory=dict)
    present: dict[str, frozenset[str]] = field(default_factory=dict)
    found: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    rows: int = 0
    reading: Reading | None = None
    taken: list[tuple[object, ...]] = field(default_factory=list)
    currency: str = ""
    sums: dict[int, Sums] = field(default_factory=dict)

    def note_units(self, sheet: ParsedSheet, place: str) -> None:
        """Take note of the units that a block's columns were read in; InputError where they are not the first's."""
        taken: list[tuple[object, ...]] = [
            (i, t.unit, t.sign) for block in sheet.blocks for i, t in sorted(block.taken.items())
        ]
        taken.append((sheet.decimal_commas,))
        self.taken, self.currency = self.taken or taken, self.currency or sheet.currency
        if taken != self.taken or sheet.currency != self.currency:
            raise InputError("values.blocks_differ", place=place)


@dataclass(frozen=True)
class BlocksRead:
    """The inputs, whose tables are empty: the accepted rows are in the spill, by relation as `input.…`.

    blocks: their numbers; every block holds all that is accepted of the customers in it.
    """

    inputs: Inputs
    blocks: tuple[int, ...]


def read_in_blocks(
    path: Path,
    relations: Sequence[Relation],
    spill: Spill,
    *,
    maps: Maps | None = None,
    period: Period | None,
    lang: Literal["auto", "zh", "en"],
    block_bytes: int,
    today: dt.date | None = None,
    allow_cut: bool = False,
) -> BlocksRead | None:
    """`read_inputs` of one text file, in blocks; None for a file that can't be read so, see `_is_readable`."""
    cuts: list[Message] = []
    on_cut = cuts.append if allow_cut else refuse_cut
    headers = [header for relation in relations for column in relation.columns for header in column.headers]
    with timed("open"):
        text = open_large_text(path, spill.folder, headers, block_bytes)
    if text is None:
        return None
    looking = Reader(relations, maps or Maps())
    seen, said = recognised([text], looking)
    main = next(relation for relation in relations if relation.main)
    layout = seen[0].layout
    if layout is None or looking.applied[0][0].set or not _is_readable(layout, main):
        return None
    with timed("survey"):
        whole = survey(text, layout, main)
    if whole is None:
        return None
    so_far = _SoFar(dict.fromkeys((r.name for r in relations), Counts()))
    spoken = language(None if lang == "auto" else lang, [layout])
    chosen = _period(whole, main, seen[0], period, today or dt.date.today())
    refuse_other_periods(seen, chosen.period)
    further = partial(looking.next_table, layout)
    reader = _Reader(
        text, seen[0], layout, looking.relations, main, spoken, chosen, whole, spill, so_far, said, further, on_cut
    )
    blocks = tuple(reader.read())
    return BlocksRead(with_cuts(reader.inputs(), cuts), blocks)


def _is_readable(layout: Layout, main: Relation) -> bool:
    """Whether the file is one of subjects first, and else of yearly figures of the subject of the same line."""
    first, *others = layout.blocks
    theirs = (main.name, main.key[0])
    return (
        first.relation.main
        and not any(block.items for block in layout.blocks)
        and all(o.wide and o.relation.parent == theirs and o.relation.key[0] == main.key[0] for o in others)
    )


def _period(whole: Seen, main: Relation, seen: SeenSheet, option: Period | None, today: dt.date) -> PeriodChoice:
    """The run's period, from the periods there are."""
    column = period_column(main)
    texts = sorted(whole.periods, key=lambda text: text or "")
    rows = pl.DataFrame({SOURCE: [0] * len(texts)}, schema={SOURCE: pl.UInt16})
    if column:
        rows = rows.with_columns(pl.Series(column, texts, dtype=pl.String))
    return choose_period(main, rows, (seen.source(0),), option, today)


def by_line(found: pl.DataFrame) -> pl.DataFrame:
    """Findings about cells of a text file in the order of its lines."""
    line = pl.col("cell").str.extract(r"^L(\d+)").cast(pl.Int64)
    return found.sort(line, nulls_last=True, maintain_order=True)


@dataclass(frozen=True)
class _Reader:
    """The reading of the blocks, once the file is surveyed."""

    text: LargeText
    seen: SeenSheet
    layout: Layout
    relations: Sequence[Relation]
    main: Relation
    lang: Lang
    chosen: PeriodChoice
    whole: Seen
    spill: Spill
    so_far: _SoFar
    of_maps: Sequence[Message]
    next_table: Callable[[pl.DataFrame], int | None]
    on_cut: OnCut

    def read(self) -> Iterator[int]:
        """Read and settle every block, then the lines of repeated ids; gives the numbers of the blocks put down."""
        number, aside = 0, []
        for number, block in enumerate(self.text.blocks(self.layout.last, self.whole.witnesses)):
            with timed("parse") as work:
                sheet = self._without_header_doubts(without_witnesses(self._parsed(block)), number)
                work.rows = sheet.raw.height
            if line := unfinished(block, sheet):
                self.on_cut(message("formats.ends_within", file=self.text.file.name, line=line))
            self.so_far.note_units(sheet, self.seen.place)
            self.so_far.rows += sheet.raw.height
            self.so_far.sums = added_sums(self.so_far.sums, sheet.sums)
            block_read = reading([self.seen], {0: sheet})
            self.so_far.reading = added(self.so_far.reading, block_read) if self.so_far.reading else block_read
            gathered = self._gathered(sheet)
            gathered, repeated = self._parted(gathered)
            if repeated:
                rows = {row for one in repeated.values() for row in one.rows[ROW]}
                aside.append((repeated, sheet.raw.filter(pl.col(ROW).is_in(list(rows)))))
            self._settled(number, gathered, sheet.raw)
            yield number
        if aside:
            number += 1
            self._settled(number, _joined([one for one, _ in aside]), pl.concat([raw for _, raw in aside]))
            yield number

    def _parsed(self, block: RawSheet) -> ParsedSheet:
        """A block of lines; InputError where a further table begins in it, which has columns of its own."""
        parsed = parse_sheet(block, self.layout, 0, self.next_table, whole=False)
        if parsed.ends_above is not None:
            raise InputError("intake.table_below_large", place=self.seen.place, row=parsed.ends_above)
        return parsed

    def _without_header_doubts(self, sheet: ParsedSheet, number: int) -> ParsedSheet:
        """What is said at a column's header is said once."""
        if number == 0:
            return sheet
        below = pl.col(ROW) > self.layout.last
        return replace(sheet, blocks=tuple(replace(b, problems=b.problems.filter(below)) for b in sheet.blocks))

    def _gathered(self, sheet: ParsedSheet) -> dict[str, Gathered]:
        found = {r.name: gather(r, blocks_of({0: sheet}, r)) for r in self.relations}
        gathered = {name: one_spelling(with_year_ends(one)) for name, one in found.items()}
        column, main = period_column(self.main), gathered[self.main.name]
        if column:
            filled = main.rows.with_columns(pl.col(column).fill_null(self.chosen.period.text))
            filled = with_months(self.main, filled, self._sheets)
            gathered[self.main.name] = replace(main, rows=filled)
        for name, one in gathered.items():
            self.so_far.present[name] = self.so_far.present.get(name, frozenset()) | one.present
        return gathered

    def _parted(self, gathered: Mapping[str, Gathered]) -> tuple[dict[str, Gathered], dict[str, Gathered]]:
        """The block without, and with only, the lines whose id stands in several."""
        if self.whole.repeated.is_empty():
            return dict(gathered), {}
        lines = gathered[self.main.name].rows.filter(pl.col(self.main.key[0]).is_in(self.whole.repeated.implode()))
        rows = lines.select(ROW).unique()
        if rows.is_empty():
            return dict(gathered), {}
        return (
            {name: _some(one, rows, "anti", one.subtotals) for name, one in gathered.items()},
            {name: _some(one, rows, "semi", 0) for name, one in gathered.items()},
        )

    def _settled(self, number: int, gathered: Mapping[str, Gathered], raw: pl.DataFrame) -> None:
        """Decide on the rows of a block, put down what is accepted, and take note of the rest."""
        with timed("settle"):
            settled = settle_all(gathered, self.main, self._places, self.lang, self.chosen.period)
        for name, one in settled.items():
            problems = one.problems if number == 0 else one.problems.filter(pl.col("reason") != "NO_SUCH_COLUMN")
            with timed("findings"):
                found = as_findings(
                    one.relation, problems, gathered[name].rows, self._sheets, {0: raw}, self._places, self.lang
                )
            self.so_far.found.setdefault(name, []).append(found)
            self.so_far.counts[name] = _added(self.so_far.counts[name], one.counts)
            with timed("spill"):
                self.spill.put(INPUT + name, number, located(one))

    def _doubted_totals(self) -> pl.DataFrame:
        """The findings of total rows that are no sums of rows of the file."""
        fields = self.layout.blocks[0].fields
        units = {f.index: f.unit for f in fields}
        problems = doubted_totals(self.so_far.sums, fields, 0, units)
        rows = pl.DataFrame(schema={SOURCE: pl.UInt16, ROW: pl.UInt32, self.main.key[0]: pl.String})
        return as_findings(self.main, problems, rows, self._sheets, {}, self._places, self.lang)

    @property
    def _places(self) -> Places:
        return sheet_places([self.seen])

    @property
    def _sheets(self) -> tuple[SheetSource, ...]:
        return (self.seen.source(self.so_far.rows),)

    def inputs(self) -> Inputs:
        """What is known of all blocks."""
        counts, found = self.so_far.counts, self.so_far.found
        found.setdefault(self.main.name, []).append(self._doubted_totals())
        all_findings = findings.combine(by_line(findings.combine(found.get(r.name, []))) for r in self.relations)
        accepted = Settled(self.main, pl.DataFrame(), pl.Series(), pl.DataFrame(), counts[self.main.name])
        return Inputs(
            files=(self.text.file,),
            sheets=self._sheets,
            tables={r.name: self.spill.get(INPUT + r.name, 0).head(0) for r in self.relations},
            present=self.so_far.present,
            findings=all_findings,
            currency=self.so_far.currency or HOME,
            counts=counts,
            period=self.chosen.period,
            period_origin=self.chosen.origin,
            lang=self.lang,
            notices=(
                *self.of_maps,
                *notices([self.text], [self.seen], self._sheets),
                *of_columns(all_findings, self.so_far.currency),
                *dates_in_doubt(all_findings, self.so_far.reading or Reading()),
                *self.chosen.notices,
                *left_out(accepted, self.chosen),
            ),
            reading=self.so_far.reading or reading([self.seen], {}),
        )


def _some(one: Gathered, rows: pl.DataFrame, how: Literal["semi", "anti"], subtotals: int) -> Gathered:
    kept = one.rows.join(rows, on=ROW, how=how, maintain_order="left")
    problems = one.problems.join(rows, on=ROW, how=how, maintain_order="left")
    return replace(one, rows=kept, problems=problems, subtotals=subtotals)


def _joined(blocks: Sequence[Mapping[str, Gathered]]) -> dict[str, Gathered]:
    return {
        name: replace(
            one,
            rows=pl.concat([block[name].rows for block in blocks]),
            problems=pl.concat([block[name].problems for block in blocks]),
        )
        for name, one in blocks[0].items()
    }


def _added(one: Counts, other: Counts) -> Counts:
    return Counts(**{name: getattr(one, name) + getattr(other, name) for name in (f.name for f in fields(Counts))})
