"""XML of an Office Open XML part, given element by element to what collects something of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Protocol
from xml.parsers import expat

from ninegrid.model.errors import InputError


class Done(Exception):
    """Raised by a handler to end the reading."""


class Handler(Protocol):
    """Told of each element's start and end, and of the text between; names come without their prefix."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text stands here."""


def parse(chunks: Iterable[bytes], handler: Handler, where: str) -> None:
    """Feed a part to the handler until it ends, or the handler has enough. InputError when it is not well formed."""
    with parsing(where) as parser:
        tell(parser, handler)
        for chunk in chunks:
            parser.Parse(chunk, False)


@contextmanager
def parsing(where: str) -> Iterator[expat.XMLParserType]:
    """A parser to be fed in the block; at its end the part must be, unless a handler had enough. InputError when it is
    not well formed.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    try:
        yield parser
        parser.Parse(b"", True)
    except Done:
        return
    except expat.ExpatError as error:
        raise InputError("intake.damaged", where=where, reason=error) from error


def tell(parser: expat.XMLParserType, handler: Handler | None) -> None:
    """Sends the parser's events to this handler from here on; None: to nobody, which is many times as fast."""
    if handler is None:
        parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None
        return
    parser.StartElementHandler = lambda tag, found: handler.start(
        _local(tag), {_local(k): v for k, v in found.items()} if found else found
    )
    parser.EndElementHandler = lambda tag: handler.end(_local(tag))
    parser.CharacterDataHandler = handler.text


@lru_cache(maxsize=512)  # each of a sheet's cells has the same few names
def _local(name: str) -> str:
    return name.rpartition(" ")[2]
