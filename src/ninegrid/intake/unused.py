"""What was given and is not read: files without rows, sheets of subjects' ids, hidden sheets."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

import polars as pl

from ninegrid import resources
from ninegrid.intake.headers.candidate import Candidate
from ninegrid.intake.headers.header_search import best
from ninegrid.intake.headers.heading import key
from ninegrid.intake.headers.matching import plain_vocabulary
from ninegrid.intake.headers.proposals import of_an_item
from ninegrid.intake.headers.row_texts import Head
from ninegrid.intake.headers.with_values import texts_of
from ninegrid.intake.places import letters
from ninegrid.intake.sheets import SeenSheet, missing_columns
from ninegrid.intake.validate.rows import Gathered
from ninegrid.intake.values.cells import Cells
from ninegrid.intake.values.parsed import ParsedSheet
from ninegrid.intake.values.texts import parse_ids
from ninegrid.messages import Message, message
from ninegrid.model.inputs import SOURCE, SheetSource
from ninegrid.model.raw import OpenFile, RawSheet
from ninegrid.model.relations import Relation

_RECOGNITION = resources.vocabulary("limits")["recognition"]
_SUBJECT_IDS: int = _RECOGNITION["subject_ids"]
_FORM_ROWS: int = _RECOGNITION["form_rows"]
_FORM_HEADINGS: int = _RECOGNITION["form_headings"]
_TITLE_ROWS = 3
_COLUMNS_NAMED: int = resources.vocabulary("limits")["proposals"]["columns_named"]
_ITEMS_NAMED: int = resources.vocabulary("limits")["proposals"]["items_named"]


def broken_form(sheet: RawSheet, relations: Sequence[Relation]) -> Message | None:
    """That a sheet of the program's own workbook is a form that lost a heading without which nothing can be read."""
    for number, row in enumerate(sheet.head(_FORM_ROWS), 1):
        texts = {key(text) for text in row if text}
        for relation in relations:
            there = [column for column in relation.columns if not texts.isdisjoint(map(key, column.headers))]
            lacking = [relation.column(name) for name in relation.needed if relation.column(name) not in there]
            if lacking and sum(column in relation.asked for column in there) >= _FORM_HEADINGS:
                values = {"file": sheet.file.name, "sheet": sheet.name, "row": number, "columns": lacking}
                return message("intake.broken_form", **values)
    return None


def unused_files(
    opened: Sequence[OpenFile],
    seen: Sequence[SeenSheet],
    sheets: Sequence[SheetSource],
    relations: Sequence[Relation],
) -> Iterator[Message]:
    """The files none of whose sheets gives a row, each with what its best sheet lacks."""
    for file in opened:
        own = [(one, s) for one, s in zip(seen, sheets, strict=True) if s.file.path == file.file.path]
        if any(sheet.rows for _, sheet in own):
            continue
        if named := next(filter(None, (_named(one, relations) for one, _ in own)), None):
            yield message("formats.unused_named", file=file.file.name, place=named[0].place, relation=named[1])
            continue
        found = [(b, one) for one, _ in own for r in relations if (b := best(one.head, plain_vocabulary(r)))]
        near = max(found, key=lambda pair: pair[0].score, default=None)
        if near is None or not near[0].missing:
            yield _in_doubt(file.file.name, [one for one, _ in own])
            continue
        candidate, one = near
        if items := _items_without_group(candidate, one.head):
            group = candidate.relation.column(candidate.missing[0])
            yield message(
                "formats.unused_items",
                file=file.file.name, place=one.place, relation=candidate.relation, column=group, items=items,
                first=items[0], word=of_an_item(items[0], candidate.relation)[0].meaning,
            )  # fmt: skip
            continue
        lacks = missing_columns(candidate, one.head)
        yield message(
            "formats.unused_near", file=file.file.name, place=one.place, relation=candidate.relation, lacks=lacks
        )


