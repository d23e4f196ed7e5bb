"""The figures that tell whether a period continues the one before: counts, units, levels, what is frozen or emptied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from ninegrid.grid.units import BRANCH, MANAGER_ID, unit_key
from ninegrid.model.lazy import all_collected
from ninegrid.model.relations import Relation
from ninegrid.policy import Policy

WHOLE, EVERYONE = "bank", "all"
_UNIT, _THEN = "unit", "_then"
_SEEN = {
    "check": pl.String, "scope": pl.String, "scope_value": pl.String, "column": pl.String,
    "before": pl.Float64, "after": pl.Float64, "figure": pl.Float64, "n": pl.Int64,
}  # fmt: skip


def figures(rows: Sequence[tuple[str, str, str, float | None, int]]) -> pl.DataFrame:
    """check, scope, scope_value, figure, n of rows that are about no column."""
    told = pl.DataFrame(rows, schema=["check", "scope", "scope_value", "figure", "n"], orient="row")
    return told.select((pl.col(c) if c in told.columns else pl.lit(None)).cast(t).alias(c) for c, t in _SEEN.items())


def compared(now: pl.DataFrame, then: pl.DataFrame, relation: Relation, policy: Policy) -> Iterator[pl.DataFrame]:
    """The figures of every check that needs no place."""
    both = now.join(then, on=policy.id, suffix=_THEN)
    yield _counts(now.height, then.height, both.height)
    yield _emptied(now, then, relation)
    unit = policy.gaps.unit if policy.gaps.unit in relation.names else None
    if unit:
        yield from _units(now, then, unit, int(policy.number("side_minimum")))
    money = [c.name for c in relation.columns if c.kind == "money" and _is_there(both, c.name)]
    yield _frozen(both, money)
    if unit:
        known = {unit, BRANCH, MANAGER_ID} & set(relation.names)
        theirs = both.select(pl.col(f"{name}{_THEN}").alias(name) for name in known)
        both = both.with_columns(theirs.select(unit_key(unit, known).alias(_UNIT)).to_series())
    yield from _levels(both, money, relation, policy)


def _is_there(both: pl.DataFrame, name: str) -> bool:
    """Whether a column has something to compare."""
    return all(both[column].null_count() < both.height for column in (name, f"{name}{_THEN}"))


def _counts(now: int, then: int, both: int) -> pl.DataFrame:
    told = [("COUNT", WHOLE, EVERYONE, now / then if then else None, then)]
    told.append(("LOST", WHOLE, EVERYONE, 1 - both / then if then else None, then))
    after = pl.Series([now, both], dtype=pl.Float64)
    return figures(told).with_columns(before=pl.lit(float(then)), after=after)


def _units(now: pl.DataFrame, then: pl.DataFrame, unit: str, least: int) -> Iterator[pl.DataFrame]:
    """UNIT_GONE: a row a unit that is gone, or one that none is. UNIT_COUNT: a row a unit that is still there."""
    theirs, ours = (rows.group_by(unit_key(unit, rows.columns).alias(_UNIT)).len() for rows in (then, now))
    large = theirs.drop_nulls(_UNIT).filter(pl.col("len") >= least)
    units = (
        large.join(ours, on=_UNIT, how="left", suffix="_now").sort(_UNIT).with_columns(pl.col("len_now").fill_null(0))
    )
    gone = units.filter(pl.col("len_now") == 0)
    sizes = {"before": pl.col("len"), "after": pl.col("len_now"), "n": pl.col("len")}
    if gone.is_empty():
        yield figures([("UNIT_GONE", WHOLE, EVERYONE, 0.0, units.height)])
    for check, rows, figure in (
        ("UNIT_GONE", gone, pl.lit(1.0)),
        ("UNIT_COUNT", units.filter(pl.col("len_now") > 0), pl.col("len_now") / pl.col("len")),
    ):
        yield _rows(rows, check=pl.lit(check), scope=pl.lit(unit), scope_value=pl.col(_UNIT), figure=figure, **sizes)


def _emptied(now: pl.DataFrame, then: pl.DataFrame, relation: Relation) -> pl.DataFrame:
    """A row a column that has a value in either period: how much larger the share missing is now."""
    names = [c.name for c in relation.columns if c.kind != "period" and c.name not in relation.key]
    shares = [[frame[name].null_count() / max(frame.height, 1) for name in names] for frame in (then, now)]
    table = pl.DataFrame([names, *shares, [now.height] * len(names)], schema=["column", "before", "after", "n"])
    table = table.filter((pl.col("before") < 1) | (pl.col("after") < 1))
    return _rows(
        table,
        check=pl.lit("EMPTIED"),
        scope=pl.lit(WHOLE),
        scope_value=pl.lit(EVERYONE),
        figure=pl.col("after") - pl.col("before"),
        **{name: pl.col(name) for name in ("column", "before", "after", "n")},
    )


def _frozen(both: pl.DataFrame, money: Sequence[str]) -> pl.DataFrame:
    """Of all amounts then that are not 0, how many are the same now."""
    was = [pl.col(f"{name}{_THEN}") for name in money]
    amounts = [(then != 0).fill_null(False) for then in was]
    same = [a & (pl.col(name) == then).fill_null(False) for name, then, a in zip(money, was, amounts, strict=True)]
    counted = {"n": sum(a.sum() for a in amounts), "same": sum(s.sum() for s in same)}
    n, unchanged = both.select(**counted).row(0)
    told = figures([("FROZEN", WHOLE, EVERYONE, unchanged / n if n else None, both.height)])
    return told.with_columns(before=pl.lit(float(n)), after=pl.lit(float(unchanged)))


def _levels(both: pl.DataFrame, money: Sequence[str], relation: Relation, policy: Policy) -> Iterator[pl.DataFrame]:
    """The median of now / then of each money column, for the whole and by unit."""
    pairs = both.lazy().select(
        *([_UNIT] if _UNIT in both.columns else []),
        *(_a_year(name, relation, policy, both.columns).alias(name) for name in money),
        *(_a_year(name, relation, policy, both.columns, _THEN).alias(f"{name}{_THEN}") for name in money),
    )
    positive = {name: (pl.col(name) > 0) & (pl.col(f"{name}{_THEN}") > 0) for name in money}
    medians = [
        figure
        for name, both_there in positive.items()
        for figure in (
            (pl.col(name) / pl.col(f"{name}{_THEN}")).filter(both_there).median().alias(f"{name}:figure"),
            pl.col(f"{name}{_THEN}").filter(both_there).median().alias(f"{name}:before"),
            pl.col(name).filter(both_there).median().alias(f"{name}:after"),
            both_there.sum().alias(f"{name}:n"),
        )
    ]
    scopes = [(WHOLE, pairs.select(pl.lit(EVERYONE).alias(_UNIT), *medians))]
    if _UNIT in both.columns:
        by_unit = pairs.filter(pl.col(_UNIT).is_not_null()).group_by(_UNIT).agg(medians).sort(_UNIT)
        scopes.append((policy.gaps.unit, by_unit))
    plans = []
    for (scope, _), wide in zip(scopes, pl.collect_all([plan for _, plan in scopes]), strict=True):
        for name in money:
            told = {part: pl.col(f"{name}:{part}") for part in ("before", "after", "figure", "n")}
            rows = wide.lazy().filter(pl.col(f"{name}:n") > 0)
            labels = {"scope": pl.lit(scope), "scope_value": pl.col(_UNIT), "column": pl.lit(name)}
            plans.append(rows.select(_seen(check=pl.lit("LEVEL"), **labels, **told)))
    yield from all_collected(plans)


def _a_year(name: str, relation: Relation, policy: Policy, have: Sequence[str], suffix: str = "") -> pl.Expr:
    """A money column of now or then: a year's where it is a flow and the months observed are not those of the other."""
    value = pl.col(f"{name}{suffix}")
    rule = next((r for r in policy.annualise if r.relation == relation.name and name in r.columns), None)
    if rule is None or f"{rule.months}{_THEN}" not in have:
        return value
    own, ours, theirs = (pl.col(f"{rule.months}{part}") for part in (suffix, "", _THEN))
    return pl.when(ours.ne_missing(theirs) & (own > 0)).then(value * 12 / own).otherwise(value)


def _rows(frame: pl.DataFrame, **columns: pl.Expr) -> pl.DataFrame:
    return frame.select(_seen(**columns))


def _seen(**columns: pl.Expr) -> list[pl.Expr]:
    """Every column of what was seen, null where it isn't given."""
    return [columns.get(c, pl.lit(None)).cast(t).alias(c) for c, t in _SEEN.items()]
