"""Columns an export lacks that a person may add: the name of each sheet or file, or 0 for a part of a total.

Each sheet, or each file, is named after what would stand in them; or there is none of it, such as other income. Both
are offered with the line that says so, and taken only on a person's word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.messages import Message, message
from ninegrid.model.period import Period
from ninegrid.model.reading import Reading, SheetReading
from ninegrid.model.relations import Column, Relation

_LEAST: int = resources.vocabulary("limits")["recognition"]["places_named_after"]
_SHOWN = 3


@dataclass(frozen=True)
class NamedAfter:
    """That the sheets of a relation are named after a column. place: sheet or file. names: of the first of them."""

    column: Column
    place: str
    names: tuple[str, ...]

    @property
    def notice(self) -> Message:
        """The offer, with the line that accepts it."""
        return message(
            "maps.named_after", column=self.column, names=self.names, place=self.place, name=self.column.name
        )


def named_after(reading: Reading, main: Relation, present: Collection[str] = ()) -> Iterator[NamedAfter]:
    """The columns of the main relation that no sheet has and all of its sheets, or files, are named after.

    present: its columns that have values by another way, such as a map.
    """
    own = [sheet for sheet in reading.sheets if sheet.relation == main.name and sheet.rows]
    read = {column.meaning for sheet in own for column in sheet.columns} | set(present)
    for name, endings in resources.vocabulary("sheet_names").items():
        if name in main.names and name not in read:
            for place in ("sheet", "file"):
                names = tuple(dict.fromkeys(_name(sheet, place) for sheet in own))
                if len(names) >= _LEAST and all(one.endswith(tuple(endings)) for one in names):
                    yield NamedAfter(main.column(name), place, names[:_SHOWN])
                    break


def _name(sheet: SheetReading, place: str) -> str:
    return sheet.sheet if place == "sheet" else Period.left_out(sheet.file.rpartition(".")[0])


def may_be_none(reading: Reading, main: Relation, present: Collection[str] = ()) -> Iterator[Column]:
    """The parts of a total that no sheet has, and no column may be, while other parts are there: they may be 0."""
    own = [sheet for sheet in reading.sheets if sheet.relation == main.name]
    read = {column.meaning for sheet in own for column in sheet.columns} | set(present)
    proposed = {question.best.meaning for sheet in own for question in sheet.asked.values()}
    wholes = {column.name for column in main.columns if column.sum_of}
    if own and not proposed & wholes:
        yield from (column for column in main.parts_lacking(read) if column.name not in proposed)
