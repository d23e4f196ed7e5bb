"""Where subjects stood in a stored period: as it was stored, and graded again under today's policy."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.grid.cuts import signature
from ninegrid.grid.past import Before, Past
from ninegrid.grid.place import levels_of
from ninegrid.grid.rebased import columns_named
from ninegrid.history.stored import stored_rows
from ninegrid.intake.values.parsed import dtype_of
from ninegrid.model.inputs import ITEM, SOURCE, Inputs
from ninegrid.model.period import Period
from ninegrid.model.raw import ROW
from ninegrid.model.relations import Relation
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy
from ninegrid.result import Result
from ninegrid.store.database import Database
from ninegrid.subjects.registry import SUBJECTS, relations


def before_of(database: Database, checked: Result, period: Period) -> Before:
    """A stored period as the one that a run is compared with."""
    policy, text = checked.policy, str(period)
    stored = placed_tables(database, checked.subject, policy, text)
    rebased = stored if by_todays_policy(database, checked, text) else _regraded(database, checked, period)
    return Before(text, stored, rebased, falls_of(database, checked.subject, policy, text))


def by_todays_policy(database: Database, checked: Result, period: str) -> bool:
    """Whether a stored period was graded by the policy of the run."""
    runs = database.select("history/subject_periods", {"subject": checked.subject}).filter(period=period)
    return bool(runs["policy_digest"][0] == checked.policy.digest)


def under_todays_policy(database: Database, checked: Result, period: Period) -> Mapping[str, pl.DataFrame]:
    """The tables that grids are over, of a stored period under the policy of the run."""
    if by_todays_policy(database, checked, str(period)):
        return placed_tables(database, checked.subject, checked.policy, str(period))
    return _regraded(database, checked, period)


def placed_tables(database: Database, subject: str, policy: Policy, period: str) -> dict[str, pl.DataFrame]:
    """The tables of a stored period that grids are over, by name."""
    return {name: placed_table(database, name, subject, policy, period) for name in placed_names(policy)}


def placed_names(policy: Policy) -> list[str]:
    """The tables that grids are over."""
    return list(dict.fromkeys(grid.over for grid in policy.grids))


def placed_table(
    database: Database, table: str, subject: str, policy: Policy, period: str, ids: pl.Series | None = None
) -> pl.DataFrame:
    """A stored table that grids are over, with raw cells: the system's where people decided, else the official ones.

    ids: the subjects whose rows are wanted; all when not given. Columns that are only told, which take a third of the
    memory, are left out where the policy names none of them.
    """
    rows = stored_rows(database, table, subject, period, among=ids, without=_only_told(table, policy))
    if table == SUBJECTS[subject].table:
        rows = with_final(rows, subject, policy)
    decisions = SUBJECTS[subject].decisions
    for grid in policy.grids:
        raw = f"raw_{grid.cell}"
        if grid.over == table and grid.cell in rows.columns:
            held = [raw, *([decisions.system] if decisions else []), grid.cell]
            rows = rows.with_columns(pl.coalesce(name for name in held if name in rows.columns).alias(raw))
    return rows


def _only_told(table: str, policy: Policy) -> list[str]:
    """The columns of a table that tell a reader something and that neither grading nor the policy looks at."""
    axes = [axis for grid in policy.grids for axis in grid.axes]
    texts = [
        *(rule.when for rule in policy.warning_rules),
        *(outcome.when for outcome in policy.outcomes),
        *(text for metric in policy.metrics for text in metric.texts),
        *(text for axis in axes for text in (axis.value, axis.fallback, axis.override, axis.formula)),
        policy.dead_band.exempt,
    ]
    named = columns_named(texts) | {
        *(rule.metric for rule in policy.warning_rules),
        *(rule.before for rule in policy.plausible),
        *(name for axis in axes for name in (axis.peer, axis.reason, *axis.drivers)),
        *(key for view in policy.views for key in view.keys),
    }
    return [name for name in result_table(table).only_told if name not in named]


def with_final(rows: pl.DataFrame, subject: str, policy: Policy) -> pl.DataFrame:
    """The rows with final cells and levels; once, the cell was the system's and a decision stood beside it alone."""
    decisions, grid = SUBJECTS[subject].decisions, policy.grid(policy.tiering.grid)
    if decisions is None or decisions.system in rows.columns or decisions.moved not in rows.columns:
        return rows
    final, moved = pl.coalesce(decisions.moved, grid.cell), pl.col(decisions.moved).is_not_null()
    levels = [
        pl.when(moved).then(level).otherwise(axis.level).alias(axis.level)
        for axis, level in zip(grid.axes, levels_of(pl.col(decisions.moved), grid), strict=True)
    ]
    return rows.with_columns(pl.col(grid.cell).alias(decisions.system), final.alias(grid.cell), *levels)


