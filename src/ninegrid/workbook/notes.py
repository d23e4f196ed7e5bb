"""The notes on the cells of a sheet as the two parts of the package that Excel wants for them: texts, and yellow boxes.

What openpyxl writes, without some twenty objects for every note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from openpyxl.comments.author import AuthorList
from openpyxl.comments.comment_sheet import CommentSheet
from openpyxl.xml.constants import SHEET_MAIN_NS

_FIRST_SHAPE = 1026  # the number Excel gives the first of a sheet
_LAYOUT = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel">'
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>'
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" fillcolor="#ffffe1" o:insetmode="auto" '
    'style="position:absolute;margin-left:59.25pt;margin-top:1.5pt;width:{width}px;height:{height}px;z-index:1;'
    'visibility:hidden"><v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>'
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_START_OF_CODE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class Note:
    """A note: its cell, 1-based, its text and author, and the size of its box in pixels."""

    row: int
    column: int
    ref: str
    text: str
    author: str
    height: float
    width: float

    @classmethod
    def on(cls, cell: Any) -> Note:
        """The note on a cell of openpyxl's."""
        note = cell._comment
        return cls(cell.row, cell.column, cell.coordinate, note.content, note.author or "", note.height, note.width)


class NoteSheet(CommentSheet):  # type: ignore[misc]
    """What the manifest and the sheet's relations ask of the part with the texts: its path and kind."""

    def __init__(self, number: int) -> None:
        """The notes of one sheet, numbered from 1 among those that have any."""
        super().__init__(AuthorList(), [])
        self._id = number


def texts(notes: Sequence[Note]) -> str:
    """The part that holds what the notes say, and who says it."""
    authors = {author: at for at, author in enumerate(dict.fromkeys(note.author for note in notes))}
    names = "".join(f"<author>{escape(author)}</author>" for author in authors)
    said = "".join(
        f'<comment ref={quoteattr(note.ref)} authorId="{authors[note.author]}" shapeId="0">'
        f'<text><t xml:space="preserve">{escape(_START_OF_CODE.sub("_x005F_", note.text))}</t></text></comment>'
        for note in notes
    )
    return f'<comments xmlns="{SHEET_MAIN_NS}"><authors>{names}</authors><commentList>{said}</commentList></comments>'


def boxes(notes: Sequence[Note]) -> str:
    """The part that holds the boxes the notes are shown in."""
    shapes = (
        _SHAPE.format(number=number, width=note.width, height=note.height, row=note.row - 1, column=note.column - 1)
        for number, note in enumerate(notes, _FIRST_SHAPE)
    )
    return f"{_LAYOUT}{''.join(shapes)}</xml>"
