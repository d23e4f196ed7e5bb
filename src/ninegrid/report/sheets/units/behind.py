"""Targets behind plan: which they are, and the leads that would close them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from ninegrid.grid.tables import Wide
from ninegrid.policy.values.scoring import TargetMeasure
from ninegrid.report.kit.figures import said
from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.lead_text import lever_names
from ninegrid.report.kit.subject_rows import name_column
from ninegrid.targets.unit_levels import with_unit


def measures(book: Book) -> dict[str, TargetMeasure]:
    """What targets may be of, by key."""
    return {measure.key: measure for measure in book.result.policy.targets.measures}


def short_of_plan(book: Book, table: pl.DataFrame) -> pl.DataFrame:
    """The targets of the table reconcile that are behind, with `shortfall`: amounts first, the largest first."""
    of_money = pl.col("metric").is_in([m.key for m in measures(book).values() if m.unit == "money"])
    behind = table.filter(pl.col("status") == "BEHIND")
    short = behind.with_columns(shortfall=pl.col("plan") - pl.col("actual"), money=of_money)
    return short.sort("money", "shortfall", "unit_key", descending=[True, True, False])


class ClosingLeads:
    """The leads of units, sought once a level."""

    def __init__(self, book: Book, most: int) -> None:
        """most: how many leads are shown for a unit."""
        self._book, self._most = book, most
        self._levels: dict[str, pl.DataFrame] = {}

    def closing(self, data: Mapping[str, Any]) -> Sequence[str]:
        """The leads of a unit that are expected to bring most of what its gap is in."""
        measure = measures(self._book)[data["metric"]]
        lever, figure = measure.closing_lever, measure.closed_by
        if not figure or "leads" not in self._book.result.tables:
            return ()
        rows = self._of(data["level"]).filter(pl.col("unit_key") == data["unit_key"])
        rows = rows.filter(pl.col("lever") == lever) if lever else rows
        rows = rows.filter(pl.col(figure) > 0).sort(figure, "subject_id", descending=[True, False]).head(self._most)
        names = lever_names(self._book)
        return [
            f"{one['called']} · {names.get(one['lever'], one['lever'])} +{said(one[figure], 'money', self._book.lang)}"
            for one in rows.iter_rows(named=True)
        ]

    def _of(self, level: str) -> pl.DataFrame:
        if level not in self._levels:
            self._levels[level] = self._sought(level)
        return self._levels[level]

    def _sought(self, level: str) -> pl.DataFrame:
        policy, leads = self._book.result.policy, self._book.table("leads")
        table = self._book.table(policy.grid(policy.tiering.grid).over)
        members = with_unit(Wide(table), level, policy)
        if members is None:
            return leads.clear().with_columns(unit_key=pl.lit(""), called=pl.lit(""), expected_step=pl.lit(0.0))
        called = pl.coalesce(*name_column(table), policy.id)
        who = members.select(pl.col(policy.id).cast(pl.String).alias("subject_id"), "unit_key", called=called)
        counted = leads.filter("counts").with_columns(expected_step=pl.col("step") * pl.col("attainment"))
        done = _ended(self._book)
        return counted.join(done, on=["subject_id", "lever"], how="anti").join(who, on="subject_id")


def _ended(book: Book) -> pl.DataFrame:
    """subject_id and lever of the leads that are done or dropped."""
    actions = book.result.tables.get("actions")
    if actions is None:
        return pl.DataFrame(schema={"subject_id": pl.String, "lever": pl.String})
    return actions.filter(pl.col("status").is_in(["done", "dropped"])).select("subject_id", lever="matter")
