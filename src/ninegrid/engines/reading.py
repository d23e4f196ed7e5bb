"""Which runs go block by block, and their reading."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from ninegrid.files.spill import Spill, spill
from ninegrid.intake.in_blocks import BlocksRead, read_in_blocks
from ninegrid.intake.maps.apply import Maps
from ninegrid.model.errors import UsageError
from ninegrid.model.subject import Subject
from ninegrid.options import Options
from ninegrid.subjects.registry import relations


def is_large(subject: Subject, paths: Sequence[Path], options: Options) -> bool:
    """Whether a run is to go block by block: one file, larger than the options' `large`, of a subject that allows it.

    What needs every customer's rows at once goes the ordinary way whatever the size: several files, workbooks of units,
    masking, and a workbook without names.
    """
    if not subject.in_blocks or len(paths) != 1 or not _is_plain(options):
        return False
    return paths[0].is_file() and paths[0].stat().st_size > options.large


def storage(subject: Subject, paths: Sequence[Path], options: Options) -> AbstractContextManager[Spill | None]:
    """Where the rows of a run are put that are not graded in memory; UsageError for what can't be graded on Spark."""
    if options.master is None:
        return spill() if is_large(subject, paths, options) else nullcontext()
    if not subject.in_blocks or not _is_plain(options):
        raise UsageError("engines.not_on_spark")
    from ninegrid.engines.spark import spark_parts  # noqa: PLC0415, as pandera would import Spark too

    return spark_parts(options.master, options.shared)


def _is_plain(options: Options) -> bool:
    return options.names and not options.mask and options.each is None and not options.decisions


def read_large(subject: Subject, path: Path, options: Options, spill: Spill, maps: Maps) -> BlocksRead | None:
    """The file read in blocks; None when it is not of a kind that can be."""
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
