"""The texts of a sheet's first rows: without the spaces around them, at a place, each once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

Row = Sequence[str | None]
Head = Sequence[Row]
REMEMBERED = 512  # rows, which are looked at again for every relation
_NUMBERING = re.compile(r"[(（\[][A-Za-z\d]{1,2}[)）\]]|[\u2460-\u249b]")


def text_at(row: Row, index: int) -> str | None:
    """The text of a row's cell, without spaces around it; None for an empty one or one beyond its end."""
    text = row[index] if index < len(row) else None
    return text.strip() or None if text else None


@lru_cache(maxsize=REMEMBERED)
def stripped(row: tuple[str | None, ...]) -> tuple[str | None, ...]:
    """A row's texts without spaces around them; None for one of spaces alone."""
    return tuple(text.strip() or None if text else None for text in row)


def is_numbering(text: str) -> bool:
    """Whether a text numbers a column, as a row of forms does: （A）, (2), ③."""
    return _NUMBERING.fullmatch(text) is not None


def texts_of_rows(head: Head) -> list[str]:
    """The texts in some rows, each once, in the order in which they stand."""
    return list(dict.fromkeys(chain.from_iterable(_texts(tuple(row)) for row in head)))


@lru_cache(maxsize=REMEMBERED)
def _texts(row: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple(text for text in row if text)
