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

    def __init__(self, worthwhile: int = _WORTHWHILE, *, on_disk: bool = False) -> None:
        """worthwhile: the fewest rows of a list that is taken. on_disk: long ones may wait in a file, deflated."""
        self._worthwhile, self._on_disk = worthwhile, on_disk
        self._pool = ThreadPoolExecutor(1)
        self._taken: dict[int, Future[Packed]] = {}

    def __enter__(self) -> Ahead:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """What is not begun yet is left, and what nobody asked for given up."""
        self._pool.shutdown(cancel_futures=True)
        for taken in self._taken.values():
            if not taken.cancelled() and not taken.exception():
                taken.result().held.close()

    def take(self, rows: HeldRows) -> None:
        """Begin with a list, if it is one of those that are worth it and not too large."""
        if self.takes(rows.frame.height):
            self._taken[id(rows)] = self._pool.submit(self._packed, rows)

    def takes(self, height: int) -> bool:
        """Whether a list of so many rows is worth it and not too large."""
        return self._worthwhile <= height <= _MOST

    def of(self, rows: HeldRows) -> Packed | None:
        """The list deflated, once; None when it was not taken, or there was no room for it to wait in."""
        taken = self._taken.pop(id(rows), None)
        try:
            return taken.result() if taken else None
        except OSError:
            return None

    def _packed(self, rows: HeldRows) -> Packed:
        return packed(rendered(rows), fast=is_long(rows), on_disk=self._on_disk)
