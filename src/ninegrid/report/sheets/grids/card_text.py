"""What stands in words on a grid's cards: the strategy of the cell, and its members while they are few."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.policy import Cell, Grid, Sheet
from ninegrid.report.kit.ids_with_names import names_between
from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.shown import LINE_FILL, LINE_HEIGHT, text_width


@dataclass(frozen=True)
class CardLine:
    """A line of a card, its height in points; empty where only a neighbour's card has something to say."""

    text: str
    height: float = LINE_HEIGHT


def members_of(book: Book, sheet: Sheet, grid: Grid) -> Mapping[str, Sequence[str]]:
    """The members of each cell, by the sheet's column or, where it was left out, by id; {} when not wanted."""
    if not sheet.members:
        return {}
    frame = book.table(grid.over).drop_nulls(grid.cell)
    shown = sheet.members if sheet.members in frame.columns else book.result.policy.id
    listed = frame.group_by(grid.cell).agg(pl.col(shown).cast(pl.String).fill_null(""))
    return dict(listed.iter_rows())


def card_lines(book: Book, sheet: Sheet, cell: Cell, members: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The cell's strategy and its members, as far as the sheet wants them; too many members are not named."""
    lines = (book.labels.code(cell.strategy),) if sheet.strategies and cell.strategy else ()
    if not sheet.members:
        return lines
    here = members.get(cell.id, ())
    return (*lines, names_between(book).join(here) if len(here) <= sheet.most else "")


def even_lines(cards: Sequence[Sequence[str]], width: float) -> list[list[CardLine]]:
    """The lines of all cards, each as tall as it has to be on any of them; one that no card has is left out.

    `width`: of a card, in digits.
    """
    lines = [texts for texts in zip(*cards, strict=True) if any(texts)]
    heights = [LINE_HEIGHT * max(_rows(text, width) for text in texts) + 4 for texts in lines]
    return [
        [CardLine(texts[at], height) for texts, height in zip(lines, heights, strict=True)] for at in range(len(cards))
    ]


def _rows(text: str, width: float) -> int:
    return max(1, math.ceil(text_width(text) / (width * LINE_FILL)))
