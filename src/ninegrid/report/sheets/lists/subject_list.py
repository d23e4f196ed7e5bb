"""The list of all subjects: banded header, filter, most used columns in view, cells and tiers in the tier's colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl
from openpyxl.formatting.rule import FormulaRule
from openpyxl.utils import get_column_letter

from ninegrid.grid.rebased import id_of
from ninegrid.policy import Policy, Sheet, Tier
from ninegrid.policy.order import ordered
from ninegrid.report.kit.cells import place
from ninegrid.report.kit.layout import FIRST_COLUMN, Book, Span, head
from ninegrid.report.kit.list_writer import ListColumn, ListPart, print_first, readable, write_list
from ninegrid.report.kit.shown import cell_columns, cell_names, display_width, heading, shown, text_width
from ninegrid.report.kit.style import TEXT_UNITS, MoneyScale, fill, ink, money_scale
from ninegrid.resources import further_grid_columns

_FROZEN = 2  # the subject's id and name
_ENOUGH = 2_500  # values that tell how wide a column of very many has to be
_FEW = 100  # values that tell what most columns are not
_WIDTHS = {"money": 12.0, "percent": 10.0, "level": 8.0, "year": 8.0, "row": 8.0}
_NARROWEST, _WIDEST, _PLAIN = 8.0, 34.0, 10.0


def build(book: Book, sheet: Sheet) -> None:
    """Write the list and note in the book where each cell's rows and each column's heading stand."""
    scale = money_scale(book.lang)
    rows = ordered(book.table(sheet.table), sheet.order, book.result.policy)
    line = _line(book, sheet, rows, scale)
    page = head(book, sheet, line, gridlines=True)
    columns = list(_columns(book, sheet, rows))
    frame = shown(rows, [c.name for c in columns], book.labels, scale)
    parts = write_list(page, frame, columns, frozen=_FROZEN, streamed=True)
    for part in parts:
        colour_tiers(book, part, columns, frame)
        print_first(part, readable(columns), sheet.printed)
    book.listed[sheet.table] = rows[id_of(sheet.table, book.result.policy)]
    _note_spans(book, sheet, rows, parts)
    _note_headings(book, columns, parts[0])


def _line(book: Book, sheet: Sheet, rows: pl.DataFrame, scale: MoneyScale) -> str:
    """How many rows, of which period, in which unit; and where the others are, if not all fit on a sheet."""
    key = "list_line" if book.result.policy.totals.sums else "list_line_plain"
    line = book.word(key, n=f"{rows.height:,}", period=book.result.period, unit=scale.unit)
    if rows.height > sheet.printed:
        line = book.word("first_printed", line=line, n=f"{sheet.printed:,}")
    among = book.result.height(sheet.table)
    if rows.height == among:
        return line
    return f"{line} · {book.word('list_part', n=f'{rows.height:,}', among=f'{among:,}', table=sheet.table)}"


def _columns(book: Book, sheet: Sheet, rows: pl.DataFrame) -> Iterator[ListColumn]:
    wanted = [
        (name, group, rest)
        for group in sheet.groups
        for names, rest in ((group.columns, False), (group.rest, True))
        for name in _expanded(names, sheet.table, book.result.policy)
        if has_place(book, rows, name)
    ]
    widest = text_widths(book, rows, [name for name, _, _ in wanted])
    for name, group, rest in wanted:
        yield list_column(book, name, widest, group=book.labels.of(group), rest=rest)


def has_place(book: Book, rows: pl.DataFrame, name: str) -> bool:
    """Whether a column is shown: not one that was left out, such as unwanted names, nor one that nobody has a value in,
    unless every row should: it says 未填.
    """
    return name in rows.columns and (book.labels.expected(name) or rows[name].null_count() < rows.height)


def _expanded(names: Iterable[str], table: str, policy: Policy) -> Iterator[str]:
    lists = {
        "@indicators": [m.key for m in policy.indicators],
        "@grids": further_grid_columns(table, policy),
    }
    for name in names:
        yield from lists.get(name, [name])


def list_column(
    book: Book, name: str, widest: Mapping[str, float], *, group: str = "", rest: bool = False
) -> ListColumn:
    """A column of a list, as its declaration has it; widest: `text_widths` of its rows."""
    labels, unit, header = book.labels, book.labels.unit(name), heading(name, book.labels, money_scale(book.lang))
    wanted = _text_width(widest[name], header) if unit in TEXT_UNITS else _WIDTHS.get(unit, _PLAIN)
    note = next((m.formula for m in labels.policy.metrics if m.key == name and m.denominator), "")
    return ListColumn(name, header, unit, wanted, group, rest, note)


def text_widths(book: Book, rows: pl.DataFrame, names: Iterable[str]) -> dict[str, float]:
    """How wide nearly all values of each column of texts are, in digits; all columns in one go."""
    texts = [name for name in dict.fromkeys(names) if book.labels.unit(name) in TEXT_UNITS and name in rows.columns]
    some = rows.select(pl.col(texts).gather_every(max(1, rows.height // _ENOUGH)))
    told = shown(some, texts, book.labels, money_scale(book.lang))
    wide = told.select(display_width(pl.col(texts).cast(pl.String)).quantile(0.98).fill_null(0))
    return wide.to_dicts()[0] if wide.height else dict.fromkeys(texts, 0.0)


def _text_width(widest: float, header: str) -> float:
    """Room for nearly all values, and for the heading on two lines."""
    least = max(_NARROWEST, min(text_width(header) + 2, 12))
    return float(min(max(widest + 2, least), _WIDEST))


def colour_tiers(book: Book, part: ListPart, columns: Sequence[ListColumn], frame: pl.DataFrame) -> None:
    """Cells and tiers in the tier's colour, whatever is sorted or filtered; `frame` holds the texts shown."""
    for position, column in enumerate(columns):
        for tier, texts in _tier_texts(book, frame[column.name]).items():
            _colour_one(book, part, position, tier, texts)


