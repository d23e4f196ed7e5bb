"""Maps that the database remembers: accepted once for sheets of a shape, applied when the same shape comes again."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Iterable

from ninegrid.dataclass import dataclass
from ninegrid.model.mapping import Map

_DIGITS = re.compile(r"\d+|[上下](?=半年)|(?<=第)[一二三四](?=季)|[一二三四](?=季度)")


@dataclass(frozen=True)
class Remembered:
    """A map for sheets that have these headers. source: what it was given as; when: when it was accepted."""

    headers: frozenset[str]
    map: Map
    source: str
    when: dt.datetime

    @property
    def shape(self) -> str:
        """The shape of the sheets it is for."""
        return shape_of(self.headers)

    def fits(self, headers: Collection[str]) -> bool:
        """Whether a sheet has all of the headers, whatever years and months stand in them."""
        return bool(self.headers) and without_digits(self.headers) <= without_digits(headers)


def without_digits(headers: Iterable[str]) -> frozenset[str]:
    """Headers without the numbers in them, and without which half or quarter they are of, which change each time."""
    return frozenset(_DIGITS.sub("#", header) for header in headers if header)


def shape_of(headers: Collection[str]) -> str:
    """The shape of a sheet: a digest of its headers, in any order."""
    return hashlib.sha256("\n".join(sorted(headers)).encode()).hexdigest()[:16]
