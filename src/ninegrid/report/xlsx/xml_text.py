"""Texts as they stand in the XML of a sheet."""

from __future__ import annotations

import re

from ninegrid.files.xml_escape import escape

CODE = "_x[0-9A-Fa-f]{4}_"  # which Excel reads as the character of that number
WHITE = r"^\s|\s$|[\n\t]|  "  # which a reader of XML may leave out
_START_OF_CODE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_WHITE = re.compile(WHITE)


def space(text: str) -> str:
    """The attribute of a text whose white space a reader might leave out."""
    return ' xml:space="preserve"' if _WHITE.search(text) else ""


def in_xml(text: str) -> str:
    """A text as it stands in a sheet's XML: what looks like the code of a character stays what it looks like."""
    return escape(_START_OF_CODE.sub("_x005F_", text))
