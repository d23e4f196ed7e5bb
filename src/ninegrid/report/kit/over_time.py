"""Tables by period that a workbook shows: the whole with its parts, or one unit with those below it."""

from __future__ import annotations

import polars as pl

from ninegrid.result import Result

TREND, CARDS = "trend", "card_trend"
_FEWEST = 2
OWN = "own"
"""The scope of a unit's own rows in its own workbook."""


def over_time(result: Result) -> pl.DataFrame:
    """The rows of the table trend; in a unit's own workbook those of its cards, in the same columns, oldest first.

    There `scope` is OWN or the level of units below it, `scope_value` their key. Nothing where there is no second
    period.
    """
    rows = result.tables.get(TREND, pl.DataFrame()) if result.unit is None else _of_unit(result)
    told = rows.width > 0 and rows["period"].n_unique() >= _FEWEST
    return rows if told else pl.DataFrame()


def _of_unit(result: Result) -> pl.DataFrame:
    assert result.unit is not None
    rows = result.tables.get(CARDS, pl.DataFrame())
    if rows.is_empty():
        return pl.DataFrame()
    level = result.unit.column
    if rows.filter(level=level)["unit_key"].n_unique() != 1:
        return pl.DataFrame()
    scope = pl.when(pl.col("level") == level).then(pl.lit(OWN)).otherwise("level")
    told = next((sheet.columns for sheet in result.policy.sheets if sheet.kind == TREND), ())
    figures = {name: pl.col(name) for name in told if name in rows.columns}
    own = rows.select("period", scope.alias("scope"), scope_value="unit_key", **figures)
    return own.sort("period", pl.col("scope") != OWN, maintain_order=True)
