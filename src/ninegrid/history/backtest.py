"""Backtest of the warning rules over the stored periods: outcomes flagged, how early, and how many warnings it cost."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import field
from pathlib import Path

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.early_warning import owner_of, state
from ninegrid.grid.past import Before, Past
from ninegrid.history.placed import falls_of, placed_tables
from ninegrid.model.errors import UsageError
from ninegrid.model.period import Period
from ninegrid.model.relations import Lang
from ninegrid.policy import Outcome, Policy
from ninegrid.policy.expressions import expression
from ninegrid.store.database import Database
from ninegrid.subjects.policies import policy_for, policy_of_run
from ninegrid.subjects.registry import SUBJECTS

_FEWEST = 3  # periods: one to fall from, one to be warned in, one for the outcome


@dataclass(frozen=True)
class Backtest:
    """The result of a backtest: the periods that were looked at, the policy whose rules were tried, and the table.

    Columns: rule, severity, outcome; outcomes (subjects that came to it in a period after the first two), flagged (of
    those, how many had had a warning of the rule before), recall, lead (median periods between the first such warning
    and the outcome); warnings, followed (of those, how many came to the outcome later), precision; owners, and
    warnings_per_owner (a period). A rule `any` stands for all of them together.
    """

    subject: str
    periods: tuple[str, ...]
    policy: Policy
    lang: Lang
    table: pl.DataFrame


@dataclass(frozen=True)
class _Seen:
    """A stored period: the main table as of then, what the rules see of it, and whose rows were refused then."""

    main: pl.DataFrame
    state: pl.DataFrame | None = None
    refused: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.String))


def backtest(database: Database, subject: str, policy_file: Path | None = None) -> Backtest:
    """Try the warning rules of the policy in force (or of a file) on the stored periods of the newest one's kind.

    UsageError for a subject without warning rules, and with fewer than three periods.
    """
    periods = _periods(database, subject)
    newest = (
        database.select("history/subject_periods", {"subject": subject})
        .filter(period=str(periods[-1]))
        .row(0, named=True)
    )
    policy = (
        policy_for(subject, policy_file)
        if policy_file
        else policy_of_run(subject, newest["policy"], newest["policy_source"])
    )
    if not policy.warning_rules or not policy.outcomes:
        raise UsageError("history.no_outcomes", subject=subject)
    seen = _seen(database, subject, periods, policy)
    warnings, outcomes = _warnings(seen, policy), _outcomes(seen, policy)
    lang: Lang = "en" if newest["lang"] == "en" else "zh"
    return Backtest(subject, tuple(map(str, periods)), policy, lang, _judged(warnings, outcomes, len(periods), policy))


def _periods(database: Database, subject: str) -> list[Period]:
    """Oldest first, of the newest one's kind."""
    stored = sorted(Period.parse(text) for text in database.periods(SUBJECTS[subject].table, subject))
    same = [period for period in stored if period.kind == stored[-1].kind]
    if len(same) < _FEWEST:
        raise UsageError("history.few_periods", least=_FEWEST, subject=subject, there=len(same))
    return same


def _seen(database: Database, subject: str, periods: Sequence[Period], policy: Policy) -> list[_Seen]:
    """Each period with what the rules see of it, given the one before; the first sees nothing."""
    table = SUBJECTS[subject].table
    tables = [placed_tables(database, subject, policy, str(period)) for period in periods]
    seen = [_Seen(tables[0][table])]
    for (earlier, was), (later, is_) in itertools.pairwise(zip(periods, tables, strict=True)):
        before = Before(str(earlier), was, was, falls_of(database, subject, policy, str(earlier)))
        cuts = database.rows("cuts", subject, str(later))
        moved = database.rows("migration", subject, str(later), ["subject_id"], cause="REJECTED")
        refused = moved["subject_id"] if moved.width else pl.Series([], dtype=pl.String)
        seen.append(_Seen(is_[table], state(is_, cuts, Past(before=before), policy), refused))
    return seen


