"""One canvas: five columns of blocks, two of them of two blocks, over costs and revenue; what is wrong stands below."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import clean, merge, put
from ninegrid.report.kit.figures import said
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, widths
from ninegrid.report.kit.shown import LINE_FILL, text_width
from ninegrid.report.kit.style import BODY, GREY, HAIRLINE, INK, PALE, SMALL, WHITE, aligned, edged, fill, font

_WIDTH = 14.0  # of a column of the page; a block of the upper part has two, one of the lower five
_LINE = 15.0  # points
_LEAST = 8  # lines of a block
_HEADING = 2  # rows above a block's lines
_MOST = 60
_ACCENT, _ON_ACCENT = "0F766E", "FFFFFF"
_NUMBERS = {
    "key_resources": 1, "key_activities": 2, "customer_segments": 3, "value_proposition": 4, "channels": 5,
    "customer_relationships": 6, "key_partners": 7, "revenue_streams": 8, "cost_structure": 9,
}  # fmt: skip
_UPPER = ("key_partners", "key_activities", "value_proposition", "customer_relationships", "customer_segments")
_BELOW = {1: "key_resources", 3: "channels"}
"""By the place of a column, the block under the first one."""
_LOWER = ("cost_structure", "revenue_streams")


@dataclass(frozen=True)
class _Area:
    """Where a block stands: its first column and how many, the first row of its heading, and its last row."""

    column: int
    columns: int
    row: int
    last: int


def draw(book: Book, sheet: Sheet, rows: pl.DataFrame) -> None:
    """Lays out the sheet of a canvas, whose items `rows` are; the sheet is there, and empty."""
    first = rows.row(0, named=True)
    kind = first["canvas_kind"]
    about = [book.labels.code(kind), book.labels.value(first["subject"] or ""), *_period(book, rows)]
    page = head(book, sheet, " · ".join(filter(None, about)))
    widths(page, [_WIDTH] * 10)
    texts = _texts(book, rows)
    for block, area in _areas(texts).items():
        _block(book, page, block, kind, area, texts[block])
    last = max(area.last for area in _areas(texts).values())
    _sides(book, page, last + 1)
    _mistakes(book, page, first["canvas_id"], last + 3)
    page.page_setup.fitToHeight = 1


def _period(book: Book, rows: pl.DataFrame) -> list[str]:
    """The period that the figures are of, where there are any."""
    has = book.table("canvas_figures").filter(canvas_id=rows["canvas_id"][0]).height
    return [book.word("canvas_figures_of", period=book.result.period)] if has else []


def _texts(book: Book, rows: pl.DataFrame) -> dict[str, list[str]]:
    """The lines of each block: its figures, then its items, each with whom it is for and what is wrong with it."""
    texts = {block: _figures(book, rows["canvas_id"][0], block) for block in _NUMBERS}
    for row in rows.iter_rows(named=True):
        whom = f" → {row['for_segment']}" if row["for_segment"] else ""
        wrong = f"  ▲{row['mistakes'].replace(';', ' ')}" if row["mistakes"] else ""
        texts[row["block"]].append(f"· {row['content']}{whom}{wrong}")
    return texts


def _figures(book: Book, canvas: str, block: str) -> list[str]:
    rows = book.table("canvas_figures").filter(canvas_id=canvas, block=block).drop_nulls("value")
    listed = []
    for name, value in rows.select("measure", "value").iter_rows():
        if name == "n":
            listed.append(book.word("canvas_customers", n=f"{value:,.0f}"))
        else:
            listed.append(f"{book.labels.code(name)} {said(value, 'money', book.lang)}")
    return listed


def _areas(texts: Mapping[str, Sequence[str]]) -> dict[str, _Area]:
    """Where each block stands, with room for the longest beside it."""
    narrow, wide = 2 * _WIDTH, 5 * _WIDTH
    needed = {block: _lines(lines, wide if block in _LOWER else narrow) for block, lines in texts.items()}
    upper = max(needed[_UPPER[at]] for at in _BELOW)
    lower = max(needed[block] for block in _BELOW.values())
    tall = max(needed[block] for at, block in enumerate(_UPPER) if at not in _BELOW)
    lower = min(max(lower, tall - upper - _HEADING), _MOST)
    foot = max(needed[block] for block in _LOWER)
    middle = FIRST_ROW + _HEADING + upper
    end = middle + _HEADING + lower - 1
    areas = {}
    for at, block in enumerate(_UPPER):
        column = FIRST_COLUMN + 2 * at
        areas[block] = _Area(column, 2, FIRST_ROW, middle - 1 if at in _BELOW else end)
        if at in _BELOW:
            areas[_BELOW[at]] = _Area(column, 2, middle, end)
    for at, block in enumerate(_LOWER):
        areas[block] = _Area(FIRST_COLUMN + 5 * at, 5, end + 1, end + _HEADING + foot)
    return areas


def _lines(texts: Sequence[str], width: float) -> int:
    lines = sum(max(1, math.ceil(text_width(text) / (width * LINE_FILL * 0.92))) for text in texts)
    return min(max(lines + 1, _LEAST), _MOST)


def _block(book: Book, page: Worksheet, block: str, kind: str, area: _Area, texts: Sequence[str]) -> None:
    """Number and name, the question that it answers, and the lines under them in one area."""
    accent = block == "value_proposition"
    ground, ink = (fill(_ACCENT), _ON_ACCENT) if accent else (fill(PALE), INK)
    last = area.column + area.columns - 1
    question = book.word(f"canvas_{'personal' if kind == 'personal' else 'enterprise'}.{block}")
    listed = (
        (area.row, f"{_NUMBERS[block]:02d} {book.labels.code(block)}", font(book.lang, BODY, bold=True, color=ink)),
        (area.row + 1, question, font(book.lang, SMALL, color=ink if accent else GREY)),
    )
    for row, text, look in listed:
        cell = put(page, row, area.column, text)
        cell.font, cell.fill, cell.alignment = look, ground, aligned("left", indent=1)
        page.row_dimensions[row].height = _LINE + 3
    first = area.row + _HEADING
    body = put(page, first, area.column, clean("\n".join(texts)) or None)
    body.font, body.fill = font(book.lang, BODY), fill(WHITE)
    body.alignment = aligned("left", "top", wrap_text=True, indent=1)
    for row in range(area.row, area.last + 1):
        if row >= first and page.row_dimensions[row].height is None:
            page.row_dimensions[row].height = _LINE
        for column in range(area.column, last + 1):
            page.cell(row, column).border = edged("thin", HAIRLINE)
    for row, _, _ in listed:
        merge(page, row, area.column, row, last)
    merge(page, first, area.column, area.last, last)


def _sides(book: Book, page: Worksheet, row: int) -> None:
    """What the two sides of a canvas are about."""
    put(page, row, FIRST_COLUMN, book.word("canvas_left"), "small")
    put(page, row, FIRST_COLUMN + 9, book.word("canvas_right"), "small").alignment = aligned("right")


def _mistakes(book: Book, page: Worksheet, canvas: str, row: int) -> None:
    """What is wrong, a line each, with its cell; or that nothing is."""
    wrong = book.table("findings").filter(pl.col("subject_id") == canvas, pl.col("reason").str.contains(r"^E[1-5]$"))
    if wrong.is_empty():
        put(page, row, FIRST_COLUMN, book.word("canvas_sound"), "small")
        return
    put(page, row, FIRST_COLUMN, book.word("canvas_wrong", n=wrong.height), "section")
    for at, data in enumerate(wrong.iter_rows(named=True), row + 1):
        text = f"{data['reason']}  {data['message'].removeprefix(canvas).lstrip('：: ')}"
        cell = put(
            page, at, FIRST_COLUMN, f"{text}（{data['cell']}）" if book.lang == "zh" else f"{text} ({data['cell']})"
        )
        cell.alignment = aligned("left", wrap_text=True)
        merge(page, at, FIRST_COLUMN, at, FIRST_COLUMN + 9)
        page.row_dimensions[at].height = _LINE * _lines_of(text, 10 * _WIDTH)


def _lines_of(text: str, width: float) -> int:
    return max(1, math.ceil((text_width(text) + 8) / (width * LINE_FILL)))
