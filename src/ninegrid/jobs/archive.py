"""Moves the input files of a period once they are stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from ninegrid.messages import Message, message, system_reason


def move(files: Sequence[Path], folder: Path) -> Iterator[Message]:
    """Move files into the folder, never over one that is there; a message for each that had to stay where it was.

    A file is renamed, so it is at one place or the other and never half at both; another disk is no place for it.
    """
    for file in files:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file.rename(_free(folder / file.name))
        except OSError as error:
            yield message("jobs.not_moved", file=file, folder=folder, reason=system_reason(error))


def _free(target: Path) -> Path:
    """The target, or with a number when there is a file of that name."""
    names = (target.with_stem(f"{target.stem} ({n})") for n in count(2))
    return target if not target.exists() else next(name for name in names if not name.exists())
