"""Long lists deflated on another thread while the rest of the workbook is still being laid out."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from ninegrid.report.xlsx.deferred_rows import HeldRows
from ninegrid.report.xlsx.package import Packed, packed
from ninegrid.report.xlsx.polars_rows import rendered

_WORTHWHILE = 1_000  # rows
_LONG = 500_000  # cells; a list of more is deflated fast
_MOST = 300_000  # rows; of more, even deflated ones would take much memory


def is_long(rows: HeldRows) -> bool:
    """Whether a list is so long that time counts for more than size."""
    return rows.frame.height * len(rows.styles) > _LONG


class Ahead:
    """Takes lists as they are held back, and has them when the workbook is saved; to be used in a `with`."""

    def __init__(self, worthwhile: int = _WORTHWHILE) -> None:
        """worthwhile: the fewest rows of a list that is taken."""
        self._worthwhile = worthwhile
        self._pool = ThreadPoolExecutor(1)
        self._taken: dict[int, Future[Packed]] = {}

    def __enter__(self) -> Ahead:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """What is not begun yet is left."""
        self._pool.shutdown(cancel_futures=True)

    def take(self, rows: HeldRows) -> None:
        """Begin with a list, if it is one of those that are worth it and not too large."""
        if self.takes(rows.frame.height):
            self._taken[id(rows)] = self._pool.submit(lambda: packed(rendered(rows), fast=is_long(rows)))

    def takes(self, height: int) -> bool:
        """Whether a list of so many rows is worth it and not too large."""
        return self._worthwhile <= height <= _MOST

    def of(self, rows: HeldRows) -> Packed | None:
        """The list deflated, once; None when it was not taken."""
        taken = self._taken.pop(id(rows), None)
        return taken.result() if taken else None
