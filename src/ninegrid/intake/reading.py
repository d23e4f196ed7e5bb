"""The reading of the inputs (`model.reading`), from the layouts of the sheets and the cells as they were parsed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from ninegrid.intake.headers.layout import Field, Layout, Unread
from ninegrid.intake.headers.row_texts import Head
from ninegrid.intake.places import letters
from ninegrid.intake.sheets import SeenSheet
from ninegrid.intake.values.parsed import YEAR, ParsedBlock, ParsedSheet, as_typed
from ninegrid.model.raw import ROW
from ninegrid.model.reading import ColumnReading, Reading, Sample, SheetReading

_SAMPLES = 3
_LOOKED_AT = 200  # rows in which samples are looked for


def reading(seen: Sequence[SeenSheet], parsed: Mapping[int, ParsedSheet], hidden: Collection[int] = ()) -> Reading:
    """What became of every sheet and column.

    parsed: by number of the sheet, those that were parsed; of a file read in blocks the first block. hidden: the
    numbers of hidden sheets that were left out.
    """
    sheets = (_sheet(one, parsed.get(number)) for number, one in enumerate(seen))
    return Reading(tuple(one.as_hidden if number in hidden else one for number, one in enumerate(sheets)))


def added(one: Reading, other: Reading) -> Reading:
    """The reading of a file in blocks with a further block's: rows added up, shares filled weighted by them."""
    return Reading(tuple(_with_block(*sheets) for sheets in zip(one.sheets, other.sheets, strict=True)))


def _with_block(one: SheetReading, other: SheetReading) -> SheetReading:
    rows = one.rows + other.rows
    columns = (_filled_in_both(a, one.rows, b, other.rows) for a, b in zip(one.columns, other.columns, strict=True))
    return replace(one, rows=rows, columns=tuple(columns))


def _filled_in_both(a: ColumnReading, rows: int, b: ColumnReading, more: int) -> ColumnReading:
    if a.filled is None or b.filled is None or not a.meaning or not rows + more:
        return a
    samples = (*a.samples, *b.samples)[:_SAMPLES] if rows < _LOOKED_AT else a.samples
    return replace(a, filled=(a.filled * rows + b.filled * more) / (rows + more), samples=samples)


def _sheet(one: SeenSheet, parsed: ParsedSheet | None) -> SheetReading:
    file, layout = one.sheet.file.name, one.layout
    name = "" if one.sheet.encoding else one.sheet.name
    if layout is None:
        return _unread(one.unread, file, name, one.head)
    below = one.head[layout.last :]
    read: dict[int, ColumnReading] = {}
    for number, block in enumerate(layout.blocks):
        rows = parsed.blocks[number] if parsed else None
        samples = _samples(parsed, rows, block.fields) if parsed and rows else {}
        for field in block.fields:
            told = samples.get(field.index, ())
            read.setdefault(field.index, _read(layout, block.relation.name, field, parsed, rows, told))
    columns = (
        read.get(index) or _aside(layout, layout.relation.name, index, below)
        for index in sorted({*read, *layout.aside})
    )
    rows_read = parsed.raw.height if parsed else 0
    return SheetReading(file, name, (layout.first, layout.last), layout.relation.name, rows_read, tuple(columns))


def _read(
    layout: Layout,
    relation: str,
    field: Field,
    parsed: ParsedSheet | None,
    rows: ParsedBlock | None,
    samples: tuple[Sample, ...],
) -> ColumnReading:
    taken = rows.taken.get(field.index) if rows else None
    unit = taken.unit if taken else field.unit
    unit_from = taken.unit_from if taken else field.unit_from if unit else ""
    return ColumnReading(
        field.index,
        letters(field.index),
        layout.groups.get(field.index, ""),
        layout.header(field.index),
        relation,
        field.column.name,
        field.column.kind,
        field.year,
        field.how,
        unit.text if unit else "",
        10.0**unit.exponent if unit else 1.0,
        unit_from if unit or field.column.kind in ("money", "ratio") else "",
        taken.sign if taken else 1,
        filled=_filled(parsed, field.index) if parsed else None,
        samples=samples,
    )