def _regraded(database: Database, checked: Result, period: Period) -> dict[str, pl.DataFrame]:
    """The period's accepted inputs under today's policy, with the cuts of then where they still mean the same."""
    past = cuts_of_then(database, checked, period)
    graded = SUBJECTS[checked.subject].grade(inputs_of_then(database, checked, period), checked.policy, period, past)
    return {name: graded.tables[name] for name in placed_names(checked.policy)}


def cuts_of_then(database: Database, checked: Result, period: Period) -> Past:
    """A past with the cuts of a stored period that still mean the same."""
    cuts = stored_rows(database, "cuts", checked.subject, str(period))
    today = [f"{grid.key}:{signature(grid, checked.policy)}" for grid in checked.policy.grids]
    same = cuts.filter(pl.concat_str("grid", pl.lit(":"), "signature").is_in(today) & pl.col("low_cut").is_not_null())
    return Past(cuts=None if same.is_empty() else same)


def inputs_of_then(database: Database, checked: Result, period: Period, ids: pl.Series | None = None) -> Inputs:
    """The accepted rows of a stored period; where they came from is no longer known.

    ids: the subjects that they are about; all when not given. Then relations about no subject have no rows.
    """
    tables = {
        relation.name: _in_full(_input_rows(database, relation, checked, str(period), ids), relation)
        for relation in relations(checked.subject)
    }
    return Inputs(
        files=(),
        sheets=(),
        tables=tables,
        present={},
        findings=pl.DataFrame(),
        counts={},
        period=period,
        period_origin="option",
        lang=checked.lang,
        notices=(),
    )


def _input_rows(
    database: Database, relation: Relation, checked: Result, period: str, ids: pl.Series | None
) -> pl.DataFrame:
    if ids is not None and ids.name not in relation.names:
        return pl.DataFrame()
    return stored_rows(database, relation.name, checked.subject, period, schema="input", among=ids)


def _in_full(rows: pl.DataFrame, relation: Relation) -> pl.DataFrame:
    """The rows with every column the relation has today, in its type."""
    kinds: dict[str, pl.DataType] = {c.name: dtype_of(c) for c in relation.columns}
    kinds |= {SOURCE: pl.UInt16(), ROW: pl.UInt32(), **({ITEM: pl.Int64()} if relation.melt else {})}
    if not rows.width:  # stored before there was such a relation
        return pl.DataFrame(schema=kinds)
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name) for name, kind in kinds.items()
    )


def falls_of(
    database: Database, subject: str, policy: Policy, period: str, ids: pl.Series | None = None
) -> pl.DataFrame:
    """The levels each subject lost in a stored period against the one before it: the id column and `falls`. A row each
    who lost any.

    Of the grids that warnings look at the one on which it lost most. ids: the subjects that count; all when not given.
    """
    nothing = pl.DataFrame(schema={policy.id: pl.String, "falls": pl.Int64})
    if not database.has("migration") or not policy.warnings.looked_at:
        return nothing
    asked = ("migration", subject, period, ("subject_id", "own_axis1", "own_axis2"))
    moved = pl.concat(
        database.rows(*asked, grid=grid)
        if ids is None
        else database.rows_of(ids.alias("subject_id"), *asked, equal={"grid": grid})
        for grid in policy.warnings.looked_at
    )
    lost = [-pl.col(f"own_axis{axis}").cast(pl.Int64).clip(upper_bound=0) for axis in (1, 2)]
    lost_each = moved.select(pl.col("subject_id").alias(policy.id), falls=lost[0] + lost[1])
    lost_each = lost_each.filter(pl.col("falls") > 0).drop_nulls()
    return lost_each.group_by(policy.id, maintain_order=True).agg(pl.col("falls").max())
