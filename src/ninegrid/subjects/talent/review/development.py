"""Development 发展: what to work on first, what was planned, and whether finished plans went with better scores."""

from __future__ import annotations

import polars as pl

from ninegrid.model.period import Period
from ninegrid.model.relations import Lang
from ninegrid.model.result_tables import result_table
from ninegrid.subjects.talent.review.plans import CLOSED, DONE, SUGGESTED
from ninegrid.subjects.talent.rules import Suggestion, TalentRules

ALL = "all"
DONE_, LATE, NONE = "DONE", "LATE", "NONE"
_NEAR = 1e-9


def priorities(
    employees: pl.DataFrame, competencies: pl.DataFrame, gaps: pl.DataFrame, rules: TalentRules
) -> pl.DataFrame:
    """A row a person and competency with a score: employee_id, cell, competency, level_now, level_needed, star_mean,
    priority = weight · max(0, required − score) + star_share · max(0, star_mean − score).

    gaps: the table competency_gap, in which the mean of the stars is told or not; what is missing adds nothing.
    """
    star = gaps.filter(scope="company").group_by("competency").agg(star_mean=pl.col("star_mean").drop_nulls().first())
    own = competencies.drop_nulls("score").group_by("employee_id", "competency", maintain_order=True)
    rows = own.agg(level_now=pl.col("score").mean(), level_needed=pl.col("required").mean())
    rows = rows.join(employees.select("employee_id", "cell"), on="employee_id", how="inner", maintain_order="left")
    rows = rows.join(star, on="competency", how="left", maintain_order="left")
    weights = dict(rules.competency_weights)
    weight = pl.col("competency").replace_strict(weights, default=1.0, return_dtype=pl.Float64)
    short = (pl.col("level_needed") - pl.col("level_now")).clip(0).fill_null(0)
    behind = (pl.col("star_mean") - pl.col("level_now")).clip(0).fill_null(0)
    return rows.with_columns(priority=weight * short + rules.star_share * behind)


def skills(ranked: pl.DataFrame, employees: pl.DataFrame, gaps: pl.DataFrame) -> pl.DataFrame:
    """The table skills: a row a person and competency, the first by priority on top, with the department's mean.

    ranked: as `priorities`. gaps: the table competency_gap, in which a department's mean is told or not.
    """
    schema = result_table("skills").schema()
    own = gaps.filter(scope="department").select("competency", department="scope_value", department_mean="mean")
    of = employees.select("employee_id", pl.col("department").cast(pl.String))
    rows = ranked.join(of, on="employee_id", how="left", maintain_order="left")
    rows = rows.join(own, on=["department", "competency"], how="left", maintain_order="left")
    rows = rows.sort("employee_id", -pl.col("priority").round(9), "competency")
    return rows.select(pl.col(name).cast(kind) for name, kind in schema.items())


def suggestions(ranked: pl.DataFrame, rules: TalentRules, lang: Lang, most: int) -> pl.DataFrame:
    """The first `most` competencies of each person by priority, with the policy's action for competency and cell.

    ranked: as `priorities`. Ties by the competency's name. A competency that no action is for is left out.
    """
    rows = ranked.filter(pl.col("priority") > _NEAR)
    chosen = [_action(one, lang) for one in rules.actions]
    rows = rows.with_columns(pl.coalesce(*chosen, pl.lit(None, pl.String)).alias("_chosen"))
    rows = rows.drop_nulls("_chosen").sort("employee_id", -pl.col("priority").round(9), "competency")
    rows = rows.group_by("employee_id", maintain_order=True).head(most)
    parts = pl.col("_chosen").str.split_exact("\n", 1)
    return rows.with_columns(kind=parts.struct.field("field_0"), action=parts.struct.field("field_1")).drop("_chosen")


