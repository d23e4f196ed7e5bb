"""A map as TOML: one that is in force, or the proposal of how files are read, to be edited."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence

from ninegrid import resources
from ninegrid.intake.headers.with_values import number_of
from ninegrid.intake.maps.named_after import may_be_none, named_after
from ninegrid.messages import Lang, message, say
from ninegrid.model.mapping import EVERY, MONTH, ColumnMap, Map
from ninegrid.model.reading import ColumnReading, Question, Reading, SheetReading
from ninegrid.model.relations import Relation


def as_toml(said: Map) -> str:
    """A map as it can be read again."""
    return "\n".join(_lines(said)) + "\n"


def _lines(said: Map) -> Iterator[str]:
    for sheet in said.sheets:
        yield f"[sheets.{_quoted(sheet.pattern)}]"
        if sheet.relation:
            yield f"relation = {_quoted(sheet.relation)}"
        if sheet.set:
            entries = ", ".join(f"{_quoted(name)} = {_quoted(text)}" for name, text in sheet.set.items())
            yield f"set = {{ {entries} }}"
        if sheet.settled:
            entries = ", ".join(f"{_quoted(header)} = {_quoted(unit)}" for header, unit in sheet.settled.items())
            yield f"settled = {{ {entries} }}"
        yield f"[sheets.{_quoted(sheet.pattern)}.columns]"
        yield from (f"{_quoted(header)} = {_quoted(str(one))}" for header, one in sheet.columns.items())
        yield ""
    for column, words in said.values.items():
        yield f"[values.{_quoted(column)}]"
        yield from (f"{_quoted(word)} = {_quoted(meant)}" for word, meant in words.items())
        yield ""


def proposed_toml(
    reading: Reading,
    relations: Sequence[Relation],
    lang: Lang,
    present: Collection[str] = (),
    to_date: Collection[str] = (),
) -> str:
    """How files were read, as a map to edit. present: the main relation's columns that have values by another way.
    to_date: headers of flows that run from the year's start, nobody knows for how many months.

    What is certain stands as a comment; a proposal stands as a comment to be uncommented, its evidence behind it; what
    a person wrote down stands as it is; what each relation still lacks is listed.
    """
    return "\n".join(_proposed(reading, relations, lang, present, to_date)) + "\n"


def _proposed(
    reading: Reading, relations: Sequence[Relation], lang: Lang, present: Collection[str], to_date: Collection[str]
) -> Iterator[str]:
    yield from (f"# {line}" for line in say(message("maps.how_to_edit"), lang).splitlines())
    known = {relation.name: relation for relation in relations}
    read = {column.meaning for sheet in reading.sheets for column in sheet.columns} | {*present}
    main = next(relation for relation in relations if relation.main)
    offers = [(one.column.name, f"{{{one.place}}}", one.notice) for one in named_after(reading, main)]
    offers += [(one.name, "0", message("maps.may_be_none", column=one)) for one in may_be_none(reading, main, present)]
    if offers:
        yield ""
        yield f'[sheets."{EVERY}"]'
        yield from (f"#? set.{name} = {_quoted(text)}  # {say(told, lang)}" for name, text, told in offers)
    for sheet in reading.sheets:
        yield ""
        name = sheet.sheet or sheet.file
        yield f"# {sheet.file}{' › ' + sheet.sheet if sheet.sheet else ''}"
        yield f"[sheets.{_quoted(name)}]"
        if sheet.relation:
            yield f"# relation = {_quoted(sheet.relation)}"
        if sheet.relation == main.name and any(column.map_header in to_date for column in sheet.columns):
            yield f"#? set.{main.observed} = {_quoted(MONTH)}  # {say(message('maps.from_january'), lang)}"
        yield f"[sheets.{_quoted(name)}.columns]"
        asked, offered = sheet.asked, sheet.offered
        for column in sheet.columns:
            if column.index in asked or column.index not in offered:
                yield _column(column, asked.get(column.index), _scale_asked(column, sheet, known), lang)
        yield from _level_below(sheet, main, read, lang)
        yield from _lacking(sheet, known, lang)


def _column(column: ColumnReading, question: Question | None, scale: str, lang: Lang) -> str:
    header = _quoted(question.header if question else column.map_header)
    if column.meaning:
        unit = column.unit if column.unit_from not in ("", "default") else ""
        line = f"{header} = {_quoted(str(ColumnMap(column.meaning, unit, column.sign)))}"
        if scale:
            line = f"{header} = {_quoted(str(ColumnMap(column.meaning, scale)))}"
            return f"#? {line}  # {say(message('maps.scale_asked'), lang)} (SCALE_UNKNOWN)"
        return line if column.how == "map" else f"# {line}"
    if question is None:
        return f"# {header} = {_quoted('aside')}  # {_reason(column.reason, lang)}"
    best = question.best
    comment = _reason(column.reason, lang)
    if best.evidence != "basis":  # the reason says it already
        comment += f": {say(message(f'maps.evidence_{best.evidence}', detail=best.detail), lang)}"
    return f"#? {header} = {_quoted(best.meaning)}  # {comment}"


def _reason(code: str, lang: Lang) -> str:
    """Why a column is set aside in words, its code in brackets behind."""
    code = code or "UNKNOWN"
    return f"{say(message(f'reading.reason_{code}'), lang)} ({code})"


def _scale_asked(column: ColumnReading, sheet: SheetReading, known: dict[str, Relation]) -> str:
    """The scale a column of scores may be on, where neither header, values nor a column beside it say one; else "".

    By the highest of its samples: a proposal, for a person to accept or to change. Ratings have the policy's scale,
    which is the first that is offered.
    """
    if column.kind != "score" or column.unit or not column.samples or column.how == "map":
        return ""
    relation = known[column.relation]
    if {one.meaning for one in sheet.columns} & set(relation.column(column.meaning).scale):
        return ""
    numbers = [number_of(sample.written) for sample in column.samples]
    found = [number for number in numbers if number is not None]
    if len(found) < len(numbers):
        return ""
    scales: Mapping[str, float] = resources.vocabulary("scales")["offered"]
    likely = next((scale for scale, most in scales.items() if max(found) <= most), "")
    return likely if relation.main or likely != next(iter(scales)) else ""


def _level_below(sheet: SheetReading, main: Relation, read: Collection[str], lang: Lang) -> Iterator[str]:
    """The column of a level within another that no file has, as that one: what is called a sub-branch is the branch."""
    for column in sheet.columns if sheet.relation == main.name else ():
        whole = main.column(column.meaning).within if column.meaning in main.names else ""
        if whole and whole not in read and column.how != "map":
            told = message("maps.level_below", column=main.column(whole))
            yield f"#? {_quoted(column.map_header)} = {_quoted(whole)}  # {say(told, lang)}"


def _lacking(sheet: SheetReading, known: dict[str, Relation], lang: Lang) -> Iterator[str]:
    relation = known.get(sheet.relation)
    if relation is None:
        return
    there = {column.meaning for column in sheet.columns}
    missing = [column for column in relation.columns if column.name not in there]
    if missing:
        names = [f"{column.label(lang)} {column.name}" for column in missing]
        yield "# " + say(message("maps.not_in_sheet", columns=names), lang)


def _quoted(text: str) -> str:
    """A TOML basic string."""
    return json.dumps(text, ensure_ascii=False)
