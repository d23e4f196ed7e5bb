"""Products over several periods: what the tests of dead-bands, migration and warnings have in common."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import polars as pl

from ninegrid.grid.cuts import fit_cuts
from ninegrid.grid.official import official
from ninegrid.grid.past import Before, Past
from ninegrid.grid.place import place
from ninegrid.policy import Policy
from tests.grid.conftest import axis, grid, products_policy

Row = tuple[float | None, float | None]
"""Sales, cut at 10 and 20, and profit; the margin is cut at 0.1 and 0.2."""


def banded_policy(**changes: object) -> Policy:
    """The products' policy with a dead-band of 2 on sales, or whatever else is said of that axis."""
    sales = axis("S", "sales", **{"dead_band": 2.0, **changes})
    market = grid(sales, axis("M", "margin", cuts=(0.1, 0.2)))
    return dataclasses.replace(products_policy(), grids=(market,))


def inputs(rows: Sequence[Row], **columns: Sequence[object]) -> pl.DataFrame:
    """A row a product, named a, b, c …."""
    frame = pl.DataFrame(rows, schema={"sales": pl.Float64, "profit": pl.Float64}, orient="row")
    return frame.with_columns(
        pl.Series("product", [chr(97 + i) for i in range(len(rows))], dtype=pl.String),
        *(pl.Series(name, values) for name, values in columns.items()),
    )


def graded(
    frame: pl.DataFrame, policy: Policy, past: Past | None = None, cuts: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The frame with its official place on the one grid."""
    market = policy.grids[0]
    cuts = fit_cuts(frame, market, policy) if cuts is None else cuts
    return official(place(frame, market, cuts, policy), market, cuts, past or Past(), policy)


def cuts_of(policy: Policy, sales: tuple[float, float] = (10.0, 20.0)) -> pl.DataFrame:
    """The cuts of the one grid, with those of sales as given."""
    cuts = fit_cuts(inputs([(1.0, 1.0)]), policy.grids[0], policy)
    is_sales = pl.col("axis") == "sales"
    return cuts.with_columns(
        pl.when(is_sales).then(pl.lit(cut)).otherwise(name).alias(name)
        for name, cut in zip(("low_cut", "high_cut"), sales, strict=True)
    )


def past(stored: pl.DataFrame, band: float = 2.0, rebased: pl.DataFrame | None = None, **falls: int) -> Past:
    """A period before, `2026-09`, with a dead-band on sales; `falls`: what products lost in it."""
    tables = {"products": stored}
    again = tables if rebased is None else {"products": rebased}
    lost = pl.DataFrame(list(falls.items()), schema={"product": pl.String, "falls": pl.Int64}, orient="row")
    return Past(before=Before("2026-09", tables, again, lost), bands={"sales_level": band} if band else {})