def _action(one: Suggestion, lang: Lang) -> pl.Expr:
    """Kind and text of an action, a line each, in the rows that it is for."""
    holds = pl.lit(True)
    if one.competencies:
        holds = holds & pl.col("competency").is_in(list(one.competencies))
    if one.cells:
        holds = holds & pl.col("cell").is_in(list(one.cells))
    text = one.zh if lang == "zh" else one.en
    before, found, after = text.partition("{competency}")
    said = pl.concat_str(pl.lit(f"{one.kind}\n{before}"), *([pl.col("competency"), pl.lit(after)] if found else []))
    return pl.when(holds.fill_null(False)).then(said)


def development(ranked: pl.DataFrame, plans: pl.DataFrame, suggested: pl.DataFrame, period: Period) -> pl.DataFrame:
    """The table development: every plan that is under way or was closed in the last year, and a suggestion for each
    competency that no plan of the person is under way for; by person, priority and action.

    plans: those of people on the roster, as `plans.together`. follow_up of a plan: DONE, LATE (due before the period's
    end and not finished, or finished after it was due), NONE (neither); of one that was dropped null.
    """
    schema = result_table("development").schema()
    year_ago = pl.lit(period.end).dt.offset_by("-12mo")
    closed = pl.col("status").is_in(CLOSED)
    ended = pl.coalesce("finished_on", "due_on", _ended("opened"))
    table = plans.filter(~closed | (ended > year_ago)).with_columns(follow_up=follow_up(period))
    known = ranked.select("employee_id", "competency", "level_now", "level_needed", "star_mean", "priority")
    table = table.join(known, on=["employee_id", "competency"], how="left", maintain_order="left")
    open_ = table.filter(~pl.col("status").is_in(CLOSED))
    taken = table.select("employee_id", "action", _taken=pl.lit(True)).unique()
    fresh = suggested.join(open_, on=["employee_id", "competency"], how="anti", maintain_order="left")
    fresh = fresh.join(taken, on=["employee_id", "action"], how="anti", maintain_order="left")
    fresh = fresh.with_columns(status=pl.lit(SUGGESTED), opened=pl.lit(str(period)))
    fresh = fresh.with_columns(suggested="action")
    rows = pl.concat([table, fresh], how="diagonal_relaxed").rename({"kind": "action_kind"})
    rows = rows.sort("employee_id", -pl.col("priority").round(9).fill_null(0), "action", "opened")
    missing = [pl.lit(None).alias(name) for name in schema if name not in rows.columns]
    return rows.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in schema.items())


def _ended(column: str) -> pl.Expr:
    """The last day of the period that a column names."""
    return pl.col(column).map_elements(lambda text: Period.parse(text).end, return_dtype=pl.Date)


def follow_up(period: Period) -> pl.Expr:
    """What became of a plan by the period's end."""
    late = (pl.col("finished_on") > pl.col("due_on")) | (
        (pl.col("status") != DONE) & (pl.col("due_on") < pl.lit(period.end))
    )
    return (
        pl.when(pl.col("status") == "dropped")
        .then(None)
        .when(late.fill_null(False))
        .then(pl.lit(LATE))
        .when(pl.col("status") == DONE)
        .then(pl.lit(DONE_))
        .otherwise(pl.lit(NONE))
    )