def _named(one: SeenSheet, relations: Sequence[Relation]) -> tuple[SeenSheet, Relation] | None:
    """A sheet that was read as nothing, and the relation that its file's name, its own or a title names, if any."""
    titles = [texts[0] for row in one.head[:_TITLE_ROWS] if len(texts := [text for text in row if text]) == 1]
    said = " ".join((one.sheet.file.path.stem, one.sheet.name, *titles)).casefold()
    for name, words in resources.vocabulary("named_tables").items():
        relation = next((relation for relation in relations if relation.name == name), None)
        if relation and any(re.search(word, said) for word in words):
            return one, relation
    return None


def _in_doubt(file: str, sheets: Sequence[SeenSheet]) -> Message:
    """A file none of whose columns is certain, with what those of its first sheet that has proposals may be."""
    for one in sheets:
        near = {i: why.nearest[0] for i, why in one.unread.aside.items() if why.nearest} if one.unread else {}
        if one.unread and near:
            may_be = [
                message("formats.column_may_be", header=one.unread.header(i), name=best.meaning)
                for i, best in sorted(near.items())
            ]
            return message("formats.unused_doubtful", file=file, place=one.place, may_be=may_be[:_COLUMNS_NAMED])
    return message("formats.unused_file", file=file)


def _items_without_group(candidate: Candidate, head: Head) -> list[str]:
    """The first items of a long form that lacks nothing but what its items are of."""
    melt = candidate.relation.melt
    if melt is None or candidate.missing != (melt.group,) or melt.label not in candidate.narrow:
        return []
    texts = texts_of(head[candidate.last :], candidate.narrow[melt.label][0][0])
    return list(dict.fromkeys(texts))[:_ITEMS_NAMED]


def ids_left_aside(
    seen: Sequence[SeenSheet], parsed: Mapping[int, ParsedSheet], main: Relation, ids: pl.Series
) -> Iterator[Message]:
    """The sheets that were not read though a column of theirs holds the subjects' ids."""
    for source, one in enumerate(seen):
        if source in parsed:
            continue
        width = max(map(len, one.head), default=0)
        for index in range(width):
            texts = pl.Series([row[index] if index < len(row) else None for row in one.head], dtype=pl.String)
            held = parse_ids(Cells(texts)).values.drop_nulls().unique()
            if held.is_in(ids.implode()).sum() >= min(_SUBJECT_IDS, max(ids.len(), 1)):
                yield message("formats.ids_aside", place=one.place, column=letters(index), relation=main)
                break


def left_out_as_hidden(
    gathered: Mapping[str, Gathered], sheets: Sequence[SheetSource], main: Relation, asked: Collection[int]
) -> dict[int, list[Message]]:
    """By number, the hidden sheets that are left out, as a visible one holds the main relation, and what is said of it.

    asked: the numbers of the sheets that a map names, which are read. Forms that came back are, too.
    """
    found: dict[int, list[Message]] = {}
    if all(sheets[source].hidden for source in gathered[main.name].rows[SOURCE].unique()):
        return found
    for one in gathered.values():
        sources = one.rows[SOURCE].unique().sort() if not one.relation.form else ()
        hidden = [source for source in sources if sheets[source].hidden and source not in asked]
        for source in hidden:
            found.setdefault(source, []).append(_hidden(one, source, hidden, sheets[source]))
    return found


def _hidden(gathered: Gathered, source: int, hidden: Sequence[int], sheet: SheetSource) -> Message:
    """That a hidden sheet is left out: because it repeats most keys of visible ones, or because nobody sees it."""
    key = list(gathered.relation.key)
    visible = gathered.rows.filter(~pl.col(SOURCE).is_in(hidden)).select(key)
    keys = gathered.rows.filter(pl.col(SOURCE) == source).select(key).drop_nulls(key[0]).unique()
    relation, place = gathered.relation, sheet.place
    if 2 * keys.join(visible, on=key, how="semi", nulls_equal=True).height > keys.height:
        return message("formats.hidden_copy", place=place, relation=relation)
    named = {"sheet": sheet.sheet, "name": relation.name}
    return message("formats.hidden_left_out", place=place, relation=relation, n=keys.height, **named)
