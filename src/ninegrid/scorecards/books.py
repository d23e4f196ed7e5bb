"""A unit's book: its customers and their sums, how they moved, what their mix would earn, leads, warnings, actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.tables import Wide
from ninegrid.grid.totals import roll_up
from ninegrid.policy import Policy
from ninegrid.targets.unit_levels import with_unit_or_none

_IN_TIME, _JUDGED = "HANDLED", ("HANDLED", "LATE", "OVERDUE")
_STATES = ("HANDLED", "LATE", "OPEN", "OVERDUE")
_AT = "_at"
_Part = tuple[pl.DataFrame, dict[str, pl.Expr]]


@dataclass(frozen=True)
class Customers:
    """The customers with what units' books are made from: their rows, numbered, with the RAROC of their class, and what
    is counted and summed of rows about them, which say the customer's number.
    """

    wide: Wide
    parts: Sequence[_Part]

    @classmethod
    def of(cls, wide: Wide, tables: Mapping[str, pl.DataFrame], policy: Policy) -> Customers:
        """Those that were graded, with rows of the result tables."""
        frame = _with_class_raroc(wide.frame, policy).with_row_index(_AT)
        numbers = frame.select(pl.col(policy.id).cast(pl.String).alias("subject_id"), _AT)
        found = (_moves(tables, policy), _leads(tables), _warnings(tables, policy), _actions(tables))
        parts = [(rows.join(numbers, on="subject_id", how="left", maintain_order="left"), what) for rows, what in found]
        return cls(Wide(frame, wide.members), parts)


def books(customers: Customers, level: str, policy: Policy) -> pl.DataFrame:
    """A row a unit of the level: unit_key, unit_name and the columns of the table scorecards that tell its book; the
    key is null for customers of no unit.

    mix_raroc: Σ EC · r / Σ EC over those who count, r the Σ RANI / Σ EC of all customers of the same scale and
    industry, of the scale where these are fewer than class_minimum. against_mix = raroc − mix_raroc.
    """
    rows = with_unit_or_none(customers.wide, level, policy)
    if rows is None:
        return pl.DataFrame()
    summed = roll_up(rows, ["unit_key"], policy).drop(pl.selectors.contains(":"))
    counted = pl.col("raroc:den").is_not_null()
    capital = pl.col("economic_capital").filter(counted & pl.col("class_raroc").is_not_null())
    mix = (pl.col("economic_capital") * pl.col("class_raroc")).filter(counted).sum() / capital.sum()
    cell = policy.grid(policy.tiering.grid).cell
    placed = pl.col(cell).count().cast(pl.Int64)
    high = pl.col("tier").cast(pl.String).is_in(policy.gaps.high).sum()
    stale = pl.col("flags").str.split(";").list.contains("STALE").fill_null(False)
    table = rows.group_by("unit_key").agg(
        pl.col("unit_name").drop_nulls().min(),
        placed=placed,
        high_share=pl.when(placed > 0).then(high / placed),
        unplaced_share=pl.col(cell).null_count() / pl.len(),
        stale_share=(stale & pl.col(cell).is_not_null()).sum() / pl.len(),
        mix_raroc=pl.when(capital.sum() > 0).then(mix),
        **{
            f"tier_{t.key.lower()}": (pl.col("tier").cast(pl.String) == t.key).sum().cast(pl.Int64)
            for t in policy.tiers
        },
        **{
            f"income_{t.key.lower()}": pl.col(policy.totals.weight)
            .filter(pl.col("tier").cast(pl.String) == t.key)
            .sum()
            for t in policy.tiers
        },
    )
    book = summed.join(table, on="unit_key", how="left", nulls_equal=True)
    members = rows.select(_AT, "unit_key")
    for about, what in customers.parts:
        each = about.join(members, on=_AT, maintain_order="left").group_by("unit_key").agg(**what)
        book = book.join(each, on="unit_key", how="left", nulls_equal=True)
    return book.with_columns(
        against_mix=pl.col("raroc") - pl.col("mix_raroc"),
        net_moves=pl.col("ups") - pl.col("downs"),
        data_share=1 - pl.col("unplaced_share") - pl.col("stale_share"),
    )


def _with_class_raroc(rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    counted = rows.filter(pl.col("raroc:den").is_not_null())
    of = {"class": ["scale", "industry"], "scale": ["scale"]}
    for name, keys in of.items():
        table = counted.group_by(keys).agg(
            pl.len().alias(f"{name}_n"),
            pl.when(pl.col("raroc:den").sum() != 0)
            .then(pl.col("raroc:num").sum() / pl.col("raroc:den").sum())
            .alias(f"{name}_r"),
        )
        rows = rows.join(table, on=keys, how="left", nulls_equal=True, maintain_order="left")
    large = pl.col("class_n") >= policy.scorecards.class_minimum
    return rows.with_columns(class_raroc=pl.when(large).then("class_r").otherwise("scale_r"))


def _moves(tables: Mapping[str, pl.DataFrame], policy: Policy) -> _Part:
    """Customers who moved by themselves, cuts and policy held, on the grid that gives the tiers."""
    moved = tables["migration"].filter(pl.col("grid") == policy.tiering.grid).drop_nulls(["own_axis1", "own_axis2"])
    levels = moved.select("subject_id", levels=pl.col("own_axis1").cast(pl.Int64) + pl.col("own_axis2"))
    return levels, {
        "ups": (pl.col("levels") > 0).sum().cast(pl.Int64),
        "downs": (pl.col("levels") < 0).sum().cast(pl.Int64),
    }


def _leads(tables: Mapping[str, pl.DataFrame]) -> _Part:
    leads = tables.get("leads")
    none = pl.DataFrame(schema={"subject_id": pl.String, "expected_eva": pl.Float64})
    rows = none if leads is None else leads.filter("counts").select("subject_id", "expected_eva")
    return rows, {"leads_n": pl.len().cast(pl.Int64), "leads_expected_eva": pl.col("expected_eva").sum()}


def _warnings(tables: Mapping[str, pl.DataFrame], policy: Policy) -> _Part:
    """Warnings, the worst and those in each state, and of those due the share handled in time; that share is unknown
    while nobody has filled in any action.
    """
    warnings = tables.get("warnings")
    none = pl.DataFrame(schema=dict.fromkeys(("subject_id", "severity", "state"), pl.String))
    actions = tables.get("actions")
    acted = actions is not None and not actions.is_empty()
    known = warnings is not None and "state" in warnings.columns
    rows = warnings.select("subject_id", "severity", "state") if warnings is not None and known else none
    worst = policy.severities[0].key if policy.severities else ""
    state = pl.col("state")
    judged = state.is_in(_JUDGED).sum()
    return rows, {
        "warnings_n": pl.len().cast(pl.Int64),
        "red": (pl.col("severity").cast(pl.String) == worst).sum().cast(pl.Int64),
        **{f"warnings_{one.lower()}": (state == one).sum().cast(pl.Int64) for one in _STATES},
        "handled_share": pl.when((judged > 0) & pl.lit(acted)).then((state == _IN_TIME).sum() / judged),
    }


def _actions(tables: Mapping[str, pl.DataFrame]) -> _Part:
    """Actions that were judged, those that landed, and the mean of delivered / promised, within 0 and 1."""
    actions = tables.get("actions")
    none = pl.DataFrame(schema={"subject_id": pl.String, "landed": pl.String, "delivery": pl.Float64})
    rows = none if actions is None else actions.select("subject_id", "landed", "delivery").drop_nulls("landed")
    return rows, {
        "judged_n": pl.len().cast(pl.Int64),
        "landed_n": (pl.col("landed") == "YES").sum().cast(pl.Int64),
        "delivery_mean": pl.col("delivery").clip(0, 1).mean(),
    }
