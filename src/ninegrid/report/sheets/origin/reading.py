"""The reading 读法: how each column of the inputs was understood, and a light column for corrections.

The filled-in sheet is a map: `intake.maps` reads it back by its headings (`form_headings`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import polars as pl
from openpyxl.worksheet.datavalidation import DataValidation

from ninegrid import resources
from ninegrid.intake.maps.read import form_headings
from ninegrid.messages import message, say
from ninegrid.model.mapping import ASIDE
from ninegrid.model.reading import ColumnReading, Proposal, SheetReading
from ninegrid.model.relations import NUMERIC
from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head
from ninegrid.report.kit.list_writer import ListColumn, ListPart, print_first, readable, with_values, write_list
from ninegrid.report.kit.shown import in_lines, text_width
from ninegrid.report.kit.style import HAIRLINE, blend, edged, fill
from ninegrid.report.needs import needs
from ninegrid.subjects.registry import relations

_ENTRY = blend("7CC4B8", 0.25)
_DOUBT = blend("F3C6B4", 0.35)
_BETWEEN = " · "
_WIDTHS = {
    "file": 18.0,
    "sheet": 11.0,
    "column": 4.5,
    "group": 13.0,
    "header": 23.0,
    "sample": 34.0,
    "read_as": 22.0,
    "unit": 12.0,
    "read_sample": 40.0,
    "nearest": 40.0,
    "meaning": 24.0,
    "unit_said": 10.0,
    "reason": 24.0,
    "relation": 9.0,
    "how": 19.0,
    "filled": 7.0,
}
_WIDEST = {"file": 40.0, "sheet": 24.0}  # which take what room their names need, up to this
_LINE = 190.0  # room of a line above the columns, on the width of a printed page
_LONG = re.compile(r"-?[0-9]+\.[0-9]{13,}")
_DIGITS = 15
_LEADING = ("file", "sheet", "column", "group", "header")
_ALWAYS = ("file", "header", "meaning", "unit_said")  # without which the sheet could not be filled in and read back


def build(book: Book, sheet: Sheet) -> None:
    """Write a row a column of the inputs, doubts on a ground of their own, and the two columns to fill in."""
    rows = pl.DataFrame(list(_rows(book)), schema=dict.fromkeys(_WIDTHS, pl.String), orient="row")
    page = head(book, sheet, _counted(book), gridlines=True)
    # What the grids lack is said of inputs that are graded; a study's are held against those.
    told = [message("reading.how_to_fill"), *([] if book.result.study else needs(book.result))]
    lines = [line for one in told for line in in_lines(say(one, book.lang), _LINE)]
    for number, line in enumerate(lines):
        put(page, FIRST_ROW - 1 + number, FIRST_COLUMN, line, "small")
    every = [ListColumn(name, _heading(book, name), "text", _width(rows, name)) for name in _WIDTHS]
    columns = with_values(rows, every, _ALWAYS)
    names = [column.name for column in columns]
    frozen = sum(name in _LEADING for name in names)
    for part in write_list(page, rows, columns, top=FIRST_ROW + len(lines), frozen=frozen):
        _show_doubts(part, names, rows)
        print_first(part, readable(columns), sheet.printed)
        _open(book, part, names)


def _width(rows: pl.DataFrame, name: str) -> float:
    """The width of a column; files and sheets get what their names need."""
    if name not in _WIDEST:
        return _WIDTHS[name]
    longest = max((text_width(text) for text in rows[name].drop_nulls().unique()), default=0)
    return min(max(_WIDTHS[name], longest + 2.0), _WIDEST[name])


def _counted(book: Book) -> str:
    """How many columns were read, proposed and set aside."""
    columns = [column for sheet in book.result.inputs.reading.sheets for column in sheet.columns]
    read = sum(bool(column.meaning) for column in columns)
    proposed = sum(len(sheet.doubts) for sheet in book.result.inputs.reading.sheets)
    notice = message(
        "reading.counted", all=len(columns), read=read, proposed=proposed, aside=len(columns) - read - proposed
    )
    return say(notice, book.lang)


def _heading(book: Book, name: str) -> str:
    at = {"meaning": "meaning", "unit_said": "unit"} | {name: name for name in ("file", "sheet", "group", "header")}
    if name in at:
        return form_headings(at[name])[book.lang == "en"]
    return say(message(f"reading.heading_{name}"), book.lang)


def _rows(book: Book) -> Iterator[tuple[str | None, ...]]:
    for sheet in book.result.inputs.reading.sheets:
        if sheet.hidden_of or not sheet.columns:
            why = message("reading.sheet_not_read")
            if sheet.hidden_of:
                why = message("reading.sheet_hidden", relation=resources.relation(sheet.hidden_of))
            nothing: dict[str, str | None] = {"file": sheet.file, "sheet": sheet.sheet, "reason": say(why, book.lang)}
            yield tuple(nothing.get(name) for name in _WIDTHS)
        for column in sheet.columns if not sheet.hidden_of else ():
            yield _row(book, sheet, column)


def _row(book: Book, sheet: SheetReading, column: ColumnReading) -> tuple[str | None, ...]:
    quoted = column.meaning not in book.result.policy.privacy.withheld
    values = {
        "file": sheet.file,
        "sheet": sheet.sheet,
        "column": column.column,
        "group": column.group,
        "header": column.header,
        "relation": resources.relation(column.relation).label(book.lang) if column.relation else "",
        "read_as": _meaning(book, column.meaning, column.relation) + (f" {column.year}" if column.year else ""),
        "how": _code(book, f"how_{column.how}"),
        "unit": _unit(column),
        "sample": _as_fit(book, [_short(one.written) for one in column.samples], "sample") if quoted else "",
        "read_sample": _as_fit(book, _as_read(book, column), "read_sample") if quoted else "",
        "filled": "" if column.filled is None else f"{column.filled:.0%}",
        "reason": _code(book, f"reason_{column.reason}") if column.reason else "",
        "nearest": _between(book).join(
            _proposal(book, near, column.relation or sheet.relation)
            for near in (column.nearest if column.index in sheet.doubts else ())
        ),
    }
    return tuple(values.get(name) or None for name in _WIDTHS)


def _between(book: Book) -> str:
    return "；" if book.lang == "zh" else "; "


def _as_fit(book: Book, texts: Sequence[str], name: str) -> str:
    """As many of the texts as the column has room for; the first one always."""
    fitting = list(texts[:1])
    for text in texts[1:]:
        if text_width(_between(book).join([*fitting, text])) <= _WIDTHS[name]:
            fitting.append(text)
    return _between(book).join(fitting)


def _as_read(book: Book, column: ColumnReading) -> list[str]:
    return [book.labels.value(_figure(one.read, column)) for one in column.samples if one.read]


def _short(text: str) -> str:
    """A cell as people see it: without the last digits of a number that binary fractions add."""
    return f"{float(text):.12g}" if _LONG.fullmatch(text) else text


def _figure(text: str, column: ColumnReading) -> str:
    """A value as it was read: numbers with separators of thousands."""
    if column.kind not in NUMERIC:
        return text
    number = float(text)
    places = min(
        8, max(0, _DIGITS - len(f"{abs(number):.0f}"))
    )  # beyond them stand the digits that binary fractions add
    whole, _, part = f"{number:,.{places}f}".partition(".")
    part = part.rstrip("0")
    return f"{whole}.{part}" if part else whole


def _meaning(book: Book, name: str, relation: str) -> str:
    return book.labels.of_input(name, relation) if name else ""


def _unit(column: ColumnReading) -> str:
    return (column.unit if column.meaning else "") + (" -" if column.sign < 0 else "")


def _code(book: Book, code: str) -> str:
    return say(message(f"reading.{code}"), book.lang)


def _proposal(book: Book, near: Proposal, relation: str) -> str:
    why = say(message(f"maps.evidence_{near.evidence}", detail=near.detail), book.lang)
    return say(message("reading.proposal", meaning=_meaning(book, near.meaning, relation), why=why), book.lang)


def _show_doubts(part: ListPart, names: Sequence[str], rows: pl.DataFrame) -> None:
    """The reason and the proposals of a column set aside for a doubt stand on a ground of their own."""
    ground = fill(_DOUBT)
    for position in (names.index(name) for name in ("reason", "nearest") if name in names):
        for cells, near in zip(part.sheet[part.area(position)], rows["nearest"], strict=False):
            if near:
                cells[0].fill = ground


def _open(book: Book, part: ListPart, names: Sequence[str]) -> None:
    """The cells to fill in: the meanings to choose from stand in a column far to the right, folded away."""
    ground, frame = fill(_ENTRY), edged("thin", HAIRLINE, "left", "right", "bottom")
    options = _options(book)
    place = FIRST_COLUMN + len(names) + 2
    for row, text in enumerate(options, part.first):
        part.sheet.cell(row, place, text)
    letter = part.sheet.cell(1, place).column_letter
    part.sheet.column_dimensions[letter].hidden = True
    lists = {
        "meaning": f"${letter}${part.first}:${letter}${part.first + len(options) - 1}",
        "unit_said": f'"{",".join(resources.vocabulary("units")["offered"])}"',
    }
    for name, formula in lists.items():
        area = part.area(names.index(name))
        for (cell,) in part.sheet[area]:
            cell.fill, cell.border = ground, frame
        rule = DataValidation("list", formula1=formula, allow_blank=True, showErrorMessage=False)
        rule.add(area)
        part.sheet.add_data_validation(rule)


def _options(book: Book) -> Sequence[str]:
    """Every meaning, by label and name, those of the main relation first; then the word for leaving a column aside."""
    found = {
        column.name: f"{column.label(book.lang)}{_BETWEEN}{column.name}"
        for relation in reversed(relations(book.result.subject))
        for column in relation.columns
    }
    main = [column.name for column in relations(book.result.subject)[0].columns]
    ordered = [*main, *(name for name in found if name not in main)]
    return [f"{say(message('reading.aside'), book.lang)}{_BETWEEN}{ASIDE}", *(found[name] for name in ordered)]
