"""Tables too long for memory, kept as parquet parts in a temporary folder that is removed when the run ends."""

from __future__ import annotations

import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import polars as pl
from filelock import BaseFileLock, FileLock, Timeout

from ninegrid.files.outputs import is_own_file, refusal
from ninegrid.messages import system_reason
from ninegrid.model.errors import OutputError

T = TypeVar("T")
Writing = Callable[[Path], AbstractContextManager[Path]]
Write = Callable[[Sequence[Path], Path], None]
"""Writes the rows of parts to a file."""
_PREFIX, _LOCK = "grade-spill-", ".lock"
_OWN = re.compile(rf"{_PREFIX}[0-9a-f]{{32}}")
_MARK = "made-by-grade"  # in the folder: its own name, which no other's folder holds
INPUT, RESULT = "input.", "result."
"""What the accepted rows of a relation, and the rows of a result table, are called, before their names."""


@dataclass(frozen=True)
class LongTable:
    """A table in parts, a parquet file each, in order; rows keep the order of the parts. height: its rows."""

    paths: Sequence[Path]
    height: int

    def scan(self) -> pl.LazyFrame:
        """All rows, read when they are needed."""
        return pl.scan_parquet(list(self.paths), glob=False, cache=False)

    def write_out(self, target: Path, writing: Writing, write: Write) -> None:
        """Write all rows as a file. writing: gives the path to write to in the place of the target's."""
        with writing(target) as path:
            write(self.paths, path)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """What the system refuses while a temporary folder is written becomes an OutputError."""
    try:
        yield
    except Exception as error:
        if refused := refusal(error):
            raise OutputError("files.temporary", folder=folder, reason=system_reason(refused)) from error
        raise


def part_path(folder: Path, name: str, block: int) -> Path:
    """Where a part is."""
    return folder / name / f"{block:05}.parquet"


def write_part(folder: Path, name: str, block: int, frame: pl.DataFrame) -> None:
    """Write a part, which appears whole. OutputError when the disk is full."""
    path = part_path(folder, name, block)
    unfinished = path.with_suffix(f".{uuid4().hex}")
    with writing(folder):
        path.parent.mkdir(exist_ok=True)
        frame.write_parquet(unfinished, compression="lz4", statistics=False)
        unfinished.replace(path)


def read_part(path: Path, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """A part, or some of its columns."""
    return pl.read_parquet(path, columns=None if columns is None else list(columns), glob=False)


@dataclass
class Spill:
    """A folder of tables in parts; a part is identified by the table's name and the number of its block."""

    folder: Path
    _parts: dict[str, dict[int, Path]] = field(default_factory=dict)
    _heights: dict[str, int] = field(default_factory=dict)

    def put(self, name: str, block: int, frame: pl.DataFrame) -> None:
        """Write a part. OutputError when the disk is full."""
        write_part(self.folder, name, block, frame)
        self.note(name, block, frame.height)

    def note(self, name: str, block: int, height: int) -> None:
        """Take note of a part that was written, of so many rows."""
        self._parts.setdefault(name, {})[block] = part_path(self.folder, name, block)
        self._heights[name] = self._heights.get(name, 0) + height

    def get(self, name: str, block: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """One part, or some of its columns."""
        return read_part(self._parts[name][block], columns)

    @property
    def names(self) -> Collection[str]:
        """The tables there are."""
        return self._parts.keys()

    def files(self, name: str) -> Mapping[int, Path]:
        """Where each part of a table is."""
        return self._parts[name]

    def blocks(self, name: str) -> Sequence[int]:
        """The numbers of the parts that a table has, in order; none where there is no such table."""
        return sorted(self._parts.get(name, {}))

    def add(self, name: str, frame: pl.DataFrame) -> None:
        """Put rows of no part at a table's end."""
        self.put(name, max(self._parts.get(name, {}), default=-1) + 1, frame)

    def columns_of(self, name: str) -> Sequence[str]:
        """The names of a table's columns."""
        return self.table(name).scan().collect_schema().names()

    def height_of(self, name: str) -> int:
        """How many rows a table has."""
        return self._heights[name]

    def each(
        self, names: Sequence[str], make: Callable[[Mapping[str, pl.DataFrame]], Mapping[str, pl.DataFrame]]
    ) -> None:
        """Put down what a function gives of each part, as far as these tables go, under the names it gives."""
        for block in sorted(self._parts[names[0]]):
            for name, frame in make({name: self.get(name, block) for name in names}).items():
                self.put(name, block, frame)

    def from_each(self, name: str, columns: Sequence[str], make: Callable[[pl.DataFrame], T]) -> Iterator[T]:
        """What a function gives of some columns of each part, in the order of the blocks."""
        return (make(self.get(name, block, columns)) for block in sorted(self._parts[name]))

    def table(self, name: str) -> LongTable:
        """All parts, in the order of their blocks."""
        parts = self._parts[name]
        return LongTable([parts[block] for block in sorted(parts)], self._heights[name])

    def tables(self, prefix: str) -> Mapping[str, LongTable]:
        """The tables whose names begin so, by the rest of their names."""
        return {name.removeprefix(prefix): self.table(name) for name in self._parts if name.startswith(prefix)}

    def drop(self, name: str) -> None:
        """Remove a table that is not needed any more."""
        for path in self._parts.pop(name, {}).values():
            path.unlink(missing_ok=True)


@contextmanager
def spill(above: Path | None = None, made: Callable[[Path], Spill] | None = None) -> Iterator[Spill]:
    """A fresh folder in another (that for temporary files), removed at the end, whatever happened; what a killed run
    left among temporary files is removed before. made: what the folder is worked on as.

    A run holds a lock beside its folder, which the system takes back when the process dies, and so tells that nobody
    needs the folder any more.
    """
    if above is None:  # on a share other hosts have runs, whose locks may not be seen here
        above = Path(tempfile.gettempdir())
        _sweep(above)
    folder = above / f"{_PREFIX}{uuid4().hex}"
    lock = FileLock(folder.with_suffix(_LOCK))
    with writing(above):
        lock.acquire()
        folder.mkdir(mode=0o700)
        (folder / _MARK).write_text(folder.name, encoding="ascii")
    try:
        yield made(folder) if made else Spill(folder)
    finally:
        _remove(folder, lock)


def _sweep(above: Path) -> None:
    """Remove the folders of killed runs: those that have the name and the mark of one, and are this user's."""
    for left in above.glob(f"{_PREFIX}*{_LOCK}"):
        with suppress(Timeout, OSError):
            if _OWN.fullmatch(left.stem) and is_own_file(left) and _is_ours(left.with_suffix("")):
                lock = FileLock(left)
                lock.acquire(timeout=0)
                _remove(left.with_suffix(""), lock)


def _is_ours(folder: Path) -> bool:
    """Whether a folder is one that a run made, or is gone but for its lock."""
    try:
        found, mark = folder.lstat(), folder / _MARK
        return stat.S_ISDIR(found.st_mode) and is_own_file(mark) and mark.read_text(encoding="ascii") == folder.name
    except FileNotFoundError:
        return not folder.exists()
    except ValueError:
        return False


def _remove(folder: Path, lock: BaseFileLock) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    lock.release()
    with suppress(OSError):  # someone else looks whether it is free
        Path(lock.lock_file).unlink(missing_ok=True)
