"""Outcomes of actions: what was delivered of what was promised, and the state of the warnings they are about."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.actions.matters import WARNING, higher_is_better, lower_is_better, measures
from ninegrid.actions.recall import OF_METRIC, figure_of
from ninegrid.actions.record import CLOSED
from ninegrid.grid.early_warning import value_of
from ninegrid.grid.unit_ids import BRANCH, MANAGER, MANAGER_ID, unit_key
from ninegrid.model.period import Period
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy

_NEAR = 1e-9  # how near to a bound is at it: a change is a difference of two figures
_WHO = (BRANCH, MANAGER, MANAGER_ID)
_ORDER = ["owner", "due", "subject_id", "matter", "opened"]


def judged(
    actions: pl.DataFrame, main: pl.DataFrame, warnings: pl.DataFrame | None, period: Period, policy: Policy
) -> pl.DataFrame:
    """The table actions: each action with what was delivered until now, or until the period it is fixed at.

    actions: `recall.Followed.actions`. main: the graded main table, as far as measures and metrics need it. warnings:
    the period's warnings with their state. delivered: the change for the better of the measure since the last stored
    period until the opening; promise: promised, else what the lead promised; delivery = delivered / promise; landed by
    the policy's shares; reason: why there is no figure: TOO_EARLY (no period since), GONE, MISSING_INPUT, NO_PROMISE.
    """
    rows = _with_now(actions, main, policy)
    rows = _with_warnings(rows, warnings, period)
    begun = pl.coalesce("fixed", pl.lit(str(period))) != pl.col("base")
    worse = pl.when(pl.col("matter").is_in(lower_is_better(policy))).then(-1.0)
    better = pl.coalesce(worse, _of_metric(policy), pl.lit(1.0))
    change = (pl.coalesce("at_fixed", "now") - pl.col("at_base")) * better + 0.0
    rows = rows.with_columns(
        promise=pl.coalesce("promised", "lead"), delivered=pl.when(begun.fill_null(False)).then(change)
    )
    promise = pl.when(pl.col("promise") > 0).then("promise")
    rows = rows.with_columns(delivery=pl.col("delivered") / promise)
    rows = rows.with_columns(landed=_landed(policy), reason=_reason(begun))
    rows = rows.with_columns(
        branch=pl.coalesce("now_branch", BRANCH),
        owner_said="owner",
        owner=pl.coalesce("owner", "now_owner", "then_owner"),
        due=pl.coalesce("due_on", "warning_due"),
        metric=pl.coalesce("metric", pl.col("matter").replace_strict(_names(policy), default=None)),
    )
    rows = rows.with_columns(overdue=_overdue(period))
    schema = result_table("actions").schema()
    rows = rows.rename({"customer_id": "subject_id"}).sort(_ORDER, nulls_last=True)
    return rows.select(pl.col(name).cast(kind) for name, kind in schema.items())


def _names(policy: Policy) -> dict[str, str]:
    return {lever.key: lever.measure for lever in policy.levers if lever.measure}


def _overdue(period: Period) -> pl.Expr:
    """Open past its due; a warning is due until somebody acts on it, and then until the deadline that was filled in."""
    late = pl.col("due_on") < pl.lit(period.end)
    open_ = ~pl.col("status").is_in(CLOSED) & (pl.col("warning_state").fill_null("") != "CLEARED")
    return open_ & (late.fill_null(False) | (pl.col("warning_state") == "OVERDUE").fill_null(False))


def _with_now(actions: pl.DataFrame, main: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The actions with `here` (whether the customer is there), the figure of their matter now, and who it is with."""
    key = policy.id
    mine = main.join(actions.select(pl.col("customer_id").alias(key)).unique(), on=key, how="semi")
    metrics = actions["metric"].drop_nulls().unique().to_list()
    then = pl.coalesce(unit_key(MANAGER, _WHO), pl.lit(None, pl.String)).alias("then_owner")
    of_metrics = [value_of(mine, name, policy).alias(OF_METRIC + name) for name in metrics]
    figures = mine.select(pl.col(key).alias("customer_id"), **measures(policy)).with_columns(of_metrics)
    now = mine.select(
        pl.col(key).alias("customer_id"),
        here=pl.lit(True),
        now_branch=pl.col(BRANCH),
        now_owner=unit_key(MANAGER, mine.columns),
    )
    rows = figure_of(actions.with_columns(then), figures, "now")
    return rows.join(now, on="customer_id", how="left", maintain_order="left").with_columns(
        pl.col("here").fill_null(False)
    )


def _of_metric(policy: Policy) -> pl.Expr:
    """1 or −1 by whether the metric of a warning is better higher; null for no warning."""
    good = pl.when(pl.col("metric").is_in(higher_is_better(policy))).then(1.0).otherwise(-1.0)
    return pl.when(pl.col("metric").is_not_null()).then(good)


def _reason(begun: pl.Expr) -> pl.Expr:
    gone = ~pl.col("here") & pl.col("fixed").is_null()
    return (
        pl.when(gone)
        .then(pl.lit("GONE"))
        .when(pl.col("base").is_null() | ~begun)
        .then(pl.lit("TOO_EARLY"))
        .when(pl.col("delivered").is_null())
        .then(pl.lit("MISSING_INPUT"))
        .when(pl.col("delivery").is_null())
        .then(pl.lit("NO_PROMISE"))
    )


