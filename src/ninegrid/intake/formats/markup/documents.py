"""Which kind of markup a file is, and its sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol
from xml.parsers import expat

from ninegrid.intake.formats.cut_short import OnCut
from ninegrid.intake.formats.grid_sheet import GridSheet
from ninegrid.intake.formats.markup.html import html_sheets
from ninegrid.intake.formats.markup.opendocument import OpenDocument
from ninegrid.intake.formats.markup.spreadsheet_xml import SpreadsheetXml
from ninegrid.intake.formats.text.encodings import decoded
from ninegrid.model.errors import InputError
from ninegrid.model.raw import InputFile

_LOOKED_AT = 1 << 16
_SPREADSHEET_XML = b"urn:schemas-microsoft-com:office:spreadsheet"
_OPEN_DOCUMENT = b"urn:oasis:names:tc:opendocument:xmlns:table"
_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


class Handler(Protocol):
    """What follows the elements of a document; names come without their prefix."""

    def start(self, tag: str, found: dict[str, str], /) -> None:
        """An element begins."""
        ...

    def end(self, tag: str, /) -> None:
        """An element ends."""
        ...

    def text(self, text: str, /) -> None:
        """Some text."""
        ...


def is_markup(data: bytes) -> bool:
    """Whether a file is a document of markup, or a web page that was saved."""
    start = _start(data)
    return start.startswith(b"<") or start.startswith(b"mime-version:") or b"\nmime-version:" in start[:2048]


def markup_sheets(data: bytes, file: InputFile, on_cut: OnCut) -> list[GridSheet]:
    """The sheets of a document; InputError for one that holds no table, and for one that is damaged."""
    start = _start(data)
    if not start.startswith(b"<"):
        return _saved_page(data, file, on_cut)
    if _SPREADSHEET_XML in start and b"<html" not in start:
        book = SpreadsheetXml(file)
        parse_xml([_in_utf8(data, file)], book, file)
        return book.finished(on_cut)
    if _OPEN_DOCUMENT in start:
        document = OpenDocument(file)
        parse_xml([_in_utf8(data, file)], document, file)
        return document.finished()
    found = html_sheets(_text(data, file), file, file.path.stem, on_cut)
    if not found:
        raise InputError("formats.no_table", file=file.name)
    return found


def parse_xml(chunks: Iterable[bytes], handler: Handler, file: InputFile) -> None:
    """Follow an XML document to its end. InputError when it is not well formed, or declares a document type."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, found: handler.start(
        tag.rpartition(" ")[2], {key.rpartition(" ")[2]: value for key, value in found.items()}
    )
    parser.EndElementHandler = lambda tag: handler.end(tag.rpartition(" ")[2])
    parser.CharacterDataHandler = handler.text

    def refuse(*_: object) -> None:
        raise InputError("formats.declares_entities", file=file.name)

    parser.StartDoctypeDeclHandler = refuse
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, IndexError, ValueError, LookupError) as error:  # an encoding expat doesn't know, too
        raise InputError("intake.damaged", where=file.name, reason=str(error)) from error


def _start(data: bytes) -> bytes:
    """A file's beginning in lower case, whatever its width: text in UTF-16 has a zero byte in each letter."""
    start = data[:_LOOKED_AT]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start[2:].replace(b"\0", b"")
    return start.lstrip(b"\xef\xbb\xbf \r\n\t\f").lower()


def _text(data: bytes, file: InputFile) -> str:
    found = _CHARSET.search(data[:_LOOKED_AT])
    return decoded(data, file.name, found[1].decode() if found else "")


def _in_utf8(data: bytes, file: InputFile) -> bytes:
    return _DECLARATION.sub("", _text(data, file), count=1).encode()


def _saved_page(data: bytes, file: InputFile, on_cut: OnCut) -> list[GridSheet]:
    """The tables of a saved web page (MHTML): each of its pages is a sheet, or several."""
    import email.policy  # noqa: PLC0415  the grammar of mail, for saved pages alone

    parts = email.message_from_bytes(data, policy=email.policy.default).walk()
    pages = [part for part in parts if part.get_content_type() == "text/html"]
    found = []
    for page in pages:
        content = page.get_payload(decode=True)
        if isinstance(content, bytes):
            found += html_sheets(_text(content, file), file, file.path.stem, on_cut)
    if not found:
        raise InputError("formats.no_table", file=file.name)
    return found
