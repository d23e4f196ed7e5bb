"""The parts of an Office Open XML workbook, and a sheet's first rows, streamed without loading the sheet."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import field
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from ninegrid.dataclass import dataclass
from ninegrid.intake.formats.archive_safety import parts_of, read_part
from ninegrid.intake.formats.extents import MAX_COLUMNS, MAX_ROWS, column_index
from ninegrid.intake.formats.xlsx.elements import Done, parse
from ninegrid.intake.formats.xlsx.shared_texts import shared_texts
from ninegrid.intake.values.shown_as import shown_as
from ninegrid.model.errors import InputError
from ninegrid.model.raw import NumberFormats

_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})$")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WORKSHEET = "/worksheet"
_LARGE, _SAMPLE_ROWS = 4 << 20, 1000  # of a part of so many bytes the formats of so many rows are looked at first
_DATE_FORMAT = re.compile(r"(?:\[\$[^\]]*\])?[Yy]{4}\\?[-/.][Mm]{1,2}\\?[-/.][Dd]{1,2}(?:;@)?$")


@dataclass(frozen=True)
class SheetPart:
    """A worksheet: its name, the part that holds it, and whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Book:
    """A workbook's worksheets in order, its shared strings and styles parts ('' for none), and its date system.

    own_parts: all that a reader needs besides the worksheets. main: the workbook's own part; links: those of it, id →
    (type, target). lost: worksheets that are listed and have no part. asks_to_calculate: its formulas are to be
    calculated when it is opened, as in files of programs that don't calculate; their stored results may be made up.
    """

    sheets: tuple[SheetPart, ...]
    strings_part: str
    styles_part: str
    date1904: bool
    own_parts: tuple[str, ...] = ()
    main: str = ""
    links: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    asks_to_calculate: bool = False


class _Elements:
    """Collects the attributes of every element of some names."""

    def __init__(self, *names: str) -> None:
        self.found: dict[str, list[dict[str, str]]] = {name: [] for name in names}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in self.found:
            self.found[tag].append(attributes)

    def end(self, tag: str) -> None:
        """Nothing to do: attributes are all that is wanted."""

    def text(self, text: str) -> None:
        """Nothing to do: attributes are all that is wanted."""


def read_book(archive: zipfile.ZipFile, name: str) -> Book:
    """The workbook's parts; InputError when it has no workbook part."""
    parts = parts_of(archive)
    main = next(
        (t for kind, t in relations_of(archive, parts, "", name).values() if kind.endswith("/officeDocument")), ""
    )
    main = (main or "xl/workbook.xml").lower()
    if main not in parts:
        raise InputError("intake.zip_without_workbook", name=name)
    found = _Elements("sheet", "workbookPr", "calcPr")
    parse(read_part(archive, parts[main], name), found, name)
    links = relations_of(archive, parts, main, name)
    strings, styles = (
        next((target for kind, target in links.values() if kind.endswith(name)), "")
        for name in ("/sharedStrings", "/styles")
    )
    return Book(
        tuple(_sheet_parts(found.found["sheet"], links, parts)),
        parts.get(strings.lower(), ""),
        parts.get(styles.lower(), ""),
        any(p.get("date1904", "0").lower() in ("1", "true", "on") for p in found.found["workbookPr"]),
        tuple(
            parts[part]
            for part in ("[content_types].xml", _links_of(""), main, _links_of(main), strings.lower(), styles.lower())
            if part in parts
        ),
        parts[main],
        links,
        tuple(s.get("name", "") for s in found.found["sheet"] if _is_lost(links.get(s.get("id", "")), parts)),
        any(p.get("fullCalcOnLoad", "0").lower() in ("1", "true", "on") for p in found.found["calcPr"]),
    )


def _sheet_parts(
    sheets: list[dict[str, str]], links: dict[str, tuple[str, str]], parts: dict[str, str]
) -> Iterator[SheetPart]:
    for sheet in sheets:
        kind, target = links.get(sheet.get("id", ""), ("", ""))
        part = parts.get(target.lower(), "")
        if kind.endswith(_WORKSHEET) and part:
            yield SheetPart(sheet.get("name", ""), part, sheet.get("state", "visible") != "visible")


