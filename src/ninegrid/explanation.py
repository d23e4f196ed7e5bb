"""Why a subject is in its cells, from what is stored: figures, the cuts they met, the distance to each, the rule."""

from __future__ import annotations

import dataclasses
import difflib
from typing import Any

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.cuts import ALL, figures
from ninegrid.grid.place import levels_of
from ninegrid.grid.rebased import id_of
from ninegrid.messages import Message, message
from ninegrid.model.errors import UsageError
from ninegrid.model.relations import Lang
from ninegrid.policy import Axis, Grid, Policy
from ninegrid.policy.metrics import Metric, evaluate
from ninegrid.store.database import Database
from ninegrid.subjects.policies import policy_of_run
from ninegrid.subjects.registry import SUBJECTS, subject_named


@dataclass(frozen=True)
class Part:
    """A weighted part of a score: its value, None when it isn't there; to_next: the change in it alone to move up."""

    zh: str
    en: str
    weight: float
    value: float | None
    to_next: float | None


@dataclass(frozen=True)
class AxisPlace:
    """Where a figure stands on an axis. Figures are in the metric's unit.

    to_next: what is missing to the cut above; to_fall: what is left before the cut below. next_amount: to_next in yuan
    of the numerator, where the metric has a denominator (RAROC: RANI). Each None where it doesn't apply. parts: what
    the figure is weighed together from; hidden_below: the number of raters below which an anonymous source hides them,
    where they are hidden (their values are None). raw_level, dead_band: where the dead-band held a move back, the level
    that this period's figure alone gives, and how far past the cut it would have to be.
    """

    axis: Axis
    metric: Metric
    value: float | None
    level: int | None
    peer_group: str
    low_cut: float | None
    high_cut: float | None
    status: str
    to_next: float | None
    to_fall: float | None
    next_amount: float | None
    parts: tuple[Part, ...] = ()
    hidden_below: int | None = None
    raw_level: int | None = None
    dead_band: float | None = None


@dataclass(frozen=True)
class Move:
    """What became of a subject's place since the period it was compared with; causes as in the table `migration`."""

    since: str
    from_cell: str | None
    causes: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """What people decided: the system's cell they moved it from (None: unplaced), the reason and who decided."""

    system_cell: str | None
    reason: str


@dataclass(frozen=True)
class GridPlace:
    """A subject's place on one grid; `cell` None with a reason when there is none; `move` None without a past.

    decision: where people moved it to `cell`.
    """

    grid: Grid
    cell: str | None
    axes: tuple[AxisPlace, AxisPlace]
    move: Move | None = None
    decision: Decision | None = None


@dataclass(frozen=True)
class Explanation:
    """Everything that decided about one subject in one period. `row` is its row of the main result table.

    warning: its row of the table `warnings`, if it has one.
    """

    subject: str
    period: str
    run_id: str
    lang: Lang
    policy: Policy
    row: dict[str, object]
    places: tuple[GridPlace, ...]
    warning: dict[str, object] | None = None


def explain(database: Database, subject: str, subject_id: str, period: str | None = None) -> Explanation:
    """The explanation of a subject, in the period given or the newest one it stands in.

    UsageError when nothing is stored for the subject or the period, or the id isn't there.
    """
    subject_named(subject)  # an unknown subject is said first
    if not database.has("runs"):
        raise UsageError("explain.nothing", subject=subject)
    stored = database.select("history/subject_periods", {"subject": subject}).to_dicts()
    for run in sorted(
        (run for run in stored if period in (None, run["period"])), key=lambda run: str(run["period"]), reverse=True
    ):
        policy = policy_of_run(subject, run["policy"], run["policy_source"])
        rows = database.rows(SUBJECTS[subject].table, subject, run["period"], **{policy.id: subject_id})
        if rows.height:
            return _explanation(database, subject, run, policy, rows)
    raise UsageError(
        "explain.unknown_id",
        _closest(database, subject, subject_id, stored),
        subject_id=subject_id,
        subject=subject,
        where=_named(stored, period),
    )


