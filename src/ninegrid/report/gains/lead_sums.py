"""What the leads that count come to, added up part by part where they are too many to hold."""

from __future__ import annotations

import polars as pl

from ninegrid.report.kit.layout import Book

SUMS = (
    "expected_eva",
    "expected_income",
    "expected_rani",
    "uplift_eva",
    "uplift_income",
    "uplift_rani",
    "uplift_capital",
)
"""What is expected first, then what they would bring in full."""


def lead_sums(book: Book, by: pl.Expr | None = None, where: pl.Expr | None = None) -> pl.DataFrame:
    """n, customers and the sums of the leads that count, for which `where` holds: a row a value of `by`, or one row."""
    if where is not None:
        return _summed(book, by, where)
    if str(by) not in book.sums:
        book.sums[str(by)] = _summed(book, by, None)
    return book.sums[str(by)]


def _summed(book: Book, by: pl.Expr | None, where: pl.Expr | None) -> pl.DataFrame:
    figures = [
        pl.len().alias("n"),
        pl.col("subject_id").n_unique().alias("customers"),
        *(pl.col(c).sum() for c in SUMS),
    ]
    named = [e.meta.root_names() for e in (by, where) if e is not None]
    columns = ["subject_id", "counts", *SUMS, *(name for names in named for name in names)]
    counted = pl.col("counts") if where is None else pl.col("counts") & where
    told = (part.filter(counted) for part in book.result.parts_of("leads", columns))
    if by is None:
        return pl.concat([part.select(figures) for part in told]).sum()
    key = by.meta.output_name()
    return pl.concat([part.group_by(by).agg(figures) for part in told]).group_by(key).agg(pl.all().sum())
