"""The unit of a file's amounts where only a sheet that isn't read says it: 单位：万元 on a sheet 说明."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.heading import key
from ninegrid.intake.headers.layout import Field, Layout
from ninegrid.intake.places import cell_name
from ninegrid.intake.sheets import SeenSheet
from ninegrid.intake.values.units import Unit, is_declared, unit_line
from ninegrid.messages import Message, message
from ninegrid.model.errors import InputError
from ninegrid.resources import vocabulary

_LONGEST: int = resources.vocabulary("limits")["recognition"]["unit_letters"]
_NOTES: tuple[str, ...] = tuple(map(key, vocabulary("units")["line"]["sheets"]))


@dataclass(frozen=True)
class _Said:
    """A unit on a sheet that isn't read, and where it stands."""

    unit: Unit
    text: str
    place: str
    cell: str
    in_notes: bool


def with_units_elsewhere(
    seen: Sequence[SeenSheet], own: Collection[Path] = ()
) -> tuple[list[SeenSheet], list[Message]]:
    """The sheets, whose amounts have the unit that the notes of their file say where nothing else says one.

    InputError where it stands on a sheet that is no notes, where notes say several, and where some amounts of the file
    have another unit of their own. own: the program's own files.
    """
    found, told = list(seen), []
    for path in dict.fromkeys(one.sheet.file.path for one in seen if one.sheet.file.path not in own):
        of_file = [i for i, one in enumerate(found) if one.sheet.file.path == path]
        amounts = [f for i in of_file for f in _amounts(found[i].layout)]
        without = next((f for f in amounts if f.unit is None), None)
        said = [one for i in of_file for one in _said(found[i])] if without else []
        if without is None or not said:
            continue
        first, several = said[0], len({(one.unit.exponent, one.unit.currency) for one in said}) > 1
        if several or not all(one.in_notes for one in said) or any(_differs(f, first.unit) for f in amounts):
            names = {"header": without.header, "name": without.column.name, "unit": first.unit.text, "text": first.text}
            raise InputError("intake.unit_elsewhere", place=first.place, cell=first.cell, **names)
        for i in of_file:
            found[i] = _with_unit(found[i], first.unit)
        told.append(message("intake.unit_of_notes", place=first.place, cell=first.cell, text=first.text))
    return found, told


def _amounts(layout: Layout | None) -> list[Field]:
    return [f for block in (layout.blocks if layout else ()) for f in block.fields if f.column.kind == "money"]


def _differs(field: Field, unit: Unit) -> bool:
    return field.unit is not None and field.unit.exponent != unit.exponent


def _said(one: SeenSheet) -> Iterator[_Said]:
    """The units other than yuan that a sheet which isn't read says."""
    in_notes = any(word in key(one.sheet.name) for word in _NOTES)
    for row, cells in enumerate([] if one.layout else one.head, 1):
        for index, text in enumerate(cells):
            unit = unit_line([text]) if text and len(text) <= _LONGEST and is_declared(text) else None
            if text and unit and unit.exponent:
                yield _Said(unit, text, one.place, cell_name(index, row), in_notes)


def _with_unit(one: SeenSheet, unit: Unit) -> SeenSheet:
    if one.layout is None:
        return one
    blocks = (
        replace(
            block,
            fields=tuple(
                replace(f, unit=unit, unit_from="unit_line") if f.column.kind == "money" and f.unit is None else f
                for f in block.fields
            ),
        )
        for block in one.layout.blocks
    )
    return replace(one, layout=replace(one.layout, blocks=tuple(blocks)))
