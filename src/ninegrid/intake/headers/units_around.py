"""Units and rating scales that stand around a header: in a line above, over a group, in a row below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ninegrid.intake.headers.candidate import Candidate
from ninegrid.intake.headers.heading import Heading, key
from ninegrid.intake.headers.layout import Block, Field
from ninegrid.intake.headers.row_texts import Head
from ninegrid.intake.headers.with_values import Below, texts_of
from ninegrid.intake.places import cell_name
from ninegrid.intake.values.scales import Scale, scale_in, scales_in_lines
from ninegrid.intake.values.units import Unit, is_unit, unit_of
from ninegrid.model.errors import InputError
from ninegrid.model.reading import UnitFrom
from ninegrid.model.relations import Relation
from ninegrid.resources import vocabulary

_UNIT_COLUMNS = frozenset(key(word) for word in vocabulary("units")["columns"])


def scales_above(relation: Relation, above: Head) -> dict[str, Scale]:
    """The rating scales that the lines above a header declare, by column of the relation."""
    scores = {c.name: tuple(key(label) for label in (c.zh, c.en)) for c in relation.columns if c.kind == "score"}
    return scales_in_lines((text for row in above for text in row if text), scores) if scores else {}


def with_scales_above(block: Block, headers: Mapping[int, tuple[str, ...]], declared: Mapping[str, Scale]) -> Block:
    """The block whose scores have the rating scale that their own header, or a line above, declares."""
    if not any(f.column.kind == "score" for f in block.fields):
        return block
    return replace(block, fields=tuple(_scaled(f, " ".join(headers.get(f.index, ())), declared) for f in block.fields))


def _scaled(field: Field, header: str, declared: Mapping[str, Scale]) -> Field:
    if field.column.kind != "score" or field.unit is not None:
        return field
    if own := unit_of(Heading.read(field.header).unit or "", "score"):
        return replace(field, unit=own, unit_from="header")
    scale = scale_in(header)
    unit_from: UnitFrom = "header" if scale else "unit_line"
    scale = scale or declared.get(field.name if field.item is None else field.column.name)
    return replace(field, unit=Unit(scale.text, 0, scale=scale), unit_from=unit_from) if scale else field


def units_above(row: Sequence[str | None]) -> dict[int, str]:
    """The unit over each column that the row above a header gives: ``收入与成本（万元）`` or a bare ``万元``.

    It is carried right over the empty cells of a merged group. A row with one text is a title or a unit line.
    """
    texts = [text for text in row if text and text.strip()]
    found: dict[int, str] = {}
    unit: str | None = None
    for index, text in enumerate(row):
        if text and text.strip():
            unit = text.strip() if is_unit(text) else Heading.read(text).unit
        if unit:
            found[index] = unit
    return found if len(texts) > 1 or (texts and row[0] is None and not is_unit(texts[0])) else {}


def with_units_above(block: Block, chosen: Candidate, over: Mapping[int, str]) -> Block:
    """The block with the units of the row above, for columns whose own header has none."""
    matches = (match for found in (*chosen.narrow.values(), *chosen.wide.values()) for match in found)
    own = {index for index, match, _ in matches if match.unit}
    values = {f.index: unit_of(over[f.index], f.column.kind) for f in block.fields if f.index in over}
    fields = (
        replace(f, unit=unit, unit_from="group") if f.index not in own and (unit := values.get(f.index)) else f
        for f in block.fields
    )
    return replace(block, fields=tuple(fields))


def refuse_unit_columns(
    blocks: Sequence[Block], ignored: Mapping[int, str], below: Below, header_row: int, place: str
) -> None:
    """InputError where a column says the unit of each row's amounts, and the amounts have none of their own."""
    open_ones = [f for block in blocks for f in block.fields if f.column.kind == "money" and f.unit is None]
    for index, header in ignored.items() if open_ones else ():
        if key(header) not in _UNIT_COLUMNS:
            continue
        units = [unit for text in texts_of(below, index) if (unit := unit_of(text, "money"))]
        if said := next((unit for unit in units if unit.exponent or unit.foreign), None):
            names = {"other": open_ones[0].header, "name": open_ones[0].column.name, "unit": said.text}
            raise InputError(
                "intake.unit_column", place=place, cell=cell_name(index, header_row), header=header, **names
            )


def unit_row(head: Head, last: int) -> int:
    """1 when the row below the header holds only units, else 0."""
    below = [text for text in head[last] if text and text.strip()] if last < len(head) else []
    return int(bool(below) and all(is_unit(text) for text in below))
