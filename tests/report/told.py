"""What a page should say and where, and how that is compared with what LibreOffice shows there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.report.office import Values

_EXACT = 1e-9  # as a share


@dataclass(frozen=True)
class Told:
    """A figure or text of a page: under a section's heading, beside a label or some rows below; column from 1.

    label_at: the column of the heading and the label. digits: how far a figure that is rounded on purpose may be off.
    """

    section: str
    row: str | int
    column: int
    value: Any
    label_at: int = 2
    digits: float = 0.0


def differing(page: Values, wanted: Iterable[Told]) -> Iterator[str]:
    """Of what is wanted, what stands there otherwise, in words."""
    for told in wanted:
        shown = page[_row(page, told)][told.column - 1]
        if not _same(told.value, shown, told.digits):
            yield f"{told.section} › {told.row} › column {told.column}: {shown!r} for {told.value!r}"


def _row(page: Values, told: Told) -> int:
    titles = [row[told.label_at - 1] for row in page]
    heading = next(at for at, title in enumerate(titles) if title == told.section)
    if isinstance(told.row, int):
        return heading + told.row
    return titles.index(told.row, heading + 1)


def _same(wanted: Any, shown: Any, digits: float) -> bool:
    if wanted is None:
        return bool(shown == "")
    if isinstance(wanted, str) or isinstance(shown, str) or shown is None:
        return bool(wanted == shown)
    return math.isclose(wanted, shown, rel_tol=_EXACT, abs_tol=max(digits, 1e-12))
