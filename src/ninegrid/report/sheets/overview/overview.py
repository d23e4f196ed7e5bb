"""The first sheet: what was graded, the grids small, what to look at first, totals, the way to every sheet."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Grid, Sheet
from ninegrid.report.kit.cells import link, merge, place, put
from ninegrid.report.kit.figures import said
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, on_one_page, room, taken, widths
from ninegrid.report.kit.left_out import left_out, nobody_on, without_before
from ninegrid.report.kit.shown import LINE_FILL
from ninegrid.report.kit.style import INK, LARGE, SMALL, aligned, blend, edged, fill, font
from ninegrid.report.sheets.grids.grid_tables import unplaced_reasons
from ninegrid.report.sheets.grids.segment_grid import segment_cells
from ninegrid.report.sheets.overview.highlights import sentences
from ninegrid.report.sheets.overview.overview_tables import write_totals
from ninegrid.report.sheets.units.unit_tree import in_tree, unit_label

BLOCK, BLOCKS = 3, 3  # three columns a block, a narrow one between
STEP = BLOCK + 1
LAST_COLUMN = FIRST_COLUMN + BLOCKS * STEP - 2
_WIDE, _NARROW = 14.0, 3.0
_LINE_WIDTH = BLOCKS * BLOCK * _WIDE + (BLOCKS - 1) * _NARROW
_UNITS = 60  # that a page takes beside the contents
_SHADE = "9AA8B5"


def build(book: Book, sheet: Sheet) -> None:
    """Lays out the overview."""
    page = head(book, sheet, _subtitle(book))
    widths(page, ([_WIDE] * BLOCK + [_NARROW]) * (BLOCKS - 1) + [_WIDE] * BLOCK)
    row = _key_figures(book, sheet, page, FIRST_ROW)
    top = row + 1
    row = _grids(book, page, top)
    row = _changed(book, sheet, page, row + 1)
    row = _look_first(book, sheet, page, row + 1)
    page.row_breaks.append(Break(row))
    on_one_page(page, row)
    second = row + 1
    row = write_totals(book, sheet, page, second, beside=top)
    row = _contents(book, sheet, page, row + 1)
    _units(book, page, row + 1)
    if taken(page, second, page.max_row + 1) > room(page):
        page.row_breaks.append(Break(row))


def _subtitle(book: Book) -> str:
    names = [file.name for file in book.result.inputs.files]
    files = book.word("between_names").join(names[:3])
    if len(names) > 3:
        files = book.word("files_more", names=files, n=len(names))
    unit = (book.result.unit.value,) if book.result.unit else ()
    said = (str(book.result.period), files, book.word("policy", version=book.result.policy.version))
    return " · ".join((*unit, *said, book.word("shares_of_placed")))


def _key_figures(book: Book, sheet: Sheet, page: Worksheet, row: int) -> int:
    """One block of rows, one of subjects, one of totals: small label over a large number."""
    counts, lang = book.result.counts, book.lang
    whole = (
        book.table("views").filter(view=next(v.key for v in book.result.policy.views if not v.keys)).row(0, named=True)
    )
    blocks = [
        [(book.word(name), f"{counts.get(name, 0):,}") for name in ("rows_read", "rejected", "merged")],
        [(book.word(name), f"{counts.get(name, 0):,}") for name in ("placed", "unplaced")],
        [(book.labels.column(name), said(whole[name], book.labels.unit(name), lang)) for name in sheet.figures]
        + [(book.labels.column(name), _holding(book, name)) for name in sheet.flags],
    ]
    for block, figures in enumerate(blocks):
        for at, (label, value) in enumerate(figures):
            # A block of two has wider places, so that an amount with its unit fits.
            column = FIRST_COLUMN + STEP * block + (at if len(figures) == BLOCK else 2 * at)
            put(page, row, column, label, "small")
            put(page, row + 1, column, value).font = font(lang, LARGE, bold=True)
    page.row_dimensions[row + 1].height = 28
    return row + 2


def _holding(book: Book, flag: str) -> str:
    """How many subjects of the main grid a flag holds for; a dash where it is known of none."""
    policy = book.result.policy
    held = book.whole(policy.grid(policy.tiering.grid).over, [flag])[flag]
    return f"{int(held.sum()):,}" if held.count() else "—"


def _grids(book: Book, page: Worksheet, row: int) -> int:
    """Every grid sheet's grid in small, side by side: the title leads to the sheet, a cell shows its count."""
    silent = left_out(book.result)
    sheets = [s for s in book.result.policy.sheets if s.kind == "grid" and s not in silent]
    for at, sheet in enumerate(sheets):
        band, column = divmod(at, BLOCKS)
        _small_grid(book, page, sheet, row + 7 * band, FIRST_COLUMN + STEP * column)
    return row + 7 * ((len(sheets) + BLOCKS - 1) // BLOCKS)


def _small_grid(book: Book, page: Worksheet, sheet: Sheet, row: int, column: int) -> None:
    grid, labels = book.result.policy.grid(sheet.grid), book.labels
    if grid in book.result.policy.segment_grids:
        data = segment_cells(book.table("segments").filter(grid=grid.key).drop_nulls("cell"), grid)
    else:
        data = {r["cell"]: r for r in book.table("cells").filter(grid=grid.key).iter_rows(named=True)}
    placed = sum(r["n"] for cell, r in data.items() if cell)
    title = f"{book.title(sheet)} · {book.word('counted', n=f'{placed:,}', what=sheet.counted(book.lang, placed))}"
    link(put(page, row, column, title, "section"), place(book.title(sheet), "A1"))
    put(page, row + 1, column, book.word("up", axis=labels.column(grid.axis1.metric)), "small")
    for level1 in (3, 2, 1):
        page.row_dimensions[row + 5 - level1].height = 36
        for level2 in (1, 2, 3):
            cell = grid.cell_id(level1, level2)
            _small_cell(book, page, sheet, grid, cell, data[cell], row + 5 - level1, column + level2 - 1)
    right = put(page, row + 5, column + 2, book.word("right", axis=labels.column(grid.axis2.metric)), "small")
    right.alignment = aligned("right")


def _small_cell(
    book: Book, page: Worksheet, sheet: Sheet, grid: Grid, cell_id: str, data: dict[str, float], row: int, column: int
) -> None:
    cell = put(page, row, column, data["n"], "count")
    named = grid.by_id(cell_id)
    tier = next((t for t in book.result.policy.tiers if t.key == named.tier), None)
    shade = blend(_SHADE, min(1.0, 2.5 * (data["share"] or 0.0)))
    cell.fill = fill(tier.color if tier else shade)
    cell.font = font(book.lang, LARGE - 4, bold=True, color=tier.ink if tier else INK)
    cell.alignment = aligned("center")
    cell.border = edged("thick", "FFFFFF")
    link(cell, place(book.title(sheet), "A1"), f"{cell_id} {book.labels.of(named)}")


def _changed(book: Book, sheet: Sheet, page: Worksheet, row: int) -> int:
    """What the whole gained since the last period, the year's start and a year before; nothing where none is stored."""
    table = book.result.tables.get("changed_since")
    if table is None or table.is_empty():
        return row - 1
    _rule(page, row, book.word("changed"))
    for at, data in enumerate(table.iter_rows(named=True), row + 1):
        since = book.word("changed_since", since=book.labels.code(data["since_when"]), period=data["compared_with"])
        listed = [
            f"{book.labels.column(name)} {_gained(book, name, data[name])}"
            for name in sheet.columns
            if data[name] is not None
        ]
        put(page, at, FIRST_COLUMN, since, "body")
        put(page, at, FIRST_COLUMN + 2, "  ·  ".join(listed), "body")
        page.row_dimensions[at].height = 18
    return row + table.height + 1


def _gained(book: Book, name: str, value: float) -> str:
    """A difference as it is said: with its sign, of shares in points."""
    unit = book.labels.unit(name)
    if unit == "percent":
        return book.word("points", n=100 * value)
    return f"{'+' if value > 0 else ''}{said(value, unit, book.lang)}"


def _look_first(book: Book, sheet: Sheet, page: Worksheet, row: int) -> int:
    found = sorted(sentences(book, sheet.attention), key=lambda sentence: sentence.later)
    if not found:
        return row
    first = sum(not sentence.later for sentence in found)
    _rule(page, row, book.word("look_first" if first else "look_later"))
    for number, sentence in enumerate(found, 1):
        if first and number == first + 1:
            row += 2
            _rule(page, row, book.word("look_later"))
        # A line of a text stands in a row of its own: LibreOffice does not wrap the text of a link.
        for at, line in enumerate(sentence.text.split("\n")):
            row += 1
            said = f"{number}.  {line}" if at == 0 else line
            cell = put(page, row, FIRST_COLUMN, f"{said}{'  →' if sentence.target else ''}", "wrap")
            cell.alignment = aligned("left", wrap_text=True, indent=2 if at else 0)
            merge(page, row, FIRST_COLUMN, row, LAST_COLUMN)
            page.row_dimensions[row].height = 17.0 * _lines(line) + 4
            if sentence.target:
                link(cell, sentence.target)
    return row + 1


def _lines(text: str) -> int:
    """How many lines a text takes over the sheet's width; a Chinese character is as wide as two digits, a letter less
    than one.
    """
    length = sum(2 if ord(letter) > 0x2E7F else 1 / LINE_FILL for letter in text) + 4
    return 1 + int(length // _LINE_WIDTH)


def _rule(page: Worksheet, row: int, title: str) -> None:
    """A heading with a line under it, over the whole width."""
    for column in range(FIRST_COLUMN, LAST_COLUMN + 1):
        put(page, row, column, title if column == FIRST_COLUMN else None, "section")
        page.cell(row, column).border = edged("thin", "6B7785", "bottom")
    page.row_dimensions[row].height = 20


def _contents(book: Book, sheet: Sheet, page: Worksheet, row: int) -> int:
    _rule(page, row, book.word("sheets"))
    silent = left_out(book.result)
    others: Sequence[Sheet] = [s for s in book.result.policy.sheets if s.key != sheet.key and s not in silent]
    for at, other in enumerate(others):
        line, block = divmod(at, BLOCKS)
        cell = put(page, row + 1 + line, FIRST_COLUMN + STEP * block, book.title(other), "link")
        link(cell, place(book.title(other), "A1"))
        page.row_dimensions[row + 1 + line].height = SMALL * 2
    row += 1 + (len(others) - 1) // BLOCKS
    if silent:
        names = book.word("between_names").join(map(book.title, silent))
        row += 1
        put(page, row, FIRST_COLUMN, book.word("left_out", names=names), "small")
    for empty in silent:
        if empty.kind == "grid" and nobody_on(book.result, empty.grid):
            row += 1
            _nobody(book, page, row, empty)
        if without_before(book.result, empty):
            row += 1
            told = (book.word("no_before"), book.word("no_before_do", subject=book.result.subject))
            put(page, row, FIRST_COLUMN, ("" if book.lang == "zh" else " ").join(told), "small")
    return row + 1


def _units(book: Book, page: Worksheet, row: int) -> None:
    """A way to the card of each unit, the higher levels while they are few: a head of unit finds their own at once."""
    if "scorecards" not in book.result.tables:
        return
    listed = [(depth, rows[0]) for depth, rows in in_tree(_present(book))]
    depths = [depth for depth, _ in listed]
    deepest = next((d for d in (1, 0) if sum(depth <= d for depth in depths) <= _UNITS), None)
    if deepest is None or len(listed) <= 1:
        return
    _rule(page, row, book.word("find_unit"))
    shown = [(depth, data) for depth, data in listed if depth <= deepest]
    lines = -(-len(shown) // BLOCKS)
    for at, (depth, data) in enumerate(shown):
        block, line = divmod(at, lines)
        cell = put(page, row + 1 + line, FIRST_COLUMN + STEP * block, unit_label(book, data), "link")
        cell.alignment = aligned("left", indent=2 * depth)
        link(cell, book.units.get(("scorecards", data["level"], data["unit_key"]), ""))
        page.row_dimensions[row + 1 + line].height = SMALL * 2


def _present(book: Book) -> pl.DataFrame:
    """The cards of the units that have customers: not those of units that are gone, whose income they still explain."""
    return book.table("scorecards").drop_nulls("unit_key").filter(pl.col("n") > 0)


def _nobody(book: Book, page: Worksheet, row: int, sheet: Sheet) -> None:
    """That nobody stands on a grid, and the commonest reason; nothing where there is nobody to place."""
    reasons = unplaced_reasons(book, book.result.policy.grid(sheet.grid))
    for reason, n in reasons.head(1).iter_rows():
        put(page, row, FIRST_COLUMN, book.word("nobody_on", grid=book.title(sheet), reason=reason, n=f"{n:,}"), "small")
