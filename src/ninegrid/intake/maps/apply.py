"""Applies maps: the vocabulary a sheet is read with, and the units, signs, values and constants a person gave."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace

import polars as pl

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.further_tables import next_table
from ninegrid.intake.headers.dated import dated, later, latest
from ninegrid.intake.headers.header_cells import header_keys
from ninegrid.intake.headers.heading import key, without_year
from ninegrid.intake.headers.layout import Block, Field, Layout
from ninegrid.intake.headers.matching import Vocabulary, plain_vocabulary
from ninegrid.intake.sheets import SeenSheet, look
from ninegrid.intake.values.one_column import parse_alone
from ninegrid.intake.values.parsed import ParsedBlock, ParsedSheet
from ninegrid.intake.values.units import unit_of
from ninegrid.messages import Message, message
from ninegrid.model.errors import UsageError
from ninegrid.model.mapping import ASIDE, EVERY, MONTH, ColumnMap, Map, SheetMap
from ninegrid.model.period import Period
from ninegrid.model.raw import RawSheet
from ninegrid.model.relations import Column, Relation
from ninegrid.model.remembered import Remembered

_HEAD_ROWS = 60
_NEAR: float = resources.vocabulary("limits")["proposals"]["near_headers"]


@dataclass(frozen=True)
class Maps:
    """The maps of a run: those given, then those the database remembers, the newest first."""

    given: Map = field(default_factory=Map)
    remembered: tuple[Remembered, ...] = ()

    def of_sheet(self, sheet: RawSheet) -> tuple[SheetMap, Remembered | None]:
        """What is said of one sheet, and which remembered map is among it."""
        name = "" if sheet.encoding else sheet.name
        headers = header_keys(sheet.head(_HEAD_ROWS)) if self.remembered else set()
        found = next((one for one in self.remembered if one.fits(headers)), None)
        both = self.given.over(_of_this_date(found.map, headers)) if found else self.given
        return both.of_sheet(sheet.file.name, name), found

    @property
    def values(self) -> Mapping[str, Mapping[str, str]]:
        """By column, the schema's word for a word of the export."""
        found = Map()
        for one in reversed(self.remembered):
            found = one.map.over(found)
        return self.given.over(found).values


def _of_this_date(said: Map, headers: Collection[str]) -> Map:
    """A remembered map for a sheet whose headers have other dates in them: what was said of a header is said of the
    latest that differs from it by the date alone. What was said of several of them is said of each by its own date.
    """
    return replace(said, sheets=tuple(_sheet_of_this_date(one, headers) for one in said.sheets))


def _sheet_of_this_date(said: SheetMap, headers: Collection[str]) -> SheetMap:
    stems = Counter(of.stem for header in said.columns if (of := dated(header.rpartition("|")[2])))
    columns = {}
    for header, one in said.columns.items():
        group, bar, own = header.rpartition("|")
        of = dated(own)
        alone = of is not None and stems[of.stem] == 1
        columns[f"{group}{bar}{latest(own, headers)}" if alone else header] = one
    settled = {latest(header, headers): unit for header, unit in said.settled.items()}
    return replace(said, columns=columns, settled=settled)


