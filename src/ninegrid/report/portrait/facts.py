"""Who a customer is, and where it stands: basic facts, and its three grids in small."""

from __future__ import annotations

from openpyxl.formatting.rule import FormulaRule
from openpyxl.utils import get_column_letter

from ninegrid.policy import Grid, Policy
from ninegrid.report.kit.cells import merge
from ninegrid.report.kit.defined_names import quoted
from ninegrid.report.kit.shown import cell_names, heading
from ninegrid.report.kit.style import (
    BAD,
    BARE,
    GOOD,
    GREY,
    INK,
    PALE,
    SMALL,
    WHITE,
    aligned,
    blend,
    edged,
    fill,
    font,
    ink,
    money_scale,
)
from ninegrid.report.portrait.page import BEHIND, GRID_STEP, LEFT, LEFT_END, RIGHT, Canvas

_SIDE = 2  # rows of a small cell


def facts_of(policy: Policy) -> tuple[tuple[str, ...], ...]:
    """The columns that the policy's portrait shows as facts, a line each."""
    return next((sheet.facts for sheet in policy.sheets if sheet.kind == "portrait"), ())


def height(policy: Policy) -> int:
    """The rows that facts and grids take."""
    return len(facts_of(policy)) + 3


def write_facts(canvas: Canvas, row: int) -> None:
    """The facts, on the left, and the warning under them."""
    book, scale = canvas.book, money_scale(canvas.book.lang)
    canvas.section(row, book.word("facts"), LEFT, LEFT_END)
    policy = book.result.policy
    present = set(book.table(policy.grid(policy.way.grid or policy.tiering.grid).over).columns)
    for at, names in enumerate(facts_of(policy), row + 1):
        for position, name in enumerate(n for n in names if n in present):
            column = LEFT + 3 * position
            canvas.label(at, column, heading(name, book.labels, scale))
            cell = canvas.of(at, column + 1, name, to=LEFT_END if len(names) == 1 else LEFT + 2 if not position else 0)
            cell.alignment = aligned("left", shrink_to_fit=True)
    if not policy.warning_rules:
        return
    at = row + len(facts_of(policy)) + 1
    canvas.label(at, LEFT, book.word("warning_label"))
    cell = canvas.of(at, LEFT + 1, "warning", to=LEFT_END, unit="text")
    filled = FormulaRule(formula=[f'{canvas.address(at, LEFT + 1)}<>""'], font=ink(INK), fill=fill(blend(BAD, 0.45)))
    canvas.page.conditional_formatting.add(cell.coordinate, filled)


def write_grids(canvas: Canvas, row: int) -> None:
    """The three grids, on the right: where the customer stands in its tier's colour, where it could go outlined."""
    policy = canvas.book.result.policy
    for at, grid in enumerate(policy.grids[:3]):
        _grid(canvas, grid, row, RIGHT + GRID_STEP * at, BEHIND + 3 * at)


def _grid(canvas: Canvas, grid: Grid, row: int, column: int, behind: int) -> None:
    book = canvas.book
    canvas.section(row, book.labels.of(grid), column, column + 2)
    canvas.text(row + 1, column, book.word("up", axis=book.labels.column(grid.axis1.metric)))
    own = canvas.address(row, behind)
    canvas.show(row, behind, canvas.source.of(grid.cell), "text")
    is_ways = grid.key == book.result.policy.way.grid
    targets = [canvas.address(row + i, behind) for i in (1, 2)] if is_ways else []
    for i in (1, 2) if is_ways else ():
        canvas.show(row + i, behind, canvas.source.of(f"target{i}"), "text")
    names = cell_names(grid, book.labels)
    for level1 in (3, 2, 1):
        for level2 in (1, 2, 3):
            cell = grid.cell_id(level1, level2)
            _square(canvas, grid, cell, names[cell], row + 2 + _SIDE * (3 - level1), column + level2 - 1, own, targets)
    right = canvas.text(row + 8, column + 2, book.word("right", axis=book.labels.column(grid.axis2.metric)))
    right.alignment = aligned("right")
    said = canvas.show(row + 9, column, canvas.source.of(grid.cell), "text", to=column + 2)
    said.font, said.border = font(book.lang, bold=True), BARE
    said.alignment = aligned("left", shrink_to_fit=True)
    if is_ways:
        canvas.text(row + 10, column, book.word("outlined_target"))


def _square(
    canvas: Canvas, grid: Grid, cell: str, name: str, row: int, column: int, own: str, targets: list[str]
) -> None:
    page, policy = canvas.page, canvas.book.result.policy
    tier = next((t for t in policy.tiers if t.key == grid.by_id(cell).tier), None)
    at = canvas.text(row, column, cell)
    for part in (at, page.cell(row + 1, column)):
        part.fill, part.border = fill(PALE), edged("thin", WHITE)
    at.font, at.alignment = font(canvas.book.lang, SMALL, color=GREY), aligned("center")
    merge(page, row, column, row + 1, column)
    area = f"{at.coordinate}:{get_column_letter(column)}{row + 1}"
    ground, letters = (tier.color, tier.ink) if tier else (GOOD, WHITE)
    here = FormulaRule(
        formula=[f"{own}={quoted(name)}"], font=ink(letters, bold=True), fill=fill(ground), stopIfTrue=True
    )
    page.conditional_formatting.add(area, here)
    if targets:
        wanted = ",".join(f"{target}={quoted(name)}" for target in targets)
        there = FormulaRule(
            formula=[f"OR({wanted})"], border=edged("thin", GOOD), font=ink(INK), fill=fill(blend(GOOD, 0.2))
        )
        page.conditional_formatting.add(area, there)
