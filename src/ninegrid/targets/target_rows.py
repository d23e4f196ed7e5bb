"""Target rows as they were read, each with the unit it means, and the plans made of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.tables import Wide
from ninegrid.grid.unit_ids import BRANCH
from ninegrid.intake.values.units import unit_of
from ninegrid.model.inputs import SOURCE, SheetSource
from ninegrid.model.period import Period
from ninegrid.model.raw import ROW
from ninegrid.policy import Policy
from ninegrid.policy.values.scoring import TargetMeasure
from ninegrid.resources import relation, stands_for
from ninegrid.targets.unit_levels import BANK, CUSTOMER, EVERYONE, spellings, with_unit

RELATION = "targets"
KEY = ["level", "unit_key", "metric"]
_INCOME = "total_income"
_MONTHS = {f"month_{n:02d}": n for n in range(1, 13)}
_FIGURES = ("target", "base", *_MONTHS)
_YEAR = 12
_MOST_SHARE = 1.5  # a ratio beyond is one in per cent


@dataclass(frozen=True)
class TargetRows:
    """rows: each target row with level, unit_key (the name where no unit is meant), metric, and what is wrong in
    `problem`: UNKNOWN_CATEGORY (no such level), MISSING_REQUIRED (no figure), OTHER_YEAR, NOT_FOUND, AMBIGUOUS, else
    null; `meant`: the units of an ambiguous name. plans: a row a level, unit and metric (KEY): target_year, plan_months
    (what the months until now add up to, or the month's own level), base, found.
    """

    rows: pl.DataFrame
    plans: pl.DataFrame


def wanted(targets: pl.DataFrame, sheets: tuple[SheetSource, ...], wide: Wide, inputs: Mapping[str, pl.DataFrame],
           policy: Policy, period: Period) -> TargetRows:  # fmt: skip
    """The targets of the period's year and whom they mean. Money in yuan, ratios as fractions.

    sheets: where the rows came from, whose units are taken off again where a target is no amount.
    """
    measures = {measure.key: measure for measure in policy.targets.measures}
    rows = _with_figures(_with_meaning(targets, policy), sheets, measures)
    rows = _with_years(rows, period)
    rows = _with_units(rows, wide, inputs.get("institutions"), policy)
    nothing = pl.all_horizontal(pl.col(name).is_null() for name in ("target", *_MONTHS))
    problem = (
        pl.when(pl.col("level").is_null()).then(pl.lit("UNKNOWN_CATEGORY"))
        .when(nothing).then(pl.lit("MISSING_REQUIRED"))
        .when(~pl.col("this_year")).then(pl.lit("OTHER_YEAR"))
        .when(pl.col("n").is_null()).then(pl.lit("NOT_FOUND"))
        .when(pl.col("n") > 1).then(pl.lit("AMBIGUOUS"))
    )  # fmt: skip
    rows = rows.with_columns(problem=problem)
    return TargetRows(rows, _plans(rows, measures, period))


def _with_meaning(targets: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """level as a view's key or customer, null for no such level; metric as a measure, income unless it says another."""
    words = {view.key: view.key for view in policy.views}
    words |= {name.casefold(): view.key for view in policy.views for name in (view.zh, view.en)}
    words |= dict(stands_for(RELATION, "level"))
    known = {view.key for view in policy.views} | {CUSTOMER}
    words = {word: key for word, key in words.items() if key in known}
    level = pl.col("level").replace_strict(words, default=None, return_dtype=pl.String)
    level = pl.coalesce(
        level, pl.col("level").str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.String)
    )
    metric = pl.col("metric").replace_strict(stands_for(RELATION, "metric"), default=None, return_dtype=pl.String)
    return targets.with_columns(level_written="level", level=level, stated=pl.col("metric").is_not_null(),
                                metric=metric.fill_null(_INCOME))  # fmt: skip