def development_effect(
    frame: pl.DataFrame, plans: pl.DataFrame, earlier: pl.DataFrame, period: Period, fewest: int
) -> pl.DataFrame:
    """The table development_effect: a row a cell of the cycle before and one of all; none without a cycle before.

    done, late, none: the plans of that cycle's people that were opened or begun by then, by `follow_up`. with_n,
    without_n: of those with both scores in both cycles, who has a finished plan and who has none. with_…, without_…:
    the mean of now − then; difference_…: with − without of the same cell. Of all, the means over the cells that are
    told, weighted by with_n. TOO_FEW: one side has under `fewest` people. An association, no proof.
    """
    schema = result_table("development_effect").schema()
    if not earlier.width:
        return pl.DataFrame(schema=schema)
    before = earlier["period"][-1]
    then = earlier.filter(pl.col("period") == before).drop_nulls("cell")
    opened = plans.filter(pl.col("employee_id").is_in(then["employee_id"].implode()))
    end = Period.parse(before).end
    begun = (_ended("opened") <= end) | (pl.col("starts") <= end).fill_null(False)
    opened = opened.filter(begun).with_columns(follow_up=follow_up(period))
    people = _changes(frame, then, opened, period)
    cells = then.select("employee_id", "cell")
    counted = (
        opened.join(cells, on="employee_id")
        .group_by("cell")
        .agg(
            plans=pl.len().cast(pl.Int64),
            **{k.lower(): (pl.col("follow_up") == k).sum().cast(pl.Int64) for k in (DONE_, LATE, NONE)},
        )
    )
    rows = people.group_by("cell").agg(*_means("with", pl.col("finished")), *_means("without", ~pl.col("finished")))
    rows = rows.join(counted, on="cell", how="full", coalesce=True)
    counts = ("plans", "done", "late", "none", "with_n", "without_n")
    rows = rows.with_columns(pl.col(*counts).fill_null(0)).filter(pl.col("plans") > 0).sort("cell", descending=True)
    rows = _told(rows, fewest)
    rows = pl.concat([_of_all(rows, counts), rows], how="diagonal_relaxed") if rows.height else rows
    rows = rows.with_columns(compared_with=pl.lit(before))
    missing = [pl.lit(None).alias(name) for name in schema if name not in rows.columns]
    return rows.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in schema.items())


_AXES = ("performance", "potential")
_FIGURES = [f"{side}_{axis}" for side in ("with", "without", "difference") for axis in _AXES]


def _changes(frame: pl.DataFrame, then: pl.DataFrame, plans: pl.DataFrame, period: Period) -> pl.DataFrame:
    """cell (of then), finished, and the change of either score, of those who have both in both cycles."""
    scores = [f"{axis}_score" for axis in _AXES]
    both = then.select("employee_id", "cell", *(pl.col(s).alias(f"_{s}") for s in scores)).join(
        frame.select("employee_id", *scores), on="employee_id", how="inner"
    )
    both = both.drop_nulls([*scores, *(f"_{s}" for s in scores)])
    done = plans.filter((pl.col("status") == DONE) & (pl.col("finished_on") <= period.end))["employee_id"].unique()
    change = {axis: pl.col(f"{axis}_score") - pl.col(f"_{axis}_score") for axis in _AXES}
    return both.select("cell", finished=pl.col("employee_id").is_in(done.implode()), **change)


def _means(side: str, who: pl.Expr) -> list[pl.Expr]:
    means = [pl.col(axis).filter(who).mean().alias(f"{side}_{axis}") for axis in _AXES]
    return [who.sum().cast(pl.Int64).alias(f"{side}_n"), *means]


def _told(rows: pl.DataFrame, fewest: int) -> pl.DataFrame:
    """The rows with `difference` and status; figures of too few people are null."""
    few = pl.min_horizontal("with_n", "without_n") < fewest
    rows = rows.with_columns(
        *((pl.col(f"with_{axis}") - pl.col(f"without_{axis}")).alias(f"difference_{axis}") for axis in _AXES),
        status=pl.when(few).then(pl.lit("TOO_FEW")).otherwise(pl.lit("OK")),
    )
    return rows.with_columns(pl.when(~few).then(name).alias(name) for name in _FIGURES)


def _of_all(rows: pl.DataFrame, counts: tuple[str, ...]) -> pl.DataFrame:
    """The row of all cells: counts of all, and the difference over those that are shown."""
    ok = rows.filter(status="OK")
    weight = pl.col("with_n") / pl.col("with_n").sum()
    means = ok.select((pl.col(name) * weight).sum().alias(name) for name in _FIGURES) if ok.height else None
    table = rows.select(pl.lit(ALL).alias("cell"), pl.col(*counts).sum()).head(1)
    table = table if means is None else table.hstack(means)
    return table.with_columns(status=pl.lit("OK" if ok.height else "TOO_FEW"))
