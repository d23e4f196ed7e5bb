"""A map from what a person gave: ``map.toml``, a check workbook whose column 应为 is filled in, ``HEADER=COLUMN``."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ninegrid.config.texts import parse_toml, read_text
from ninegrid.intake.formats.files import open_file
from ninegrid.intake.headers.heading import key
from ninegrid.intake.values.scales import scale_of
from ninegrid.messages import message, say
from ninegrid.model.errors import UsageError
from ninegrid.model.mapping import ASIDE, EVERY, MONTH, PLACES, ColumnMap, Map, SheetMap, column_map
from ninegrid.model.raw import RawSheet
from ninegrid.model.relations import Relation

_SECTIONS = ("sheets", "values", "items")
_OF_A_SHEET = ("relation", "columns", "set", "settled")
_SETTLED = ("percent", "fraction")
_HEAD_ROWS = 40
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?%?")
_BRACES = re.compile(r"\{([^{}]*)\}")

_FORM = ("file", "sheet", "group", "header", "meaning", "unit")


def form_headings(name: str) -> tuple[str, str]:
    """The heading of a column of the sheet 读法 that a map is read from, in Chinese and English."""
    return say(message(f"maps.form.{name}"), "zh"), say(message(f"maps.form.{name}"), "en")


def read_maps(given: Sequence[str], relations: Sequence[Relation], password: str | None = None) -> Map:
    """All maps given, the later ones over the earlier; UsageError naming what can't be read."""
    found = Map()
    for one in given:
        found = read_map(one, relations, password).over(found)
    return found


def read_map(given: str, relations: Sequence[Relation], password: str | None = None) -> Map:
    """The map of a TOML file, of a filled-in check workbook, or of a line ``[FILE › SHEET ›] HEADER=COLUMN [UNIT]``.

    A line ``COLUMN=0`` gives a column that the export doesn't have the same number in every row.
    """
    path = Path(given)
    if path.suffix.lower() == ".toml":
        return _of_toml(path, relations)
    if path.suffix.lower() in (".xlsx", ".xlsm") and path.is_file():
        return _of_workbook(path, relations, password)
    header, _, target = given.rpartition("=")
    if header.strip().startswith("{"):  # no column of the export: the file's or the sheet's name
        return Map((SheetMap(set=_constants({target: header.strip()}, relations, f"--map {given}")),))
    if _NUMBER.fullmatch(target.strip()) and canonical(header.strip(), relations) is not None:
        return Map((SheetMap(set=_constants({header: target.strip()}, relations, f"--map {given}")),))
    return Map((_of_line(given, relations),))


def _of_line(text: str, relations: Sequence[Relation]) -> SheetMap:
    """What a line says of every sheet, or, where they stand before the header, of a file's sheets or one of them."""
    named, found, target = text.rpartition("=")
    sheet, _, header = named.rpartition("›")
    if not found or not header.strip():
        raise UsageError("maps.no_line", line=text)
    columns = {header.strip(): _target(target, relations, f"--map {text}")}
    return SheetMap(sheet.strip() or EVERY, columns=columns, strict=True)


def _target(text: Any, relations: Sequence[Relation], where: str) -> ColumnMap:
    """What a column means, under its canonical name; UsageError for what is no column."""
    if isinstance(text, dict) and where.rpartition(" › ")[2] in _OF_A_SHEET:
        raise UsageError("maps.of_a_sheet", where=where.rpartition(" › ")[0], name=where.rpartition(" › ")[2])
    found = column_map(text) if isinstance(text, str) else None
    if found is None:
        raise UsageError("maps.no_target", where=where, text=str(text))
    meaning = canonical(found.meaning, relations)
    if meaning is None:
        raise UsageError("maps.no_column", where=where, name=found.meaning, close=_close(found.meaning, relations))
    return ColumnMap(meaning, found.unit, found.sign)