def _is_lost(link: tuple[str, str] | None, parts: dict[str, str]) -> bool:
    """Whether a sheet of a workbook has no part, by its link."""
    return link is None or (link[0].endswith(_WORKSHEET) and link[1].lower() not in parts)


def relations_of(archive: zipfile.ZipFile, parts: dict[str, str], of: str, name: str) -> dict[str, tuple[str, str]]:
    """The relationships of a part ('' is the package): id → (type, target part)."""
    part = parts.get(_links_of(of))
    if part is None:
        return {}
    folder = dirname(of)
    found = _Elements("Relationship")
    parse(read_part(archive, part, name), found, name)
    return {
        link.get("Id", ""): (link.get("Type", ""), _target(folder, link.get("Target", ""), parts))
        for link in found.found["Relationship"]
    }


def _target(folder: str, target: str, parts: Mapping[str, str]) -> str:
    """The part that a relationship means, from the package's root; it may be written as an address, with %20."""
    path = normpath(join("/", folder, target)).lstrip("/")
    return path if path.lower() in parts else unquote(path)


def _links_of(part: str) -> str:
    """The part that holds a part's relationships, in lower case."""
    folder = dirname(part)
    return join(folder, "_rels", f"{part[len(folder) :].lstrip('/')}.rels").lower()


class _FirstRows:
    """Collects the cells of a sheet's first rows; a shared string stays its index until the strings are read."""

    def __init__(self, rows: int) -> None:
        self.cells: dict[tuple[int, int], str | int] = {}
        self._rows = rows
        self._row = self._column = self._style = 0
        self._type = self._value = self._formula = ""
        self._inside = ""
        self._phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            self._row = _whole(attributes.get("r"), self._row + 1)
            self._column = 0
            if self._row > self._rows:
                raise Done
        elif tag == "c":
            self._place(attributes.get("r", ""))
            self._type, self._value, self._formula = attributes.get("t", "n"), "", ""
            self._style = _whole(attributes.get("s"), 0)
        elif tag == "rPh":
            self._phonetic = True
        elif tag in ("v", "t", "f"):
            self._inside = tag

    def _place(self, reference: str) -> None:
        self._column += 1
        if found := _REFERENCE.match(reference):
            self._column, self._row = column_index(found[1]) + 1, int(found[2])

    def end(self, tag: str) -> None:
        if tag == "c":
            self._keep()
        elif tag == "rPh":
            self._phonetic = False
        elif tag in ("v", "t", "f"):
            self._inside = ""
        elif tag == "sheetData":
            raise Done

    def text(self, text: str) -> None:
        if self._inside == "f":
            self._formula += text
        elif self._inside and not self._phonetic and (self._type != "inlineStr" or self._inside == "t"):
            self._value += text

    def _keep(self) -> None:
        value = self._value
        if not value and self._formula and self._type != "str":
            value = f"={self._formula}"
        if not value or self._row > self._rows or not 0 < self._column <= MAX_COLUMNS:
            return
        at = (self._row, self._column - 1)
        if self._type == "s":
            self.cells[at] = _whole(value, 0)
        else:
            self.cells[at] = ("TRUE" if value in ("1", "true") else "FALSE") if self._type == "b" else value


class _Styles(_FirstRows):
    """Collects the rows of numbers by column and style, of some columns."""

    def __init__(self, rows: int, columns: Collection[int]) -> None:
        super().__init__(rows)
        self.rows: dict[int, dict[int, list[int]]] = {}
        self._columns = columns

    def _keep(self) -> None:
        column = self._column - 1
        if self._type == "n" and self._value and column in self._columns and self._row <= self._rows:
            self.rows.setdefault(column, {}).setdefault(self._style, []).append(self._row)


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else otherwise