def _with_figures(
    rows: pl.DataFrame, sheets: tuple[SheetSource, ...], measures: Mapping[str, TargetMeasure]
) -> pl.DataFrame:
    """The figures in the unit of their measure: what was read as an amount in 万元 may be a number or a ratio."""
    units = {key: measure.unit for key, measure in measures.items()}
    unit = pl.col("metric").replace_strict(units, default="money", return_dtype=pl.String)
    changed = []
    for name in _FIGURES:
        written = {at: _factor(sheet, name) for at, sheet in enumerate(sheets)}
        factor = pl.lit(1.0)
        if SOURCE in rows.columns and written:
            factor = pl.col(SOURCE).replace_strict(written, default=1.0, return_dtype=pl.Float64)
        value = pl.col(name)
        plain = pl.when((unit == "percent") & (value.abs() < _MOST_SHARE)).then(value).otherwise(value / factor)
        share = pl.when((unit == "percent") & (plain.abs() > _MOST_SHARE)).then(plain / 100).otherwise(plain)
        changed.append(pl.when(unit == "money").then(value).otherwise(share).alias(name))
    return rows.with_columns(changed)


def _factor(sheet: SheetSource, column: str) -> float:
    unit = unit_of(sheet.units[column], "money") if column in sheet.units else None
    return 10.0**unit.exponent if unit else 1.0


def _with_years(rows: pl.DataFrame, period: Period) -> pl.DataFrame:
    """first, last: the months of the year that a row's target is of; this_year: whether it is the run's year."""
    texts = rows["period"].drop_nulls().unique().to_list()
    parsed = {text: Period.parse(text) for text in texts}
    last = {text: one.end.month for text, one in parsed.items()}
    first = {text: one.end.month - one.months + 1 for text, one in parsed.items()}
    ours = {text: one.end.year == period.end.year for text, one in parsed.items()}
    of = pl.col("period")
    return rows.with_columns(
        first=of.replace_strict(first, default=1, return_dtype=pl.Int64),
        last=of.replace_strict(last, default=_YEAR, return_dtype=pl.Int64),
        this_year=of.replace_strict(ours, default=True, return_dtype=pl.Boolean),
    )


def _with_units(rows: pl.DataFrame, wide: Wide, institutions: pl.DataFrame | None, policy: Policy) -> pl.DataFrame:
    """unit_key, unit_name, `n` (how many units a name may mean, null for none) and `meant`, which."""
    rows = rows.with_row_index("at")
    found = [_called(rows, wide, institutions, level, policy) for level in rows["level"].drop_nulls().unique().sort()]
    none = pl.DataFrame(schema={"at": pl.UInt32, "keys": pl.List(pl.String)})
    each = pl.concat([none, *found])
    rows = rows.join(each, on="at", how="left", maintain_order="left").with_columns(n=pl.col("keys").list.len())
    one = pl.when(pl.col("n") == 1).then(pl.col("keys").list.first())
    return rows.with_columns(unit_key=pl.coalesce(one, "name"), meant=pl.col("keys").list.join("、"))


def _called(
    rows: pl.DataFrame, wide: Wide, institutions: pl.DataFrame | None, level: str, policy: Policy
) -> pl.DataFrame:
    """at, keys: the units of a level that the names of its rows may mean, by the spelling that is preferred."""
    beside = pl.col(BRANCH).cast(pl.String) if BRANCH in rows.columns else pl.lit(None, dtype=pl.String)
    own = rows.filter(pl.col("level") == level).select("at", spelling="name", beside=beside)
    if level == BANK:
        return own.select("at", keys=pl.lit([EVERYONE]))
    members = with_unit(wide, level, policy)
    if members is None:
        return own.head(0).select("at", keys=pl.lit([EVERYONE]))
    named = own.join(spellings(members, level, institutions), on="spelling")
    here = pl.col("beside").is_null() | (pl.col("beside") == pl.col(BRANCH)) | (pl.col("rank") == 0)
    named = named.filter(here.fill_null(False))
    named = named.filter(pl.col("rank") == pl.col("rank").min().over("at"))
    return named.group_by("at").agg(keys=pl.col("key").unique().sort())


