"""One row a customer and fiscal year: what the bank earned from it."""

from __future__ import annotations

import pandera.polars as pa

from .fields import customer_id, total_income, year


class IncomeHistory(pa.DataFrameModel):
    """The bank's income from the customer, in yuan a year. Wide year columns mean the same."""

    customer_id: str = customer_id()
    fiscal_year: int = year(
        "财年", "Fiscal year", "会计年度", "年度", "年份", "收入年度", "year", required=True, example=2025
    )
    total_income: float = total_income("贡献收入", by_year=True, example=2_900_000, possible=("total revenue",))

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "历年收入",
            "en": "Income history",
            "key": ("customer_id", "fiscal_year"),
            "parent": ("customers", "customer_id"),
            "recognised_by": ("total_income",),
            "closes": True,
        }