class Reader:
    """Recognises sheets, each by the map that fits it."""

    def __init__(self, relations: Sequence[Relation], maps: Maps) -> None:
        """relations: those of the subject, as the schemas declare them."""
        self.relations = tuple(_with_values(relation, maps.values) for relation in relations)
        self._maps = maps
        self.all_vocabularies = [plain_vocabulary(relation) for relation in self.relations]
        self.main = next(vocabulary for vocabulary in self.all_vocabularies if vocabulary.relation.main)
        self.applied: dict[int, tuple[SheetMap, Remembered | None]] = {}
        self.notices: list[Message] = []

    def look(self, number: int, sheet: RawSheet, *, forms: bool = False) -> SeenSheet:
        """A sheet with its layout. number: its place among the inputs' sheets. forms: whether it can only be a form."""
        said, remembered = self._maps.of_sheet(sheet)
        self.applied[number] = said, remembered
        known = self.vocabularies(said)
        seen = look(sheet, [one for one in known if one.relation.form] if forms else known)
        if remembered and (seen.layout or not forms):
            n = len({*said.columns, *said.settled}) + len(said.set)
            when = f"{remembered.when:%Y-%m-%d}"
            self.notices.append(message("maps.remembered", place=seen.place, n=n, when=when))
        return replace(seen, layout=seen.layout and _with_units(seen.layout, said, seen.place))

    def vocabularies(self, said: SheetMap) -> list[Vocabulary]:
        """The vocabularies for a sheet: of all relations, or of the one that the map names."""
        plain = [one for one in self.all_vocabularies if said.relation in ("", one.relation.name)]
        if not said.columns:
            return plain
        mapping = {header: one.meaning for header, one in said.columns.items()}
        return [Vocabulary(one.relation, _own(one.relation, mapping, self.relations)) for one in plain]

    def main_for(self, number: int) -> Vocabulary:
        """The main relation's vocabulary for a sheet."""
        said, _ = self.applied[number]
        found = next((one for one in self.vocabularies(said) if one.relation.main), None)
        return found or self.main

    def named_by_maps(self, seen: Sequence[SeenSheet]) -> frozenset[int]:
        """The numbers of the sheets that a map in force names, by their own name."""
        given = (self._maps.given, *(one.map for one in self._maps.remembered))
        patterns = [said.pattern for one in given for said in one.sheets if said.pattern != EVERY]
        return frozenset(
            number
            for number, one in enumerate(seen)
            if any(SheetMap(pattern).fits_sheet(one.sheet.file.name, one.sheet.name) for pattern in patterns)
        )

    def next_table(self, layout: Layout, rows: pl.DataFrame) -> int | None:
        """The row of a sheet at which a further table begins."""
        return next_table(rows, layout, self.all_vocabularies)

    def check_given(self, seen: Sequence[SeenSheet]) -> list[Message]:
        """What is said of headers that no sheet has: UsageError for a line of ``--map``, else a notice."""
        said = [(sheet, header, one) for sheet in self._maps.given.sheets for header, one in sheet.columns.items()]
        keys = [(one.sheet, _keys(one)) for one in seen] if said else []
        absent = [
            (sheet, header, one)
            for sheet, header, one in said
            if not any(key(header) in there and _of(sheet, of) for of, there in keys)
        ]
        for sheet, header, one in absent:
            if sheet.strict:
                texts = {text.strip() for s in seen for row in s.head for text in row if text and len(text) < 60}
                raise UsageError("intake.map_no_header", _closest(header, texts), header=header, name=one.meaning)
        notices = [message("maps.absent", headers=[header for _, header, _ in absent])] if absent else []
        return [*notices, *self._outdated(seen), *self._nowhere([one.sheet for one in seen])]

    def _outdated(self, seen: Sequence[SeenSheet]) -> Iterator[Message]:
        """What is said of a header that another differs from by a later date alone, of which nothing is said."""
        for one in seen:
            said = self._maps.given.of_sheet(one.sheet.file.name, "" if one.sheet.encoding else one.sheet.name)
            known = {key(header.rpartition("|")[2]) for header in said.columns}
            texts = [text for row in one.head for text in row if text and text.strip()] if known else []
            for header, meant in said.columns.items():
                own = header.rpartition("|")[2]
                newest = latest(own, texts)
                if meant.meaning != ASIDE and key(newest) not in known and later(own, [newest]):
                    yield message("maps.outdated", place=one.place, header=header, name=meant.meaning, later=newest)

    def _nowhere(self, sheets: Sequence[RawSheet]) -> list[Message]:
        """That what was filled in on a check workbook is about files or sheets that are not here."""
        names = [(sheet.file.name, "" if sheet.encoding else sheet.name) for sheet in sheets]
        lost = [one for one in self._maps.given.sheets if one.form and not any(one.fits(*name) for name in names)]
        return [message("maps.nowhere", file=one.form, name=one.pattern, n=len(one.columns)) for one in lost]

    def constant_notices(self, seen: Sequence[SeenSheet]) -> Iterator[Message]:
        """What was said to stand in columns that the sheets don't have, once a column and text."""
        values = {
            (name, text): block.relation.column(name)
            for number, one in enumerate(seen)
            for block in (one.layout.blocks if one.layout else ())
            for name, text in self.applied[number][0].set.items()
            if name in block.relation.names
        }
        for (_, text), column in values.items():
            told = message("maps.constant_month", column=column)
            yield told if text == MONTH else message("maps.constant", column=column, text=text)

    def with_elapsed_months(self, relation: Relation) -> frozenset[int]:
        """The sheets, by their place among the inputs', whose flows run from January, as the map says."""
        return frozenset(n for n, (said, _) in self.applied.items() if said.set.get(relation.observed or "") == MONTH)


def with_constants(parsed: ParsedSheet, seen: SeenSheet, said: SheetMap) -> ParsedSheet:
    """The parsed sheet with the columns that the map gives a constant, where the sheet has no value of its own.

    A file's name counts without the period in it. `MONTH` waits for the period. UsageError for a constant that its
    column can't hold.
    """
    if not said.set or seen.layout is None:
        return parsed
    file = Period.left_out(seen.sheet.file.name.rpartition(".")[0])
    titles = seen.layout.titles
    words = {"file": file, "sheet": seen.sheet.name, "title": titles[0] if titles else ""}
    values = {name: text.format_map(words) for name, text in said.set.items() if text != MONTH}
    return replace(parsed, blocks=tuple(_with_constants(block, values, seen.place) for block in parsed.blocks))


