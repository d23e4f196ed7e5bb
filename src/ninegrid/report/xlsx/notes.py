"""The notes on the cells of a sheet as the two parts of the package that Excel wants for them: texts, and yellow boxes.

What openpyxl writes, without some twenty objects for every note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from openpyxl.comments.author import AuthorList
from openpyxl.comments.comment_sheet import CommentSheet
from openpyxl.xml.constants import SHEET_MAIN_NS

from ninegrid.files.xml_escape import escape

_FIRST_SHAPE = 1026  # the number Excel gives the first of a sheet
_LAYOUT = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel">'
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>'
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_BEFORE_SIZE = (
    'type="#_x0000_t202" fillcolor="#ffffe1" o:insetmode="auto" '
    'style="position:absolute;margin-left:59.25pt;margin-top:1.5pt;'
)
_AFTER_SIZE = (
    'z-index:1;visibility:hidden"><v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>'
)
_START_OF_CODE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class Note(NamedTuple):
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
    """What the manifest and the sheet's relations ask of the part with the texts: its path and kind, and of the boxes.

    Parts are called what Excel calls them: some readers, exceljs among them, find notes by these names alone.
    """

    _path = "/xl/comments{0}.xml"

    def __init__(self, number: int) -> None:
        """The notes of one sheet, numbered from 1 among those that have any."""
        super().__init__(AuthorList(), [])
        self._id = number
        self.boxes = f"/xl/drawings/vmlDrawing{number}.vml"


def texts(notes: Sequence[Note]) -> str:
    """The part that holds what the notes say, and who says it."""
    authors = {author: at for at, author in enumerate(dict.fromkeys(note.author for note in notes))}
    names = "".join(f"<author>{escape(author)}</author>" for author in authors)
    spelled = {text: escape(_START_OF_CODE.sub("_x005F_", text)) for text in {note.text for note in notes}}
    said = "".join(
        f'<comment ref="{note.ref}" authorId="{authors[note.author]}" shapeId="0">'
        f'<text><t xml:space="preserve">{spelled[note.text]}</t></text></comment>'
        for note in notes
    )
    return f'<comments xmlns="{SHEET_MAIN_NS}"><authors>{names}</authors><commentList>{said}</commentList></comments>'


def boxes(notes: Sequence[Note]) -> str:
    """The part that holds the boxes the notes are shown in."""
    shapes = (
        f'<v:shape id="_x0000_s{number}" {_BEFORE_SIZE}width:{note.width}px;height:{note.height}px;{_AFTER_SIZE}'
        f"<x:Row>{note.row - 1}</x:Row><x:Column>{note.column - 1}</x:Column></x:ClientData></v:shape>"
        for number, note in enumerate(notes, _FIRST_SHAPE)
    )
    return f"{_LAYOUT}{''.join(shapes)}</xml>"