def _named(stored: list[dict[str, Any]], period: str | None) -> Message:
    periods = sorted(str(run["period"]) for run in stored) or message("explain.none_stored")
    return message("explain.in_period" if period else "explain.in_all_periods", period=period, stored=periods)


def _closest(database: Database, subject: str, subject_id: str, stored: list[dict[str, Any]]) -> Message:
    """A hint: ids that differ in their leading zeros or in a digit."""
    if not stored:
        return message("common.check_subject")
    newest = max(stored, key=lambda run: str(run["period"]))
    policy = policy_of_run(subject, newest["policy"], newest["policy_source"])
    ids = database.rows(SUBJECTS[subject].table, subject, newest["period"])[policy.id].to_list()
    same = [i for i in ids if i.lstrip("0") == subject_id.lstrip("0")]
    close = same or difflib.get_close_matches(subject_id, ids, 3)
    return message("common.did_you_mean", found=close) if close else message("explain.check_id")


def _explanation(
    database: Database, subject: str, run: dict[str, str], policy: Policy, rows: pl.DataFrame
) -> Explanation:
    stored = _Stored(database, subject, run["period"])
    cuts, places = stored.rows("cuts"), []
    for grid in policy.grids:
        own = grid.over == SUBJECTS[subject].table
        held = rows if own else _other(database, subject, run["period"], id_of(grid.over, policy), grid, rows)
        if held.height:
            who = held[id_of(grid.over, policy)][0]
            back = stored.rows("held_back", grid=grid.key, subject_id=who)
            axes = tuple(_held(_axis_place(axis, grid, held, cuts, policy), back) for axis in grid.axes)
            place = GridPlace(grid, held[grid.cell][0], (axes[0], axes[1]), _move(stored, grid, who))
            places.append(_with_decision(place, subject, held) if held is rows else place)
    lang: Lang = "en" if run["lang"] == "en" else "zh"
    warned = stored.rows("warnings", subject_id=rows[policy.id][0])
    warning = warned.drop("subject", "period", "run_id").row(0, named=True) if warned.height else None
    row = rows.row(0, named=True)
    return Explanation(subject, run["period"], run["run_id"], lang, policy, row, tuple(places), warning)


def _with_decision(place: GridPlace, subject: str, row: pl.DataFrame) -> GridPlace:
    """The place with what people decided on it; the system's levels are the raw ones, and no figure moves it."""
    decisions = SUBJECTS[subject].decisions
    if decisions is None or decisions.system not in row.columns or row[decisions.moved][0] is None:
        return place
    system = row[decisions.system][0]
    levels = row.select(levels_of(pl.col(decisions.system), place.grid)).row(0)
    axes = [
        dataclasses.replace(
            axis,
            raw_level=level,
            to_next=None,
            to_fall=None,
            next_amount=None,
            parts=tuple(dataclasses.replace(part, to_next=None) for part in axis.parts),
        )
        for axis, level in zip(place.axes, levels, strict=True)
    ]
    decision = Decision(system, str(row[decisions.why][0]))
    return dataclasses.replace(place, axes=(axes[0], axes[1]), decision=decision)


@dataclass(frozen=True)
class _Stored:
    """What is stored of one period."""

    database: Database
    subject: str
    period: str

    def rows(self, table: str, **equal: str) -> pl.DataFrame:
        return self.database.rows(table, self.subject, self.period, **equal)


def _move(stored: _Stored, grid: Grid, subject_id: str) -> Move | None:
    moved = stored.rows("migration", grid=grid.key, subject_id=subject_id)
    if moved.is_empty():
        return None
    row = moved.row(0, named=True)
    return Move(row["from_period"], row["from_cell"], tuple(row["cause"].split("+")))


