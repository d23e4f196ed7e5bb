"""The figures of a canvas whose subject is a segment of the stored customers: how many, what they bring and cost."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from ninegrid.policy import Policy

FIGURES: dict[str, tuple[str, ...]] = {
    "customer_segments": ("n",),
    "revenue_streams": ("net_interest_income", "fee_income", "other_income", "total_income"),
    "cost_structure": ("operating_cost", "expected_loss", "capital_charge"),
}
"""The figures that each block shows."""

_KIND = re.compile(r"^\s*[^：:=]{1,20}[：:=]\s*")


def figures(canvases: pl.DataFrame, customers: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A row a figure, as SCHEMA says; scope: the column that the subject is a value of.

    canvases: canvas_id and subject. customers: the stored table; without columns where nothing is stored. A subject is
    a cell of a grid, a branch, industry, scale or other column of a scope or segment, or a customer's id; a kind may
    stand before it (``行业：制造业``). value: Σ over those who have the figure, known_n: how many they are. Net
    interest is what of the income is neither fees nor other income; capital_charge = hurdle · economic capital.
    """
    found = [pl.DataFrame(schema=SCHEMA)]
    for canvas, subject in canvases.drop_nulls("subject").iter_rows():
        for scope, rows in _members(subject, customers, policy):
            told = _summed(rows, policy)
            found.append(told.with_columns(canvas_id=pl.lit(canvas), subject=pl.lit(subject), scope=pl.lit(scope)))
            break
    return pl.concat([frame.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()) for frame in found])


SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("canvas_id", "subject", "scope", "block", "measure"), pl.String()),
    "value": pl.Float64(), "known_n": pl.Int64(),
}  # fmt: skip
"""The columns of the table canvas_figures."""


def _members(subject: str, customers: pl.DataFrame, policy: Policy) -> Iterator[tuple[str, pl.DataFrame]]:
    """The columns that have the subject as a value, with the customers who have it."""
    cells = [grid.cell for grid in policy.grids]
    scopes = [scope.column for scope in policy.scopes if scope.column]
    by = [segment.by for segment in policy.segments if segment.from_ == "customers"]
    wanted = dict.fromkeys([*cells, *scopes, *by, "tier", policy.id])
    for text in dict.fromkeys((subject.strip(), _KIND.sub("", subject).strip())):
        for column in wanted:
            if column in customers.columns:
                rows = customers.filter(pl.col(column).cast(pl.String) == text)
                if rows.height:
                    yield column, rows


def _summed(rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """block, measure, value, known_n."""
    names = ("total_income", "fee_income", "other_income", "operating_cost", "expected_loss", "economic_capital")
    have = rows.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in names if name not in rows.columns)
    table = have.select(
        n=pl.lit(1.0),
        total_income="total_income",
        fee_income="fee_income",
        other_income="other_income",
        net_interest_income=pl.col("total_income") - pl.col("fee_income") - pl.col("other_income"),
        operating_cost="operating_cost",
        expected_loss="expected_loss",
        capital_charge=pl.col("economic_capital") * policy.number("hurdle"),
    )
    each = [
        (block, name, table[name].sum() if table[name].count() else None, table[name].count())
        for block, figures_of in FIGURES.items()
        for name in figures_of
    ]
    return pl.DataFrame(each, schema=["block", "measure", "value", "known_n"], orient="row", strict=False)
