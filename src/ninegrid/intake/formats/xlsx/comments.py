"""The comments on a worksheet's cells, which stand in a part of their own."""

from __future__ import annotations

import zipfile

from ninegrid.intake.formats.archive_safety import parts_of, read_part
from ninegrid.intake.formats.extents import column_index
from ninegrid.intake.formats.xlsx.elements import parse
from ninegrid.intake.formats.xlsx.preview import relations_of
from ninegrid.model.raw import Comments


class _Comments:
    """Collects the text of each comment by its cell, without what tells how Chinese letters are read."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self._at = ""
        self._inside = self._phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "comment":
            self._at = attributes.get("ref", "")
        self._inside = tag == "t"
        self._phonetic = self._phonetic or tag == "rPh"

    def end(self, tag: str) -> None:
        self._inside = False
        self._phonetic = self._phonetic and tag != "rPh"

    def text(self, text: str) -> None:
        if self._inside and not self._phonetic:
            self.texts[self._at] = self.texts.get(self._at, "") + text


def comments_of(archive: zipfile.ZipFile, part: str, where: str) -> Comments:
    """The comments of a worksheet, by row and column of their cells. InputError when their part is not well formed."""
    parts = parts_of(archive)
    found = _Comments()
    for kind, target in relations_of(archive, parts, part.lower(), where).values():
        if kind.endswith("/comments") and target.lower() in parts:
            parse(read_part(archive, parts[target.lower()], where), found, where)
    places = {at: at.rstrip("0123456789") for at in found.texts}
    return {
        (int(at[len(column) :]), column_index(column)): found.texts[at]
        for at, column in places.items()
        if column.isascii() and column.isalpha() and len(column) < len(at)
    }