def _held(place: AxisPlace, held_back: pl.DataFrame) -> AxisPlace:
    """The place with what the dead-band held back of it."""
    rows = held_back.filter(axis=place.axis.metric) if held_back.height else held_back
    if rows.is_empty():
        return place
    return dataclasses.replace(place, raw_level=rows["raw_level"][0], dead_band=rows["dead_band"][0])


def _other(database: Database, subject: str, period: str, key: str, grid: Grid, rows: pl.DataFrame) -> pl.DataFrame:
    """The row of the table a grid is over (the subject's group, by its id `key`); empty when the subject has none."""
    if key not in rows.columns or rows[key][0] is None:
        return rows.head(0)
    return database.rows(grid.over, subject, period, **{key: rows[key][0]})


def _axis_place(axis: Axis, grid: Grid, row: pl.DataFrame, cuts: pl.DataFrame, policy: Policy) -> AxisPlace:
    metric = policy.metric(axis.metric)
    value = figures(row, axis, policy)["value"][0]
    cut = _cut(axis, grid, row, cuts)
    low, high, level = cut["low_cut"], cut["high_cut"], row[axis.level][0]
    above = next((c for c in (low, high) if value is not None and c is not None and c > value), None)
    below = next((c for c in (high, low) if value is not None and c is not None and c <= value), None)
    to_next = None if above is None or level == len(axis.cuts) + 1 else above - value
    return AxisPlace(
        axis=axis,
        metric=metric,
        value=value,
        level=level,
        peer_group=cut["peer_group"],
        low_cut=low,
        high_cut=high,
        status=cut["status"],
        to_next=to_next,
        to_fall=None if below is None else value - below,
        next_amount=_amount(metric, row, to_next),
        parts=_parts(metric, row, policy, to_next),
        hidden_below=_hidden_below(metric, row, policy),
    )


def _hidden_below(metric: Metric, row: pl.DataFrame, policy: Policy) -> int | None:
    """The fewest raters of an anonymous source, where the parts of this score are hidden because of it."""
    hidden = row["parts_hidden"][0] if "parts_hidden" in row.columns else None
    axes = [f"{axis}_score" for axis in (hidden or "").split(";")]
    return int(policy.number("anonymity_minimum")) if metric.key in axes else None


def _parts(metric: Metric, row: pl.DataFrame, policy: Policy, to_next: float | None) -> tuple[Part, ...]:
    """What the policy's rules say the metric is weighed together from, where they do."""
    components = [c for c in getattr(policy.rules, "components", ()) if f"{c.axis}_score" == metric.key]
    values = {c.key: row[c.key][0] if c.key in row.columns else None for c in components}
    there = sum(c.weight for c in components if values[c.key] is not None)
    return tuple(
        Part(c.zh, c.en, c.weight, values[c.key], _alone(to_next, values[c.key], there / c.weight)) for c in components
    )


def _alone(to_next: float | None, value: float | None, leverage: float) -> float | None:
    """The change in one part that lifts the whole by `to_next`; None when the part can't go that high on 0-100."""
    if to_next is None or value is None or value + to_next * leverage > 100 + 1e-9:
        return None
    return to_next * leverage


def _cut(axis: Axis, grid: Grid, row: pl.DataFrame, cuts: pl.DataFrame) -> dict[str, Any]:
    """The cuts that applied: the peers' own, else everyone's."""
    own = cuts.filter((pl.col("grid") == grid.key) & (pl.col("axis") == axis.metric))
    peer = str(row[axis.peer][0]) if axis.peer else ALL
    chosen = own.filter(pl.col("peer_group") == peer)
    return (chosen if chosen.height else own.filter(pl.col("peer_group") == ALL)).row(0, named=True)


def _amount(metric: Metric, row: pl.DataFrame, to_next: float | None) -> float | None:
    """What the numerator would have to gain, its denominator held."""
    if to_next is None or not metric.denominator:
        return None
    denominator = evaluate(row, [metric])[f"{metric.key}:den"][0]
    return None if denominator is None else to_next * denominator
