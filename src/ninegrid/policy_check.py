"""``grade policy check``: an edited policy is run on invented subjects through every result table and every sheet.

Two periods are graded, so that moves, dead-bands and warnings are run too, and the workbook of the second is laid out
in memory, whole and for one unit. Nothing is read but the policy, and nothing is written.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ninegrid.context import Context
from ninegrid.engines.engine import engine_of
from ninegrid.grid.past import Before, Past
from ninegrid.history.prior_runs import PriorRuns
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.subject import Subject
from ninegrid.options import Options
from ninegrid.pipeline import Stage, assess, compare, grade, improve
from ninegrid.policy import Policy
from ninegrid.report.book import build_workbook, refuse_unknown_kinds
from ninegrid.report.division import members, unit_column
from ninegrid.report.unit_reports import part
from ninegrid.result import Result
from ninegrid.subjects.invented import invented_inputs
from ninegrid.subjects.policies import edited_file, policy_for, trial
from ninegrid.subjects.policy_dry_run import refuse_unfit
from ninegrid.subjects.registry import relations, subject_named

_PERIODS = (Period.parse("2026-09"), Period.parse("2026-10"))
_SUBJECTS = (48, 44)
"""Of each period: some go, and enough stay that cells and units have several."""
_BAND = 0.1


def check_policy(subject: str, path: Path) -> Policy:
    """The policy of a file that can be run; PolicyError with key and line for one that can't."""
    policy = policy_for(subject, path)
    refuse_unknown_kinds(policy)
    trial(subject, lambda tried: _run_all(subject_named(subject), tried)).of(edited_file(path))
    return policy


def _run_all(subject: Subject, policy: Policy) -> None:
    """Everything a policy is used for; raises whatever it breaks."""
    past = Past()
    for seed, (period, count) in enumerate(zip(_PERIODS, _SUBJECTS, strict=True)):
        inputs = invented_inputs(relations(subject.name), period, count, seed)
        result = _graded(subject, policy, inputs, past)
        past = _before(result, policy)
    refuse_unfit(policy, result.tables[subject.table])
    build_workbook(result)
    for unit in members(result, unit_column(policy))[:1]:
        build_workbook(part(result, unit.label))


def _graded(subject: Subject, policy: Policy, inputs: Inputs, past: Past) -> Result:
    context = Context(subject, (), Options())
    count = inputs.counts[subject.relations[0]].accepted
    result = Result(
        run_id=context.run_id,
        subject=subject.name,
        period=inputs.period,
        lang=inputs.lang,
        policy=policy,
        inputs=inputs,
        tables={"findings": inputs.findings, "reading": inputs.reading.table(policy.privacy.withheld)},
        counts=dict.fromkeys(("rows_read", "accepted"), count)
        | dict.fromkeys(("rejected", "merged", "other_period", "departed", "subtotals"), 0),
        started=context.started,
        versions=context.versions,
    )
    stage = Stage(result, engine_of(subject, result), PriorRuns(past))
    for step in (grade, compare, improve, assess):
        with context.timed(step.__name__):
            stage = step(context, stage)
    return replace(stage.result, steps=tuple(context.steps))


def _before(result: Result, policy: Policy) -> Past:
    """A result as the period before, with a dead-band wherever the policy has one."""
    over = dict.fromkeys(grid.over for grid in policy.grids)
    stored = {name: result.tables[name] for name in over}
    falls = result.tables[next(iter(over))].select(policy.id).clear().with_columns(falls=0)
    banded = {axis.level: _BAND for grid in policy.grids for axis in grid.axes if axis.dead_band}
    return Past(before=Before(str(result.period), stored, stored, falls), bands=banded)