def _landed(policy: Policy) -> pl.Expr:
    rules, share = policy.actions, pl.col("delivery")
    return (
        pl.when(share >= rules.landed - _NEAR)
        .then(pl.lit("YES"))
        .when(share >= rules.partly - _NEAR)
        .then(pl.lit("PARTLY"))
        .when(share.is_not_null())
        .then(pl.lit("NO"))
    )


def _with_warnings(rows: pl.DataFrame, warnings: pl.DataFrame | None, period: Period) -> pl.DataFrame:
    """The actions with the state of the warning they are about; CLEARED where it holds no more."""
    on_warning = pl.col("matter") == WARNING
    if warnings is None:
        return rows.with_columns(warning_state=pl.lit(None, pl.String))
    held = warnings.select(pl.col("subject_id").alias("customer_id"), now_causes=causes(), now_due=pl.col("first_due"))
    rows = rows.join(held, on="customer_id", how="left", maintain_order="left")
    # An action opened in this very period is on the warning that holds now.
    due = pl.coalesce("warning_due", pl.when(on_warning).then("now_due"))
    still = pl.col("now_causes").list.contains(pl.col("cause")) | pl.col("cause").is_null()
    over = on_warning & (pl.col("cleared") | pl.col("now_causes").is_null() | ~still.fill_null(False))
    rows = rows.with_columns(warning_due=due)
    state = pl.when(over).then(pl.lit("CLEARED")).when(on_warning).then(state_of(pl.col("acted_on"), due, period))
    rows = rows.with_columns(warning_state=state).drop("now_causes", "now_due")
    ended = pl.when(pl.col("warning_state") == "CLEARED").then(pl.lit(period.end))
    return rows.with_columns(closed_on=pl.coalesce("closed_on", ended))


def causes() -> pl.Expr:
    """Every rule that holds in a row of the table warnings, as a list."""
    return pl.concat_str("cause", "also", separator=";", ignore_nulls=True).str.split(";")


def state_of(acted_on: pl.Expr, due: pl.Expr, period: Period) -> pl.Expr:
    """HANDLED, LATE (acted after it was due), OVERDUE (due is past, and nobody acted), OPEN (it is not due yet)."""
    return (
        pl.when(acted_on <= due)
        .then(pl.lit("HANDLED"))
        .when(acted_on.is_not_null())
        .then(pl.lit("LATE"))
        .when(due < pl.lit(period.end))
        .then(pl.lit("OVERDUE"))
        .otherwise(pl.lit("OPEN"))
    )


def watched(warnings: pl.DataFrame, actions: pl.DataFrame, before: pl.DataFrame, period: Period) -> pl.DataFrame:
    """The period's warnings with since, first_due and state, in the order they have.

    since: the period from which a warning holds without a break, for one of its reasons; first_due: until when it was
    to be handled then. state: as `state_of`, by the first action on it since. actions: what is known of each
    (`recall.Followed.actions`), before: the warnings of the period before.
    """
    rows = warnings.drop("since", "first_due", "state", strict=False)
    if before.width and before.height:
        earlier = before.select(
            "subject_id",
            _causes=causes(),
            _since=pl.col("since").cast(pl.String),
            _due=pl.coalesce(pl.col("first_due").cast(pl.Date), pl.col("due").cast(pl.Date)),
        )
        rows = rows.join(earlier, on="subject_id", how="left", maintain_order="left")
        same = causes().list.set_intersection("_causes").list.len() > 0
        rows = rows.with_columns(
            since=pl.coalesce(pl.when(same).then("_since"), pl.lit(str(period))),
            first_due=pl.coalesce(pl.when(same).then("_due"), "due"),
        ).drop("_causes", "_since", "_due")
    else:
        rows = rows.with_columns(since=pl.lit(str(period)), first_due=pl.col("due"))
    acted = _acted(actions, rows)
    rows = rows.join(acted, on="subject_id", how="left", maintain_order="left")
    table = rows.with_columns(state=state_of(pl.col("acted_on"), pl.col("first_due"), period)).drop("acted_on")
    return table.select(pl.col(name).cast(kind) for name, kind in result_table("warnings").schema().items())


def _acted(actions: pl.DataFrame, warnings: pl.DataFrame) -> pl.DataFrame:
    """subject_id, acted_on: from when on something was done about the warning that holds now."""
    if not actions.height:
        return pl.DataFrame(schema={"subject_id": pl.String, "acted_on": pl.Date})
    held = warnings.select("subject_id", _causes=causes(), since="since")
    mine = actions.filter((pl.col("matter") == WARNING) & ~pl.col("cleared")).join(
        held, left_on="customer_id", right_on="subject_id"
    )
    mine = mine.filter(pl.col("cause").is_null() | pl.col("_causes").list.contains(pl.col("cause")))
    return mine.group_by(subject_id="customer_id").agg(pl.col("acted_on").min())


def attained(policy: Policy, actions: pl.DataFrame) -> Mapping[str, float]:
    """By lever with enough judged actions, Σ max(0, min(delivered, promise)) / Σ promise over them.

    Judged are those that are done, in the months that actions are kept, and have a delivery.
    """
    done = actions.filter((pl.col("status") == "done") & pl.col("delivery").is_not_null())
    won = pl.min_horizontal("delivered", "promise").clip(0)
    sums = done.group_by("matter").agg(n=pl.len(), share=won.sum() / pl.col("promise").sum())
    enough = sums.filter((pl.col("n") >= policy.way.evidence_minimum) & (pl.col("matter") != WARNING))
    return dict(enough.select("matter", "share").iter_rows())
