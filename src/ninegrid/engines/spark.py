"""Parts worked on by Spark: the same folder of parquet parts as on one machine, whose parts its workers take in turn.

Spark reads the lake, brings the rows of a customer together and hands out the parts; on a part runs the very code that
grades in memory, in polars. No policy is translated to SQL. The folder must be one that all workers see: the local disk
of one machine, or a mounted share. A part appears under its name when it is whole, so a task may be tried again.

`master` is ``sail`` (an engine in this process that speaks Spark Connect), ``sc://…`` (Spark Connect), or what Spark
takes: ``local[4]``, ``spark://…``, ``yarn``.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from zipimport import zipimporter

import polars as pl
import pyarrow as pa

from ninegrid.engines.session import lake_errors, session_at
from ninegrid.files.spill import LongTable, Spill, Write, Writing, part_path, read_part, spill, write_part
from ninegrid.grid.parts import Part
from ninegrid.model.errors import GradeError, UsageError

T = TypeVar("T")
_FOUND = pa.schema([("block", pa.int64()), ("found", pa.binary())])
_SHAPE = "block long, found binary"


@dataclass(frozen=True)
class TableOfWorkers(LongTable):
    """A table in parts, written by the workers: a folder of files. run: `SparkParts.run`."""

    run: Callable[[Callable[[int], None], Sequence[int]], object]

    def write_out(self, target: Path, writing: Writing, write: Write) -> None:
        """Write each part as a file of the folder `target`; further parts that an earlier run left there are emptied.

        UsageError where the workers don't see the folder.
        """
        parts = [*self.paths]
        with ExitStack() as staged:
            # a worker is in a folder of its own, from which a relative path leads elsewhere
            places = [staged.enter_context(writing(_part_of(target, at))).absolute() for at in range(len(parts))]

            def copy(at: int) -> None:
                if not places[at].exists():
                    raise UsageError("engines.tables_not_shared", folder=str(target.parent))
                write([parts[at]], places[at])

            self.run(copy, range(len(parts)))
            more = len(parts)
            while _part_of(target, more).exists():
                with writing(_part_of(target, more)) as path, TemporaryDirectory() as folder:
                    write_part(Path(folder), "no rows", 0, read_part(parts[0]).clear())
                    write([part_path(Path(folder), "no rows", 0)], path)
                more += 1


def _part_of(table: Path, at: int) -> Path:
    return table / f"part-{at:05}{table.suffix}"


@dataclass
class SparkParts(Spill):
    """A folder of tables in parts, worked on by the workers of a session."""

    session: Any = None

    def each(self, names: Sequence[str], make: Callable[[Part], Part]) -> None:
        """See `grid.parts.Parts`."""
        folder, files = self.folder, {name: self.files(name) for name in names}

        def put_down(block: int) -> dict[str, int]:
            tables = make({name: read_part(paths[block]) for name, paths in files.items()})
            for name, frame in tables.items():
                write_part(folder, name, block, frame)
            return {name: frame.height for name, frame in tables.items()}

        for block, heights in self.run(put_down, sorted(files[names[0]])):
            for name, height in heights.items():
                self.note(name, block, height)

    def table(self, name: str) -> TableOfWorkers:
        """All parts, which the workers write out."""
        whole = super().table(name)
        return TableOfWorkers(whole.paths, whole.height, self.run)

    def from_each(self, name: str, columns: Sequence[str], make: Callable[[pl.DataFrame], T]) -> Iterator[T]:
        """See `grid.parts.Parts`."""
        files, wanted = self.files(name), list(columns)
        found = self.run(lambda block: make(read_part(files[block], wanted)), sorted(files))
        return (one for _, one in found)

    def run(self, work: Callable[[int], T], blocks: Sequence[int]) -> list[tuple[int, T]]:
        """What a function gives for each part, worked out by the workers; a GradeError there is raised here."""
        numbers = list(blocks)
        if not numbers:
            return []
        asked = self.session.range(0, len(numbers), 1, len(numbers))
        with lake_errors():
            told = pl.from_arrow(asked.mapInArrow(_task(work, numbers), _SHAPE).toArrow())
        found = {block: pickle.loads(outcome) for block, outcome in told.rows()}  # type: ignore[union-attr]
        for error in found.values():
            if isinstance(error, GradeError):
                raise error
        return [(block, found[block]) for block in numbers]


def _task(work: Callable[[int], Any], numbers: Sequence[int]) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """What a worker does with the places of some parts in the list of their numbers."""

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            for place in batch.column(0).to_pylist():
                try:
                    found = work(numbers[place])
                except GradeError as error:
                    found = error
                yield pa.RecordBatch.from_pydict({"block": [numbers[place]], "found": [pickle.dumps(found)]}, _FOUND)
        _forget_archives()

    return run


def _forget_archives() -> None:
    """Before its next task Spark's worker has every known zip file read again, its own of 0.15 processor seconds."""
    for path, finder in [*sys.path_importer_cache.items()]:
        if isinstance(finder, zipimporter):
            del sys.path_importer_cache[path]


@contextmanager
def spark_parts(master: str, shared: Path | None) -> Iterator[SparkParts]:
    """A fresh folder for the parts of a run, and a session that ends with it."""
    shared = shared.absolute() if shared else None  # a worker is in a folder of its own
    with session_at(master) as session, spill(shared, lambda folder: SparkParts(folder, session=session)) as parts:
        assert isinstance(parts, SparkParts)
        yield parts
