"""Units that a comment on a header says: 单位：万元, where the header itself says none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ninegrid.intake.headers.layout import Field, Layout
from ninegrid.intake.places import cell_name
from ninegrid.intake.sheets import SeenSheet
from ninegrid.intake.values.units import Unit, is_declared, is_unit_line, unit_lines
from ninegrid.messages import Message, message
from ninegrid.model.raw import Comments


def with_units_in_comments(seen: Sequence[SeenSheet]) -> tuple[list[SeenSheet], list[Message]]:
    """The sheets, whose columns have the unit that a comment on their header, or above it, says where the header says
    none; and a notice for each sheet.
    """
    found, told = list(seen), []
    for at, one in enumerate(seen):
        if one.layout is None or not any(map(_is_open, _fields(one.layout))):
            continue
        comments = one.sheet.comments()
        units = {f.index: unit for f in _fields(one.layout) if _is_open(f) and (unit := _unit(f, one.layout, comments))}
        if not units:
            continue
        found[at] = replace(one, layout=_with_units(one.layout, units))
        first = next(iter(units))
        cell = cell_name(first, one.layout.last)
        told.append(message("intake.unit_in_comment", place=one.place, n=len(units), cell=cell, unit=units[first].text))
    return found, told


def _fields(layout: Layout) -> list[Field]:
    return [f for block in layout.blocks for f in block.fields]


def _is_open(field: Field) -> bool:
    """Whether a column may have a unit, and neither its header nor its group says one."""
    said = field.unit is not None and field.unit_from != "unit_line"
    return field.column.kind in ("money", "ratio") and not said and field.how != "map"


def _unit(field: Field, layout: Layout, comments: Comments) -> Unit | None:
    """The one unit that comments say of a column: on its header, on its group, on what stands above, in this order."""
    rows, group = range(layout.last, layout.first - 1, -1), layout.groups.get(field.index)
    beside = [at for at in range(field.index, -1, -1) if group and layout.groups.get(at) == group]
    places = [(row, field.index) for row in rows] + [(row, at) for row in rows if row < layout.last for at in beside]
    above = [place for place in comments if place[0] < layout.first]
    return next((unit for place in [*places, *above] if (unit := _said(comments.get(place, ""), field))), None)


def _said(text: str, field: Field) -> Unit | None:
    """The one unit for such a column that a comment says."""
    lines = [line.strip() for line in text.splitlines()]
    said = [line for line in lines if is_unit_line(line) or is_declared(line)]
    unit = unit_lines(said).get(field.column.kind) if said else None
    return unit if unit and not unit.others else None


def _with_units(layout: Layout, units: dict[int, Unit]) -> Layout:
    blocks = (
        replace(
            block,
            fields=tuple(
                replace(f, unit=units[f.index], unit_from="header") if f.index in units and _is_open(f) else f
                for f in block.fields
            ),
        )
        for block in layout.blocks
    )
    return replace(layout, blocks=tuple(blocks))
