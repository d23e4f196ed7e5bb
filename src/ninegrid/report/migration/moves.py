"""Moves between the cells of a grid since the period before, as figures: flows, directions, what stands out."""

from __future__ import annotations

from functools import cached_property

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.policy import Grid
from ninegrid.report.kit.layout import Book

NEW, GONE, REJECTED, UNPLACED = "NEW", "GONE", "REJECTED", "UNPLACED"


@dataclass(frozen=True)
class Moves:
    """The migration of a grid.

    rows: those of the table, with `origin` and `target` (a cell, or NEW, GONE, REJECTED, UNPLACED), `step` (levels
    gained on both axes together, null unless the subject has a cell both times) and `amount` (the weight now; of those
    who are not there now, the weight then). flows: origin, target, n, amount; only pairs that somebody took.
    """

    grid: Grid
    period: str
    rows: pl.DataFrame
    flows: pl.DataFrame

    @cached_property
    def moved(self) -> pl.DataFrame:
        """The rows of those who have a cell both times, and not the same."""
        return self.rows.filter(pl.col("step").is_not_null() & (pl.col("origin") != pl.col("target")))

    @property
    def directions(self) -> tuple[int, int, int]:
        """How many moved up, down, and sideways (up on one axis, as much down on the other)."""
        steps = self.moved["step"]
        return int((steps > 0).sum()), int((steps < 0).sum()), int((steps == 0).sum())

    def standing(self, cell: str) -> tuple[int, int]:
        """How many stood in a cell then, and stand there now."""
        then, now = (self.flows.filter(pl.col(side) == cell)["n"].sum() for side in ("origin", "target"))
        return int(then), int(now)

    def largest_loss(self) -> str | None:
        """The cell that lost most subjects on balance, those who went included; None where no cell lost any."""
        balance = {cell.id: now - then for cell in self.grid.cells for then, now in [self.standing(cell.id)]}
        worst = min(balance, key=lambda cell: balance[cell])
        return worst if balance[worst] < 0 else None

    def commonest(self, *, falls: bool = False) -> tuple[str, str, int] | None:
        """Origin, target and number of the move most subjects made, or of the fall; None where there is none."""
        moved = self.moved.filter(pl.col("step") < 0) if falls else self.moved
        counted = (
            moved.group_by("origin", "target").len().sort("len", "origin", "target", descending=[True, True, True])
        )
        return counted.row(0) if counted.height else None


def moves_of(book: Book, key: str) -> Moves | None:
    """The moves on a grid; None where there is no period to compare with, or nobody on the grid in either."""
    if period_before(book) is None:
        return None
    table = book.result.rows("migration")
    rows = table.those(pl.col("grid") == key).narrow(table.columns)
    if rows.is_empty():
        return None
    steps = pl.col("delta_axis1").cast(pl.Int64) + pl.col("delta_axis2").cast(pl.Int64)
    cause = pl.col("cause")
    rows = rows.with_columns(
        origin=pl.when(cause == NEW).then(pl.lit(NEW)).otherwise(pl.col("from_cell").fill_null(UNPLACED)),
        target=pl.when(cause.is_in([GONE, REJECTED])).then(cause).otherwise(pl.col("to_cell").fill_null(UNPLACED)),
        step=pl.when(pl.col("from_cell").is_not_null() & pl.col("to_cell").is_not_null()).then(steps),
        amount=pl.when(cause.is_in([GONE, REJECTED])).then("from_weight").otherwise("to_weight").cast(pl.Float64),
    )
    if rows.select(pl.all_horizontal(pl.col("from_cell", "to_cell").is_null().all())).item():
        return None
    flows = rows.group_by("origin", "target").agg(pl.len().alias("n"), pl.sum("amount"))
    return Moves(book.result.policy.grid(key), str(rows.item(0, "from_period")), rows, flows)


def period_before(book: Book) -> str | None:
    """The period compared with; None where there is none."""
    result = book.result
    if "migration" not in result.tables or not result.height("migration"):
        return None
    if "migration" in result.long:
        return result.compared_with
    return str(result.tables["migration"].item(0, "from_period"))


def counted(book: Book, key: str, n: int | None = None) -> str:
    """What a grid counts (户, customers), as its own sheet says, as it stands behind the number `n`."""
    return next((s.counted(book.lang, n) for s in book.result.policy.sheets if (s.kind, s.grid) == ("grid", key)), "")
