"""Continuity 衔接检查: whether the accepted rows of a period continue those of the period before.

A branch that is missing from an export, amounts in another unit, last month's file under this month's name: every row
of such inputs may be valid, and only the period before tells. Each check gives figures; the policy's bounds give
verdicts. One join by id serves all checks of amounts. MOVED needs places and is judged once these are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import polars as pl

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.grid.rows import Rows
from ninegrid.history.continuity_figures import EVERYONE, WHOLE, BothPeriods, compared, figures
from ninegrid.messages import Lang, Message, message, say
from ninegrid.model.errors import BrokenContinuityError
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.relations import Relation
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy
from ninegrid.policy.values.inputs import ContinuityCheck
from ninegrid.subjects.registry import subject_named

_ALWAYS = ("SAME_FILE", "UNIT_GONE")  # a figure above 0 stops
_LOWER_BOUND = ("UNIT_COUNT",)  # whose single bound is a lower one
_REACHED = ("FROZEN",)  # whose bound stops when it is reached, not only beyond
_CODES = {"FROZEN": {"STOP": "NOT_UPDATED"}}
_NO_HISTORY, _SCALE = "NO_HISTORY", "SCALE_CHANGED"
_MOST_NAMED = 6
_ORDER = ("STOP", "WARN", "TOO_FEW", "OK")


@dataclass(frozen=True)
class Predecessor:
    """What continuity is judged against.

    period: the one compared with. rows: the accepted rows of the main relation of both periods, as they were parsed.
    same_file: the other period whose stored run read the very file that has the main relation now, if there is one.
    """

    period: Period | None = None
    rows: BothPeriods | None = None
    same_file: str | None = None


def wanted_columns(relation: Relation, policy: Policy) -> list[str]:
    """The columns of the main relation that the checks look at; none where the policy checks nothing."""
    if not policy.continuity:
        return []
    listed = [c.name for c in relation.columns if c.kind != "period"]
    return list(dict.fromkeys([*relation.key, *listed]))


def continuity(inputs: Inputs, relation: Relation, before: Predecessor, policy: Policy, lang: Lang) -> pl.DataFrame:
    """The table continuity but for MOVED: a row a figure, the worst first.

    Amounts are compared as they were parsed, in yuan; those of a row whose months observed differ, a year's. Ratios,
    medians and shares are fractions. Definitions and bounds: pipelines/policy/customers/continuity.toml.
    """
    checks = {check.key: check for check in policy.continuity if not check.off}
    seen = []
    if "SAME_FILE" in checks and (before.rows is not None or before.same_file):
        seen.append(figures([("SAME_FILE", WHOLE, before.same_file or EVERYONE, float(bool(before.same_file)), 1)]))
    if before.rows is not None:
        seen += compared(before.rows, relation, policy)
    judged = _judged(pl.concat([figures([]), *seen]), checks, inputs.period, before.period, lang)
    return judged if before.rows is not None else pl.concat([judged, _no_history(inputs.period, lang)])


def with_moves(table: pl.DataFrame, moves: Rows, policy: Policy, lang: Lang) -> pl.DataFrame:
    """The table with MOVED, from the table migration: how many of those placed in both periods moved by themselves."""
    check = next((check for check in policy.continuity if check.key == "MOVED" and not check.off), None)
    if check is None:
        return table
    on_grid, own = moves.those(pl.col("grid") == policy.tiering.grid), [pl.col(f"own_axis{axis}") for axis in (1, 2)]
    placed = on_grid.those(pl.all_horizontal(axis.is_not_null() for axis in own))
    by_itself = pl.any_horizontal(axis != 0 for axis in own).sum().alias("moved")
    counted = placed.added([["from_period", "to_period"]], [pl.len().alias("n"), by_itself])[0]
    if counted.is_empty():
        return table
    then, now, n, moved = counted.row(0)
    seen = figures([("MOVED", WHOLE, EVERYONE, moved / n, n)]).with_columns(before=pl.lit(float(n)), after=float(moved))
    row = _judged(seen, {check.key: check}, Period.parse(now), Period.parse(then), lang)
    return _worst_first(pl.concat([table, row]))


def refuse_break(table: pl.DataFrame, policy: Policy, accepted: str | None) -> tuple[Message, ...]:
    """What a run says of its continuity: that it was accepted in spite of breaks, and warnings.

    BrokenContinuityError where there is a STOP and nobody accepted it.
    """
    stops, warned = (_named(table.filter(verdict=verdict), policy) for verdict in ("STOP", "WARN"))
    period = table["compared_with"].drop_nulls().first()
    if stops and accepted is None:
        error = BrokenContinuityError("continuity.broken", before=period or "—", breaks=stops)
        error.tables = {"continuity": table}
        raise error
    said = [message("continuity.accepted", reason=accepted, breaks=stops)] if stops else []
    return (*said, *([message("continuity.warned", before=period, breaks=warned)] if warned else []))


def broken(tables: Mapping[str, pl.DataFrame]) -> bool:
    """Whether the table continuity among the tables has a STOP."""
    return "continuity" in tables and not tables["continuity"].filter(verdict="STOP").is_empty()


def _named(rows: pl.DataFrame, policy: Policy) -> list[Message]:
    """The first rows, in words."""
    checks = {check.key: check for check in policy.continuity}
    main = resources.relation(subject_named(policy.subject).relations[0])
    named = []
    for row in rows.head(_MOST_NAMED).iter_rows(named=True):
        figure = None if row["check"] in _ALWAYS else f"{row['figure']:.4g}"
        unit = None if row["scope_value"] == EVERYONE else row["scope_value"]
        label = next((c.zh for c in main.columns if c.name == row["column"]), row["column"])
        zh, en = (" ".join(("", *filter(None, (unit, name, figure)))) for name in (label, row["column"]))
        said = SimpleNamespace(zh=zh, en=en)
        named.append(message("continuity.one", check=checks[row["check"]], code=row["code"], told=said))
    more = rows.height - len(named)
    return [*named, message("continuity.more", n=more)] if more else named


def _judged(
    seen: pl.DataFrame, checks: Mapping[Any, ContinuityCheck], period: Period, before: Period | None, lang: Lang
) -> pl.DataFrame:
    """The rows of the checks that are on, with bounds, verdict, code and hint."""
    bounds = pl.DataFrame([_bounds(check) for check in checks.values()], schema=_BOUNDS, orient="row")
    rows = seen.join(bounds, on="check", how="inner", maintain_order="left")
    figure = pl.col("figure")
    power = figure.log10().round()
    factor = pl.when((figure > 0) & (power != 0)).then(10.0**power)
    rescaled = ((figure / factor - 1).abs() <= pl.col("near")) & (pl.col("near") > 0)
    reached = pl.col("check").is_in(_REACHED) & (figure >= pl.col("stop_high"))
    stops = (figure < pl.col("stop_low")) | (figure > pl.col("stop_high")) | rescaled | reached
    verdict = (
        pl.when(figure.is_null() | figure.is_nan() | (pl.col("n") < pl.col("least")))
        .then(pl.lit("TOO_FEW"))
        .when(stops.fill_null(False))
        .then(pl.lit("STOP"))
        .when(((figure < pl.col("low")) | (figure > pl.col("high"))).fill_null(False))
        .then(pl.lit("WARN"))
        .otherwise(pl.lit("OK"))
    )
    rows = rows.with_columns(verdict=verdict, factor=pl.when(rescaled.fill_null(False)).then(factor))
    return _worst_first(_finished(rows, period, before, lang))


_BOUNDS = {
    "check": pl.String, "low": pl.Float64, "high": pl.Float64, "stop_low": pl.Float64, "stop_high": pl.Float64,
    "least": pl.Int64, "near": pl.Float64, "place": pl.Int64,
}  # fmt: skip
_PLACES = {key: at for at, key in enumerate(
    ("SAME_FILE", "UNIT_GONE", "COUNT", "LOST", "UNIT_COUNT", "LEVEL", "FROZEN", "EMPTIED", "MOVED", _NO_HISTORY)
)}  # fmt: skip


def _bounds(check: ContinuityCheck) -> tuple[object, ...]:
    if check.key in _ALWAYS:
        return check.key, None, None, None, 0.0, check.least, check.near, _PLACES[check.key]
    low, high = _range(check.warn, check.key)
    stop_low, stop_high = _range(check.stop, check.key)
    return check.key, low, high, stop_low, stop_high, check.least, check.near, _PLACES[check.key]


def _range(bound: float | tuple[float, ...], key: str) -> tuple[float | None, float | None]:
    """A bound as low and high, None for none."""
    pair = (bound,) if isinstance(bound, float) else bound
    if len(pair) == 1:
        return (pair[0], None) if key in _LOWER_BOUND else (None, pair[0])
    return (pair[0], pair[1]) if pair else (None, None)


def _finished(rows: pl.DataFrame, period: Period, before: Period | None, lang: Lang) -> pl.DataFrame:
    """The rows with code and hint, in the table's columns."""
    listed = []
    for row in rows.iter_rows(named=True):
        check, verdict = row["check"], row["verdict"]
        special = _CODES.get(check, {}).get(verdict, check)
        code = {"OK": None, "TOO_FEW": "TOO_FEW"}.get(verdict, _SCALE if row["factor"] else special)
        hint = say(message(f"continuity.hint.{code}", factor=row["factor"]), lang) if code else None
        listed.append((code, hint))
    texts = pl.DataFrame(listed, schema={"code": pl.String, "hint": pl.String}, orient="row")
    named = rows.hstack(texts).with_columns(
        period=pl.lit(str(period)), compared_with=pl.lit(str(before) if before else None)
    )
    return named.select(pl.col(c).cast(t) for c, t in result_table("continuity").schema().items())


def _no_history(period: Period, lang: Lang) -> pl.DataFrame:
    """The one row of a period that nothing comes before."""
    hint = say(message(f"continuity.hint.{_NO_HISTORY}", factor=None), lang)
    row = {"period": str(period), "check": _NO_HISTORY, "scope": WHOLE, "scope_value": EVERYONE}
    row |= {"verdict": "OK", "code": _NO_HISTORY, "hint": hint}
    schema = result_table("continuity").schema()
    return pl.DataFrame([{name: row.get(name) for name in schema}], schema=schema)


def _worst_first(table: pl.DataFrame) -> pl.DataFrame:
    """By verdict, by check, the whole before units, and the farthest from 1 first."""
    verdict = pl.col("verdict").replace_strict(_ORDER, range(len(_ORDER)), return_dtype=pl.Int64)
    check = pl.col("check").replace_strict(_PLACES, return_dtype=pl.Int64)
    far = pl.when(pl.col("check").is_in(["COUNT", "UNIT_COUNT", "LEVEL"])).then(pl.col("figure").log().abs())
    keys = [verdict, check, pl.col("scope") != WHOLE, -far.fill_null(pl.col("figure"))]
    return table.sort(*keys, nulls_last=True, maintain_order=True)
