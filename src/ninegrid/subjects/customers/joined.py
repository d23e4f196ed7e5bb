"""What is known of each customer side by side: its own row, its group, its latest statement and its yearly series.

Only keys and yearly figures go through the joins. A customer is its position among the others there, a number, and the
wide rows stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.model.period import Period
from ninegrid.model.raw import ROW
from ninegrid.policy import Policy
from ninegrid.store.marts import Marts, marts
from ninegrid.subjects.customers.income import annualised, running_year
from ninegrid.subjects.customers.statements import statements
from ninegrid.subjects.customers.windows import POSITION, in_order, latest, window

_KEYS = ("customer_id", "group_id", "group_name", "branch", "sub_branch")
_YEAR = 12  # months
_MEMBERS = ("customer_id", "institution_id", "institution", "level")


def joined(inputs: Inputs, policy: Policy) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row a customer, in the order of the files, with everything known of it; and the institutions of each.

    A customer's own columns; group_id and group_name, from the groups relation where it has a row there; what its
    statements say, as `statements` picks them, and mixed_basis, whether years of another basis are left out; the
    windows of income, revenue and profit as `window` gives them; income_running, whether the last year of income is
    the period's own, not over yet. Flows are a year's. The second frame has a row a customer and institution it counts
    for: customer_id, institution_id, institution, level.
    """
    frames = dict(inputs.tables)
    for rule in policy.annualise:
        frames[rule.relation] = annualised(frames[rule.relation], rule)
    customers = _in_file_order(frames["customers"])
    frames["customers"] = customers.select(_KEYS).with_row_index(POSITION)
    with marts() as store:
        store.load({name: frames[name] for name in ("customers", "statements", "income_history")})
        parts = list(_of_years(store, int(policy.number("growth_window")), customers.height, inputs.period))
        if not frames["groups"].is_empty():
            store.load({"groups": frames["groups"]})
            customers = customers.with_columns(store.select("staging/stg_membership"))
        frame = pl.concat([customers, *parts], how="horizontal").rechunk()
        return frame, _institutions(store, frames)


def _in_file_order(customers: pl.DataFrame) -> pl.DataFrame:
    order = customers.select(pl.col(SOURCE).cast(pl.UInt64) * 2**32 + pl.col(ROW)).to_series()
    return customers if order.is_sorted() else customers[order.arg_sort()]


def _of_years(store: Marts, span: int, n: int, period: Period) -> Iterator[pl.DataFrame]:
    """The latest statement and the windows of the three series, a row for each of the n customers."""
    known = statements(store.select("staging/stg_statements"), span)
    income = running_year(in_order(store.select("staging/stg_income")), period)
    running = latest(income).select(POSITION, income_running=pl.col("months") < _YEAR)
    everyone = pl.DataFrame({POSITION: pl.int_range(n, dtype=pl.UInt32, eager=True)})
    for rows in (
        known.newest,
        window(income, "total_income", span, "income"),
        window(known.years, "operating_revenue", span, "revenue"),
        window(known.years, "net_profit", span, "profit"),
        running,
    ):
        yield everyone.join(rows, on=POSITION, how="left", maintain_order="left").drop(POSITION)
    yield everyone.select(mixed_basis=pl.col(POSITION).is_in(known.mixed.implode()))


def _institutions(store: Marts, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    if frames["institutions"].is_empty():
        return pl.DataFrame(schema=dict.fromkeys(_MEMBERS, pl.String))
    store.load({"institutions": frames["institutions"]})
    return store.select("marts/institution_members")
