"""Parts worked on by Spark: the same folder of parquet parts as on one machine, whose parts its workers take in turn.

Spark reads the lake, brings the rows of a customer together and hands out the parts; on a part runs the very code that
grades in memory, in polars. No policy is translated to SQL. The folder must be one that all workers see: the local disk
of one machine, or a mounted share. A part appears under its name when it is whole, so a task may be tried again.

`master` is ``sail`` (an engine in this process that speaks Spark Connect), ``sc://…`` (Spark Connect), or what Spark
takes: ``local[4]``, ``spark://…``, ``yarn``.
"""

from __future__ import annotations

import os
import pickle
import re
import socket
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import polars as pl
import pyarrow as pa

from ninegrid.files.spill import LongTable, Spill, Write, Writing, part_path, read_part, spill, write_part
from ninegrid.grid.parts import Part
from ninegrid.model.errors import GradeError, InputError, UsageError

T = TypeVar("T")
SAIL, CONNECT = "sail", "sc://"
_PACKAGES = "pip install 'ninegrid[spark]'"
_FOUND = pa.schema([("block", pa.int64()), ("found", pa.binary())])
_SHAPE = "block long, found binary"
_NO_ENVIRONMENT = "engines.no_environment"
_KNOWN = {
    "maxResultSize": "engines.result_too_large",
    "FileSystem not found": "engines.no_file_system",
    "No FileSystem for scheme": "engines.no_file_system",
    "No object store": "engines.no_file_system",
    "No module named": _NO_ENVIRONMENT,
    "Cannot run program": _NO_ENVIRONMENT,
    "PYTHON_VERSION_MISMATCH": _NO_ENVIRONMENT,
}
"""What Spark says of what went wrong, by a part of its words."""
_SECONDS = 5.0
_ADDRESS = re.compile(r"(?:sc|spark)://([^/:;,]+|\[[^]]+\]):(\d+)")
_SETTINGS = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    "spark.driver.maxResultSize": "0",  # what comes home is sums, and columns that the driver asked for
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


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

    return run


@contextmanager
def lake_errors() -> Iterator[None]:
    """What Spark refuses becomes an InputError with the line that says why, and what to do where that is known."""
    try:
        yield
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("pyspark", "grpc", "py4j"):
            raise
        text = str(error)
        code = next((code for said, code in _KNOWN.items() if said in text), "engines.spark_failed")
        raise InputError(code, reason=_reason(text)) from error


def _reason(text: str) -> str:
    """The line of an error of Spark that says why."""
    lines = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    if len(lines) > 1 and lines[0].startswith("An error occurred while calling"):  # of py4j, before Java's own words
        return lines[1].lstrip(": ")[:300]
    return (lines[-1] if "Traceback" in text else lines[0])[:300]


@contextmanager
def spark_parts(master: str, shared: Path | None) -> Iterator[SparkParts]:
    """A fresh folder for the parts of a run, and a session that ends with it."""
    shared = shared.absolute() if shared else None  # a worker is in a folder of its own
    with _session(master) as session, spill(shared, lambda folder: SparkParts(folder, session=session)) as parts:
        assert isinstance(parts, SparkParts)
        yield parts


@contextmanager
def _session(master: str) -> Iterator[Any]:
    """UsageError where the packages are missing, or the master can't be reached."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = _imported("pyspark.sql").SparkSession.builder
    server = None
    if master == SAIL:
        server = _imported("pysail.spark").SparkConnectServer()
        server.start(background=True)
        master = f"{CONNECT}localhost:{server.listening_address[1]}"
    try:
        remote = master.startswith(CONNECT)
        _refuse_unreachable(master)
        asked = builder.remote(master) if remote else _with(builder.master(master).appName("grade"), _SETTINGS)
        try:
            session = asked.create() if remote else asked.getOrCreate()
        except Exception as error:
            raise UsageError(
                "engines.no_session", master=master, reason=(str(error).splitlines() or [""])[0][:300]
            ) from error
        try:
            yield session
        finally:
            with suppress(Exception), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a session that was never used
                session.stop()
    finally:
        if server is not None:
            server.stop()


def _refuse_unreachable(master: str) -> None:
    """UsageError where nobody listens at the address of a master; Spark itself would try for minutes."""
    at = _ADDRESS.match(master)
    if at is None:
        return
    try:
        socket.create_connection((at[1].strip("[]"), int(at[2])), timeout=_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise UsageError("engines.no_session", master=master, reason=str(error)) from error


def _with(builder: Any, settings: Mapping[str, str]) -> Any:
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder


def _imported(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise UsageError("engines.no_spark", command=_PACKAGES, reason=str(error)) from error
