"""Which subjects can be graded, and how: the one place where a subject's name meets its engine room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ninegrid import content
from ninegrid.customers.columns import computable
from ninegrid.customers.grading import grade
from ninegrid.errors import PolicyError
from ninegrid.grid.tables import Graded
from ninegrid.intake.inputs import Inputs
from ninegrid.period import Period
from ninegrid.policy import Policy, load_policy

Grade = Callable[[Inputs, Policy, Period, pl.DataFrame | None], Graded]


@dataclass(frozen=True)
class Subject:
    """A kind of subject: its name, its main result table, how it is graded, and the columns its metrics may use."""

    name: str
    table: str
    grade: Grade
    columns: Callable[[], frozenset[str]]


SUBJECTS: Mapping[str, Subject] = {"customers": Subject("customers", "customers", grade, computable)}


def policy_for(subject: str, path: Path | None = None) -> Policy:
    """The policy in force: built-in, overridden by the file where there is one. PolicyError names key and line."""
    return load_policy(
        content.policy_text(subject),
        _text(path),
        name=path.name if path else "policy",
        columns=SUBJECTS[subject].columns(),
    )


def _text(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PolicyError(
            f"The policy {path} can't be read: {error.strerror}.", "Check the path given to --policy."
        ) from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"The policy {path} is not UTF-8 text.", "Save it as UTF-8.") from error
