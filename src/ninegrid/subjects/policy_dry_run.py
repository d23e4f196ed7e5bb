"""A trial run of an edited policy on invented subjects, so that what can't run is said before any data is read.

When it fails, the key to blame is sought: the one without which the rest of the file can be run.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

import polars as pl
from polars.exceptions import ComputeError, InvalidOperationError, SchemaError

from ninegrid.config import Blame
from ninegrid.grid.past import Past
from ninegrid.messages import Message, message
from ninegrid.model.errors import PolicyError
from ninegrid.model.period import Period
from ninegrid.model.relations import Relation
from ninegrid.model.subject import Subject
from ninegrid.policy import Policy
from ninegrid.policy.edited import Edited
from ninegrid.policy.expressions import columns_of, unfit
from ninegrid.subjects.invented import invented_inputs

PERIOD = Period.parse("2026-10")
_LONGEST = 200


@dataclasses.dataclass(frozen=True)
class Trial:
    """How an edited policy is tried: `load` makes the policy of a file, `run` does with it what may fail.

    built_in: the text of the policy that it is laid over.
    """

    built_in: str
    load: Callable[[Edited], Policy]
    run: Callable[[Policy], None]

    def of(self, edited: Edited) -> Policy:
        """The policy; PolicyError at the key to blame, with the engine's first line, when it can't be run."""
        policy = self.load(edited)
        failed = self._failed(policy)
        if failed is None:
            return policy
        reason = _reason(failed)
        for path in edited.changed(self.built_in):
            if self._runs_without(edited, path):
                raise Blame(edited.name, edited.text)(path, message("policy.key_cannot_run", reason=reason)) from failed
        raise PolicyError("policy.cannot_run", name=edited.name, reason=reason) from failed

    def _failed(self, policy: Policy) -> Exception | None:
        try:
            self.run(policy)
        except Exception as error:  # whatever a policy breaks, it is the policy that can't be run
            return error
        return None

    def _runs_without(self, edited: Edited, path: tuple[str, ...]) -> bool:
        try:
            rest = self.load(edited.without(path))
        except PolicyError:
            return False
        return self._failed(rest) is None


def _reason(failed: Exception) -> Message | str:
    """What went wrong: in our words where a kind of values is wrong, else the first line."""
    if isinstance(failed, PolicyError):
        return failed.problem
    if isinstance(failed, (InvalidOperationError, SchemaError, ComputeError)):
        return message("policy.kinds_unfit")
    first = (str(failed).strip().splitlines() or [type(failed).__name__])[0][:_LONGEST]
    return f"there is no {first}" if isinstance(failed, KeyError) else first


def refuse_unfit(policy: Policy, rows: pl.DataFrame) -> None:
    """PolicyError for an expression of the wrong kind that no grading comes upon: those of studies and of actions.

    rows: the subjects as graded.
    """
    more = {"severity": pl.String, "delta": pl.Float64}
    wide = rows.with_columns(pl.lit(None, kind).alias(name) for name, kind in more.items() if name not in rows.columns)
    conditions = [*(rule.when for rule in policy.never), policy.allocate.held]
    numbers = [text for lever in policy.levers for text in (lever.measure, lever.reached)]
    problems = [unfit(text, wide, "condition") for text in _known(conditions, wide)]
    problems += [unfit(text, wide, "number") for text in _known(numbers, wide)]
    if problem := next(filter(None, problems), None):
        raise PolicyError(problem)


def _known(texts: Iterable[str], rows: pl.DataFrame) -> list[str]:
    """The expressions whose columns are all there."""
    return [text for text in texts if text and set(columns_of(text)) <= set(rows.columns)]


def grade_one(subject: Subject, relations: tuple[Relation, ...]) -> Callable[[Policy], None]:
    """Grades one invented subject and finds its way up: quick enough to be done before every run."""

    def run(policy: Policy) -> None:
        graded = subject.graded(invented_inputs(relations, PERIOD, 1), policy, PERIOD, Past())
        refuse_unfit(policy, graded.tables[subject.table])

    return run
