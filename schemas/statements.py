"""One row a customer and fiscal year: the customer's own financial statements (财报)."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from .fields import count, currency, customer_id, date, flag, money, year


class Statements(pa.DataFrameModel):
    """The customer's own figures, in yuan: of a fiscal year, or of `months` months of one."""

    customer_id: str = customer_id()
    fiscal_year: int = year(
        "财年",
        "Fiscal year",
        "会计年度",
        "年度",
        "年份",
        "报表年度",
        "财务年度",
        "财报年度",
        "财报年份",
        "报表年份",
        "年报年度",
        "财务报表年度",
        "财报所属年度",
        "statement year",
        "financial year",
        "报告年度",
        "year",
        "for year",
        "for fiscal year",
        required=True,
        year_from="statement_date",
        example=2025,
    )
    statement_date: pl.Date = date(
        "报表日期",
        "Statement date",
        "财报日期",
        "财报截止日",
        "财报截止日期",
        "财报期末",
        "财务报表日期",
        "报表期末",
        "报表基准日",
        "报表截止日",
        "报表截止日期",
        "报告期末",
        "会计期末",
        "period ending",
        "period end",
        "period end date",
        "fiscal period end",
        note_zh="年末以外的按非完整年度处理",
        note_en="other than a year's end: of less than a year",
        example="2025-12-31",
    )
    currency: str = currency()
    operating_revenue: float = money(
        "营业收入",
        "Operating revenue",
        "营业总收入",
        "销售收入",
        "revenue",
        "total revenue",
        "sales",
        "turnover",
        "营业总收入合计",
        "主营收入",
        "营收",
        "net sales",
        "营业收入(财报)",
        "主营业务收入净额",
        "营业额",
        "operating income",
        "net revenue",
        "total operating revenue",
        "营业收入合计",
        by_year=True,
        signed=True,
        example=480_000_000,
        general=("主营业务收入",),
    )
    net_profit: float = money(
        "净利润",
        "Net profit",
        "税后利润",
        "净利",
        "net income",
        "profit after tax",
        "净利润总额",
        "年度净利润",
        "net earnings",
        "net income (loss)",
        "净利润(财报)",
        "税后净利润",
        "profit for the year",
        "net profit after tax",
        by_year=True,
        signed=True,
        example=26_000_000,
    )
    cash: float = money(
        "货币资金",
        "Cash",
        "现金及现金等价物",
        "现金及等价物",
        "现金和等价物",
        "现金",
        "cash and cash equivalents",
        "现金及银行存款",
        "货币资金余额",
        "cash and equivalents",
        by_year=True,
        example=75_000_000,
    )
    interest_bearing_debt: float = money(
        "有息负债",
        "Interest-bearing debt",
        "带息债务",
        "有息债务",
        "刚性债务",
        "total debt",
        "debt",
        "带息负债",
        "付息债务",
        "有息债务合计",
        "有息负债总额",
        "有息负债合计",
        "带息债务合计",
        "interest bearing liabilities",
        "borrowings",
        "total borrowings",
        by_year=True,
        example=160_000_000,
    )
    total_assets: float = money(
        "资产总计",
        "Total assets",
        "总资产",
        "资产总额",
        "资产合计",
        "assets",
        "资产",
        "总资产额",
        "资产总计(期末)",
        by_year=True,
        example=620_000_000,
    )
    audited: bool = flag(
        "是否审计", "Audited", "审计", "经审计", "已审计", "审计标识", "审计标志", lenient=True, example="是"
    )
    consolidated: bool = flag(
        "是否合并",
        "Consolidated",
        "合并报表",
        "合并口径",
        "报表口径",
        "合并/单体",
        "合并/本部",
        "合并/母公司",
        "合并",
        "合并标识",
        "合并报表标识",
        "consolidation",
        "合并标志",
        lenient=True,
        example="是",
    )
    months: float = count(
        "报表月数",
        "Months",
        "月数",
        "覆盖月数",
        "months covered",
        "会计期间月数",
        low=1,
        high=12,
        note_zh="不足 12 个月的不作为一个财年",
        note_en="less than 12: not a year",
        example=12,
    )

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "财报",
            "en": "Statements",
            "key": ("customer_id", "fiscal_year", "months", "consolidated"),
            "parent": ("customers", "customer_id"),
            "ends": ("fiscal_year", "statement_date", "months"),
            "closes": True,
        }
