"""One row a customer and fiscal year: what the bank earned from it."""

from __future__ import annotations

import pandera.polars as pa

from .fields import customer_id, money, year


class IncomeHistory(pa.DataFrameModel):
    """The bank's income from the customer, in yuan a year. Wide year columns mean the same."""

    customer_id: str = customer_id()
    fiscal_year: int = year(
        "财年", "Fiscal year", "会计年度", "年度", "年份", "收入年度", "year", required=True, example=2025
    )
    total_income: float = money(
        "总收入",
        "Total income",
        "客户总收入",
        "营业净收入",
        "综合收入",
        "总营收",
        "总收入合计",
        "客户综合收入",
        "净营业收入",
        "营业净收入合计",
        "net revenue",
        "total net revenue",
        "贡献收入",
        "营收贡献",
        "营业收入贡献",
        "客户总贡献收入",
        "总净收入",
        "净收入合计",
        "营业净收入总额",
        "总营业净收入",
        "客户营业净收入",
        by_year=True,
        signed=True,
        example=2_900_000,
        possible=("营业收入", "收入", "income", "revenue", "total revenue"),
    )

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "历年收入",
            "en": "Income history",
            "key": ("customer_id", "fiscal_year"),
            "parent": ("customers", "customer_id"),
            "told_by": ("total_income",),
            "closes": True,
        }
