"""The tables scorecards, score_items and manager_kpis, and card_trend: what cards said in the last periods."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.grid.rows import Rows
from ninegrid.grid.tables import Wide
from ninegrid.grid.unit_ids import MANAGER, MANAGER_ID
from ninegrid.model.period import Period
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy
from ninegrid.resources import result_columns
from ninegrid.scorecards.books import Customers, books
from ninegrid.scorecards.changes import changes
from ninegrid.scorecards.scores import score_items, with_scores
from ninegrid.targets.tree import above
from ninegrid.targets.unit_levels import with_unit

_INCOME = "total_income"
_UNIT = ["level", "unit_key"]
_COUNTS = (
    "n", "placed", "counted", "leads_n", "warnings_n", "red", "warnings_handled", "warnings_late", "warnings_open",
    "warnings_overdue", "judged_n", "landed_n",
)  # fmt: skip
_HELD = ("AHEAD", "ON_TRACK", "BEHIND")


def cards(
    wide: Wide, before: Rows | None, tables: Mapping[str, pl.DataFrame], policy: Policy, lang: str
) -> dict[str, pl.DataFrame]:
    """The tables, from the graded customers, the main table of the period before under today's policy, and the result
    tables (migration, leads, warnings, actions and reconcile, as far as they are there).
    """
    scoring = policy.scorecards
    parents = above(wide, list(reversed(scoring.levels)), policy)
    known = [level for level in scoring.levels if with_unit(wide, level, policy) is not None]
    moved = changes(wide.frame, before, known, policy)
    customers = Customers.of(wide, tables, policy)
    listed = [_of_level(customers, before is not None, level, found, policy) for level, found in moved]
    listed = [card for card in listed if card.height]
    if not listed:
        return {}
    rows = pl.concat(listed, how="diagonal_relaxed")
    rows = rows.join(_targets(tables), on=["level", "unit_key"], how="left")
    rows = rows.join(_parents(parents, scoring.levels), on=["level", "unit_key"], how="left")
    items = score_items(rows, policy)
    rows = with_scores(rows, items, policy)
    place = {level: at for at, level in enumerate(scoring.levels)}
    rows = rows.sort(pl.col("level").replace_strict(place, return_dtype=pl.Int64), "rank", "unit_key", nulls_last=True)
    schema = result_table("score_items").schema()
    return {
        "scorecards": rows.select(result_columns("scorecards", policy)),
        "score_items": items.select(pl.col(name).cast(kind) for name, kind in schema.items()),
        "manager_kpis": _kpis(wide, tables, policy, lang),
    }


def _of_level(customers: Customers, compared: bool, level: str, moved: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    book = books(customers, level, policy)
    if book.is_empty():
        return book
    rows = book.join(moved, on="unit_key", how="full", coalesce=True, nulls_equal=True)
    moves = ("ups", "downs", "net_moves")
    unknown = [] if compared else moves
    counts = [*_COUNTS, *(moves if compared else ())]
    return rows.with_columns(
        pl.lit(level).alias("level"),
        pl.col(counts).fill_null(0),
        *(pl.lit(None, dtype=pl.Int64).alias(name) for name in unknown),
    )


def _targets(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """level, unit_key and target_attainment: of the income target."""
    rows = tables["reconcile"].filter(pl.col("metric") == _INCOME)
    return rows.select("level", "unit_key", target_attainment="attainment")


def _parents(parents: pl.DataFrame, levels: tuple[str, ...]) -> pl.DataFrame:
    """level, unit_key, parent_level, parent: of each unit the nearest one above."""
    place = {level: at for at, level in enumerate(levels)}
    near = parents.with_columns(at=pl.col("parent_level").replace_strict(place, default=-1, return_dtype=pl.Int64))
    return near.sort("at", descending=True).unique(["level", "unit_key"], keep="first", maintain_order=True).drop("at")


def _kpis(wide: Wide, tables: Mapping[str, pl.DataFrame], policy: Policy, lang: str) -> pl.DataFrame:
    """A row a target of a manager who is known by number, as the relation kpis of employees has it: the plan to date as
    target, what was reached as actual.
    """
    measures = {measure.key: measure for measure in policy.targets.measures}
    names = {key: measure.zh if lang == "zh" else measure.en for key, measure in measures.items()}
    weights = {key: measure.weight for key, measure in measures.items()}
    if MANAGER_ID not in wide.frame.columns:
        return pl.DataFrame(schema=result_table("manager_kpis").schema())
    numbers = wide.frame[MANAGER_ID].cast(pl.String).drop_nulls().unique().implode()
    rows = tables["reconcile"].filter(
        pl.col("level") == MANAGER, pl.col("unit_key").is_in(numbers), pl.col("status").is_in(_HELD)
    )
    table = rows.select(
        employee_id="unit_key",
        kpi=pl.col("metric").replace(names),
        weight=pl.col("metric").replace_strict(weights, default=1.0, return_dtype=pl.Float64),
        target="plan",
        actual="actual",
        direction=pl.lit("higher"),
    )
    return table.select(pl.col(name).cast(kind) for name, kind in result_table("manager_kpis").schema().items())


def card_trend(earlier: pl.DataFrame, cards: pl.DataFrame, period: Period, most: int) -> pl.DataFrame:
    """The run's cards after what those of the same units said in the periods before it, `most` in all, oldest first.

    earlier: rows of the table card_trend. cards: the table scorecards; customers of no unit are left out.
    """
    kinds = result_table("card_trend").schema()
    own = cards.drop_nulls("unit_key").with_columns(period=pl.lit(str(period)))
    now = own.select(pl.col(name).cast(kind) for name, kind in kinds.items())
    rows = pl.concat([earlier.join(now, on=_UNIT, how="semi"), now])
    kept = pl.concat([earlier["period"], now["period"]]).unique().sort(descending=True).head(most)
    return rows.filter(pl.col("period").is_in(kept.implode())).sort("period", *_UNIT, maintain_order=True)
