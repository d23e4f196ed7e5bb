"""Which subjects there are: every folder beside this file that has a `subject.py`. Light: for the command line too."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ninegrid.model.errors import UsageError
from ninegrid.model.subject import Subject

if TYPE_CHECKING:
    from ninegrid.model.relations import Relation


def _declared() -> Mapping[str, Subject]:
    folders = sorted(path.parent.name for path in Path(__file__).parent.glob("*/subject.py"))
    found: list[Subject] = [import_module(f"ninegrid.subjects.{folder}.subject").SUBJECT for folder in folders]
    return {subject.name: subject for subject in found}


SUBJECTS = _declared()


def subject_named(name: str) -> Subject:
    """The subject of a name; UsageError with the names there are for another."""
    if name not in SUBJECTS and Path(name).is_file():
        raise UsageError("common.file_for_subject", file=name, known=list(SUBJECTS))
    if name not in SUBJECTS:
        raise UsageError("common.no_subject", subject=name, known=list(SUBJECTS))
    return SUBJECTS[name]


def relations(subject: str) -> tuple[Relation, ...]:
    """The input relations of a subject, its main relation first; UsageError for an unknown subject."""
    from ninegrid.resources import relation

    return tuple(relation(name) for name in subject_named(subject).relations)
