"""Reads the text of a formula into a tree, by Excel's rules of precedence.

Everything that the product's own formulas use can be read, and nothing else: anything more is a `ValueError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ninegrid.dataclass import dataclass

_PIECE = re.compile(
    r"""\s*(?:
    (?P<text>"(?:[^"]|"")*")
    |(?P<number>\d+(?:\.\d*)?(?:E[+-]?\d+)?)(?![\w!(])
    |(?P<call>[A-Z][A-Z0-9.]*)\(
    |(?P<reference>(?:'(?:[^']|'')*'!|\w+!)?[$\w.:]+)
    |(?P<mark><=|>=|<>|[-+*/&=<>(),{}])
    )""",
    re.VERBOSE,
)
_PRECEDENCE = {
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1),
    "&": 2,
    **dict.fromkeys(("+", "-"), 3),
    **dict.fromkeys(("*", "/"), 4),
}


@dataclass(frozen=True)
class Constant:
    """A number or a text."""

    value: float | str


@dataclass(frozen=True)
class Listed:
    """Constants in braces: ``{11,12,13}``."""

    values: tuple[float | str, ...]


@dataclass(frozen=True)
class Reference:
    """A cell or an area, with its sheet if that is written, or a defined name."""

    text: str


@dataclass(frozen=True, eq=False)
class Call:
    """A function or an operator, by its name, and what it is given. Minus with one operand is ``NEGATIVE``.

    What stands in a formula several times is the same object, so that it can be computed once.
    """

    name: str
    given: tuple[Node, ...]


Node = Constant | Listed | Reference | Call


@lru_cache(maxsize=4096)
def tree(formula: str) -> Node:
    """The tree of a formula such as ``=IF(A1>0,"yes","no")``; ValueError for what the product's formulas don't use."""
    return _Reader(formula).whole()


class _Reader:
    """Goes over the pieces of a formula from left to right: `kind` and `piece` are what comes next."""

    def __init__(self, formula: str) -> None:
        self._formula = formula
        self._pieces = self._split()
        self._calls: dict[tuple[Any, ...], Call] = {}
        self.kind = self.piece = ""
        self._next()

    def whole(self) -> Node:
        """All of the formula."""
        node = self._expression()
        if self.kind:
            raise self._unknown()
        return node

    def _split(self) -> Iterator[tuple[str, str]]:
        at, end = 1, len(self._formula.rstrip())
        while at < end:
            found = _PIECE.match(self._formula, at)
            if found is None or found.lastgroup is None:
                raise ValueError(f"{self._formula[at:]!r} is not understood")
            yield found.lastgroup, found[found.lastgroup]
            at = found.end()

    def _next(self) -> str:
        """Go on to the next piece; returns the one before it."""
        before = self.piece
        self.kind, self.piece = next(self._pieces, ("", ""))
        return before

    def _unknown(self) -> ValueError:
        return ValueError(f"{self.piece!r} is not expected in {self._formula}")

    def _call(self, name: str, *given: Node) -> Call:
        alike = (name, *(id(one) if isinstance(one, Call) else one for one in given))
        if alike not in self._calls:
            self._calls[alike] = Call(name, given)
        return self._calls[alike]

    def _expression(self, least: int = 1) -> Node:
        """What follows, up to an operator that binds less than `least`."""
        left = self._operand()
        while self.kind == "mark" and (binds := _PRECEDENCE.get(self.piece, 0)) >= least:
            left = self._call(self._next(), left, self._expression(binds + 1))
        return left

    def _operand(self) -> Node:
        kind, piece = self.kind, self._next()
        match kind, piece:
            case "number", _:
                return Constant(float(piece))
            case "text", _:
                return Constant(piece[1:-1].replace('""', '"'))
            case "reference", _:
                return Reference(piece)
            case "call", _:
                return self._call(piece, *self._listed(")"))
            case "mark", "-":
                return self._call("NEGATIVE", self._operand())
            case "mark", "+":
                return self._operand()
            case "mark", "(":
                inner = self._expression()
                self._close(")")
                return inner
            case "mark", "{":
                return Listed(tuple(node.value for node in self._listed("}") if isinstance(node, Constant)))
        raise ValueError(f"{piece!r} is not expected in {self._formula}")

    def _listed(self, end: str) -> Iterator[Node]:
        while self.piece != end:
            yield self._expression()
            if self.piece != end:
                self._close(",")
        self._close(end)

    def _close(self, mark: str) -> None:
        if self.piece != mark or self.kind != "mark":
            raise self._unknown()
        self._next()
