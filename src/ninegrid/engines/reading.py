"""Which runs are graded in parts and not in memory, where their rows are kept, and how a large file is read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from ninegrid.files.spill import Spill, spill
from ninegrid.intake.in_blocks import BlocksRead, read_in_blocks
from ninegrid.intake.maps.apply import Maps
from ninegrid.model.errors import UsageError
from ninegrid.model.paths import file_size
from ninegrid.model.subject import Subject
from ninegrid.options import Options
from ninegrid.subjects.registry import relations


def is_large(subject: Subject, paths: Sequence[Path], options: Options) -> bool:
    """Whether a run is read and graded in blocks on disk: of one file larger than the options' `large` (bytes), of a
    subject that allows it (`Subject.in_parts`).

    Several files, workbooks of units, masking, decisions read back and a workbook without names need the rows of all
    customers at once: such a run is graded in memory, whatever the size of its inputs.
    """
    if not subject.in_parts or len(paths) != 1 or not _is_plain(options):
        return False
    return file_size(paths[0]) > options.large


def storage(subject: Subject, paths: Sequence[Path], options: Options) -> AbstractContextManager[Spill | None]:
    """Where the rows of a run are kept: a folder on this disk, one for Spark's workers, or None where all is in memory.

    UsageError for what can't be graded on Spark.
    """
    if options.master is None:
        return spill() if is_large(subject, paths, options) else nullcontext()
    if not subject.in_parts or not _is_plain(options):
        raise UsageError("engines.not_on_spark")
    from ninegrid.engines.spark import spark_parts  # noqa: PLC0415, as pandera would import Spark too

    return spark_parts(options.master, options.shared)


def _is_plain(options: Options) -> bool:
    return options.names and not options.mask and options.each is None and not options.decisions


def read_large(subject: Subject, path: Path, options: Options, spill: Spill, maps: Maps) -> BlocksRead | None:
    """The file, read in blocks into the spill; None for a kind of file that can't be read so, such as a workbook."""
    return read_in_blocks(
        path,
        relations(subject.name),
        spill,
        maps=maps,
        period=options.period,
        lang=options.lang or "auto",
        block_bytes=options.block_bytes,
        allow_cut=options.allow_cut,
    )
