"""The figures that tell whether a period continues the one before: counts, units, levels, what is frozen or emptied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.rows import Held, Rows
from ninegrid.grid.unit_ids import BRANCH, MANAGER_ID, unit_key
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
    table = pl.DataFrame(rows, schema=["check", "scope", "scope_value", "figure", "n"], orient="row")
    return table.select((pl.col(c) if c in table.columns else pl.lit(None)).cast(t).alias(c) for c, t in _SEEN.items())


@dataclass(frozen=True)
class BothPeriods:
    """The accepted rows of the main relation, now and then, and of the subjects in both what `side_by_side` gives."""

    now: Rows
    then: Rows
    both: Rows


def side_by_side(now: pl.DataFrame, then: pl.DataFrame, relation: Relation, policy: Policy) -> pl.DataFrame:
    """What is compared of the subjects that are in both frames: the money columns and the months of now, those of then
    with the ending _then, and the unit of then.
    """
    unit = _unit(relation, policy)
    months = {rule.months for rule in policy.annualise if rule.relation == relation.name}
    names = [c.name for c in relation.columns if c.kind == "money" or c.name in months]
    theirs = [pl.col(name).alias(f"{name}{_THEN}") for name in names]
    keyed = [unit_key(unit, {unit, BRANCH, MANAGER_ID} & set(relation.names)).alias(_UNIT)] if unit else []
    return now.select(policy.id, *names).join(then.select(policy.id, *theirs, *keyed), on=policy.id)


def in_memory(now: pl.DataFrame, then: pl.DataFrame, relation: Relation, policy: Policy) -> BothPeriods:
    """Both periods, of which all rows are held."""
    return BothPeriods(Held(now), Held(then), Held(side_by_side(now, then, relation, policy)))


def _unit(relation: Relation, policy: Policy) -> str | None:
    return policy.gaps.unit if policy.gaps.unit in relation.names else None


def compared(rows: BothPeriods, relation: Relation, policy: Policy) -> Iterator[pl.DataFrame]:
    """The figures of every check that needs no place."""
    now, then, both = rows.now, rows.then, rows.both
    heights = {"now": _height(now), "then": _height(then), "both": _height(both)}
    yield _counts(**heights)
    yield _emptied(now, then, heights, relation)
    if unit := _unit(relation, policy):
        yield from _units(now, then, unit, int(policy.number("side_minimum")))
    money = _there([c.name for c in relation.columns if c.kind == "money"], both, heights["both"])
    yield _frozen(both, money, heights["both"])
    yield from _levels(both, money, relation, policy)


def _height(rows: Rows) -> int:
    return int(rows.added([[]], [pl.len().alias("n")])[0].item())


def _missing(rows: Rows, names: Sequence[str]) -> dict[str, int]:
    """By column how many rows have no value."""
    return rows.added([[]], [pl.col(name).null_count() for name in names])[0].row(0, named=True) if names else {}


def _there(names: Sequence[str], both: Rows, height: int) -> list[str]:
    """The columns that have something to compare."""
    missing = _missing(both, [column for name in names for column in (name, f"{name}{_THEN}")])
    return [name for name in names if missing[name] < height and missing[f"{name}{_THEN}"] < height]


def _counts(now: int, then: int, both: int) -> pl.DataFrame:
    listed = [("COUNT", WHOLE, EVERYONE, now / then if then else None, then)]
    listed.append(("LOST", WHOLE, EVERYONE, 1 - both / then if then else None, then))
    after = pl.Series([now, both], dtype=pl.Float64)
    return figures(listed).with_columns(before=pl.lit(float(then)), after=after)


def _units(now: Rows, then: Rows, unit: str, least: int) -> Iterator[pl.DataFrame]:
    """UNIT_GONE: a row a unit that is gone, or one that none is. UNIT_COUNT: a row a unit that is still there."""
    counted = [
        rows.derived(**{_UNIT: unit_key(unit, rows.columns)}).added([[_UNIT]], [pl.len()]) for rows in (then, now)
    ]
    (theirs,), (ours,) = counted
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


def _emptied(now: Rows, then: Rows, heights: Mapping[str, int], relation: Relation) -> pl.DataFrame:
    """A row a column that has a value in either period: how much larger the share missing is now."""
    names = [c.name for c in relation.columns if c.kind != "period" and c.name not in relation.key]
    shares = [
        [missing[name] / max(heights[side], 1) for name in names]
        for side, missing in (("then", _missing(then, names)), ("now", _missing(now, names)))
    ]
    table = pl.DataFrame([names, *shares, [heights["now"]] * len(names)], schema=["column", "before", "after", "n"])
    table = table.filter((pl.col("before") < 1) | (pl.col("after") < 1))
    return _rows(
        table,
        check=pl.lit("EMPTIED"),
        scope=pl.lit(WHOLE),
        scope_value=pl.lit(EVERYONE),
        figure=pl.col("after") - pl.col("before"),
        **{name: pl.col(name) for name in ("column", "before", "after", "n")},
    )


def _frozen(both: Rows, money: Sequence[str], height: int) -> pl.DataFrame:
    """Of all amounts then that are not 0, how many are the same now."""
    was = [pl.col(f"{name}{_THEN}") for name in money]
    amounts = [(then != 0).fill_null(False) for then in was]
    same = [a & (pl.col(name) == then).fill_null(False) for name, then, a in zip(money, was, amounts, strict=True)]
    sums = [
        some.sum().alias(f"{what}{i}") for what, each in (("n", amounts), ("s", same)) for i, some in enumerate(each)
    ]
    counted = both.added([[]], sums)[0].row(0) if sums else ()
    n, unchanged = sum(counted[: len(money)]), sum(counted[len(money) :])
    told = figures([("FROZEN", WHOLE, EVERYONE, unchanged / n if n else None, height)])
    return told.with_columns(before=pl.lit(float(n)), after=pl.lit(float(unchanged)))


def _levels(both: Rows, money: Sequence[str], relation: Relation, policy: Policy) -> Iterator[pl.DataFrame]:
    """The median of now / then of each money column, for the whole and by unit, over those positive both times."""
    sides = {name: [_a_year(name, relation, policy, both.columns, side) for side in ("", _THEN)] for name in money}
    pairs = both.derived(**{
        f"{name}:{part}": pl.when((ours > 0) & (theirs > 0)).then(figure)
        for name, (ours, theirs) in sides.items()
        for part, figure in (("figure", ours / theirs), ("before", theirs), ("after", ours))
    })  # fmt: skip
    ways: list[list[str]] = [[]] + ([[_UNIT]] if _UNIT in both.columns else [])
    found = pairs.quantiles(ways, [f"{name}:{p}" for name in money for p in _PARTS], {"median": 0.5}) if money else []
    for way, wide in zip(ways, found, strict=False):
        keyed = wide.sort(_UNIT) if way else wide.with_columns(pl.lit(EVERYONE).alias(_UNIT))
        scope = policy.gaps.unit if way else WHOLE
        for name in money:
            values = {part: pl.col(f"{name}:{part}:median") for part in _PARTS} | {"n": pl.col(f"{name}:figure:n")}
            labels = {"scope": pl.lit(scope), "scope_value": pl.col(_UNIT), "column": pl.lit(name)}
            yield _rows(keyed.filter(pl.col(f"{name}:figure:n") > 0), check=pl.lit("LEVEL"), **labels, **values)


_PARTS = ("figure", "before", "after")


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
