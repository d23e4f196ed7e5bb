"""Where the columns of a sheet are, as values: fields, columns set aside, blocks of rows, the whole layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.items import Item
from ninegrid.intake.places import letters
from ninegrid.intake.values.units import Unit
from ninegrid.messages import Message
from ninegrid.model.reading import How, Proposal, Reason, UnitFrom
from ninegrid.model.relations import Column, Relation


@dataclass(frozen=True)
class Field:
    """A column of a sheet that holds a canonical column: of one year, or of one item, where it is given."""

    column: Column
    index: int
    header: str
    unit: Unit | None = None
    year: int | None = None
    item: Item | None = None
    how: How = "alias"
    unit_from: UnitFrom = "header"
    sign: int = 1
    settled: str = ""

    @property
    def side(self) -> int | None:
        """What tells rows apart that stand side by side in one row of the sheet: the year, or the item's column."""
        return self.index if self.item else self.year

    @property
    def name(self) -> str:
        """The canonical name, with the year of a year's column, the letters of an item's."""
        if self.item:
            return f"{self.column.name}_{letters(self.index)}"
        return self.column.name if self.year is None else f"{self.column.name}_{self.year}"


@dataclass(frozen=True)
class Aside:
    """Why a column was set aside, and what it may be."""

    reason: Reason = "UNKNOWN"
    nearest: tuple[Proposal, ...] = ()


@dataclass(frozen=True)
class Block:
    """A relation found in a sheet: its fields; wide when years stand side by side."""

    relation: Relation
    fields: tuple[Field, ...]
    assumed: Mapping[str, str] = field(default_factory=dict)

    @property
    def wide(self) -> bool:
        """Whether the sheet has a column for each year."""
        return any(f.year is not None for f in self.fields)

    @property
    def items(self) -> tuple[Field, ...]:
        """The columns that hold one item each."""
        return tuple(f for f in self.fields if f.item)


@dataclass(frozen=True)
class Layout:
    """How to read a sheet: header rows (1-based, `first` = `last` for a single one), the relation it holds first, and
    others that its year columns hold. ignored: index → header of columns nobody asked for. titles: texts above.
    groups: index → the group's text over it. aside: index → why a column was set aside. periods: index → the group
    over it that is a period, such as 三季度.
    """

    first: int
    last: int
    blocks: tuple[Block, ...]
    headers: Mapping[int, tuple[str, ...]]
    titles: tuple[str, ...]
    ignored: Mapping[int, str] = field(default_factory=dict)
    notices: tuple[Message, ...] = ()
    groups: Mapping[int, str] = field(default_factory=dict)
    aside: Mapping[int, Aside] = field(default_factory=dict)
    periods: Mapping[int, str] = field(default_factory=dict)

    @property
    def relation(self) -> Relation:
        """What the sheet is."""
        return self.blocks[0].relation

    def header(self, index: int) -> str:
        """A column's own header, without its group."""
        texts = self.headers.get(index, ())
        return texts[-1] if texts else ""


@dataclass(frozen=True)
class Unread:
    """A sheet that is no relation: where its header seems to stand, and what its columns may be.

    relation: the one of which it lacks a single required column; "" for none. named: index → what its other columns
    say for certain.
    """

    first: int
    last: int
    headers: Mapping[int, tuple[str, ...]]
    groups: Mapping[int, str]
    aside: Mapping[int, Aside]
    relation: str = ""
    named: Mapping[int, Field] = field(default_factory=dict)

    def header(self, index: int) -> str:
        """A column's own header, without its group."""
        return self.headers[index][-1]
