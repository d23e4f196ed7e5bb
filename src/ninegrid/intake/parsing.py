"""The sheets of all files parsed, with further tables below the first ones, and texts that end within a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import polars as pl

from ninegrid.intake.formats.text.delimited import TextSheet
from ninegrid.intake.formats.text.large_text import TextBlock
from ninegrid.intake.further_tables import Below
from ninegrid.intake.maps.apply import Reader, with_constants
from ninegrid.intake.sheets import SeenSheet
from ninegrid.intake.values.parse import parse_sheet
from ninegrid.intake.values.parsed import ParsedBlock, ParsedSheet
from ninegrid.messages import Message, message
from ninegrid.model.raw import ROW
from ninegrid.model.relations import Relation
from ninegrid.model.steps import timed

Progress = Callable[[str], None]


def parse_sheets(seen: list[SeenSheet], reader: Reader, on_progress: Progress | None) -> dict[int, ParsedSheet]:
    """The sheets parsed; a further table below the first of a sheet is looked at, and put to the end of `seen`."""
    parsed: dict[int, ParsedSheet] = {}
    for source, one in enumerate(seen):  # which grows
        if one.layout:
            if on_progress:
                on_progress(one.place)
            said, _ = reader.applied[source]
            with timed("parse") as work:
                found = parse_sheet(one.sheet, one.layout, source, partial(reader.next_table, one.layout))
                parsed[source] = with_constants(found, one, said)
                work.rows = found.raw.height
            if found.ends_above is not None:
                seen.append(reader.look(len(seen), Below(one.sheet, found.ends_above)))
    return parsed


def unfinished_texts(seen: Sequence[SeenSheet], parsed: Mapping[int, ParsedSheet]) -> Iterator[Message]:
    """Texts that end within a record."""
    for source, sheet in parsed.items():
        one = seen[source].sheet
        if isinstance(one, TextSheet) and (line := unfinished(one, sheet)):
            yield message("formats.ends_within", file=one.file.name, line=line)


def unfinished(text: TextSheet | TextBlock, parsed: ParsedSheet) -> int:
    """The line within whose record a text ends: it has no end, and fewer fields than the header or an open quotation
    mark; 0 for a text that ends well.
    """
    line, ragged = text.unfinished_line, pl.col("reason") == "RAGGED_ROW"
    cut = line and (text.ends_in_quotes or parsed.blocks[0].problems.filter(ragged & (pl.col(ROW) == line)).height)
    return line if cut else 0


def blocks_of(parsed: Mapping[int, ParsedSheet], relation: Relation) -> list[ParsedBlock]:
    """What the sheets hold of a relation."""
    return [block for sheet in parsed.values() for block in sheet.blocks if block.relation.name == relation.name]
