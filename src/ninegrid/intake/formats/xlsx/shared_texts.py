"""Some of a workbook's shared texts, without looking into the others: a large sheet's first rows need few of many."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from ninegrid.intake.formats.xlsx.elements import Done, parse, parsing, tell
from ninegrid.intake.formats.xlsx.plain_parts import is_oddly_written

_ITEM = b"<si>"


def shared_texts(read: Callable[[], Iterable[bytes]], wanted: Collection[int], where: str) -> dict[int, str]:
    """The wanted texts by their number, those that there are; phonetic guides are left out.

    read: the part, in chunks. InputError when it is not well formed up to the last text that is wanted.
    """
    try:
        return _plain_texts(read(), wanted, where)
    except _NotPlainError:
        found = _Texts(max(wanted))
        parse(read(), found, where)
        return {number: found.texts[number] for number in wanted if number < len(found.texts)}


class _NotPlainError(Exception):
    """Where an item begins can't be told from the bytes alone."""


def _plain_texts(chunks: Iterable[bytes], wanted: Collection[int], where: str) -> dict[int, str]:
    """The same of a part whose items all begin with ``<si>``. All is parsed; only the wanted items are looked into."""
    texts = _Texts(len(wanted) - 1)
    with parsing(where) as parser:
        for is_wanted, xml in _runs(_whole_items(chunks), wanted):
            tell(parser, texts if is_wanted else None)
            parser.Parse(xml, False)
    return dict(zip(sorted(wanted), texts.texts, strict=False))


def _runs(runs: Iterable[list[bytes]], wanted: Collection[int]) -> Iterator[tuple[bool, bytes]]:
    """What is to be looked into, and what stands before and between."""
    in_order, at = sorted(wanted), 0
    waiting = iter(in_order)
    following = next(waiting)
    for number, items in enumerate(runs):
        if number == 0:  # what stands before the first item
            yield False, items.pop(0)
        done = 0
        while at + done <= following < at + len(items):
            yield False, b"".join(items[done : following - at])
            yield True, items[following - at]
            done = following - at + 1
            following = next(waiting, -1)
        yield False, b"".join(items[done:])
        if following < 0:
            return
        at += len(items)


def _whole_items(chunks: Iterable[bytes]) -> Iterator[list[bytes]]:
    """The items that a chunk completes; the first list begins with what stands before the first item."""
    begun, is_first = b"", True
    for chunk in chunks:
        seen = begun + chunk
        cut = seen.rfind(_ITEM)
        if cut <= 0:
            begun = seen
            continue
        yield _items(seen[:cut], is_first=is_first)
        begun, is_first = seen[cut:], False
    yield _items(begun, is_first=is_first)


def _items(xml: bytes, *, is_first: bool) -> list[bytes]:
    head, *rest = xml.split(_ITEM)
    if xml.count(b"<si") != len(rest) or b":si" in xml or is_oddly_written(xml):
        raise _NotPlainError
    items = [_ITEM + item for item in rest]
    return [head, *items] if is_first else items


class _Texts:
    """Collects shared texts up to and including a number; phonetic guides are left out."""

    def __init__(self, last: int) -> None:
        self.texts: list[str] = []
        self._last = last
        self._pieces: list[str] = []
        self._inside = self._phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._inside = tag == "t"
        self._phonetic = self._phonetic or tag == "rPh"

    def end(self, tag: str) -> None:
        self._inside = False
        if tag == "rPh":
            self._phonetic = False
        elif tag == "si":
            self.texts.append("".join(self._pieces))
            self._pieces = []
            if len(self.texts) > self._last:
                raise Done

    def text(self, text: str) -> None:
        if self._inside and not self._phonetic:
            self._pieces.append(text)
