"""Early warning 预警: which subjects a rule warns of, since when, which figure caused it, and who acts by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import reduce

import polars as pl

from ninegrid.grid.migration import moves
from ninegrid.grid.past import Past
from ninegrid.grid.place import cell_of
from ninegrid.grid.rebased import AXES, column, columns_named, main_table, stored_table, then
from ninegrid.grid.unit_ids import BRANCH, MANAGER, MANAGER_ID, key_columns, unit_key
from ninegrid.model.errors import PolicyError
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Axis, Grid, Policy
from ninegrid.policy.expressions import expression
from ninegrid.policy.metrics import evaluate

_FOLLOWED_UP = ("since", "first_due", "state")  # null here: earlier periods and actions tell (actions.outcomes)
_DRIFT = 1e-9  # relative; changes as close as that are the same
_AT = "at_now"
_STATE = {"grid", "from_cell", "to_cell", "fall_axis1", "fall_axis2"}
_DEEPER = 16  # an official level lost counts more than all raw ones


def warned(
    tables: Mapping[str, pl.DataFrame], cuts: pl.DataFrame, past: Past, period_end: dt.date, policy: Policy
) -> pl.DataFrame:
    """A row a subject for whom a warning rule of the policy holds; of several the first, the others in `also`.

    Columns: subject_id, severity, cause (the rule), metric, before, after (its values then and now, in its own unit),
    owner (the key of `grid.units.unit_key`), due (period end and the days of the severity), grid (of those looked at
    that of the deepest fall, the first of equals), from_cell, to_cell (official), also (;-joined), trend, at_stake (the
    policy's weight). trend: NEW, the rule didn't hold before; IMPROVING, WORSENING, LASTING, it did, and its metric is
    better, worse or the same. Worst first: by severity, then at_stake. Without a period before only rules that need
    none can hold.
    Raises PolicyError when a rule names a column that the main table doesn't have.
    """
    schema = result_table("warnings").schema()
    if not policy.warnings.looked_at or not policy.warning_rules:
        return pl.DataFrame(schema=schema)
    told = _told_from(policy)
    rows = _ruled(state(tables, cuts, past, policy), told, policy)
    before = _before(rows, told, past, policy)
    rows = _reported(rows, before, policy)
    days = {s.key: s.due_days for s in policy.severities}
    due = pl.lit(period_end) + pl.duration(days=pl.col("severity").replace_strict(days, return_dtype=pl.Int64))
    rows = rows.with_columns(
        owner_of(rows, policy).alias("owner"),
        due.cast(pl.Date).alias("due"),
        _trend(rows, before, policy),
        at_stake=column(rows, policy.totals.weight, pl.Float64()),
        **{name: pl.lit(None) for name in _FOLLOWED_UP},
    )
    return by_urgency(rows.select(pl.col(c).cast(t) for c, t in schema.items()), policy)


def owner_of(rows: pl.DataFrame, policy: Policy) -> pl.Expr:
    """The key of who acts on a row about a subject; null where nobody is named."""
    owner = policy.warnings.owner
    return unit_key(owner, rows.columns) if owner in rows.columns else pl.lit(None, dtype=pl.String)


def by_urgency(warnings: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Warnings in the order of the table: the worst first, then the most at stake, then by subject."""
    rank = {s.key: i for i, s in enumerate(policy.severities)}
    order = pl.col("severity").replace_strict(rank, return_dtype=pl.Int64)
    return warnings.sort(order, -pl.col("at_stake").abs(), "subject_id", nulls_last=True)


def state(tables: Mapping[str, pl.DataFrame], cuts: pl.DataFrame, past: Past, policy: Policy) -> pl.DataFrame:
    """The main result table with what warning rules may also name; a row a subject that is there now.

    falls: levels lost on the grid looked at on which most were lost, by the subject's own figures (official, under the
    same policy and cuts), over both axes. raw_falls: the same of the raw levels. falls_before: falls of the period
    before; 0 where unknown. `{cell}_before`: the cell then of each grid: over this table under today's policy and cuts,
    over another as stored. All but falls_before are null where the subject wasn't there or wasn't placed. Besides:
    subject_id, grid (that one), from_cell (as stored), to_cell, fall_axis1, fall_axis2 (the official falls, or where
    there is none the raw ones).
    """
    frame = stored_table(tables, main_table(policy), policy)
    looked_at = [policy.grid(key) for key in policy.warnings.looked_at]
    known = [
        *(_falls(tables, grid, cuts, past, policy) for grid in looked_at),
        *(_cell_before(grid, cuts, past, policy) for grid in policy.grids if grid not in looked_at),
        _falls_before(past, policy),
    ]
    moved = frame.select("subject_id", *(grid.cell for grid in looked_at))
    for part in known:
        moved = _beside(moved, part)
    moved = moved.with_columns(_deepest(looked_at)).with_columns(pl.col("falls_before").fill_null(0))
    return frame.hstack(moved.drop("subject_id", *(grid.cell for grid in looked_at)))


def _beside(rows: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    """The rows with what a part knows of their subjects: put beside them where it says their places, else looked up."""
    if _AT not in part.columns:
        return rows.join(part, on="subject_id", how="left", maintain_order="left")
    return rows.hstack(part.drop_nulls(_AT).sort(_AT).drop(_AT, "subject_id"))


def _deepest(grids: Sequence[Grid]) -> list[pl.Expr]:
    """grid, to_cell and what _falls says, of the grid of the deepest fall: the first among equals."""
    official, raw = ([pl.col(f"{g.key}:{name}").fill_null(-1) for g in grids] for name in ("falls", "raw_falls"))
    depth = [o * _DEEPER + r for o, r in zip(official, raw, strict=True)]
    deepest = [d == pl.max_horizontal(depth) for d in depth]

    def of(columns: Sequence[pl.Expr]) -> pl.Expr:
        chosen = columns[-1]
        for here, value in list(zip(deepest, columns, strict=True))[-2::-1]:
            chosen = pl.when(here).then(value).otherwise(chosen)
        return chosen

    values = {
        "grid": of([pl.lit(g.key) for g in grids]),
        "to_cell": of([pl.col(g.cell) for g in grids]),
        **{name: of([pl.col(f"{g.key}:{name}") for g in grids]) for name in ("from_cell", "fall_axis1", "fall_axis2")},
        **{name: pl.max_horizontal(f"{g.key}:{name}" for g in grids) for name in ("falls", "raw_falls")},
    }
    return [expr.alias(name) for name, expr in values.items()]


def _falls(
    tables: Mapping[str, pl.DataFrame], grid: Grid, cuts: pl.DataFrame, past: Past, policy: Policy
) -> pl.DataFrame:
    """subject_id, `{cell}_before`, and after the grid's key and a colon from_cell, falls, raw_falls, fall_axis1,
    fall_axis2, of everyone there then; of a grid over the main table with `at_now`, the row of who is there now.
    """
    texts = ("subject_id", f"{grid.key}:from_cell", f"{grid.cell}_before")
    numbers = [f"{grid.key}:{name}" for name in ("falls", "raw_falls", "fall_axis1", "fall_axis2")]
    if past.before is None:
        return pl.DataFrame(schema={**dict.fromkeys(texts, pl.String), **dict.fromkeys(numbers, pl.Int64)})
    moved = moves(tables, grid, cuts, past.before, policy)
    of_main = grid.over == main_table(policy)
    official, raw = ([_fall(f"{part}_axis{k}") for k in AXES] for part in ("own", "raw_own"))
    falls = official[0] + official[1]
    shown = [
        pl.when(falls > 0).then(o).otherwise(r).alias(f"{grid.key}:fall_axis{k}")
        for k, o, r in zip(AXES, official, raw, strict=True)
    ]
    table = moved.select(
        "subject_id",
        *([_AT] if of_main else []),
        pl.col("from_cell").alias(f"{grid.key}:from_cell"),
        _like_for_like(grid),
        falls.alias(f"{grid.key}:falls"),
        (raw[0] + raw[1]).alias(f"{grid.key}:raw_falls"),
        *shown,
    )
    return table if of_main else table.filter(moved["was_there"])


def _fall(part: str) -> pl.Expr:
    return (-pl.col(part).cast(pl.Int64)).clip(0)


def _like_for_like(grid: Grid) -> pl.Expr:
    """The cell then under today's policy and cuts; null for who had none."""
    cell = cell_of(grid, pl.col("c_axis1"), pl.col("c_axis2"))
    return pl.when(pl.col("from_cell").is_not_null()).then(cell).alias(f"{grid.cell}_before")


def _cell_before(grid: Grid, cuts: pl.DataFrame, past: Past, policy: Policy) -> pl.DataFrame:
    """subject_id of the main table, `{cell}_before`."""
    name = f"{grid.cell}_before"
    if past.before is None:
        return pl.DataFrame(schema={"subject_id": pl.String, name: pl.String})
    if grid.over == main_table(policy):
        return then(past.before, grid, cuts, policy).select("subject_id", _like_for_like(grid))
    stored = stored_table(past.before.stored, main_table(policy), policy)
    return stored.select("subject_id", column(stored, grid.cell, pl.String()).alias(name))


def _falls_before(past: Past, policy: Policy) -> pl.DataFrame:
    known = past.before.falls if past.before else pl.DataFrame()
    if policy.id not in known.columns:
        return pl.DataFrame(schema={"subject_id": pl.String, "falls_before": pl.Int64})
    return known.select(
        pl.col(policy.id).cast(pl.String).alias("subject_id"), pl.col("falls").cast(pl.Int64).alias("falls_before")
    )


def _told_from(policy: Policy) -> set[str]:
    """The columns that a warning and its trend are made from: few of a main table's many, which take long to copy."""
    axes = [axis for key in policy.warnings.looked_at for axis in policy.grid(key).axes]
    figures = {rule.metric for rule in policy.warning_rules} | {axis.metric for axis in axes}
    figures |= {driver for axis in axes for driver in axis.drivers}
    texts = [text for metric in policy.metrics if metric.key in figures for text in metric.texts]
    named = columns_named([*texts, *(rule.when for rule in policy.warning_rules)])
    who = {policy.warnings.owner, *key_columns(policy.warnings.owner, (MANAGER, BRANCH, MANAGER_ID))}
    return figures | named | who | {"subject_id", policy.totals.weight, *result_table("warnings").schema()} | _STATE


def _ruled(frame: pl.DataFrame, told: Collection[str], policy: Policy) -> pl.DataFrame:
    """The rows for which a rule holds, with cause, severity, also, and `ruled`: the metric the rule names, if any.

    told: the columns that are kept.
    """
    rules = policy.warning_rules
    _check_columns(frame, policy)
    held = frame.select(expression(r.when).fill_null(False).cast(pl.Boolean).alias(r.rule) for r in rules)
    some = held.select(pl.any_horizontal(pl.all())).to_series()
    rows, held = frame.select(name for name in frame.columns if name in told).filter(some), held.filter(some)
    names = [pl.when(pl.col(r.rule)).then(pl.lit(r.rule)) for r in rules]
    listed = held.select(cause=pl.coalesce(names), all=pl.concat_str(names, separator=";", ignore_nulls=True))
    behind = pl.col("all").str.slice(pl.col("cause").str.len_chars() + 1)
    also = listed.select(pl.when(pl.col("all") != pl.col("cause")).then(behind)).to_series()
    rows = rows.with_columns(listed["cause"], also=also)
    metrics = {r.rule: r.metric for r in rules if r.metric}
    return rows.with_columns(
        severity=pl.col("cause").replace_strict({r.rule: r.severity for r in rules}, return_dtype=pl.String),
        ruled=pl.col("cause").replace_strict(metrics, default=None, return_dtype=pl.String),
    )


def _check_columns(frame: pl.DataFrame, policy: Policy) -> None:
    for rule in policy.warning_rules:
        if unknown := sorted(columns_named([rule.when]) - set(frame.columns)):
            raise PolicyError("policy.warning_column", rule=rule.rule, table=main_table(policy), unknown=unknown)


def _before(rows: pl.DataFrame, told: Collection[str], past: Past, policy: Policy) -> pl.DataFrame:
    """The same subjects in the period before, under today's policy, row by row; null who wasn't there."""
    tables = past.before.rebased if past.before else {}
    rebased = stored_table(tables, main_table(policy), policy)
    rebased = rebased.select(name for name in rebased.columns if name in told)
    return rows.select("subject_id").join(rebased, on="subject_id", how="left", maintain_order="left")


def _reported(rows: pl.DataFrame, before: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The rows with metric, before and after."""
    driver = pl.Series([None], dtype=pl.String).new_from_index(0, rows.height)
    for grid in (policy.grid(key) for key in policy.warnings.looked_at):
        driver = _fell_by(rows, before, grid, policy).zip_with(rows["grid"] == grid.key, driver)
    metric = rows.select(pl.coalesce("ruled", driver.alias("driver"))).to_series().alias("metric")
    names = metric.unique().to_list()
    return rows.with_columns(
        metric,
        _of_each(metric, names, before, policy).alias("before"),
        _of_each(metric, names, rows, policy).alias("after"),
    )


def _fell_by(rows: pl.DataFrame, before: pl.DataFrame, grid: Grid, policy: Policy) -> pl.Series:
    """By row the driver behind the deeper of a grid's two axes."""
    first = (pl.col("fall_axis1") > pl.col("fall_axis2")).fill_null(False)
    behind = rows.select(
        axis1=first,
        drivers1=_behind(rows, before, grid.axis1, policy),
        drivers2=_behind(rows, before, grid.axis2, policy),
    )
    return behind.select(pl.when("axis1").then("drivers1").otherwise("drivers2")).to_series()


def _trend(rows: pl.DataFrame, before: pl.DataFrame, policy: Policy) -> pl.Series:
    """By row whether its rule holds for the first time, and where it held before, which way its metric went."""
    rules = [r for r in policy.warning_rules if r.metric and columns_named([r.when]) <= set(before.columns)]
    held = before.with_columns(rows["cause"]).with_columns(
        held=pl.any_horizontal(
            pl.lit(False), *((pl.col("cause") == r.rule) & expression(r.when).fill_null(False) for r in rules)
        )
    )
    higher = [m.key for m in policy.metrics if m.direction == "higher"]
    sign = pl.when(pl.col("metric").is_in(higher)).then(1).otherwise(-1)
    change = (pl.col("after") - pl.col("before")) * sign
    way = pl.when(change > 0).then(pl.lit("IMPROVING")).when(change < 0).then(pl.lit("WORSENING"))
    again = way.otherwise(pl.lit("LASTING"))
    return (
        rows.select("metric", "before", "after", held["held"])
        .select(trend=pl.when("held").then(again).otherwise(pl.lit("NEW")))
        .to_series()
    )


def _behind(rows: pl.DataFrame, before: pl.DataFrame, axis: Axis, policy: Policy) -> pl.Series:
    """By row the driver whose change alone lowers the figure most; the axis's metric where there is none."""
    nothing = pl.Series([axis.metric], dtype=pl.String).new_from_index(0, rows.height)
    if not axis.drivers or not axis.formula:
        return nothing
    was, now = (pl.DataFrame({d: value_of(frame, d, policy) for d in axis.drivers}) for frame in (before, rows))
    formula = expression(axis.formula).cast(pl.Float64)
    made = was.select(formula).to_series()
    changes = pl.DataFrame({d: was.with_columns(now[d]).select(formula).to_series() - made for d in axis.drivers})
    known = changes.select(pl.all_horizontal(pl.all().is_finite()).fill_null(False)).to_series()
    return _lowest(changes.with_columns(known.alias("known")), axis)


def _lowest(changes: pl.DataFrame, axis: Axis) -> pl.Series:
    """By row the first driver of the lowest change, float drift aside, where any is below 0."""
    lowest = pl.min_horizontal(axis.drivers)
    matches = [pl.when(pl.col(d) <= lowest + _DRIFT * lowest.abs()).then(pl.lit(d)) for d in axis.drivers]
    told = pl.col("known") & (lowest < 0)
    return changes.select(
        pl.when(told).then(pl.coalesce(matches)).otherwise(pl.lit(axis.metric)).alias("driver")
    ).to_series()


def _of_each(metric: pl.Series, names: Iterable[str], frame: pl.DataFrame, policy: Policy) -> pl.Series:
    """By row the value of the metric that is named there."""
    nothing = pl.Series([None], dtype=pl.Float64).new_from_index(0, frame.height)
    return reduce(lambda found, name: value_of(frame, name, policy).zip_with(metric == name, found), names, nothing)


def value_of(frame: pl.DataFrame, name: str, policy: Policy) -> pl.Series:
    """A metric or a column of a result table as numbers: its own column, else computed, else null."""
    if name in frame.columns:
        return frame[name].cast(pl.Float64, strict=False)
    metric = next((m for m in policy.metrics if m.key == name), None)
    if metric and columns_named(metric.texts) - {"value"} <= set(frame.columns):
        return evaluate(frame, [metric])[name]
    return pl.Series(name, [None], dtype=pl.Float64).new_from_index(0, frame.height)
