"""Titles of sheets that are made of data: each of them one that Excel takes, and no other sheet has."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ninegrid.report.xlsx.limits import SHEET_NAME

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def sheet_titles(names: Iterable[str], taken: Iterable[str] = (), otherwise: str = "-") -> list[str]:
    """A title for each name: what Excel forbids left out, cut to its length, numbered where there is one like it.

    taken: titles that other sheets have. otherwise: the title where nothing of a name is left.
    """
    known, found = {title.casefold() for title in taken}, []
    for name in names:
        plain = _FORBIDDEN.sub(" ", name).strip(" '")[:SHEET_NAME] or otherwise
        title, nth = plain, 1
        while title.casefold() in known:
            nth += 1
            title = f"{plain[: SHEET_NAME - len(str(nth)) - 1]} {nth}"
        known.add(title.casefold())
        found.append(title)
    return found