def canonical(word: str, relations: Sequence[Relation]) -> str | None:
    """The column, or the group of items, that a canonical name or a label means; None for none."""
    if word == ASIDE:
        return word
    groups = {choice for r in relations for choice in r.item_groups}
    columns = [column for relation in relations for column in relation.columns]
    if word in groups or any(word == column.name for column in columns):
        return word
    labels = {key(label): column.name for column in reversed(columns) for label in (column.zh, column.en)}
    return labels.get(key(word))


def _close(word: str, relations: Sequence[Relation]) -> list[str]:
    """The names and labels that are near a word."""
    known = [text for r in relations for column in r.columns for text in (column.name, column.zh, column.en)]
    return difflib.get_close_matches(word, list(dict.fromkeys(known)), n=3, cutoff=0.5) or ["aside"]


def _of_toml(path: Path, relations: Sequence[Relation]) -> Map:
    text = read_text(path, "map", UsageError)
    return map_of(parse_toml(text, path.name, "maps.no_toml", UsageError), path.name, relations)


def map_of(data: Mapping[str, Any], name: str, relations: Sequence[Relation]) -> Map:
    """The map of parsed TOML; UsageError naming the key that says nothing known."""
    for section in data:
        if section not in _SECTIONS:
            code = "maps.of_a_sheet" if section in _OF_A_SHEET else "maps.no_key"
            raise UsageError(code, where=name, name=section, known=_SECTIONS)
    sheets = [_sheet(name, pattern, said, relations) for pattern, said in _table(data, "sheets", name).items()]
    items = {
        header: _target(word, relations, f"{name} › items") for header, word in _table(data, "items", name).items()
    }
    if items:
        sheets.append(SheetMap(columns=items))
    return Map(tuple(sheets), _values(name, _table(data, "values", name), relations))


