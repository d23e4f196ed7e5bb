"""Succession 继任: each critical post with who holds it and who may follow; where risk and impact of loss meet."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.ids_with_names import names_between, with_names
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, heading_row, rows_part
from ninegrid.report.kit.shown import LINE_HEIGHT
from ninegrid.report.kit.style import BAD, GOOD, WHITE, aligned, blend, fill, font

_WIDTHS = (22.0, 24.0, 26.0, 26.0, 26.0, 16.0, 8.0)
_LIGHT, _DEEP = 0.2, 0.55


def build(book: Book, sheet: Sheet) -> None:
    """Writes the measures, the posts, and the small grid."""
    page = head(book, sheet, " · ".join(filter(None, (str(book.result.period), sheet.said(book.lang)))))
    for at, width in enumerate(_WIDTHS, FIRST_COLUMN):
        page.column_dimensions[get_column_letter(at)].width = width
    row = _measures(book, page, FIRST_ROW)
    row = _posts(book, sheet, page, row)
    if sheet.matrix.rows:
        _matrix(book, sheet, page, row)


def _measures(book: Book, page: Worksheet, row: int) -> int:
    """The strength of the bench, a line; left out of a unit's own workbook."""
    bench = book.result.tables.get("bench", pl.DataFrame())
    if bench.is_empty():
        return row
    put(page, row, FIRST_COLUMN, book.word("bench_title"), "section")
    for at, (measure, value, n, of) in enumerate(bench.iter_rows(), FIRST_COLUMN):
        put(page, row + 1, at, book.labels.code(measure), "small")
        share = of and n <= of and measure != bench["measure"][-1]
        told = "" if value is None else f"{value:.0%} ({n}/{of})" if share else f"{value:.1f}"
        put(page, row + 2, at, told, "text").font = font(book.lang, 12, bold=True)
    return row + 4


def _posts(book: Book, sheet: Sheet, page: Worksheet, row: int) -> int:
    """A row a post: held by, ready now, in one to two years, the others, and what is wrong."""
    most = sheet.limits.holders
    rows = book.result.tables[sheet.table].with_columns(title=pl.col("holders") > most)
    rows = rows.sort("title", "ready", "later", "post")
    put(page, row, FIRST_COLUMN, book.word("posts_title"), "section")
    posts = rows.filter(~pl.col("title"))
    told = book.word("posts_said", n=posts.height, gaps=posts.filter(_gap()).height, single=rows["single_point"].sum())
    if titles := rows.height - posts.height:
        told = f"{told} · {book.word('posts_titles', n=titles, most=most)}"
    put(
        page,
        row + 1,
        FIRST_COLUMN,
        " · ".join(filter(None, (told, rows_part(book, rows, rows.height, sheet.table)))),
        "small",
    )
    others = (
        pl.col("successor_ids")
        .str.split("; ")
        .list.set_difference(pl.concat_str("ready_ids", "later_ids", separator="; ").str.split("; "))
    )
    rows = rows.with_columns(other_ids=others.list.sort().list.join("; "))
    lists = ["holder_ids", "ready_ids", "later_ids", "other_ids"]
    named = with_names(book, rows, lists)
    heading_row(page, row + 2, book.word("posts_heads").split("|"), ["text"] * 7)
    for at, data in enumerate(named.iter_rows(named=True), row + 3):
        _post(book, page, at, data, lists, most)
    return row + 4 + rows.height


def _gap() -> pl.Expr:
    return (pl.col("holders") > 0) & (pl.col("ready") == 0)


def _post(book: Book, page: Worksheet, row: int, data: dict[str, object], lists: Sequence[str], most: int) -> None:
    put(page, row, FIRST_COLUMN, data["post"], "text").alignment = aligned("left", wrap_text=True)
    tall = 1
    for at, name in enumerate(lists, FIRST_COLUMN + 1):
        people = str(data[name] or "").replace(names_between(book), "\n").replace("; ", "\n")
        if data["title"]:
            people = _first(people, most)
        cell = put(page, row, at, people or None, "text")
        cell.alignment = aligned("left", wrap_text=True)
        tall = max(tall, people.count("\n") + 1)
        if name == "ready_ids" and people:
            cell.fill = fill(blend(GOOD, _DEEP))
        elif name == "later_ids" and people:
            cell.fill = fill(blend(GOOD, _LIGHT))
    gap = book.word("no_one_ready") if data["holders"] and not data["ready"] else None
    told = book.word("not_held") if not data["holders"] else gap
    told = book.word("no_single_post", n=data["holders"]) if data["title"] else told
    cell = put(page, row, FIRST_COLUMN + 5, told, "text")
    if told:
        cell.fill = fill(blend(BAD, _LIGHT))
    alone = put(page, row, FIRST_COLUMN + 6, "●" if data["single_point"] else None, "text")
    alone.alignment = aligned("center")
    page.row_dimensions[row].height = LINE_HEIGHT * tall + 3


def _first(people: str, most: int) -> str:
    """Of a list of people, a line each, the first ones."""
    lines = people.split("\n")
    return people if len(lines) <= most else "\n".join([*lines[:most], "…"])


def _matrix(book: Book, sheet: Sheet, page: Worksheet, row: int) -> None:
    """Two columns of few words against each other, with how many people are in each square, and who."""
    policy, matrix, shown = book.result.policy, sheet.matrix, sheet.limits.names
    table = book.table(policy.grid(policy.tiering.grid).over)
    down, across = matrix.rows, matrix.across
    if not {down, across} <= set(table.columns):
        return
    known = table.filter(pl.col(down).is_not_null() & pl.col(across).is_not_null())
    put(page, row, FIRST_COLUMN, book.labels.of(matrix), "section")
    unknown = table.height - known.height
    put(page, row + 1, FIRST_COLUMN, book.word("matrix_said", n=known.height, unknown=unknown), "small")
    if known.is_empty():
        return
    names = {word: book.labels.value(word) for word in matrix.order}
    put(page, row + 2, FIRST_COLUMN, f"{book.labels.column(down)} \\ {book.labels.column(across)}", "small")
    for at, value in enumerate(matrix.order, FIRST_COLUMN + 1):
        put(page, row + 2, at, names[value], "head text")
    called = with_names(book, known.select(policy.id, down, across, who=pl.col(policy.id)), ["who"])
    for r, own in enumerate(reversed(matrix.order), row + 3):
        put(page, r, FIRST_COLUMN, names[own], "text")
        for at, value in enumerate(matrix.order, FIRST_COLUMN + 1):
            people = called.filter((pl.col(down) == own) & (pl.col(across) == value))["who"].to_list()
            more = ["…"] if len(people) > shown else []
            cell = put(page, r, at, "\n".join([str(len(people)), *people[:shown], *more]), "text")
            cell.alignment = aligned("left", wrap_text=True)
            weight = (matrix.order.index(own) + matrix.order.index(value)) / (2 * len(matrix.order) - 2)
            cell.fill = fill(blend(BAD, _DEEP * weight) if people else WHITE)
        most = max(called.filter(pl.col(down) == own)[across].value_counts()["count"].to_list() or [0])
        page.row_dimensions[r].height = LINE_HEIGHT * (1 + min(most, shown + 1)) + 10
