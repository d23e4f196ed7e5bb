"""What a portrait looks up by the report policy besides facts: distances to cuts, places over periods, short lists."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ninegrid.policy import PortraitList, Sheet, Trail
from ninegrid.policy.order import ordered
from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.shown import shown
from ninegrid.report.kit.style import money_scale

FROM = ("from_low", "from_high")
"""What begins the names of the distances to the cuts."""


def block_rows(book: Book, sheet: Sheet, subjects: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Frames keyed by `subject_id` with what the blocks look up."""
    yield _distances(book, subjects)
    if sheet.trail.table in book.result.tables:
        yield _trail(book, sheet.trail)
    for part in sheet.lists:
        if part.table in book.result.tables:
            yield _listed(book, part)


def _distances(book: Book, subjects: pl.DataFrame) -> pl.DataFrame:
    """`from_low{i}`, `from_high{i}`: how far a figure of each axis is above its cuts; below 0: short of it."""
    policy = book.result.policy
    grid = policy.grid(policy.way.grid or policy.tiering.grid)
    listed = []
    for at, axis in enumerate(grid.axes, 1):
        if axis.method == "absolute" and axis.metric in subjects.columns:
            cuts = zip(FROM, policy.cut_values(axis), strict=True)
            listed += [(pl.col(axis.metric) - cut).alias(f"{name}{at}") for name, cut in cuts]
    return subjects.select(pl.col(policy.id).alias("subject_id"), *listed)


def _trail(book: Book, trail: Trail) -> pl.DataFrame:
    """`when{k}`, `cell{k}` of the last periods, the newest last, and where they stand on the grid: `x{k}`, `y{k}`.

    Where somebody had no cell the point is that of the period before, else of the one after, so that the line is whole.
    """
    policy, table = book.result.policy, book.table(trail.table)
    grid = policy.grid(policy.tiering.grid)
    newest = table.sort(policy.id, trail.time).group_by(policy.id, maintain_order=True).tail(trail.most)
    back = pl.len().over(policy.id) - pl.int_range(pl.len()).over(policy.id)
    y, x = (axis.level for axis in grid.axes)
    words = shown(newest, [grid.cell], book.labels, money_scale(book.lang))[grid.cell]
    rows = newest.with_columns(
        told=words,
        turn=trail.most - back.cast(pl.Int64) + 1,
        **{name: pl.col(level).cast(pl.Float64) for name, level in (("x", x), ("y", y))},
    )
    filled = [pl.col(name).forward_fill().backward_fill().over(policy.id) for name in ("x", "y")]
    rows = rows.with_columns(filled)
    places = []
    for k in range(1, trail.most + 1):
        own = pl.col("turn") == k
        places += [
            pl.col(trail.time).filter(own).first().alias(f"when{k}"),
            pl.col("told").filter(own).first().alias(f"cell{k}"),
        ]
        places += [pl.coalesce(pl.col(n).filter(own).first(), pl.col(n).first()).alias(f"{n}{k}") for n in ("x", "y")]
    return rows.group_by(pl.col(policy.id).alias("subject_id")).agg(places)


def _listed(book: Book, part: PortraitList) -> pl.DataFrame:
    """`{key}{k}_{column}`: the first rows of a table about each subject, as people read them."""
    policy, table = book.result.policy, ordered(book.table(part.table), part.order, book.result.policy)
    names = [name for name in part.columns if name in table.columns]
    rows = shown(table, names, book.labels, money_scale(book.lang)).with_columns(subject_id=table[policy.id])
    rows = rows.with_columns(
        pl.col(pl.Date).dt.to_string("%Y-%m-%d"), k=pl.int_range(1, pl.len() + 1).over("subject_id")
    )
    listed = [
        pl.col(name).filter(pl.col("k") == k).first().alias(f"{part.key}{k}_{name}")
        for k in range(1, part.most + 1)
        for name in names
    ]
    return rows.group_by("subject_id").agg(listed)
