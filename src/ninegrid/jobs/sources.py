"""Which files a period is made from: what the job's globs find in its folder."""

from __future__ import annotations

import glob
import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path

from ninegrid.dataclass import dataclass
from ninegrid.jobs.model import Job
from ninegrid.jobs.periods import periods_of_year
from ninegrid.jobs.templates import fill, places
from ninegrid.messages import system_reason
from ninegrid.model.errors import InputError
from ninegrid.model.period import Period

_YEAR = re.compile(r"(?=((?:19|20)\d\d))")
_PASSED_OVER = ("~$", ".")  # what Excel keeps while a workbook is open; hidden files


@dataclass(frozen=True)
class Found:
    """The files of a period. own: those that belong to it alone; shared: those of any period."""

    own: tuple[Path, ...]
    shared: tuple[Path, ...]
    missing: tuple[str, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        """All of them."""
        return (*self.own, *self.shared)


def find(job: Job, period: Period) -> Found:
    """What is there for a period; InputError when not even the folder is, as on a share that isn't connected.

    `missing` are the required globs, filled, that match nothing.
    """
    _refuse_no_folder(job)
    own: dict[Path, None] = {}
    shared: dict[Path, None] = {}
    missing = []
    for template in (*job.sources.files, *job.sources.optional):
        matched = _matches(job, template, period)
        (own if _is_of_period(job, template) else shared).update(dict.fromkeys(matched))
        if not matched and template in job.sources.files:
            missing.append(fill(template, period))
    return Found(tuple(own), tuple(path for path in shared if path not in own), tuple(missing))


def decisions(job: Job, period: Period) -> tuple[Path, ...]:
    """The edited workbooks whose decisions are read back in a period."""
    found = (path for template in job.sources.decisions for path in _matches(job, template, period))
    return tuple(dict.fromkeys(found))


def is_nothing(job: Job, found: Found) -> bool:
    """Whether no file of the period is there, those shared by all periods left aside if it has any of its own."""
    has_own = any(_is_of_period(job, template) for template in job.sources.files)
    return not (found.own if has_own else found.files)


def periods_there(job: Job) -> list[Period]:
    """Every period that has a file of its own, oldest first; InputError as `find`."""
    _refuse_no_folder(job)
    templates = [t for t in (*job.sources.files, *job.sources.optional) if _is_of_period(job, t)]
    seen = [str(path) for template in templates for path in _glob(*_split(job, template, None))]
    years = sorted({int(year) for text in seen for year in _YEAR.findall(text)})
    candidates = [period for year in years for period in periods_of_year(year, job.kind)]
    return [period for period in candidates if any(_matches(job, template, period) for template in templates)]


def digests(paths: Iterable[Path]) -> list[tuple[str, str]]:
    """Name and SHA-256 of each file, sorted; InputError for one that can't be read."""
    return sorted((path.name, _digest(path)) for path in paths)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError("jobs.unreadable", path=path, reason=system_reason(error)) from error


def _refuse_no_folder(job: Job) -> None:
    folder = job.home.joinpath(*takewhile(lambda part: not places(part), Path(job.sources.folder).parts))
    if not folder.is_dir():
        raise InputError("jobs.no_folder", folder=folder)


def _is_of_period(job: Job, template: str) -> bool:
    return bool(places(template) or places(job.sources.folder))


def _matches(job: Job, template: str, period: Period) -> list[Path]:
    return list(_glob(*_split(job, template, period)))


def _split(job: Job, template: str, period: Period | None) -> tuple[Path, str]:
    """Where to look, and the glob from there; without a period its places are left to match anything."""
    anchor, parts = job.home, [*map(glob.escape, Path(job.sources.folder).parts), *Path(template).parts]
    while len(parts) > 1 and not places(parts[0]) and not glob.has_magic(parts[0]):
        anchor /= parts.pop(0)
    return anchor, "/".join(_filled(part, period) for part in parts)


def _filled(part: str, period: Period | None) -> str:
    if period:
        return fill(part, period)
    return re.sub(r"\*{2,}", "*", re.sub(r"(?:\{\w+\})+", "*", part)) if "{" in part else part


def _glob(anchor: Path, pattern: str) -> Iterator[Path]:
    found = (path for path in anchor.glob(pattern) if path.is_file())
    return iter(sorted(path for path in found if not path.name.startswith(_PASSED_OVER)))
