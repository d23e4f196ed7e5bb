"""Which of a customer's statements count: years of one basis for growth, the newest of all for cash and debt."""

from __future__ import annotations

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.subjects.customers.windows import POSITION, in_order, latest

STOCKS = ("cash", "interest_bearing_debt", "total_assets")
"""What a statement says of a day, so that one of fewer months says it as well."""

FLOWS = ("operating_revenue", "net_profit")
"""What a statement says of a year."""

_YEAR = 12  # months
_KEY = (POSITION, "fiscal_year", "months")


@dataclass(frozen=True)
class Statements:
    """years: a row a customer and whole fiscal year, in order. mixed: positions of customers with years left out.

    newest: a row a customer: statement_year, statement_months and operating_revenue of its last year; stocks_year,
    stocks_months, cash, interest_bearing_debt and total_assets of its newest statement that has any of those.
    """

    years: pl.DataFrame
    newest: pl.DataFrame
    mixed: pl.Series


def statements(rows: pl.DataFrame, span: int) -> Statements:
    """The statements that count. rows: position, fiscal_year, months, consolidated and the figures, in yuan.

    Statements of fewer than 12 months, or without revenue and profit, are no years. Of a customer whose statements are
    consolidated and not, those of the basis count that has more years of the last `span`, the consolidated ones where
    both have as many; a statement that doesn't say goes with either, and fills in what another of the year lacks.
    """
    known, mixed = _of_one_basis(rows, span)
    known = in_order(known.drop("consolidated"))
    years = known.filter(_whole())
    last = latest(years).select(POSITION, "operating_revenue", statement_year="fiscal_year", statement_months="months")
    stocks = latest(known.filter(pl.any_horizontal(pl.col(STOCKS).is_not_null()))).select(
        POSITION, *STOCKS, stocks_year="fiscal_year", stocks_months="months"
    )
    newest = last.join(stocks, on=POSITION, how="full", coalesce=True)
    return Statements(years, newest, mixed)


def _of_one_basis(rows: pl.DataFrame, span: int) -> tuple[pl.DataFrame, pl.Series]:
    """A row a customer, year and length, of one basis a customer; and the customers with years of another alone."""
    yes = pl.col("consolidated")
    both = rows.group_by(POSITION).agg(both=yes.any() & ~yes.all()).filter("both")[POSITION]
    several = rows.select(_KEY).is_duplicated()
    if both.is_empty() and not several.any():
        return rows, both
    doubtful = rows.select(pl.col(POSITION).is_in(both.implode()) | several).to_series()
    of_both = rows.filter(doubtful)
    judged = of_both.with_columns(recent=_recent(span)).with_columns(takes=_takes())
    kept = judged.filter(yes.is_null() | (yes == pl.col("takes")))
    of_the_other = judged.filter("recent").join(kept.filter("recent"), on=[POSITION, "fiscal_year"], how="anti")
    in_turn = kept.sort(*_KEY, "consolidated", nulls_last=True).group_by(_KEY, maintain_order=True)
    one = in_turn.agg(pl.col([*FLOWS, *STOCKS, "consolidated"]).drop_nulls().first()).select(rows.columns)
    return pl.concat([rows.filter(~doubtful), one]), of_the_other[POSITION].unique()


def _recent(span: int) -> pl.Expr:
    """Whether a row is a year of the last `span` of its customer."""
    year = pl.col("fiscal_year")
    return (_whole() & (year > year.filter(_whole()).max().over(POSITION) - span)).fill_null(False)


def _whole() -> pl.Expr:
    """Whether a statement tells of a year: not of a part of one, nor of a day alone."""
    return (pl.col("months") >= _YEAR) & pl.any_horizontal(pl.col(FLOWS).is_not_null())


def _takes() -> pl.Expr:
    """The basis of the customer's years that count."""
    yes, years = pl.col("consolidated"), pl.col("fiscal_year").filter(pl.col("recent") & pl.col("consolidated"))
    others = pl.col("fiscal_year").filter(pl.col("recent") & ~yes)
    more, fewer = years.n_unique().over(POSITION), others.n_unique().over(POSITION)
    return pl.when(more == fewer).then(yes.any().over(POSITION)).otherwise(more > fewer)
