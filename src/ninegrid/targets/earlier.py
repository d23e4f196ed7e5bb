"""Figures of earlier periods that targets, scorecards and the trend need."""

from __future__ import annotations

from dataclasses import field

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.rows import Rows
from ninegrid.model.result_tables import result_table

MONTHS: dict[str, pl.DataType] = {
    **dict.fromkeys(("level", "unit_key", "metric"), pl.String()), "month": pl.Int64(), "attainment": pl.Float64(),
}  # fmt: skip
"""The columns of the table reconcile_months."""

INCOMES: dict[str, pl.DataType] = {
    **dict.fromkeys(("segment_kind", "segment"), pl.String()), "income": pl.Float64(), "months": pl.Int64(),
}  # fmt: skip
"""What segments brought in an earlier period: kind, segment, income, and how many months before it was."""

PLACES: dict[str, pl.DataType] = dict.fromkeys(("grid", "segment", "cell"), pl.String())
"""Where segments stood in an earlier period."""


@dataclass(frozen=True)
class Earlier:
    """year_end: the customers of the stored period that ends the year before, with balances and tiers as they stood
    then; None where it isn't stored. staff: ids of the employees of the newest stored talent period; None without one.
    before: those of the period compared with, under today's policy. months: what the year's earlier months attained, as
    MONTHS says. trend, cards: the rows of the tables trend and card_trend of earlier periods.
    segment_incomes: what segments brought in the stored period twelve months before, or the earliest of fewer.
    segment_places: where they stood in the period compared with.
    """

    year_end: pl.DataFrame | None = None
    before: Rows | None = None
    staff: pl.Series | None = None
    trend: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=result_table("trend").schema()))
    cards: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=result_table("card_trend").schema()))
    months: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MONTHS))
    segment_incomes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=INCOMES))
    segment_places: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PLACES))