def _filled(parsed: ParsedSheet, index: int) -> float | None:
    raw = parsed.raw
    cells = [raw[name] for name in (f"t{index}", f"n{index}") if name in raw.columns]
    some = [one for one in cells if one.null_count() < raw.height]
    if not cells or not raw.height:
        return None
    if len(some) < 2:
        return sum(one.count() for one in some) / raw.height
    share = raw.select(pl.any_horizontal(pl.col(one.name).is_not_null() for one in some).mean()).item()
    return share if isinstance(share, float) else None


def _samples(parsed: ParsedSheet, rows: ParsedBlock, fields: Sequence[Field]) -> dict[int, tuple[Sample, ...]]:
    """By column, the first cells with something in them, and what they were read as."""
    raw = parsed.raw.head(_LOOKED_AT)
    columns = {field.index: field for field in reversed(fields)}
    typed = raw.select(ROW, *(as_typed(raw, index).alias(str(index)) for index in columns))
    above = raw[ROW].to_list()
    near = rows.rows.head(_LOOKED_AT)
    beside = rows.rows.filter(pl.col(ROW).is_in(above)) if any(f.side is not None for f in fields) else near
    names = dict.fromkeys(field.column.name for field in fields)
    near, beside = (one.select(ROW, YEAR, *(pl.col(name).cast(pl.String) for name in names)) for one in (near, beside))
    found = {}
    for index, field in columns.items():
        cells = {row: cell for row, cell in zip(above, typed[str(index)], strict=True) if cell is not None}
        own = near if field.side is None else beside
        read = zip(own[ROW], own[YEAR], own[field.column.name], strict=True)
        found[index] = _first(((row, value) for row, side, value in read if side == field.side and row in cells), cells)
    return found


def _first(read: Iterator[tuple[int, str | None]], cells: Mapping[int, str]) -> tuple[Sample, ...]:
    found: dict[int, Sample] = {}
    for row, value in read:
        found.setdefault(row, Sample(cells[row], value))
        if len(found) == _SAMPLES:
            break
    return tuple(found.values())


def _unread(unread: Unread | None, file: str, name: str, head: Head) -> SheetReading:
    """A sheet that gave nothing: what its columns may be, where it seems to have a header."""
    if unread is None:
        return SheetReading(file, name, None, "", 0)
    below = head[unread.last :]
    columns = tuple(
        _named(unread, index, below) if index in unread.named else _aside(unread, "", index, below)
        for index in sorted(unread.headers)
    )
    return SheetReading(file, name, (unread.first, unread.last), "", 0, columns)


def _named(unread: Unread, index: int, below: Head) -> ColumnReading:
    """A column that is certain, of a sheet that lacks another; its cells were not read."""
    one = unread.named[index]
    unit = one.unit
    return replace(
        _cells(unread, unread.relation, index, below),
        meaning=one.column.name,
        kind=one.column.kind,
        how=one.how,
        unit=unit.text if unit else "",
        factor=10.0**unit.exponent if unit else 1.0,
        unit_from=one.unit_from if unit else "",
    )


def _aside(layout: Layout | Unread, relation: str, index: int, below: Head) -> ColumnReading:
    """A column set aside."""
    why = layout.aside[index]
    return replace(_cells(layout, relation, index, below), reason=why.reason, nearest=why.nearest)


def _cells(layout: Layout | Unread, relation: str, index: int, below: Head) -> ColumnReading:
    """A column that was not read; its cells are those of the sheet's first rows."""
    cells = [row[index] if index < len(row) else None for row in below if any(row)]
    texts = [text for text in cells if text and text.strip()]
    return ColumnReading(
        index,
        letters(index),
        layout.groups.get(index, ""),
        layout.header(index),
        relation,
        filled=len(texts) / len(cells) if cells else None,
        samples=tuple(Sample(text) for text in texts[:_SAMPLES]),
    )