def _with_constants(block: ParsedBlock, told: Mapping[str, str], place: str) -> ParsedBlock:
    own = {name: text for name, text in told.items() if name in block.relation.names}
    columns = []
    for name, text in own.items():
        value = parse_alone(block.relation.column(name), text)
        if value.is_empty():
            raise UsageError("maps.no_constant", place=place, column=block.relation.column(name), text=text)
        constant = pl.lit(value).first()
        columns.append((pl.coalesce(name, constant) if name in block.rows.columns else constant).alias(name))
    return replace(block, rows=block.rows.with_columns(columns))


def _own(relation: Relation, mapping: Mapping[str, str], relations: Sequence[Relation]) -> dict[str, str]:
    """The mapping as it concerns a relation: several headers mapped to one word are items where a relation has such."""
    groups = {word for r in relations for word in r.item_groups}
    items = {name for name, n in Counter(mapping.values()).items() if n > 1} & groups
    return {header: name for header, name in mapping.items() if relation.melt or name not in items}


def _with_values(relation: Relation, values: Mapping[str, Mapping[str, str]]) -> Relation:
    """The relation whose categories know the words of the export too."""
    told = {column.name for column in relation.columns if column.choices and column.name in values}
    if not told:
        return relation
    columns = (_knowing(c, values[c.name]) if c.name in told else c for c in relation.columns)
    return replace(relation, columns=tuple(columns))


def _knowing(column: Column, words: Mapping[str, str]) -> Column:
    choices = {
        choice: (*others, *(word for word, meant in words.items() if meant == choice))
        for choice, others in column.choices.items()
    }
    return replace(column, choices=choices)


def _with_units(layout: Layout, said: SheetMap, place: str) -> Layout:
    """The layout with the units and signs that the map says."""
    values = {key(header): one for header, one in said.columns.items() if one.meaning != ASIDE}
    blocks = layout.blocks
    if any(one.unit or one.sign < 0 for one in values.values()):
        blocks = tuple(replace(block, fields=tuple(_fields(layout, block, values, place))) for block in blocks)
    settled = {key(header): unit for header, unit in said.settled.items()}
    if settled:
        blocks = tuple(
            replace(block, fields=tuple(_settled(layout, one, settled) for one in block.fields)) for block in blocks
        )
    return replace(layout, blocks=blocks)


def _settled(layout: Layout, field: Field, settled: Mapping[str, str]) -> Field:
    """A ratio or a score without a unit, with what its values said of it earlier."""
    if field.column.kind not in ("ratio", "score") or field.unit is not None:
        return field
    return replace(field, settled=next((settled[form] for form in _forms(layout, field.index) if form in settled), ""))


def _fields(layout: Layout, block: Block, told: Mapping[str, ColumnMap], place: str) -> Iterator[Field]:
    for one in block.fields:
        forms = {*_forms(layout, one.index), key(one.header)}
        found = next((told[form] for form in forms if form in told), None)
        mapped = one.how == "map" or (one.item and one.item.mapped)
        if found is None or not (mapped or found.meaning == one.column.name):
            yield one
            continue
        unit = unit_of(found.unit, one.column.kind) if found.unit else None
        if found.unit and unit is None:
            raise UsageError("maps.no_unit", place=place, header=one.header, unit=found.unit, column=one.column)
        signed = replace(one, sign=found.sign)
        yield replace(signed, unit=unit, unit_from="map") if unit else signed


def _of(said: SheetMap, sheet: RawSheet) -> bool:
    """Whether a line of ``--map`` is about a sheet; what a map file says of other sheets counts for all."""
    return not said.strict or said.fits(sheet.file.name, "" if sheet.encoding else sheet.name)


def _keys(seen: SeenSheet) -> set[str]:
    plain = header_keys(seen.head)
    joined = {form for index in seen.layout.headers for form in _forms(seen.layout, index)} if seen.layout else set()
    return plain | joined | {without_year(form) for form in plain}


def _forms(layout: Layout, index: int) -> set[str]:
    """The keys of a header as a map may name it: alone, and below its group, which may stand over several columns."""
    header, texts = layout.header(index), layout.headers.get(index, ())
    lower = texts[-1] if texts else header
    group = layout.groups.get(index, "")
    return {key(" ".join(texts)), key(header), *(key(f"{group}|{one}") for one in (header, lower))}


def _closest(word: str, words: Iterable[str]) -> Message:
    found = difflib.get_close_matches(word, sorted(words), n=3, cutoff=_NEAR)
    return message("intake.closest", found=found) if found else message("intake.nothing_close")
