"""Runs native work (unpacking, readers) on threads. It releases Python's lock, so several cores are used."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
_MOST = 4  # more would wait for the one thread that feeds them


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The items, each made in another thread while the one before is worked on; what making one raises, is raised."""
    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(_one, items)
        while found := coming.result():
            coming = maker.submit(_one, items)
            yield from found


def side_by_side(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """The work's results in the items' order. Only as many items are held at a time as there are threads, and one."""
    workers = min(os.cpu_count() or 1, _MOST)
    under_way: deque[Future[R]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for item in items:
            under_way.append(pool.submit(work, item))
            if len(under_way) > workers:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def _one(items: Iterator[T]) -> tuple[T, ...]:
    """The next item, or nothing at the end."""
    for item in items:
        return (item,)
    return ()
