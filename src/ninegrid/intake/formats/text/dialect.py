"""How a delimited text is laid out: its delimiter, and whether its quotation marks can be trusted."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Literal

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.messages import Message, message
from ninegrid.model.errors import InputError

DELIMITERS = {
    ",": "comma",
    "\t": "tab",
    ";": "semicolon",
    "|": "pipe",
    "，": "full-width comma",
    "；": "full-width semicolon",
    "\x01": "\\x01",
    "\x02": "\\x02",
    "\x03": "\\x03",
    "\x04": "\\x04",
    "\x05": "\\x05",
    "\x06": "\\x06",
    "\x07": "\\x07",
    "\x1b": "\\x1b",
    "\x1c": "\\x1c",
    "\x1d": "\\x1d",
    "\x1e": "\\x1e",
    "\x1f": "\\x1f",
    "^": "caret",
    "~": "tilde",
    "#": "hash",
    "!": "exclamation mark",
    "¦": "broken bar",
    "$": "dollar",
    "§": "section sign",
    "¤": "currency sign",
    "\x7f": "\\x7f",
}
_SEPARATOR = "\x1f"  # stands for a delimiter of several letters
_OF_SEVERAL = re.compile(r"[|@#$^~!&*%;,:+\t\x01-\x08\x1b-\x1f]{2,5}")
_GUARDED = re.compile(rb"(^|\t|[^\s\w\"'=])=\"([^\"\r\n]*)\"(?=[^\w\"]|$)", re.MULTILINE)
_QUOTED_GUARD = re.compile(rb'"=""((?:[^"]|"""")*)"""(?!")')
_SAMPLE = 64 << 10
_HEADER_LINES = 30
_DECLARED = re.compile(r"sep=(.)\r?\n?$", re.IGNORECASE)
_FOOTER_LINES = 5
QUOTED = r'"(?:[^"]|"")*"'

# lines: every record is one line, quotes well formed. records: quoted fields hold line breaks, or quotes stand
# oddly but unambiguously. literal: quotes don't pair up, but without them every line has its fields.
Layout = Literal["lines", "records", "literal"]


@dataclass(frozen=True)
class Dialect:
    """A text's delimiter and layout; `declared` when its first line is ``sep=``."""

    delimiter: str
    layout: Layout
    declared: bool = False
    notice: Message | None = None


def find_dialect(text: bytes, name: str, expected_headers: Collection[str]) -> Dialect:
    """The dialect of a UTF-8 text; InputError with the line when a quotation mark is opened and never closed."""
    lines = first_lines(text)
    declared = _DECLARED.match(lines[0]) if lines else None
    delimiter = declared[1] if declared else find_delimiter(lines, expected_headers)
    layout, notice = _layout(text, delimiter, name)
    return Dialect(delimiter, layout, declared is not None, notice)


def shown_delimiter(delimiter: str) -> str:
    """A delimiter as people call it."""
    return DELIMITERS.get(delimiter, delimiter)


def with_one_byte_delimiter(text: bytes, expected_headers: Collection[str]) -> tuple[bytes, str]:
    """A UTF-8 text whose delimiter has several letters, such as ``@|@``, with one letter in its place; and what it was.

    Every other text as it is.
    """
    found = of_several_bytes(first_lines(text), expected_headers)
    if not found or _SEPARATOR.encode() in text:
        return text, ""
    return text.replace(found.encode(), _SEPARATOR.encode()), found


def of_several_bytes(lines: list[str], expected_headers: Collection[str]) -> str:
    """The delimiter of several letters that divides the lines into more known headers than any of one; '' for none."""
    runs = Counter(run for line in lines[:_HEADER_LINES] for run in _OF_SEVERAL.findall(line))
    likely = {run for run, n in runs.items() if n >= 3 and len(set(run)) + len(run) > 2}
    known = {header.strip().casefold() for header in expected_headers}
    headers = {
        one: max(sum(f.strip(' "\r\n').casefold() in known for f in line.split(one)) for line in lines[:_HEADER_LINES])
        for one in (*likely, *DELIMITERS)
    }
    best = max(likely, key=lambda one: (headers[one], len(one)), default="")
    widths = {line.rstrip("\r\n").count(best) for line in lines if line.strip()} if best else set()
    certain = best and headers[best] > 1 and headers[best] >= max(headers[one] for one in DELIMITERS)
    return best if certain and len(widths) <= _FOOTER_LINES else ""


def is_guarded(text: bytes) -> bool:
    """Whether values are wrapped in ``="…"``, which keeps Excel from changing them."""
    return b'="' in text and bool(_GUARDED.search(text) or _QUOTED_GUARD.search(text))


def without_guards(text: bytes) -> tuple[bytes, bool]:
    """The text with plain quotation marks around such values, and whether there were any."""
    if not is_guarded(text):
        return text, False
    return _GUARDED.sub(rb'\1"\2"', _QUOTED_GUARD.sub(rb'"\1"', text)), True


def find_delimiter(lines: list[str], expected_headers: Collection[str]) -> str:
    """The delimiter that yields the most expected headers, then the most lines of one length, then the most fields."""
    known = {header.strip().casefold() for header in expected_headers}

    def score(delimiter: str) -> tuple[int, int, int]:
        rows = list(csv.reader(lines, delimiter=delimiter))
        headers = max((sum(f.strip().casefold() in known for f in row) for row in rows[:_HEADER_LINES]), default=0)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        return (headers if width > 1 else 0), count, width

    return max(DELIMITERS, key=score)


def records(
    text: bytes, delimiter: str, *, quoting: bool = True, strict: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """Each record with the physical line it starts on; csv.Error when `strict` and a quotation mark stands wrong."""
    lines = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline="")
    if quoting:
        reader = csv.reader(lines, delimiter=delimiter, strict=strict)
    else:
        reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    start = 1
    for fields in reader:
        yield start, fields
        start = reader.line_num + 1


def field_counts(lines: pl.Series, delimiter: str, *, quoting: bool) -> pl.Series:
    """The number of fields on each line; 0 for a blank one."""
    bare = lines.str.replace_all(QUOTED, "") if quoting else lines
    counts = bare.str.count_matches(delimiter, literal=True) + 1
    return counts.set(lines == "", 0)


def first_lines(text: bytes) -> list[str]:
    """The whole lines at a text's beginning that its delimiter is told by."""
    sample = text[:_SAMPLE].decode("utf-8", errors="ignore")
    lines = io.StringIO(sample, newline="").readlines()
    return lines[:-1] if len(text) > _SAMPLE and len(lines) > 1 else lines


def _layout(text: bytes, delimiter: str, name: str) -> tuple[Layout, Message | None]:
    one_break = b"\r" not in text or text.count(b"\r") == text.count(b"\r\n")
    if one_break and delimiter.isascii() and (b'"' not in text or well_formed(text, delimiter)):
        return "lines", None
    try:
        for _ in records(text, delimiter, strict=True):
            pass
    except csv.Error as error:
        if one_break and _regular_without_quotes(text, delimiter):
            return "literal", message("intake.loose_quotes", name=name)
        raise _unbalanced(text, delimiter, name) from error
    return "records", None


def well_formed(text: bytes, delimiter: str) -> bool:
    """Whether each line with quotation marks is a whole record with every quoted field closed."""
    bare = f'[^"{re.escape(delimiter)}]*'
    field = f"(?:{QUOTED}|{bare})"
    quoted = pl.read_lines(text).to_series().str.contains(f"^{field}(?:{re.escape(delimiter)}{field})*$")
    return bool(quoted.all())


def _regular_without_quotes(text: bytes, delimiter: str) -> bool:
    """Whether, quotes aside, all lines from the first of the usual length on have that length (footers excepted)."""
    counts = field_counts(pl.read_lines(text).to_series(), delimiter, quoting=False)
    counts = counts.filter(counts > 0)
    usual = counts.mode().max()
    first = counts.index_of(usual)
    if not isinstance(usual, int) or usual < 2 or first is None:
        return False
    body = counts[first : max(len(counts) - _FOOTER_LINES, first + 1)]
    return bool((body == usual).all() and (counts <= usual).all())


def _unbalanced(text: bytes, delimiter: str, name: str) -> InputError:
    line = 1
    try:
        for line, _ in records(text, delimiter, strict=True):  # noqa: B007
            pass
    except csv.Error:
        pass
    return InputError("intake.open_quote", name=name, line=line)
