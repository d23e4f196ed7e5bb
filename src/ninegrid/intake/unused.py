"""What was given and is not read: files without rows, sheets of subjects' ids, hidden copies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from ninegrid.intake.headers.matching import plain_vocabulary
from ninegrid.intake.headers.recognise import best
from ninegrid.intake.places import letters
from ninegrid.intake.sheets import SeenSheet, missing_columns
from ninegrid.intake.validate.rows import Gathered
from ninegrid.intake.values.cells import Cells
from ninegrid.intake.values.parse import ParsedSheet
from ninegrid.intake.values.texts import parse_ids
from ninegrid.messages import Message, message
from ninegrid.model.inputs import SOURCE, SheetSource
from ninegrid.model.raw import OpenFile
from ninegrid.model.relations import Relation

_LEAST_IDS = 3  # ids of subjects in a column's first rows before it counts as a column of them


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
        found = [(b, one) for one, _ in own for r in relations if (b := best(one.head, plain_vocabulary(r)))]
        near = max(found, key=lambda pair: pair[0].score, default=None)
        if near is None or not near[0].missing:
            yield message("formats.unused_file", file=file.file.name)
            continue
        candidate, one = near
        lacks = missing_columns(candidate, one.head)
        yield message(
            "formats.unused_near", file=file.file.name, place=one.place, relation=candidate.relation, lacks=lacks
        )


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
            if held.is_in(ids.implode()).sum() >= min(_LEAST_IDS, max(ids.len(), 1)):
                yield message("formats.ids_aside", place=one.place, column=letters(index), relation=main)
                break


def without_hidden_copies(
    gathered: Mapping[str, Gathered], sheets: Sequence[SheetSource]
) -> tuple[dict[str, Gathered], list[Message]]:
    """The relations without the rows of hidden sheets that repeat most keys of visible ones, and what was left out."""
    notes: list[Message] = []
    return {name: _without_copies(one, sheets, notes) for name, one in gathered.items()}, notes


def _without_copies(gathered: Gathered, sheets: Sequence[SheetSource], notes: list[Message]) -> Gathered:
    sources = gathered.rows[SOURCE].unique().sort()
    hidden = [source for source in sources if sheets[source].hidden]
    if not hidden or len(hidden) == len(sources):
        return gathered
    key = list(gathered.relation.key)
    visible = gathered.rows.filter(~pl.col(SOURCE).is_in(hidden)).select(key)
    copies = []
    for source in hidden:
        keys = gathered.rows.filter(pl.col(SOURCE) == source).select(key).drop_nulls(key[0]).unique()
        if 2 * keys.join(visible, on=key, how="semi", nulls_equal=True).height > keys.height:
            copies.append(source)
            notes.append(message("formats.hidden_copy", place=sheets[source].place, relation=gathered.relation))
    kept = ~pl.col(SOURCE).is_in(copies)
    return replace(gathered, rows=gathered.rows.filter(kept), problems=gathered.problems.filter(kept))
