"""Reads a job file into a Job. All of it is checked before anything runs."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator
from pathlib import Path

from ninegrid.config import Blame, build, check_keys, nearest
from ninegrid.config import Path as Key
from ninegrid.config.texts import parse_toml, read_text
from ninegrid.history.recall import ALL
from ninegrid.jobs import templates
from ninegrid.jobs.model import Job, Outputs
from ninegrid.messages import Message, message
from ninegrid.model.errors import UsageError
from ninegrid.policy import Policy
from ninegrid.report.division import is_template, unit_column, unit_columns
from ninegrid.store.database import MEMORY
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import SUBJECTS

_NOT_WRITTEN = frozenset({"file", "policy_digest", "report_digest"})
_UNITS: Key = ("outputs", "unit_workbooks")
_Problem = tuple[Key, Message]


def load_job(path: Path) -> Job:
    """The job of a file, with the policy it names tried out.

    UsageError names file, line and key for an unknown key, a value of the wrong kind, a path that can't tell periods
    apart; PolicyError when its policy can't be used.
    """
    text = read_text(path, "job", UsageError)
    blame = Blame(path.name, text, UsageError)
    data = parse_toml(text, path.name, "jobs.no_toml", UsageError)
    check_keys(data, Job, (), blame, _NOT_WRITTEN)
    job = typing.cast(Job, build(Job, data, (), blame))
    old = bool(job.outputs.each)
    job = dataclasses.replace(job, file=path, outputs=_by_new_name(job.outputs))
    key_of: dict[Key, Key] = {_UNITS: ("outputs", "each")} if old else {}
    for key, problem in _problems(job):
        raise blame(key_of.get(key, key), problem)
    policy = policy_for(job.subject, job.policy_file)
    for key, problem in _problems_of_place(job, policy):
        raise blame(key_of.get(key, key), problem)
    return _with_policy(job, policy)


def _with_policy(job: Job, policy: Policy) -> Job:
    """The job with its policy's digests, and with the policy's name for a unit (branch) in the general form."""
    job = dataclasses.replace(job, policy_digest=policy.digest, report_digest=policy.report_digest)
    asked = job.outputs.unit_workbooks.replace(f"{{{unit_column(policy)}}}", f"{{{templates.UNIT}}}")
    return dataclasses.replace(job, outputs=dataclasses.replace(job.outputs, unit_workbooks=asked))


def _by_new_name(outputs: Outputs) -> Outputs:
    return dataclasses.replace(outputs, unit_workbooks=outputs.unit_workbooks or outputs.each, each="")


def _problems(job: Job) -> Iterator[_Problem]:
    """Checks that types can't make and that need the file alone."""
    if job.subject not in SUBJECTS:
        yield ("subject",), message("jobs.no_subject", name=job.subject, near=nearest(job.subject, SUBJECTS))
    if not job.name.strip():
        yield ("name",), message("jobs.no_name")
    if job.database in ("", MEMORY):
        yield ("database",), message("jobs.memory")
    if not 0 <= job.limits.max_rejected <= 1:
        yield ("limits", "max_rejected"), message("jobs.share")
    if job.limits.wait < 0:
        yield ("limits", "wait"), message("jobs.seconds")
    if job.retention.keep < 0:
        yield ("retention", "keep"), message("jobs.keep")
    yield from _problems_of_sources(job)
    yield from _problems_of_outputs(job)


def _problems_of_sources(job: Job) -> Iterator[_Problem]:
    if not job.sources.files:
        yield ("sources", "files"), message("jobs.no_sources")
    if job.sources.decisions and job.subject in SUBJECTS and SUBJECTS[job.subject].decisions is None:
        yield ("sources", "decisions"), message("jobs.no_decisions", subject=job.subject)
    for key in ("files", "optional", "decisions"):
        globs: tuple[str, ...] = getattr(job.sources, key)
        for glob in globs:
            if not glob.strip() or Path(glob).is_absolute():
                yield ("sources", key), message("jobs.absolute", name=glob)
            yield from _misplaced(("sources", key), glob, templates.known_places(job.kind))
    yield from _misplaced(("sources", "folder"), job.sources.folder, templates.known_places(job.kind))


def _problems_of_outputs(job: Job) -> Iterator[_Problem]:
    known = templates.known_places(job.kind)
    if Path(job.outputs.workbook).suffix.lower() != ".xlsx":
        yield ("outputs", "workbook"), message("jobs.workbook_suffix")
    asked = job.outputs.unit_workbooks
    if is_template(asked) and Path(asked).suffix.lower() != ".xlsx":
        yield _UNITS, message("jobs.each_suffix")
    for key in ("workbook", "tables", "save_map"):
        yield from _mixed_periods(job, key, known)
    yield from _misplaced(("afterwards", "folder"), job.afterwards.folder, known)


def _mixed_periods(job: Job, key: str, known: tuple[str, ...]) -> Iterator[_Problem]:
    """Periods must not write over each other."""
    template, where = getattr(job.outputs, key), ("outputs", key)
    if not template:
        return
    yield from _misplaced(where, template, known)
    if not templates.tells_period(template, job.kind):
        yield where, message("jobs.periods_clash")


def _problems_of_place(job: Job, policy: Policy) -> Iterator[_Problem]:
    """What depends on the policy and on the folders."""
    asked = job.outputs.unit_workbooks
    if is_template(asked):
        columns = unit_columns(policy)
        known = (*templates.known_places(job.kind), templates.UNIT, *columns)
        yield from _mixed_periods(job, "unit_workbooks", known)
        if not {templates.UNIT, *columns} & set(templates.places(asked)):
            yield _UNITS, message("jobs.units_clash", unit=columns[0])
    elif asked and asked not in unit_columns(policy):
        yield _UNITS, message("report.unknown_unit", column=asked, known=unit_columns(policy))
    grids = [grid.key for grid in policy.grids]
    if job.refit_cuts not in ("", ALL, *grids):
        yield ("refit_cuts",), message("history.no_grid", grid=job.refit_cuts, known=grids)
    if not job.home.is_dir():
        yield ("root",), message("jobs.no_root", folder=job.home)


def _misplaced(where: Key, template: str, known: tuple[str, ...]) -> Iterator[_Problem]:
    try:
        wrong = next((name for name in templates.places(template) if name not in known), None)
    except ValueError:
        yield where, message("jobs.braces", template=template)
        return
    if wrong:
        yield where, message("jobs.unknown_place", place=wrong, near=nearest(wrong, known))
