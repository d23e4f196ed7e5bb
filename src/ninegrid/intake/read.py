"""The way from input files to typed, checked tables: open, recognise, parse, settle, report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypedDict, Unpack

import polars as pl

from ninegrid.intake.formats.cut_short import CUT_SHORT, OnCut, refuse_cut
from ninegrid.intake.formats.files import is_lock_file, open_file
from ninegrid.intake.maps.apply import Maps, Reader
from ninegrid.intake.maps.named_after import may_be_none, named_after
from ninegrid.intake.months import without_months
from ninegrid.intake.notices import dates_in_doubt, departed, filled_in, left_out, notices, of_columns, of_exports
from ninegrid.intake.other_periods import refuse_other_periods
from ninegrid.intake.parsing import Progress, blocks_of, parse_sheets, unfinished_texts
from ninegrid.intake.periods import choose_period, period_column, with_elapsed_months, with_months
from ninegrid.intake.places import Places
from ninegrid.intake.reading import reading
from ninegrid.intake.rows_of_deals import refuse_rows_of_deals
from ninegrid.intake.sheets import SeenSheet, language, require_main, with_main
from ninegrid.intake.units_elsewhere import with_units_elsewhere
from ninegrid.intake.units_in_comments import with_units_in_comments
from ninegrid.intake.unused import (
    broken_form,
    ids_left_aside,
    left_out_as_hidden,
    unused_files,
)
from ninegrid.intake.validate.put_together import put_together, refuse_twice
from ninegrid.intake.validate.report import as_findings
from ninegrid.intake.validate.rows import Gathered, Settled, gather, settle
from ninegrid.intake.validate.year_ends import with_future_years, with_later_days
from ninegrid.intake.values.parsed import YEAR
from ninegrid.intake.values.scaling import one_currency
from ninegrid.intake.values.units import HOME
from ninegrid.messages import Message, message, say
from ninegrid.model import findings
from ninegrid.model.errors import InputError, NotReadError
from ninegrid.model.inputs import ITEM, SOURCE, Inputs, SheetSource
from ninegrid.model.period import Period
from ninegrid.model.raw import OpenFile
from ninegrid.model.relations import Lang, Relation
from ninegrid.model.steps import timed


class Wanted(TypedDict, total=False):
    """What a caller may say of how files are read.

    maps: what people wrote down of how to read, before all aliases. period: of rows that say none; else it is found.
    lang: of findings and notices; else that of most headers. today: the day that a period is found for want of any.
    on_progress is told the sheet being read. allow_unused: files that give no rows are left out. own: those of the
    files that the program wrote: the forms that people filled in are read from them, and nothing else.
    """

    maps: Maps | None
    period: Period | None
    lang: Literal["auto", "zh", "en"]
    today: dt.date | None
    on_progress: Progress | None
    allow_unused: bool
    own: Collection[Path]


def read_inputs(
    paths: Sequence[Path],
    relations: Sequence[Relation],
    *,
    password: str | None = None,
    allow_cut: bool = False,
    **wanted: Unpack[Wanted],
) -> Inputs:
    """Read the files into the relations' tables, with a finding for every cell and row mended, refused or doubted.

    allow_cut: files and sheets that end early are read as far as they go, with a finding each. Raises InputError for
    files and sheets that can't be read or recognised, UsageError for a map that can't be meant.
    """
    headers = [header for relation in relations for column in relation.columns for header in column.headers]
    cuts: list[Message] = []
    on_cut = cuts.append if allow_cut else refuse_cut
    given = [Path(path) for path in paths if not is_lock_file(Path(path))]
    if not given:
        raise InputError("formats.lock_files_only")
    with timed("open"):
        opened = [open_file(path, password=password, expected_headers=headers, on_cut=on_cut) for path in given]
    inputs = read_opened(opened, relations, on_cut=on_cut, **wanted)
    locks = [message("formats.lock_file", file=Path(path).name) for path in paths if is_lock_file(Path(path))]
    return with_cuts(replace(inputs, notices=(*locks, *inputs.notices)), cuts)


def read_opened(
    opened: Sequence[OpenFile],
    relations: Sequence[Relation],
    *,
    on_cut: OnCut = refuse_cut,
    **wanted: Unpack[Wanted],
) -> Inputs:
    """`read_inputs` for files that are open already."""
    own = wanted.get("own", ())
    refuse_twice([file.file for file in opened if file.file.path not in own])
    reader = Reader(relations, wanted.get("maps") or Maps())
    with timed("recognise"):
        seen, told = recognised(opened, reader, own)
    try:
        return _typed(opened, seen, told, reader, on_cut, wanted)
    except InputError as error:
        raise NotReadError.of(error, reading(seen, {})) from error


def _typed(
    opened: Sequence[OpenFile],
    seen: Sequence[SeenSheet],
    told: Sequence[Message],
    reader: Reader,
    on_cut: OnCut,
    wanted: Wanted,
) -> Inputs:
    """The recognised sheets as typed, checked tables."""
    relations = reader.relations
    main = next(relation for relation in relations if relation.main)
    seen, in_comments = with_units_in_comments(seen)
    seen, of_notes = with_units_elsewhere(seen, wanted.get("own", ()))
    layouts = [one.layout for one in seen if one.layout and not one.layout.relation.form]
    lang, own = wanted.get("lang", "auto"), wanted.get("own", ())
    spoken = language(None if lang == "auto" else lang, layouts)
    parsed = parse_sheets(seen, reader, wanted.get("on_progress"))
    below = [
        message("intake.table_below", place=seen[i].place, row=sheet.ends_above)
        for i, sheet in parsed.items()
        if sheet.ends_above is not None
    ]
    for cut in unfinished_texts(seen, parsed):
        on_cut(cut)
    sheets = tuple(one.source(parsed[i].raw.height if i in parsed else 0) for i, one in enumerate(seen))
    with timed("gather"):
        gathered = {r.name: gather(r, blocks_of(parsed, r)) for r in relations}
    if gathered[main.name].rows.is_empty():
        raise InputError("intake.no_rows", place=_holding(sheets, main))
    if hidden := left_out_as_hidden(gathered, sheets, main, reader.named_by_maps(seen)):
        shown = {source: sheet for source, sheet in parsed.items() if source not in hidden}
        gathered = {r.name: gather(r, blocks_of(shown, r)) for r in relations}
    of_main = gathered[main.name]
    refuse_rows_of_deals(seen, of_main)
    today = wanted.get("today") or dt.date.today()
    chosen = choose_period(main, of_main.rows, sheets, wanted.get("period"), today, of_main.problems)
    refuse_other_periods(seen, chosen.period)
    rows = with_elapsed_months(main, with_months(main, chosen.rows, sheets), reader.with_elapsed_months(main))
    of_main = replace(of_main, rows=rows)
    if chosen.months is not None and (column := period_column(main)):
        of_main = replace(of_main, problems=without_months(of_main.problems, column, chosen.months))
    gathered[main.name] = of_main
    gathered = {name: put_together(one, sheets) for name, one in gathered.items()}
    exports = [file for file in opened if file.file.path not in own]
    unused = list(unused_files(exports, seen, sheets, relations))
    if unused and not wanted.get("allow_unused"):
        raise InputError(unused[0])
    places = sheet_places(seen)
    with timed("settle"):
        settled = settle_all(gathered, main, places, spoken, chosen.period)
    currency = one_currency({sheet.currency: sheets[i].place for i, sheet in parsed.items() if sheet.currency}, "")
    raw = {source: sheet.raw for source, sheet in parsed.items()}
    with timed("findings") as work:
        found = findings.combine(
            as_findings(
                one.relation,
                one.problems,
                gathered[name].rows,
                sheets,
                raw,
                places,
                spoken,
                gathered[name].moved,
            )
            for name, one in settled.items()
        )
        work.rows = found.height
    skipped = {sheets[source].place for source in hidden}
    understood = reading(seen, parsed, hidden)
    return Inputs(
        files=tuple(file.file for file in opened),
        sheets=sheets,
        tables={name: located(one) for name, one in settled.items()},
        present={name: one.present for name, one in gathered.items()},
        findings=found,
        counts={name: one.counts for name, one in settled.items()},
        period=chosen.period,
        period_origin=chosen.origin,
        lang=spoken,
        notices=(
            *unused,
            *told,
            *in_comments,
            *of_notes,
            *below,
            *ids_left_aside(seen, parsed, main, gathered[main.name].rows[main.key[0]]),
            *(told for of_sheet in hidden.values() for told in of_sheet),
            *(one.notice for one in named_after(understood, main, gathered[main.name].present)),
            *(
                message("maps.may_be_none", column=one)
                for one in may_be_none(understood, main, gathered[main.name].present)
            ),
            *reader.constant_notices(seen),
            *notices(opened, *of_exports(seen, sheets, own), skipped),
            *filled_in(gathered),
            *of_columns(found, currency),
            *dates_in_doubt(found, understood),
            *chosen.notices,
            *left_out(settled[main.name], chosen),
            *departed(settled[main.name]),
        ),
        currency=currency or HOME,
        reading=understood,
    )


def with_cuts(inputs: Inputs, cuts: Sequence[Message]) -> Inputs:
    """The inputs, with the notices about files that are cut short before all others."""
    if not cuts:
        return inputs
    said = [message("formats.cut_short", what=told) for told in cuts]
    found = [
        findings.finding("warning", CUT_SHORT, say(told, inputs.lang), file=str(cut.values["file"]))
        for told, cut in zip(said, cuts, strict=True)
    ]
    return replace(inputs, findings=findings.combine([*found, inputs.findings]), notices=(*said, *inputs.notices))


def located(settled: Settled) -> pl.DataFrame:
    """The accepted rows; those of a relation that may come with one column an item keep the column of theirs."""
    rows = settled.accepted
    return rows.rename({YEAR: ITEM}) if settled.relation.melt else rows.drop(YEAR)


def recognised(
    opened: Sequence[OpenFile], reader: Reader, own: Collection[Path] = ()
) -> tuple[list[SeenSheet], list[Message]]:
    """Every sheet with its layout, and what to say of the maps; what the run can't do without is there.

    Of files of the program's own (`own`) the sheets that are forms.
    """
    seen: list[SeenSheet] = []
    broken: list[Message | None] = []
    back = [relation for relation in reader.relations if relation.form]
    for file in opened:
        forms = file.file.path in own
        for sheet in file.sheets():
            one = reader.look(len(seen), sheet, forms=forms)
            if one.layout or not forms:
                seen.append(one)
            else:
                broken.append(broken_form(sheet, back))
    seen = with_main(seen, [reader.main_for(number) for number in range(len(seen))])
    listed = [*filter(None, broken), *reader.notices, *reader.check_given(seen)]
    try:
        require_main(reader.main, seen, [file.file.name for file in opened])
    except InputError as error:
        raise NotReadError.of(error, reading(seen, {})) from error
    return seen, listed


def settle_all(
    gathered: Mapping[str, Gathered], main: Relation, places: Places, lang: Lang, period: Period
) -> dict[str, Settled]:
    """Every relation decided, parents before the relations that hang on them."""
    settled: dict[str, Settled] = {}
    column = period_column(main)
    waiting = sorted(gathered, key=lambda name: gathered[name].relation.parent is not None)
    for name in waiting:
        relation = gathered[name].relation
        parent = settled.get(relation.parent[0]) if relation.parent else None
        own = (column, period.text) if relation.main and column else None
        settled[name] = settle(
            with_later_days(with_future_years(gathered[name], period), period), places, parent, lang, own
        )
    return {name: settled[name] for name in gathered}


def sheet_places(seen: Sequence[SeenSheet]) -> Places:
    """Where each sheet keeps its columns."""
    rows = [
        (source, f.side, f.column.name, f.index)
        for source, one in enumerate(seen)
        if one.layout
        for block in one.layout.blocks
        for f in block.fields
    ]
    schema = {SOURCE: pl.UInt16(), YEAR: pl.Int64(), "column": pl.String(), "index": pl.Int64()}
    columns = pl.DataFrame(rows, schema=schema, orient="row").unique([SOURCE, YEAR, "column"])
    text_files = {i: bool(one.sheet.encoding) for i, one in enumerate(seen)}
    return Places(columns, text_files, {i: one.sheet.name or one.sheet.file.name for i, one in enumerate(seen)})


def _holding(sheets: Sequence[SheetSource], relation: Relation) -> tuple[str, ...]:
    return tuple(sheet.place for sheet in sheets if sheet.relation == relation)
