"""Which runs go block by block, and their reading."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ninegrid.files.spill import Spill
from ninegrid.intake.in_blocks import BlocksRead, read_in_blocks
from ninegrid.intake.maps.apply import Maps
from ninegrid.model.subject import Subject
from ninegrid.options import Options
from ninegrid.subjects.registry import relations


def is_large(subject: Subject, paths: Sequence[Path], options: Options) -> bool:
    """Whether a run is to go block by block: one file, larger than the options' `large`, of a subject that allows it.

    What needs every customer's rows at once goes the ordinary way whatever the size: several files, workbooks of units,
    masking, and a workbook without names.
    """
    plain = options.names and not options.mask and options.each is None and not options.decisions
    if not subject.in_blocks or len(paths) != 1 or not plain:
        return False
    return paths[0].is_file() and paths[0].stat().st_size > options.large


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
