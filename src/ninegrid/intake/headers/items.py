"""Sheets with one column an item: which columns those are, and what their headers say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ninegrid.intake.headers.matching import Heading, Vocabulary, key
from ninegrid.model.relations import Relation

_EDGES = " \t\n-_—–/:|·.、,;()[]【】"
_LONGEST_MARK = 4  # letters of a grade such as 不合格; longer texts are remarks


@dataclass(frozen=True)
class Item:
    """A column that holds one item's values. group: the word its header says, None where another column says it.

    mapped: whether it was named by hand.
    """

    index: int
    header: str
    label: str | None
    group: str | None
    mapped: bool = False


def items(
    columns: Sequence[tuple[Heading, ...]],
    below: Sequence[Sequence[str | None]],
    vocabulary: Vocabulary,
    named: Collection[int],
    grouped: bool,
) -> tuple[Item, ...]:
    """The columns nobody named that hold items, for a relation that may come so.

    columns: the ways to read each column's header. below: the rows under it. named: columns with a name of their own.
    grouped: whether a column says each row's group, or there are none; then every column of numbers is an item, else
    those whose header says a group.
    """
    melt = vocabulary.relation.melt
    if melt is None:
        return ()
    words = _words(vocabulary.relation)
    found: list[Item] = []
    for index, headings in enumerate(columns):
        if not headings or index in named:
            continue
        given = vocabulary.item(headings)
        marks = _column(below, index)
        item = _grouped(index, headings, marks) if grouped else _by_word(index, headings, words, marks)
        if given:
            item = Item(index, headings[0].text, headings[0].text.strip(), given, True)
        if item and (given or key(item.label or "") not in {key(word) for word in melt.aside}):
            found.append(item)
    return tuple(found)


def _words(relation: Relation) -> dict[str, str]:
    """What headers may say of a group, longest first, and the group's canonical word."""
    words = {_plain(form): word for word, forms in relation.item_groups.items() for form in (word, *forms)}
    return dict(sorted(words.items(), key=lambda pair: -len(pair[0])))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _column(below: Sequence[Sequence[str | None]], index: int) -> list[str]:
    cells = (row[index] for row in below if index < len(row))
    return [text.strip() for text in cells if text and text.strip()]


def _grouped(index: int, headings: tuple[Heading, ...], marks: list[str]) -> Item | None:
    text = headings[-1].text.strip()
    return Item(index, text, text, None) if marks and all(map(_is_number, marks)) else None


def _by_word(index: int, headings: tuple[Heading, ...], words: dict[str, str], marks: list[str]) -> Item | None:
    """The first reading that says a group; a column of remarks is no item."""
    if any(len(mark) > _LONGEST_MARK and not _is_number(mark) for mark in marks):
        return None
    for heading in headings:
        plain = _plain(heading.text)
        if said := min(_said(plain, words), default=None):
            at, _, word = said
            rest = f"{heading.text[:at]}{heading.text[at + len(word) :]}" if len(plain) == len(heading.text) else plain
            return Item(index, heading.text, _label(rest), words[word])
    return None


def _said(plain: str, words: dict[str, str]) -> Iterator[tuple[int, int, str]]:
    """Where each word stands, how long it is (longest first), and the word."""
    for word in words:
        if (at := plain.find(word)) >= 0:
            yield at, -len(word), word


def _label(rest: str) -> str | None:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", rest)).strip(_EDGES) or None


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "").rstrip("%"))
    except ValueError:
        return False
    return True
