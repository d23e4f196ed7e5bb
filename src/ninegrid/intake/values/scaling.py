"""In which unit each cell of a numeric column is: by its number format, the header, a line above, or the values.

Units are decided once a column. A column whose cells are shown by several formats is in parts: the rows of each format
have their own unit, all others the column's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.layout import Field, Layout
from ninegrid.intake.places import cell_name
from ninegrid.intake.values.cells import Cells, Parsed
from ninegrid.intake.values.numbers import parse_numbers
from ninegrid.intake.values.shown_as import PLAIN, ShownAs, shown_as, unit_mapped, unit_shown
from ninegrid.intake.values.units import HOME, Unit, currency_of, power_name
from ninegrid.model.errors import InputError
from ninegrid.model.raw import RawSheet
from ninegrid.model.reading import UnitFrom
from ninegrid.model.relations import Kind

CURRENCY = "currency"
"""The column of the currency of each row."""

_SCALED = ("money", "ratio", "count")
_CONVERTED = frozenset(resources.vocabulary("units")["converted"]["words"])


@dataclass(frozen=True)
class Part:
    """Cells of a column that are in one unit. rows: which they are; None for all that are in no other part.

    unit_from: header, unit_line, group, map, cell_format, values or default.
    """

    unit: Unit | None
    unit_from: UnitFrom
    rows: frozenset[int] | None = None


def parts_of(sheet: RawSheet, layout: Layout, place: str = "") -> dict[int, tuple[Part, ...]]:
    """The parts of every column of money, a ratio or a count, the column's own first.

    InputError for a number format and a unit that don't say one thing together.
    """
    fields = {f.index: f for block in layout.blocks for f in block.fields if f.column.kind in _SCALED}
    formats = sheet.number_formats(fields) if fields else {}
    return {index: _parts(field, formats.get(index, {}), place) for index, field in fields.items()}


def _parts(field: Field, formats: Mapping[str, frozenset[int]], place: str) -> tuple[Part, ...]:
    by_effect: dict[ShownAs, frozenset[int]] = {}
    for code, rows in formats.items():
        effect = shown_as(code)
        by_effect[effect] = by_effect.get(effect, frozenset()) | rows
        _refuse_doubt(field, effect, code, rows, place)
    own = Part(field.unit, field.unit_from if field.unit else "default")
    shown = [(effect, _shown(field, effect, own)) for effect in by_effect]
    if len(by_effect) == 1 and PLAIN not in by_effect:
        return (replace(shown[0][1], rows=None),)
    return (own, *(replace(part, rows=by_effect[effect]) for effect, part in shown if effect != PLAIN))


def _shown(field: Field, effect: ShownAs, own: Part) -> Part:
    if field.unit_from == "map" and field.unit:
        return Part(unit_mapped(field.column.kind, field.unit, effect), "map")
    unit = unit_shown(field.column.kind, field.unit, effect)
    told = effect.percent or effect.ratio if field.column.kind == "ratio" else unit != field.unit or effect.shift
    return Part(unit, "cell_format" if told else own.unit_from)


def _refuse_doubt(field: Field, effect: ShownAs, code: str, rows: frozenset[int], place: str) -> None:
    """InputError where a format scales what it shows by another power than the unit said.

    ``0.0,`` below 万元 shows thousands: either they are 万元 all the same, or the cells hold yuan and nobody minded. A
    percent format below ‰ or bp contradicts it. Nobody but a person knows which is meant.
    """
    unit, kind = field.unit, field.column.kind
    if field.unit_from == "map" and unit:
        return
    told = unit_shown(kind, unit, effect)
    scaled = kind != "ratio" and effect.shift and told is not None and told.exponent != 0
    against = kind == "ratio" and effect.percent and unit is not None and unit.exponent not in (0, -2)
    if not (scaled or against):
        return
    where = {"place": place, "cell": cell_name(field.index, min(rows, default=0)), "header": field.header}
    where |= {"name": field.column.name, "format": code, "unit": (effect.unit or unit or Unit("", 0)).text}
    if against:
        raise InputError("values.percent_format_in_doubt", **where)
    by = 10**effect.shift
    other = power_name(effect.shift, told.currency if told else "", counted=kind == "count")
    raise InputError("values.format_in_doubt", by=by, other=other, **where)


def named_currencies(layout: Layout, parts: Mapping[int, tuple[Part, ...]], place: str) -> dict[str, str]:
    """The currencies that units name: code → the header of a column in it.

    InputError when the line above the table names several units.
    """
    fields = {f.index: f for block in layout.blocks for f in block.fields}
    named: dict[str, str] = {}
    for index, cells in parts.items():
        for part in cells:
            if part.unit and part.unit.others:
                units = ", ".join((part.unit.text, *part.unit.others))
                raise InputError("values.units_differ", place=place, header=fields[index].header, units=units)
            if part.unit and part.unit.currency:
                named.setdefault(part.unit.currency, fields[index].header)
    return named


def row_currencies(rows: pl.DataFrame, header: str) -> dict[str, str]:
    """The currencies that the rows' own column says: code → the header and the word.

    One word that is no currency we know says nothing; beside another it is another one.
    """
    words = rows[CURRENCY].drop_nulls().unique(maintain_order=True).to_list()
    codes = {word: HOME if word in _CONVERTED else currency_of(word) for word in words}
    several = len({code or word for word, code in codes.items()}) > 1
    return {code or word: f"{header} “{word}”" for word, code in codes.items() if code or several}


def one_currency(named: Mapping[str, str], place: str) -> str:
    """The code of the currency named, "" where none is; InputError when there are two, with what names each."""
    if len(named) > 1:
        joined = "; ".join(f"{code}: {where}" for code, where in named.items())
        raise InputError("values.two_currencies", place=place, named=joined)
    return next(iter(named), "")


def parse_parts(cells: Cells, rows: pl.Series, field: Field, parts: tuple[Part, ...], *, text_file: bool) -> Parsed:
    """A numeric column, each part in its own unit. rows: the sheet's row of each cell."""
    own, *others = parts
    kind = "number" if field.column.mixed else field.column.kind  # which takes both units of money and %
    rest, masks = None, []
    for part in others:
        mask = rows.is_in(list(part.rows or ()))
        masks.append((part, mask))
        rest = mask if rest is None else rest | mask
    base = cells if rest is None else _only(cells, ~rest)
    found = _parsed(base, kind, own.unit, text_file)
    values, problems = found.values, [found.problems]
    for part, mask in masks:
        some = _parsed(_only(cells, mask), kind, part.unit, text_file)
        values = values.zip_with(~mask, some.values)
        problems.append(some.problems)
    return Parsed(values, pl.concat(problems), found.currency)


def _parsed(cells: Cells, kind: Kind, unit: Unit | None, text_file: bool) -> Parsed:
    currency = unit.currency if unit else ""
    return parse_numbers(cells, kind, unit.exponent if unit else 0, text_file=text_file, currency=currency)


def _only(cells: Cells, mask: pl.Series) -> Cells:
    """The cells where the mask is true; the others are empty."""
    number = None if cells.number is None else cells.number.set(~mask, None)
    return Cells(cells.text.set(~mask, None), number)