def _plans(rows: pl.DataFrame, measures: Mapping[str, TargetMeasure], period: Period) -> pl.DataFrame:
    good = rows.filter(pl.col("problem").is_null() | pl.col("problem").is_in(["NOT_FOUND", "AMBIGUOUS"]))
    good = good.sort(~pl.col("stated"), maintain_order=True)
    flows = [key for key, measure in measures.items() if measure.kind in ("flow", "event")]
    flow = pl.col("metric").is_in(flows)
    of_year = (pl.col("last") - pl.col("first") + 1) == _YEAR
    whole = (
        good.filter(of_year)
        .group_by(KEY)
        .agg(pl.col("target").drop_nulls().first(), pl.col("base").drop_nulls().first())
    )
    months = _by_month(good, of_year, flow)
    m = period.end.month
    until = months.group_by(KEY).agg(
        first_month=pl.col("month").min(), all_months=pl.col("value").sum(),
        to_date=pl.col("value").filter(pl.col("month") <= m).sum(),
        this_month=pl.col("value").filter(pl.col("month") == m).first(),
        at_end=pl.col("value").sort_by("month").last(),
    )  # fmt: skip
    base = good.group_by(KEY).agg(other_base=pl.col("base").drop_nulls().first(), problem=pl.col("problem").first())
    plans = base.join(whole, on=KEY, how="left").join(until, on=KEY, how="left")
    target = pl.coalesce("target", pl.when(flow).then("all_months").otherwise("at_end"))
    begun = pl.col("first_month") <= pl.when(pl.col("target").is_null()).then(1).otherwise(m)
    return plans.select(
        *KEY,
        target_year=target,
        plan_months=pl.when(flow).then(pl.when(begun).then("to_date")).otherwise("this_month"),
        late=flow & pl.col("target").is_null() & ~begun.fill_null(False),
        base=pl.coalesce("base", "other_base"),
        problem="problem",
    )


def _by_month(rows: pl.DataFrame, of_year: pl.Expr, flow: pl.Expr) -> pl.DataFrame:
    """KEY, month, value: the targets of single months; of a flow a quarter's is a third of it a month, of a balance
    it is where it stands at its end.
    """
    wide = rows.unpivot(list(_MONTHS), index=KEY, variable_name="month").drop_nulls("value")
    wide = wide.with_columns(pl.col("month").replace_strict(_MONTHS, return_dtype=pl.Int64))
    part = rows.filter(~of_year).drop_nulls("target")
    n = pl.col("last") - pl.col("first") + 1
    flows = part.filter(flow).with_columns(month=pl.int_ranges("first", pl.col("last") + 1), value=pl.col("target") / n)
    stocks = part.filter(~flow).select(*KEY, month="last", value="target")
    each = flows.explode("month").select(*KEY, "month", "value")
    return pl.concat([wide.select(*KEY, "month", "value"), each, stocks]).unique(
        [*KEY, "month"], keep="first", maintain_order=True
    )


def year_targets(
    targets: pl.DataFrame | None, wide: Wide, policy: Policy, period: Period | None, levels: Collection[str]
) -> pl.DataFrame:
    """KEY, target and ambiguous: the year's targets of some levels for amounts of money."""
    schema = {**dict.fromkeys(KEY, pl.String), "target": pl.Float64, "ambiguous": pl.Boolean}
    if targets is None or targets.is_empty():
        return pl.DataFrame(schema=schema)
    targets = targets.with_columns(pl.lit(None).cast(t).alias(n) for n, t in _lacking(targets).items())
    year = period or Period.parse("2000")
    asked = wanted(targets if period else targets.with_columns(period=None), (), wide, {}, policy, year)
    money = [measure.key for measure in policy.targets.measures if measure.unit == "money"]
    rows = asked.plans.filter(pl.col("level").is_in(list(levels)), pl.col("metric").is_in(money))
    return rows.select(*KEY, target="target_year", ambiguous=pl.col("problem").eq_missing("AMBIGUOUS")).sort(KEY)


def _lacking(targets: pl.DataFrame) -> dict[str, pl.DataType]:
    kinds = {
        column.name: pl.Float64() if column.kind == "money" else pl.String() for column in relation(RELATION).columns
    }
    return {name: kind for name, kind in kinds.items() if name not in targets.columns}


__all__ = ["KEY", "RELATION", "ROW", "TargetRows", "wanted", "year_targets"]
