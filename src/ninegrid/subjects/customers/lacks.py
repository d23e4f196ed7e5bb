"""Which columns a customer without a cell lacks, and in which cells they would stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import polars as pl

from ninegrid.intake.validate.locate import places_of
from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.policy import Grid, Policy
from ninegrid.policy.needs import columns_of
from ninegrid.resources import relation

_RELATION = "customers"
_BETWEEN = ";"


def with_lacks(frame: pl.DataFrame, inputs: Inputs, policy: Policy) -> pl.DataFrame:
    """The frame of what was given of each customer, with `lacks`: the empty columns, ``;``-joined, null for none.

    Of each need of the grid of the tiers that no alternative meets in a row, the alternative that the files come
    nearest to, in the policy's order among equals.
    """
    grid, present = policy.grid(policy.tiering.grid), inputs.present.get(_RELATION, ())
    needed = [need for need in grid.needs if "." not in need]
    lacking = [_lacking(need, _nearest(need, grid, present)) for need in needed]
    told = (
        pl.concat_list([name for names in lacking for name in names]) if lacking else pl.lit(None, pl.List(pl.String))
    )
    frame = frame.with_columns(lacks=told.list.drop_nulls().list.unique(maintain_order=True).list.join(_BETWEEN))
    return frame.with_columns(lacks=pl.when(pl.col("lacks") != "").then("lacks"))


def _nearest(need: str, grid: Grid, present: Collection[str]) -> list[str]:
    """The alternative of which the files have most; one that would do for other needs too comes after the others."""
    alternatives = [columns_of(one) for one in need.split("|")]

    def rank(names: list[str]) -> tuple[int, bool]:
        shared = len(grid.needs) > 1 and all(
            names in [columns_of(one) for one in other.split("|")] for other in grid.needs[1:]
        )
        return sum(name not in present for name in names), shared

    return min(alternatives, key=rank)


def _lacking(need: str, nearest: list[str]) -> list[pl.Expr]:
    """The names of the empty columns of an alternative, in the rows in which no alternative is whole."""
    whole = [pl.all_horizontal(pl.col(name).is_not_null() for name in columns_of(one)) for one in need.split("|")]
    unmet = ~pl.any_horizontal(whole)
    return [pl.when(unmet & pl.col(name).is_null()).then(pl.lit(name)) for name in nearest]


def with_places(frame: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """The frame with `lacks_at`: the empty cells of `lacks`, ``;``-joined; columns that no sheet has stand in none."""
    rows = frame.with_row_index("_at").filter(pl.col("lacks").is_not_null())
    found = rows.select("_at").with_columns(places for places in _places(rows, inputs))
    columns = [name for name in found.columns if name != "_at"]
    joined = pl.concat_str(columns, separator=_BETWEEN, ignore_nulls=True) if columns else pl.lit("")
    found = found.select("_at", lacks_at=pl.when(joined != "").then(joined))
    return frame.with_row_index("_at").join(found, on="_at", how="left", maintain_order="left").drop("_at")


def _places(rows: pl.DataFrame, inputs: Inputs) -> Iterator[pl.Series]:
    """By column that is lacking somewhere, its cell in the rows that lack it."""
    lists = rows["lacks"].str.split(_BETWEEN)
    lacked = set(lists.explode().drop_nulls())
    for name in (name for name in relation(_RELATION).names if name in lacked):
        there = [i for i, sheet in enumerate(inputs.sheets) if name in sheet.columns]
        lacking = lists.list.contains(name) & rows[SOURCE].is_in(there)
        yield places_of(rows, inputs, name)["cell"].set(~lacking, None).alias(name)
