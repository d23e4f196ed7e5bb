"""How branches, sub-branches and managers stand: against their targets, on their cards, and over time."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ninegrid.coverage.states import COLUMNS as COVERED_BY
from ninegrid.coverage.states import RELATION as CONTACTS
from ninegrid.coverage.states import coverage
from ninegrid.grid.tables import Graded, Wide
from ninegrid.grid.totals import with_ratio_parts
from ninegrid.grid.trend import changed_since, last_periods, trend_rows
from ninegrid.model.findings import combine
from ninegrid.model.packed import together
from ninegrid.model.subject import Assessed
from ninegrid.policy import Policy
from ninegrid.policy.expressions import expression
from ninegrid.result import Result
from ninegrid.scorecards.cards import card_trend, cards
from ninegrid.scorecards.changes import FIGURES
from ninegrid.segments.tables import segmented
from ninegrid.targets.earlier import Earlier
from ninegrid.targets.reconcile import reconciled
from ninegrid.targets.target_rows import RELATION

_SUMMED = {
    "leads": ("subject_id", "expected_eva", "counts"),
    "warnings": ("subject_id", "severity", "state"),
    "migration": ("subject_id", "grid", "own_axis1", "own_axis2"),
}
"""The columns of result tables that are added up by unit; of tables that are on disk all rows are read for it."""


def assess(result: Result, graded: Graded, earlier: Earlier) -> Assessed:
    """The tables reconcile, reconcile_months, scorecards, score_items, manager_kpis, card_trend, trend, changed_since,
    coverage, coverage_load, segments, segment_items and product_use.

    Of customers that were graded in blocks, who come without targets, the columns of the main table are enough.
    """
    result = replace(result, policy=_with_sums(result.policy))
    wide = graded.wide or Wide(_main(result))
    targets = reconciled(wide, result.inputs, result.policy, earlier)
    whole = {name: result.columns(name, columns) for name, columns in _SUMMED.items() if name in result.tables}
    tables = together(result.tables, targets.tables, whole)
    told = Wide(_narrow(wide.frame, result.policy), wide.members)
    scored, most = cards(told, earlier.before, tables, result.policy, result.lang), result.policy.history.trend
    if scored:
        scored["card_trend"] = card_trend(earlier.cards, scored["scorecards"], result.period, most)
    refused = {RELATION: targets.refused} if targets.refused else {}
    now = trend_rows(tables, told.frame, result.period, result.policy)
    trend = {
        "trend": last_periods(earlier.trend, now, most),
        "changed_since": changed_since(earlier.trend, now, result.period),
    }
    covered = _covered(result, wide.frame, earlier)
    of_all = wide.frame if graded.narrow is None else graded.narrow
    segments = segmented(of_all, result.inputs, earlier.segment_incomes, earlier.segment_places, result.policy)
    found = combine([targets.findings, segments.findings])
    return Assessed({**targets.tables, **scored, **trend, **segments.tables, **covered}, found, refused)


def _with_sums(policy: Policy) -> Policy:
    """The policy, with the sums that cards and trend tell whatever it adds up elsewhere."""
    sums = tuple(dict.fromkeys((*policy.totals.sums, *FIGURES.values())))
    return replace(policy, totals=replace(policy.totals, sums=sums))


def _covered(result: Result, frame: pl.DataFrame, earlier: Earlier) -> dict[str, pl.DataFrame]:
    """The tables coverage and coverage_load; none for a policy that says of no tier how often it is seen."""
    policy, contacts = result.policy, result.inputs.tables.get(CONTACTS)
    if not policy.coverage.intervals:
        return {}
    asked = None if contacts is None or contacts.is_empty() else contacts
    main = frame.select(name for name in (policy.id, *COVERED_BY) if name in frame.columns)
    return coverage(main, asked, earlier.staff, result.period.end, policy)


def _main(result: Result) -> pl.DataFrame:
    """The main table, as far as tables about units need it."""
    policy = result.policy
    over = policy.grid(policy.tiering.grid).over
    return with_ratio_parts(result.columns(over, _columns(policy)), policy)


def _narrow(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The columns of the graded frame that cards and the trend are made from: few of very many."""
    parts = [f"{ratio}:{part}" for ratio in policy.totals.ratios for part in ("num", "den")]
    wanted = dict.fromkeys([*_columns(policy), *parts])
    return frame.select(name for name in wanted if name in frame.columns)


def _columns(policy: Policy) -> list[str]:
    keys = [key for view in policy.views for key in view.keys]
    parts = [name for ratio in policy.totals.ratios for text in policy.metric(ratio).texts for name in _roots(text)]
    wanted = [policy.id, *keys, *COVERED_BY, "flags", policy.grid(policy.tiering.grid).cell]
    return [*wanted, *policy.totals.sums, *parts, *_roots(policy.totals.counts), "raroc_status", "months_observed"]


def _roots(text: str) -> list[str]:
    return expression(text).meta.root_names() if text else []