def _colour_one(book: Book, part: ListPart, position: int, tier: Tier, texts: Sequence[str]) -> None:
    first = f"{get_column_letter(FIRST_COLUMN + position)}{part.first}"
    same = (f"{first}={_quoted(text)}" for text in texts)
    look = FormulaRule(formula=[f"OR({','.join(same)})"], font=ink(tier.ink), fill=fill(tier.color))
    part.sheet.conditional_formatting.add(part.area(position), look)


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _tier_texts(book: Book, values: pl.Series) -> Mapping[Tier, list[str]]:
    """Which texts of a column stand for which tier: of a grid's cell column, and of any column that holds tiers."""
    policy, labels = book.result.policy, book.labels
    grid = next((g for g in policy.grids if values.name in cell_columns(g)), None)
    if grid:
        names = cell_names(grid, labels)
        found = {t: [names[c.id] for c in grid.cells if c.tier == t.key] for t in policy.tiers}
    else:
        held = _held(values, frozenset(map(labels.of, policy.tiers)))
        found = {t: [labels.of(t)] for t in policy.tiers if labels.of(t) in held}
    return {tier: texts for tier, texts in found.items() if texts}


def _held(values: pl.Series, known: frozenset[str]) -> set[str]:
    """The texts that a column holds, none unless all of them are known; most columns tell from their first values."""
    if values.dtype != pl.String or not known.issuperset(filter(None, values.head(_FEW))):
        return set()
    held = set(values.drop_nulls().unique())
    return held if known >= held else set()


def _note_spans(book: Book, sheet: Sheet, rows: pl.DataFrame, parts: Sequence[ListPart]) -> None:
    grid = book.result.policy.grid(sheet.grid)
    where = rows.with_row_index("at").group_by(grid.cell).agg(pl.min("at"), pl.max("at").alias("end"), pl.len())
    for cell, first, end, n in where.iter_rows():
        if end - first + 1 == n:
            book.spans[grid.key, cell] = _span(first, end, parts)


def _span(first: int, end: int, parts: Sequence[ListPart]) -> Span:
    """The sheet rows of the list's 0-based rows first to end, as far as they stand on the sheet where they begin."""
    for part in parts:
        height = part.last - part.first + 1
        if first < height:
            return Span(part.sheet.title, part.first + first, part.first + min(end, height - 1))
        first, end = first - height, end - height
    raise IndexError(first)


def _note_headings(book: Book, columns: Sequence[ListColumn], part: ListPart) -> None:
    for position, column in enumerate(columns):
        letter = get_column_letter(FIRST_COLUMN + position)
        book.headers[column.name] = place(part.sheet.title, f"{letter}{part.header}")
