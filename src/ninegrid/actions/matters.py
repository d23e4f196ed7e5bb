"""Matters 事项: what an action is about, and the measure in which it is promised and delivered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import polars as pl

from ninegrid.model.result_tables import declared
from ninegrid.policy import Policy
from ninegrid.policy.expressions import expression
from ninegrid.resources import relation, vocabulary

WARNING = "warning"
"""The matter of an action on a warning; all others are keys of levers."""

_RATIOS = ("percent", "bp")


def matter_of(column: str, policy: Policy) -> pl.Expr:
    """The matter that a text names: a lever by its key or name, or the warning; null where it names none."""
    names = {name.casefold(): lever.key for lever in policy.levers for name in (lever.key, lever.zh, lever.en)}
    names |= dict.fromkeys(vocabulary("actions")["warning"], WARNING)
    written = pl.col(column).str.strip_chars().str.to_lowercase()
    return written.replace_strict(names, default=None, return_dtype=pl.String)


def kind_of_measure(matter: str, policy: Policy) -> Literal["money", "ratio", "count"]:
    """In what a matter is promised; a warning as a figure of its own metric, without a unit."""
    measures = {lever.key: lever.measure for lever in policy.levers}
    unit = unit_of_column(measures.get(matter, ""), policy)
    if unit == "money":
        return "money"
    return "ratio" if unit in _RATIOS else "count"


def unit_of_column(name: str, policy: Policy) -> str:
    """The unit of a figure of the main table: of the policy's metric, else as declared; "count" where neither says."""
    metric = next((metric for metric in policy.metrics if metric.key == name), None)
    if metric is not None:
        return metric.unit
    about = declared()["columns"].get(name)
    return str(about["unit"]) if about else _of_input(name, policy)


def _of_input(name: str, policy: Policy) -> str:
    column = next((c for c in relation(policy.subject).columns if c.name == name), None)
    return {"money": "money", "ratio": "percent"}.get(column.kind, "count") if column else "count"


def measures(policy: Policy) -> dict[str, pl.Expr]:
    """By lever with a measure, the figure over the main table; flows as they stand there, a year's."""
    return {lever.key: expression(lever.measure).cast(pl.Float64) for lever in policy.levers if lever.measure}


def columns_of(texts: Mapping[str, str]) -> list[str]:
    """The columns that SQL texts name."""
    return sorted({name for text in texts.values() for name in expression(text).meta.root_names()})


def lower_is_better(policy: Policy) -> list[str]:
    """The levers whose measure is to fall."""
    return [lever.key for lever in policy.levers if policy.metric(lever.indicator).direction == "lower"]


def higher_is_better(policy: Policy) -> list[str]:
    """The metrics and columns that a warning may name whose rise is for the better: metrics that say so, and drivers of
    a grid's figures that are no metric, of which more is more.
    """
    metrics = {metric.key: metric.direction for metric in policy.metrics}
    drivers = [name for grid in policy.grids for axis in grid.axes for name in axis.drivers if name not in metrics]
    return [*(key for key, direction in metrics.items() if direction == "higher"), *dict.fromkeys(drivers)]
