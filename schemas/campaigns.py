"""One row a campaign: what it is to reach, with which customers, and how it is told whether it worked."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from .fields import category, count, date, id_, money, ratio, text

METRICS = {
    "总收入": ("total income", "total_income", "收入", "income"),
    "中间业务收入": ("fee income", "fee_income", "中收", "fees"),
    "存款日均": ("average deposits", "deposit_avg", "日均存款", "deposits"),
    "贷款日均": ("average loans", "loan_avg", "日均贷款", "loans"),
    "风险调整后净收入": ("rani",),
    "经济增加值": ("eva",),
    "升档数": ("levels gained", "cells_up", "升格", "升级户数", "cells up"),
}
STANDS_FOR = {
    "metric": {
        "总收入": "total_income",
        "中间业务收入": "fee_income",
        "存款日均": "deposit_avg",
        "贷款日均": "loan_avg",
        "风险调整后净收入": "rani",
        "经济增加值": "eva",
        "升档数": "cells_up",
    }
}
"""What each metric stands for in the result tables."""


class Campaigns(pa.DataFrameModel):
    """Campaigns 关键战役, each with the customers it is for."""

    campaign_id: str = id_("战役编号", "Campaign ID", "战役号", "战役代码", required=True, example="2026Q4-存款")
    name: str = text("战役名称", "Campaign", "关键战役", "战役", "campaign name", required=True, example="存款攻坚")
    metric: str = category(
        "战役指标", "Metric", "衡量指标", "考核指标", choices=METRICS, required=True, example="存款日均"
    )
    objective: float = money(
        "战役目标", "Objective", "目标值", "目标额", note_zh="按指标自身的单位；升档数为个数",
        note_en="in the metric's own unit; levels gained as a number", required=True, example="50000000",
    )  # fmt: skip
    meaning: str = text("战役意义", "Meaning", "战略意义", "意义", example="稳定负债来源")
    starts: pl.Date = date("开始日", "Starts", "战役开始日", "开始日期", required=True, example="2026-11-01")
    ends: pl.Date = date("结束日", "Ends", "战役结束日", "结束日期", required=True, example="2027-01-31")
    owner: str = text(
        "战役负责人", "Campaign owner", "负责人", required=True, example="公司部", personal=("员工", "Employee")
    )
    budget: float = money("战役预算", "Budget", "资源", "费用预算", "战役资源", example="200000")
    lever: str = text(
        "战役抓手", "Levers", "抓手", "Lever", note_zh="抓手的名称或代码，多个用“、”隔开",
        note_en="names or keys of levers, several with commas between", required=True, example="提升存款份额",
    )  # fmt: skip
    who: str = text(
        "战役对象", "Who", "对象", "客户范围", note_zh="对客户清单各列的 SQL 条件，如 tier IN ('B','C')；空为全部",
        note_en="SQL over the columns of the table customers, such as tier IN ('B','C'); empty: all",
        example="scale = '中型'",
    )  # fmt: skip
    size: float = count(
        "战役户数", "Size", "户数上限", note_zh="最多取多少户；空为全部", note_en="empty: all", example="300"
    )
    control: float = ratio("对照比例", "Control", "对照组比例", low=0, high=0.9, example="20%")
    win: float = ratio("赢的标准", "Win", "胜利标准", "取胜比例", low=0, example="100%")
    never: str = text(
        "不做清单", "Never", "排除条件", note_zh="SQL 条件，成立的客户不做", note_en="SQL: customers left alone",
        example="industry = '房地产业'",
    )  # fmt: skip

    class Config:
        """The relation as a whole."""

        metadata = {"zh": "战役", "en": "Campaigns", "key": ("campaign_id",), "main": True, "stands_for": STANDS_FOR}
