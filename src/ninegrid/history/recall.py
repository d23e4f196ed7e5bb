"""What earlier runs left in the database for the run at hand: cuts, the period before, dead-bands, decisions."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context

import polars as pl

from ninegrid.actions.recall import Followed
from ninegrid.campaigns import judging, ledger
from ninegrid.grid.cuts import signature
from ninegrid.grid.dead_band import bands
from ninegrid.grid.past import Before, Past
from ninegrid.history.continuity import Predecessor, wanted_columns
from ninegrid.history.continuity_figures import in_memory
from ninegrid.history.earlier_figures import cycles, figures_of, remembered, year_ago
from ninegrid.history.forms import decisions_of, followed_actions, heard
from ninegrid.history.in_parts import Regrade, brought, continued
from ninegrid.history.placed import before_of, under_todays_policy
from ninegrid.history.prior_runs import PriorRuns
from ninegrid.history.stored import by_period, chosen, opened_to_read, run_of, stored_periods
from ninegrid.history.units_before import left_for_units
from ninegrid.intake.values.parsed import dtype_of
from ninegrid.model.errors import UsageError
from ninegrid.model.period import Period
from ninegrid.model.steps import timed
from ninegrid.options import Comparing, Options
from ninegrid.policy import Policy
from ninegrid.resources import result_tables
from ninegrid.result import Result
from ninegrid.store.database import Database
from ninegrid.subjects.registry import SUBJECTS, relations

ALL = "all"
"""Every grid, where cuts are to be fitted anew."""


def recalled(checked: Result, options: Options, regrade: Regrade | None = None) -> PriorRuns:
    """What the database of a run holds for it; nothing where there is no database yet, or none that keeps anything.

    regrade: for a run in parts, how the period before is graded again. UsageError for a period to compare with that
    isn't stored.
    """
    with opened_to_read(options) as database:
        if database is None:
            return PriorRuns(followed=followed_actions(None, checked, None, []))
        return recall(database, checked, options.comparing, refit=options.refit_cuts, regrade=regrade)


def recall(
    database: Database, checked: Result, comparing: Comparing, *, refit: str = "", regrade: Regrade | None = None
) -> PriorRuns:
    """What the database holds for a run whose inputs were read; refit: the grid whose cuts are fitted anew, or ALL.

    UsageError for a period to compare with that isn't stored, and for a grid that the policy has not.
    """
    subject, period = checked.subject, checked.period
    cuts = database.cuts_in_force(subject, _signatures(checked.policy, refit), str(period))
    stored = stored_periods(database, subject)
    before = chosen(stored, period, comparing)
    # Nothing is held in a band that is compared with nothing.
    earlier = [p for p in stored if p.end < period.end] if before else []
    with _followed_beside(database, checked, before, stored) as followed:
        compared = _before(database, checked, before, regrade) if before else None
        past = Past(
            cuts=cuts,
            before=compared,
            bands=bands(list(figures_of(database, checked, earlier, compared)), checked.policy),
            year_ago=year_ago(database, checked, stored),
            earlier=remembered(database, checked, earlier),
            cycles=cycles(database, checked, earlier),
        )
        later = tuple(str(p) for p in stored if p.end > period.end and p.kind == period.kind)
        return PriorRuns(
            past=past,
            versions=database.next_cuts_versions(subject, str(period)),
            decisions=decisions_of(database, subject, period),
            outdated=later[:1],
            replaces=period in stored,
            predecessor=_predecessor(database, checked, before, stored),
            earlier=left_for_units(database, checked, stored, before),
            run=run_of(database, subject, period) if period in stored else "",
            heard={form.relation: heard(database, form, checked, stored) for form in SUBJECTS[subject].forms},
            campaigns=_campaigns(database, checked, stored),
            followed=followed.result(),
        )


@contextmanager
def _followed_beside(
    database: Database, checked: Result, before: Period | None, stored: list[Period]
) -> Iterator[Future[Followed | None]]:
    """The actions that the run has to follow, on a thread of their own: to find them takes as long as all the rest."""
    with database.beside() as other, ThreadPoolExecutor(1, thread_name_prefix="actions") as thread:
        yield thread.submit(copy_context().run, followed_actions, other, checked, before, stored)


def _before(database: Database, checked: Result, period: Period, regrade: Regrade | None) -> Before:
    """The period to compare with; for a run in parts brought to its parts."""
    if checked.parts is None:
        return before_of(database, checked, period)
    assert regrade is not None
    with timed("brought"):
        return brought(database, checked, period, regrade)


def _campaigns(database: Database, checked: Result, stored: list[Period]) -> judging.Followed:
    """The campaigns that the run has to judge, for a subject that has them."""
    if "campaigns" not in result_tables(checked.subject):
        return judging.Followed()
    main = SUBJECTS[checked.subject].table
    columns = judging.columns_judged(checked.policy)

    def main_at(period: Period) -> pl.DataFrame:
        return under_todays_policy(database, checked, period).get(main, pl.DataFrame(schema=columns)).select(columns)

    def rows_at(period: Period) -> pl.DataFrame:
        return by_period(database, "campaigns", checked, [period])

    return ledger.followed(database, checked.period, stored, main_at, rows_at)


def _predecessor(database: Database, checked: Result, before: Period | None, stored: list[Period]) -> Predecessor:
    """The accepted rows of the main relation in both periods, and whether its file is another period's."""
    subject, inputs = checked.subject, checked.inputs
    main = relations(subject)[0]
    columns = wanted_columns(main, checked.policy)
    if not columns:
        return Predecessor()
    kinds = {name: dtype_of(main.column(name)) for name in columns}

    def then(ids: pl.Series | None = None) -> pl.DataFrame:
        asked = (main.name, subject, str(before), columns)
        rows = database.rows(*asked, schema="input") if ids is None else database.rows_of(ids, *asked, schema="input")
        return rows.select(pl.col(name).cast(kind) for name, kind in kinds.items())

    both = None
    if before and database.has(main.name, "input"):
        if checked.parts is None:
            both = in_memory(inputs.tables[main.name], then(), main, checked.policy)
        else:
            both = continued(checked.parts, main, checked.policy, then)
    says_period = any(c.kind == "period" and c.name in inputs.present[main.name] for c in main.columns)
    other = None if says_period else _other_period(database, checked, stored)
    return Predecessor(before if both else None, both, other)


def _other_period(database: Database, checked: Result, stored: list[Period]) -> str | None:
    """The other stored period whose run read the file that has the main relation now."""
    own = {s.file.sha256 for s in checked.inputs.sheets if s.relation and s.relation.main}
    for sha256 in sorted(own):
        asked = {"subject": checked.subject, "period": str(checked.period), "sha256": sha256}
        found = database.select("history/periods_of_file", asked)["period"]
        if names := [period for period in found if Period.parse(period) in stored]:
            return str(names[0])
    return None


def _signatures(policy: Policy, refit: str) -> dict[str, str]:
    """The definition of each grid whose stored cuts may be used, by its key."""
    keys = [grid.key for grid in policy.grids]
    if refit not in ("", ALL, *keys):
        raise UsageError("history.no_grid", grid=refit, known=keys)
    return {grid.key: signature(grid, policy) for grid in policy.grids if refit not in (ALL, grid.key)}