def _warnings(seen: Sequence[_Seen], policy: Policy) -> pl.DataFrame:
    """rule, subject_id, at (the position of the period), owner: of every rule that holds, be it the first or not."""
    found = [
        one.state.filter(expression(rule.when).fill_null(False)).select(
            pl.lit(rule.rule).alias("rule"),
            "subject_id",
            pl.lit(at).alias("at"),
            owner_of(one.state, policy).alias("owner"),
        )
        for at, one in enumerate(seen)
        if one.state is not None
        for rule in policy.warning_rules
    ]
    each = pl.concat(found)
    together = each.unique(["subject_id", "at"]).with_columns(rule=pl.lit("any"))
    return pl.concat([each, together])


def _outcomes(seen: Sequence[_Seen], policy: Policy) -> pl.DataFrame:
    """outcome, subject_id, came (the position of the period in which it came about), from the third period on."""
    found = [
        _came(outcome, earlier, later, policy).with_columns(came=pl.lit(at), outcome=pl.lit(outcome.key))
        for at, (earlier, later) in enumerate(itertools.pairwise(seen), 1)
        if at >= _FEWEST - 1
        for outcome in policy.outcomes
    ]
    return pl.concat(found).group_by("outcome", "subject_id").agg(pl.min("came"))


def _came(outcome: Outcome, earlier: _Seen, later: _Seen, policy: Policy) -> pl.DataFrame:
    """The subjects of the earlier period that came to it in the later one; a refused row is no departure."""
    ids = pl.col(policy.id).alias("subject_id")
    then, now = earlier.main.select(ids), later.main.select(ids)
    if not outcome.when:
        return then.join(now, on="subject_id", how="anti").filter(~pl.col("subject_id").is_in(later.refused.implode()))
    bad = expression(outcome.when).fill_null(False)
    was = earlier.main.filter(bad).select(ids)
    return (
        later.main.filter(bad)
        .select(ids)
        .join(was, on="subject_id", how="anti")
        .join(then, on="subject_id", how="semi")
    )


def _judged(warnings: pl.DataFrame, outcomes: pl.DataFrame, periods: int, policy: Policy) -> pl.DataFrame:
    rules = pl.DataFrame(
        {
            "rule": [*(r.rule for r in policy.warning_rules), "any"],
            "severity": [*(r.severity for r in policy.warning_rules), None],
        }
    )
    pairs = rules.join(pl.DataFrame({"outcome": [o.key for o in policy.outcomes]}), how="cross")
    both = warnings.join(outcomes, on="subject_id").filter(pl.col("at") < pl.col("came"))
    lead = both.group_by("rule", "outcome", "subject_id").agg(lead=pl.max("came") - pl.min("at"))
    flagged = lead.group_by("rule", "outcome").agg(pl.len().alias("flagged"), pl.median("lead"))
    followed = both.group_by("rule", "outcome").agg(pl.len().alias("followed"))
    given = warnings.group_by("rule").agg(pl.len().alias("warnings"), pl.n_unique("owner").alias("owners"))
    came = outcomes.group_by("outcome").agg(pl.len().alias("outcomes"))
    owners = pl.lit(warnings["owner"].n_unique())
    rows = (
        pairs.join(came, on="outcome", how="left", maintain_order="left")
        .join(flagged, on=["rule", "outcome"], how="left", maintain_order="left")
        .join(given, on="rule", how="left", maintain_order="left")
        .join(followed, on=["rule", "outcome"], how="left", maintain_order="left")
        .with_columns(pl.col("outcomes", "flagged", "warnings", "followed").fill_null(0).cast(pl.Int64), owners=owners)
    )
    return rows.select(
        "rule", "severity", "outcome", "outcomes", "flagged", _share("flagged", "outcomes").alias("recall"), "lead",
        "warnings", "followed", _share("followed", "warnings").alias("precision"), "owners",
        _share("warnings", pl.col("owners") * (periods - 1)).alias("warnings_per_owner"),
    )  # fmt: skip


def _share(part: str, whole: str | pl.Expr) -> pl.Expr:
    of = pl.col(whole) if isinstance(whole, str) else whole
    return pl.when(of > 0).then(pl.col(part) / of)
