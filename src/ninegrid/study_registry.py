"""Which studies there are: every folder beside this file that has a `study.py`. Light: for the command line too."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ninegrid.model.errors import UsageError
from ninegrid.model.study import Study
from ninegrid.subjects.registry import SUBJECTS, relations

if TYPE_CHECKING:
    from ninegrid.model.relations import Relation


def _declared() -> Mapping[str, Study]:
    folders = sorted(path.parent.name for path in Path(__file__).parent.glob("*/study.py"))
    rooms = [folder for folder in folders if folder != "model"]  # that one says what a study is
    found: list[Study] = [import_module(f"ninegrid.{room}.study").STUDY for room in rooms]
    return {study.name: study for study in found}


STUDIES = _declared()


def study_named(name: str) -> Study:
    """The study of a name; UsageError with the names there are for another."""
    if name not in STUDIES:
        raise UsageError("studies.no_study", study=name, known=list(STUDIES))
    return STUDIES[name]


def study_relations(study: Study) -> tuple[Relation, ...]:
    """The input relations of a study, its main relation first."""
    from ninegrid.resources import relation

    return tuple(relation(name) for name in study.relations)


def form_relations(name: str) -> tuple[Relation, ...]:
    """What an empty workbook holds: the relations of a subject, or of the study whose main relation or name it is.

    UsageError with the names there are for another.
    """
    for study in STUDIES.values():
        if study.relations and name in (study.relations[0], study.name):
            return study_relations(study)
    if name not in SUBJECTS:
        forms = [study.relations[0] for study in STUDIES.values() if study.relations]
        raise UsageError("common.no_subject", subject=name, known=[*SUBJECTS, *forms])
    return relations(name)
