"""The workbooks of many units, made by processes beside this one.

A workbook takes some tenths of a second, nearly all of it in Python, so threads would not help. A worker is given the
part of the result that is a unit's on its standard input, and gives back the finished workbook, locked where there is
a password, on its standard output. It opens no file, and ends when its input ends, as when the run is killed. What a
worker fails at is made here, where the error is told as ever.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import IO

from ninegrid.report.book import Draft, write_workbook
from ninegrid.report.encryption import locked
from ninegrid.report.kit.style import look_alike
from ninegrid.result import Result

Part = tuple[Path, Result]
_FEWEST = 12  # workbooks: before them, a worker is only just ready
_LARGEST = 5_000  # subjects a unit: of larger ones, several at a time would take much memory
_MOST = 3  # workers, each of which takes some 200 MB
_AHEAD = 2  # parts a worker has waiting
_HEADER = 8  # bytes of a message's length
_OBJECTS = 100_000  # made between two searches for unreachable ones: a workbook makes millions, and few
_PROGRAM = "from ninegrid.report.unit_workers import serve; serve()"


def unit_workbooks(
    parts: Iterable[Part], units: int, subjects: int, *, names: bool, password: str | None
) -> Generator[tuple[Path, bytes]]:
    """The workbook of each part, in their order, as a file's bytes; names, password: as in `write_workbook`.

    units, subjects: how many there are, by which is decided whether processes are worth it.
    """
    made = partial(_workbook, names=names, password=password)
    workers = min(_cores(), _MOST)
    if units < _FEWEST or subjects > _LARGEST * units or workers < 2:
        yield from ((path, made(result)) for path, result in parts)
        return
    with ThreadPoolExecutor(workers) as threads, contextlib.closing(_Workers(names, password)) as pool:
        waiting: deque[tuple[Path, Result, Future[bytes | None]]] = deque()
        for path, result in parts:
            waiting.append((path, result, threads.submit(pool.made, result)))
            if len(waiting) > _AHEAD * workers:
                yield _next(waiting, made)
        while waiting:
            yield _next(waiting, made)


def _workbook(result: Result, *, names: bool, password: str | None) -> bytes:
    with Draft() as draft:
        return locked(password, lambda plain: write_workbook(result, plain, names=names, draft=draft))


def _next(
    waiting: deque[tuple[Path, Result, Future[bytes | None]]], made: Callable[[Result], bytes]
) -> tuple[Path, bytes]:
    path, result, future = waiting.popleft()
    return path, future.result() or made(result)


def _cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Workers:
    """A worker for each thread that asks for a workbook."""

    def __init__(self, names: bool, password: str | None) -> None:
        self._how = (names, password)
        self._own = threading.local()
        self._all: list[subprocess.Popen[bytes]] = []
        self._closed = False

    def made(self, result: Result) -> bytes | None:
        """The workbook; None where the worker failed, or is no more."""
        if self._closed:
            return None
        if not hasattr(self._own, "worker"):
            self._own.worker = _started()
            self._all.append(self._own.worker)
        worker = self._own.worker
        try:
            _send(worker.stdin, pickle.dumps((result, *self._how), pickle.HIGHEST_PROTOCOL))
            return _received(worker.stdout)
        except (OSError, EOFError, ValueError):
            return None

    def close(self) -> None:
        """End the workers; who waits for one gets None."""
        self._closed = True
        for worker in self._all:
            worker.kill()
        for worker in self._all:
            worker.wait()
            for stream in (worker.stdin, worker.stdout):
                with contextlib.suppress(OSError):
                    assert stream is not None
                    stream.close()


def _started() -> subprocess.Popen[bytes]:
    """A worker with polars on one thread. -P: what lies in the working folder is not imported."""
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "POLARS_MAX_THREADS": "1"},
    )


def serve() -> None:
    """What a worker does, until its input ends: a part in, a workbook out, nothing where that fails."""
    # Ctrl-C reaches every process of a terminal; the run ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    look_alike()
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    given, back = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with contextlib.suppress(EOFError, OSError):
        while True:
            result, names, password = pickle.loads(_received(given))
            try:
                made = _workbook(result, names=names, password=password)
            except Exception:  # the run makes it once more, and says why it can't
                made = b""
            _send(back, made)


def _send(stream: IO[bytes] | None, data: bytes) -> None:
    assert stream is not None
    stream.write(len(data).to_bytes(_HEADER, "big"))
    stream.write(data)
    stream.flush()


def _received(stream: IO[bytes] | None) -> bytes:
    """The next message; EOFError when there is none, or no whole one."""
    assert stream is not None
    length = int.from_bytes(_exactly(stream, _HEADER), "big")
    return _exactly(stream, length)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data
