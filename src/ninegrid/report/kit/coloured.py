"""Texts of a list in the colours they stand for, whatever is sorted or filtered."""

from __future__ import annotations

from collections.abc import Iterable

from openpyxl.formatting.rule import FormulaRule
from openpyxl.utils import get_column_letter

from ninegrid.policy import Grid, Policy
from ninegrid.report.kit import style
from ninegrid.report.kit.layout import FIRST_COLUMN
from ninegrid.report.kit.list_writer import ListPart


def colour_texts(
    part: ListPart, position: int, texts: Iterable[str], color: str, ink: str, *, bold: bool = False
) -> None:
    """Sets every cell of a column that holds one of the texts on a ground of `color`, written in `ink`."""
    first = f"{get_column_letter(FIRST_COLUMN + position)}{part.first}"
    same = ",".join(f'{first}="{doubled}"' for doubled in (text.replace('"', '""') for text in texts))
    look = FormulaRule(formula=[f"OR({same})"], font=style.ink(ink, bold=bold or None), fill=style.fill(color))
    part.sheet.conditional_formatting.add(part.area(position), look)


def colour_cells(part: ListPart, position: int, grid: Grid, policy: Policy) -> None:
    """Sets the ids of a grid's cells in a column in the colour of their tier."""
    for tier in policy.tiers:
        if ids := [cell.id for cell in grid.cells if cell.tier == tier.key]:
            colour_texts(part, position, ids, tier.color, tier.ink)
