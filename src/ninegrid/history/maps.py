"""The maps of a run: those it is given, those its database remembers, and what it leaves to be remembered."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ninegrid import resources
from ninegrid.intake.headers.dated import later
from ninegrid.intake.headers.heading import key
from ninegrid.intake.maps import read_maps
from ninegrid.intake.maps.apply import Maps
from ninegrid.intake.validate.year_to_date import of_year_so_far
from ninegrid.model.mapping import MONTH, ColumnMap, Map, SheetMap
from ninegrid.model.period import Period
from ninegrid.model.reading import ColumnReading, Reading, SheetReading
from ninegrid.model.remembered import Remembered, without_digits
from ninegrid.options import Options
from ninegrid.store.database import MEMORY, open_database
from ninegrid.store.maps import remembered_maps
from ninegrid.subjects.registry import relations

_NUMBER = re.compile(r"-?[\d,]*\.?\d+")
_ANY_DIGITS = re.compile(r"\d+(?:[-_.]?\d+)*")  # of a file's name, where they are a period


def maps_of(subject: str, options: Options) -> Maps:
    """The maps of a run: those it is given and those its database remembers; UsageError for one that can't be read."""
    known = relations(subject)
    given = read_maps(options.maps, known, options.password)
    if not options.memory or options.db == MEMORY or not Path(options.db).exists():
        return Maps(given)
    with open_database(options.db, read_only=True, wait=options.wait, on_wait=options.on_notice) as database:
        return Maps(given, remembered_maps(database, subject, known))


def used_map(reading: Reading, given: Map) -> Map:
    """What was used of maps while reading, a sheet at a time, with the constants and values that were given."""
    used = (_used(sheet, given) for sheet in reading.sheets if sheet.relation)
    return Map(tuple(one for one in used if one.columns or one.set), given.values)


def to_remember(reading: Reading, given: Map, source: str, when: dt.datetime, period: Period) -> Iterator[Remembered]:
    """The maps that a run was given, and what values settled, by the headers of the sheets they were used on.

    A number of months of flows from January on is that of its period alone: `MONTH` is remembered for it.
    """
    for sheet in reading.sheets:
        used = _of_any_period(sheet, _used(sheet, given), period) if given else SheetMap()
        settled = dict(_settled(sheet))
        if used.columns or used.set or settled:
            headers = without_digits(key(column.header) for column in sheet.columns)
            texts = [column.header for column in sheet.columns]
            columns = {header: one for header, one in used.columns.items() if not _older(header, used.columns, texts)}
            said = SheetMap(columns=columns, set=used.set, settled=settled)
            yield Remembered(headers, Map((said,), given.values), source, when)


def _of_any_period(sheet: SheetReading, used: SheetMap, period: Period) -> SheetMap:
    """What was used, as it holds in other periods too; another number of months than the period's own does in none."""
    name = resources.relation(sheet.relation).observed if sheet.relation else None
    told = used.set.get(name or "", MONTH)
    if name is None or told == MONTH or not of_year_so_far(sheet.columns):
        return used
    others = {column: text for column, text in used.set.items() if column != name}
    return replace(used, set=others | ({name: MONTH} if told == str(period.end.month) else {}))


def _older(header: str, columns: Mapping[str, ColumnMap], texts: Sequence[str]) -> bool:
    """Whether a header is remembered for its own date only: another column is the same of a later date, and was said to
    mean something else or nothing. A column of the next period, which has the next date, is no such one.
    """
    own = header.rpartition("|")[2]
    alike = [text for text in texts if later(own, [text])]
    same = {key(name.rpartition("|")[2]) for name, one in columns.items() if one.meaning == columns[header].meaning}
    return any(key(text) not in same for text in alike)


def _settled(sheet: SheetReading) -> Iterator[tuple[str, str]]:
    """By header, what values said: of ratios without a unit percent or fraction, of scores without a scale one."""
    for column in sheet.columns:
        if column.kind == "score" and column.meaning and column.unit and column.unit_from == "values":
            yield column.map_header, column.unit
        if column.kind != "ratio" or not column.meaning or not column.samples:
            continue
        if resources.relation(column.relation).column(column.meaning).percent_from is None:
            continue
        plain = all(_NUMBER.fullmatch(sample.written.strip()) for sample in column.samples)
        if column.unit_from == "values":
            yield column.map_header, "percent"
        elif column.unit_from in ("", "default") and plain:
            yield column.map_header, "fraction"


def _used(sheet: SheetReading, given: Map) -> SheetMap:
    said = given.of_sheet(sheet.file, sheet.sheet)
    of_groups = {key(header): (header, one) for header, one in said.columns.items()}
    columns: dict[str, ColumnMap] = {}
    for column in sheet.columns:
        if column.how == "map" and column.meaning:
            own = ColumnMap(column.meaning, column.unit if column.unit_from == "map" else "", column.sign)
            header, meant = of_groups.get(key(column.group), ("", own)) if column.group else ("", own)
            # A group of items is mapped by its own header, to what the items measure.
            columns |= {header: meant} if header else {column.map_header: _item(column, of_groups, own)}
    aside = {header: one for header, one in said.columns.items() if one.meaning == "aside"}
    kept = {**aside, **_items(sheet, said), **columns}
    return SheetMap(sheet.sheet or _ANY_DIGITS.sub("*", sheet.file), "", kept, said.set)


def _items(sheet: SheetReading, said: SheetMap) -> dict[str, ColumnMap]:
    """What was said of items that stand in the cells of a column: of a long form of ratings."""
    melts = {column.relation: resources.relation(column.relation) for column in sheet.columns if column.relation}
    labels = {name: one.melt.label for name, one in melts.items() if one.melt}
    groups = {word for one in melts.values() for word in one.item_groups}
    if not any(labels.get(column.relation) == column.meaning for column in sheet.columns):
        return {}
    return {header: one for header, one in said.columns.items() if one.meaning in groups}


def _item(column: ColumnReading, said: Mapping[str, tuple[str, ColumnMap]], own: ColumnMap) -> ColumnMap:
    """What was said of an item's own header, where its cells are read as scores; else what the column was read as."""
    forms = (key(column.map_header), key(column.header))
    one = next((said[form][1] for form in forms if form in said), own)
    return one if one.meaning != own.meaning and column.meaning == "score" else own