def first_rows(archive: zipfile.ZipFile, book: Book, part: str, rows: int, where: str) -> list[list[str | None]]:
    """The first rows of a worksheet as text, row 1 and column A first; empty cells are None.

    Numbers are given as stored, dates as Excel's serial number, a formula without a stored result as its text.
    """
    found = _FirstRows(rows)
    parse(read_part(archive, part, where), found, where)
    texts = _shared(archive, book, found.cells, where)
    return rectangle({at: _plain(texts.get(v, str(v)) if isinstance(v, int) else v) for at, v in found.cells.items()})


def number_formats(
    archive: zipfile.ZipFile, book: Book, part: str, columns: Collection[int], where: str
) -> NumberFormats:
    """How the numbers of some columns are shown; see RawSheet. A large part's first rows tell, where they agree."""
    if not book.styles_part or not columns:
        return {}
    looks = _Formats()
    parse(read_part(archive, book.styles_part, where), looks, where)
    codes = {style: looks.code(code) for style, code in enumerate(looks.of_cells)}
    if all(shown_as(code).is_plain for code in codes.values()):
        return {}
    is_large = archive.getinfo(part).file_size >= _LARGE
    found = _Styles(_SAMPLE_ROWS if is_large else MAX_ROWS, columns)
    parse(read_part(archive, part, where), found, where)
    if is_large and any(len({shown_as(codes.get(s, "")) for s in styles}) > 1 for styles in found.rows.values()):
        found = _Styles(MAX_ROWS, columns)
        parse(read_part(archive, part, where), found, where)
    return {column: _by_code(styles, codes) for column, styles in found.rows.items()}


def _by_code(styles: Mapping[int, list[int]], codes: Mapping[int, str]) -> dict[str, frozenset[int]]:
    rows: dict[str, list[int]] = {}
    for style, at in styles.items():
        rows.setdefault(codes.get(style, ""), []).extend(at)
    return {code: frozenset(at) for code, at in rows.items()}


def date_styles(archive: zipfile.ZipFile, book: Book, where: str) -> frozenset[str]:
    """The cell styles, as cells refer to them, that show a number as a day and nothing else."""
    if not book.styles_part:
        return frozenset()
    looks = _Formats()
    parse(read_part(archive, book.styles_part, where), looks, where)
    return frozenset(str(i) for i, code in enumerate(looks.of_cells) if looks.is_date(code))


class _Formats:
    """The number formats of a workbook's cell styles, in the order cells refer to them."""

    def __init__(self) -> None:
        self.of_cells: list[int] = []
        self._codes: dict[int, str] = {9: "0%", 10: "0.00%", 14: "yyyy/m/d"}
        self._in_cells = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            self._codes[_whole(attributes.get("numFmtId"), -1)] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self._in_cells = True
        elif tag == "xf" and self._in_cells:
            self.of_cells.append(_whole(attributes.get("numFmtId"), 0))

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            raise Done

    def text(self, text: str) -> None:
        """Nothing to do: formats stand in attributes."""

    def code(self, number: int) -> str:
        return self._codes.get(number, "")

    def is_date(self, code: int) -> bool:
        return _DATE_FORMAT.match(self._codes.get(code, "")) is not None


def _plain(text: str) -> str:
    # Characters that XML can't hold are written as _x000D_.
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _shared(
    archive: zipfile.ZipFile, book: Book, cells: Mapping[tuple[int, int], str | int], where: str
) -> dict[int, str]:
    wanted = {v for v in cells.values() if isinstance(v, int)}
    if not wanted or not book.strings_part:
        return {}
    return shared_texts(lambda: read_part(archive, book.strings_part, where), wanted, where)


def rectangle(cells: dict[tuple[int, int], str]) -> list[list[str | None]]:
    """Cells by (1-based row, 0-based column) as rows of one width, empty text as None."""
    filled = {at: text for at, text in cells.items() if text}
    if not filled:
        return []
    width = max(column for _, column in filled) + 1
    return [[filled.get((row, c)) for c in range(width)] for row in range(1, max(row for row, _ in filled) + 1)]
