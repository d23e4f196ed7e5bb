"""Traditional characters in headers, as Big5 files have them, in their simplified form."""

from __future__ import annotations

from ninegrid.resources import vocabulary

_WORDS = vocabulary("traditional")
_TABLE = str.maketrans("".join(_WORDS["traditional"]), "".join(_WORDS["simplified"]))


def simplified(text: str) -> str:
    """The text with the traditional characters of headers replaced."""
    return text.translate(_TABLE)