def _table(said: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    """The table of a key, empty where there is none; UsageError for what is no table."""
    found = said.get(key, {})
    if not isinstance(found, dict):
        raise UsageError("maps.no_table", where=where, name=key, value=str(found))
    return found


def _sheet(file: str, pattern: str, written: Any, relations: Sequence[Relation]) -> SheetMap:
    where = f'{file} › sheets."{pattern}"'
    said = _table({pattern: written}, pattern, f"{file} › sheets")
    for name in said:
        if name not in _OF_A_SHEET:
            raise UsageError("maps.no_key", where=where, name=name, known=_OF_A_SHEET)
    relation = said.get("relation", "")
    if relation and relation not in [r.name for r in relations]:
        raise UsageError("maps.no_relation", where=where, name=relation, known=[r.name for r in relations])
    columns = {
        header: _target(text, relations, f"{where} › {header}")
        for header, text in _table(said, "columns", where).items()
    }
    constants = _constants(_table(said, "set", where), relations, f"{where} › set")
    settled = _table(said, "settled", where)
    for header, unit in settled.items():
        if unit not in _SETTLED and scale_of(str(unit)) is None:
            raise UsageError("maps.no_choice", where=f"{where} › settled › {header}", name=str(unit), known=_SETTLED)
    return SheetMap(pattern, relation, columns, constants, settled)


def _constants(said: Mapping[str, Any], relations: Sequence[Relation], where: str) -> dict[str, str]:
    """By column, the text that it gets everywhere; UsageError for what is no column, and for an unknown place."""
    found = {}
    for name, text in said.items():
        meaning = canonical(name.strip(), relations)
        if meaning is None or meaning == ASIDE:
            raise UsageError("maps.no_column", where=where, name=name, close=_close(name, relations))
        found[meaning] = _BRACES.sub(partial(_place, where), str(text).strip())
        if MONTH in found[meaning] and (found[meaning] != MONTH or meaning not in {r.observed for r in relations}):
            raise UsageError("maps.month_elsewhere", where=where, name=str(text))
    return found


def _place(where: str, found: re.Match[str]) -> str:
    """``{sheet}`` for {sheet} and {工作表}; UsageError for another word in braces."""
    name = next((name for name, words in PLACES.items() if found[1].strip() in words), None)
    if name is None:
        known = [f"{{{word}}}" for words in PLACES.values() for word in words]
        raise UsageError("maps.no_place", where=where, name=found[0], known=known)
    return f"{{{name}}}"


def _values(file: str, said: Mapping[str, Any], relations: Sequence[Relation]) -> dict[str, dict[str, str]]:
    found = {}
    for name, words in said.items():
        column = canonical(name, relations)
        if column is None or not isinstance(words, dict):
            raise UsageError("maps.no_column", where=f"{file} › values", name=name, close=_close(name, relations))
        choices = {c for r in relations for one in r.columns if one.name == column for c in one.choices}
        if not choices:
            raise UsageError("maps.no_words", where=f"{file} › values.{name}", name=column)
        for word, meant in words.items():
            if str(meant) not in choices:
                raise UsageError(
                    "maps.no_choice", where=f"{file} › values.{name} › {word}", name=meant, known=sorted(choices)
                )
        found[column] = {str(word): str(meant) for word, meant in words.items()}
    return found


def _of_workbook(path: Path, relations: Sequence[Relation], password: str | None) -> Map:
    """The map that a check workbook's sheet 读法 says, by its columns 应为 and 单位应为."""
    for sheet in open_file(path, password=password).sheets():
        at = _form(path.name, sheet)
        if at:
            return Map(tuple(_filled_in(path.name, sheet, *at, relations)))
    raise UsageError("maps.no_form", file=path.name, heading=" / ".join(form_headings("meaning")))


def _form(file: str, sheet: RawSheet) -> tuple[int, dict[str, int]] | None:
    """The row below the form's headings, and where each of its columns stands; None for another sheet.

    UsageError where two columns have the same heading, as nobody knows which of them was filled in.
    """
    names = {text: name for name in _FORM for text in form_headings(name)}
    for number, row in enumerate(sheet.head(_HEAD_ROWS), 1):
        places = {names[text.strip()]: i for i, text in enumerate(row) if text and text.strip() in names}
        if {"header", "meaning"} <= places.keys():
            headings = [text.strip() for text in row if text and text.strip() in names]
            if len(headings) > len(places):
                twice = next(text for text in headings if [names[one] for one in headings].count(names[text]) > 1)
                raise UsageError("maps.heading_twice", file=file, sheet=sheet.name, heading=twice)
            return number, places
    return None


def _filled_in(
    file: str, sheet: RawSheet, top: int, places: Mapping[str, int], relations: Sequence[Relation]
) -> Iterator[SheetMap]:
    rows = sheet.load(top + 1, dict.fromkeys(places.values(), "text")).rows(named=True)
    by_sheet: dict[str, dict[str, ColumnMap]] = defaultdict(dict)
    for row in rows:
        said = {name: (row[f"t{i}"] or "").strip() for name, i in places.items()}
        if not said["header"] or not (said["meaning"] or said.get("unit")):
            continue
        where = f"{file} › {sheet.name} › {said['header']}"
        meaning = said["meaning"] or ""
        if not meaning:
            raise UsageError("maps.unit_alone", where=where)
        found = _target(_word(meaning), relations, where)
        unit, sign = _unit(said.get("unit", ""))
        group = said.get("group", "")
        header = f"{group}|{said['header']}" if group else said["header"]
        named = said.get("sheet") or said.get("file") or "*"
        by_sheet[named][header] = ColumnMap(found.meaning, unit or found.unit, sign * found.sign)
    yield from (SheetMap(name, columns=columns, form=file) for name, columns in by_sheet.items())


def _word(text: str) -> str:
    """What a person chose of the list: its entries are ``总收入 · total_income``."""
    return text.rpartition(" · ")[2] if " · " in text else text


def _unit(text: str) -> tuple[str, int]:
    """A unit with a minus sign for values of the other sign: ``万元``, ``万元 -``, ``-``."""
    bare = text.strip().removesuffix("-").strip()
    return bare, -1 if text.strip().endswith("-") else 1
