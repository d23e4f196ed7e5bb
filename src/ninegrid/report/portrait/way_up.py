"""The way up of one customer: its path on each axis, and its leads, largest first."""

from __future__ import annotations

from ninegrid.policy import Axis
from ninegrid.report.kit.defined_names import LEADS, found, quoted
from ninegrid.report.kit.shown import heading, in_brackets
from ninegrid.report.kit.style import aligned, money_scale
from ninegrid.report.portrait.data import value_grid
from ninegrid.report.portrait.page import BEHIND, HEAD_HEIGHT, LEFT, LEFT_END, RIGHT, RIGHT_END, Canvas
from ninegrid.report.portrait.source import Formula
from ninegrid.report.sheets.lists.leads import RANK_MARK

_PATH = (
    ("target", "text"),
    ("short", "money"),
    ("outcome", "text"),
    ("levers", "text"),
    ("stretch", "percent"),
    ("income", "money"),
    ("rani", "money"),
    ("capital", "money"),
    ("against", "text"),
    ("note", "text"),
)
_WORDS = {"lever": "lever", "from_to": "lead_from_to", "evidence": "evidence"}
# What stands of a lead, from which column to which, and in which unit.
_LEAD = (
    ("lever", LEFT, LEFT, "text"),
    ("from_to", LEFT + 1, LEFT + 2, "text"),
    ("expected_eva", LEFT + 3, LEFT + 3, "money"),
    ("uplift_eva", LEFT + 4, LEFT + 4, "money"),
    ("expected_income", RIGHT, RIGHT, "money"),
    ("evidence", RIGHT + 1, RIGHT + 6, "text"),
    ("caution", RIGHT + 8, RIGHT_END, "text"),
)


def write_paths(canvas: Canvas, row: int) -> int:
    """Writes the path on either axis, side by side; returns the row after them."""
    book = canvas.book
    for i, (axis, first, last) in enumerate(_sides(canvas), 1):
        name = book.labels.column(axis.metric)
        canvas.section(row, book.word("path_title", axis=name), first, last)
        for at, (key, unit) in enumerate(_PATH, row + 1):
            money = in_brackets(money_scale(book.lang).unit, book.labels) if unit == "money" else ""
            start = first + (1 if first == LEFT else 4)
            canvas.label(at, first, f"{book.word(f'path_{key}')}{money}", to=start - 1)
            cell = canvas.of(at, start, f"{key}{i}", to=last, unit=unit)
            cell.alignment = aligned("left", shrink_to_fit=True)
    return row + len(_PATH) + 2


def _sides(canvas: Canvas) -> list[tuple[Axis, int, int]]:
    one, two = value_grid(canvas.book).axes
    return [(one, LEFT, LEFT_END), (two, RIGHT, RIGHT_END)]


def write_leads(canvas: Canvas, row: int) -> int:
    """Writes the leads; returns the row after them."""
    book, policy = canvas.book, canvas.book.result.policy
    canvas.section(row, book.word("own_leads"))
    scale, labels = money_scale(book.lang), book.labels
    for name, first, last, unit in _LEAD:
        text = book.word(_WORDS[name]) if name in _WORDS else heading(name, labels, scale)
        head = canvas.show(row + 1, first, text, "head text" if unit == "text" else "head", to=last)
        if name == "evidence":
            head.alignment = aligned("left", "bottom", indent=1)
    canvas.page.row_dimensions[row + 1].height = HEAD_HEIGHT
    most = sum(lever.acts for lever in policy.levers)
    for rank in range(1, most + 1):
        _lead(canvas, row + 1 + rank, rank)
    canvas.small_print(row + 2 + most, book.word("leads_estimate"))
    return row + 4 + most


def _lead(canvas: Canvas, row: int, rank: int) -> None:
    source, behind = canvas.source, canvas.address(row, BEHIND)
    if source.live and f"{LEADS}_lead_key" in canvas.book.workbook.defined_names:
        key = f'INDEX(data_{canvas.book.result.policy.id},customer_row)&"{RANK_MARK}{rank}"'
        canvas.show(row, BEHIND, Formula(f"={found(key, f'{LEADS}_lead_key')}"), "count")
    for name, first, last, unit in _LEAD:
        value = _evidence(canvas, row, rank) if name == "evidence" else source.lead(rank, name, behind)
        cell = canvas.show(row, first, value, unit, to=last)
        if unit == "text":
            cell.alignment = aligned("left", shrink_to_fit=True, indent=int(name == "evidence"))


def _evidence(canvas: Canvas, row: int, rank: int) -> object:
    """Whom the lead is compared with, how many they are, and their median, in one line."""
    parts = [
        canvas.source.lead(rank, name, canvas.address(row, BEHIND)) for name in ("peers", "indicator_n", "peer_median")
    ]
    said = canvas.book.word("evidence_said", peers="\0", n="\0", median="\0").split("\0")
    if not canvas.source.live:
        return (
            None
            if parts[0] is None
            else canvas.book.word("evidence_said", **dict(zip(("peers", "n", "median"), parts, strict=True)))
        )
    if any(part is None for part in parts):
        return None
    peers, n, median = (str(part).removeprefix("=") for part in parts)
    return Formula(f'=IF({peers}="","",{peers}&{quoted(said[1])}&{n}&{quoted(said[2])}&{median})')
