"""One row a target: what a customer, a relationship manager or a branch is to bring in a year."""

from __future__ import annotations

from typing import Any

import pandera.polars as pa

from .fields import category, money, period, text

LEVELS = {
    "客户": ("customer", "客户级", "单户"),
    "客户经理": ("relationship manager", "relationship_manager", "RM", "管户经理"),
    "分行": ("branch", "一级分行", "机构", "分行级"),
    "支行": ("sub-branch", "sub_branch", "subbranch", "支行级", "网点", "二级分行"),
    "全行": ("bank", "whole bank", "总行", "全辖"),
    "行业": ("industry",),
    "规模": ("scale",),
    "行业规模": ("industry × scale", "industry_scale", "行业×规模"),
    "集团": ("group",),
    "机构层级": ("institution",),
}
METRICS = {
    "总收入": ("total income", "total_income", "收入", "营业净收入", "客户总收入", "income", "revenue"),
    "净利息收入": ("net interest income", "net_interest_income", "利息净收入"),
    "中间业务收入": ("fee income", "fee_income", "中收", "手续费收入", "fees"),
    "存款日均": ("average deposits", "deposit_avg", "日均存款", "存款", "deposits"),
    "活期存款日均": ("average demand deposits", "demand_deposit_avg", "活期日均", "活期存款", "demand deposits"),
    "贷款日均": ("average loans", "loan_avg", "日均贷款", "贷款", "loans"),
    "风险调整后净收入": ("rani",),
    "经济增加值": ("eva",),
    "RAROC": ("raroc", "风险调整后资本回报率"),
    "A/B级户数": ("a/b customers", "high_tier", "A、B级户数", "AB级户数", "A/B级客户数", "AB级客户数", "高价值客户数"),
    "新增客户数": ("new customers", "new_customers", "新增户数", "新客户数", "新增客户"),
    "客户数": ("customers", "客户户数", "户数", "number of customers"),
}
MONTHS = tuple(f"month_{n:02d}" for n in range(1, 13))
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_CHINESE = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


def _month(number: int) -> Any:
    """The target of one month of the year."""
    name, chinese = _MONTHS[number - 1], f"{_CHINESE[number - 1]}月"
    zh = (
        f"{number}月目标",
        f"{number}月份",
        f"{number}月份目标",
        f"{number:02d}月",
        chinese,
        f"{chinese}份",
        f"{chinese}目标",
    )
    en = (name[:3], f"{name} target", f"{name[:3]} target", f"M{number}", f"M{number:02d}", f"month {number}")
    # of 2026年1月 the year is taken off
    dated = (f"年{number}月", f"年{number}月目标", f"年{number}月计划")
    return money(f"{number}月", name, *zh, *en, general=dated, signed=True, mixed=True)


STANDS_FOR = {
    "level": {
        "客户": "customer",
        "客户经理": "relationship_manager",
        "分行": "branch",
        "支行": "sub_branch",
        "全行": "bank",
        "行业": "industry",
        "规模": "scale",
        "行业规模": "industry_scale",
        "集团": "group",
        "机构层级": "institution",
    },
    "metric": {
        "总收入": "total_income",
        "净利息收入": "net_interest_income",
        "中间业务收入": "fee_income",
        "存款日均": "deposit_avg",
        "活期存款日均": "demand_deposit_avg",
        "贷款日均": "loan_avg",
        "风险调整后净收入": "rani",
        "经济增加值": "eva",
        "RAROC": "raroc",
        "A/B级户数": "high_tier",
        "新增客户数": "new_customers",
        "客户数": "customers",
    },
}
"""By column, what each choice stands for: for whom targets are set (a view, or single customers), and the measure
(the policy's [[targets.measures]]) that is held against them.
"""


class Targets(pa.DataFrameModel):
    """Targets for the sum over the customers of whom they are set: of a year, or of its months, side by side or a row
    each (`period`).
    """

    level: str = category(
        "层级",
        "Level",
        "目标层级",
        "考核层级",
        "对象类型",
        "机构层级",
        "机构级别",
        "机构类型",
        "单位层级",
        "考核维度",
        "维度",
        "target level",
        "scope",
        choices=LEVELS,
        open=True,
        note_zh="也可写方案中任一视图的键",
        note_en="or the key of any view of the policy",
        required=True,
        example="分行",
    )
    name: str = text(
        "名称",
        "Name",
        "对象",
        "对象名称",
        "考核对象",
        "目标对象",
        "考核单位",
        "责任主体",
        "机构名称",
        "被考核机构",
        "被考核单位",
        "考核机构",
        "目标单位",
        "单位名称",
        "单位",
        "责任单位",
        "责任机构",
        "下达单位",
        "机构",
        "target of",
        "unit",
        "unit name",
        note_zh="客户号、客户经理的工号或姓名、分行名称",
        note_en="customer ID, relationship manager (number or name) or branch, written as with the customers",
        required=True,
        example="示例分行",
    )
    branch: str = text(
        "所属分行",
        "Branch",
        "所在分行",
        "客户经理分行",
        note_zh="同名客户经理所在的分行",
        note_en="of a relationship manager whose name several have",
        example="示例分行",
    )
    metric: str = category(
        "指标",
        "Metric",
        "考核指标",
        "目标指标",
        "指标名称",
        "measure",
        "kpi",
        choices=METRICS,
        note_zh="缺失视为总收入",
        note_en="total income unless it says another",
        example="总收入",
    )
    period: str = period(
        "目标期间",
        "Period",
        "期间",
        "目标年度",
        "计划年度",
        "任务年度",
        "计划期间",
        "目标月份",
        "考核期",
        "考核期间",
        "考核年度",
        "年度",
        "年份",
        "月份",
        "target period",
        "target year",
        "plan year",
        "budget year",
        "year",
        "month",
        note_zh="年、季或月，缺失视为本年",
        note_en="a year, quarter or month; the run's year unless it says another",
        example="2026",
    )
    target: float = money(
        "目标",
        "Target",
        "目标值",
        "目标额",
        "年度目标",
        "任务",
        "任务数",
        "计划",
        "计划值",
        "年度计划",
        "全年计划",
        "年度任务",
        "全年任务",
        "目标收入",
        "收入目标",
        "总收入目标",
        "年度收入目标",
        "target value",
        "annual target",
        "full year target",
        "yearly target",
        "annual plan",
        "annual budget",
        "target amount",
        "income target",
        "target income",
        "revenue target",
        instead=MONTHS,
        mixed=True,
        signed=True,
        note_zh="比率如 12%，户数不加单位；有各月目标时可空",
        note_en="a ratio as 12%, a number of customers as it is; may be empty beside targets of months",
        example=120_000_000,
    )
    base: float = money(
        "基数",
        "Base",
        "年初数",
        "年初基数",
        "上年末",
        "上年末数",
        "基期",
        "基期值",
        "基期数",
        "基数值",
        "base value",
        "baseline",
        "base year",
        "year end base",
        "opening balance",
        "start of year",
        mixed=True,
        signed=True,
        note_zh="存量和比率指标的上年末值",
        note_en="of a balance or ratio, where it stood at the end of the year before",
        example=100_000_000,
    )
    month_01: float = _month(1)
    month_02: float = _month(2)
    month_03: float = _month(3)
    month_04: float = _month(4)
    month_05: float = _month(5)
    month_06: float = _month(6)
    month_07: float = _month(7)
    month_08: float = _month(8)
    month_09: float = _month(9)
    month_10: float = _month(10)
    month_11: float = _month(11)
    month_12: float = _month(12)

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "目标",
            "en": "Targets",
            "key": ("level", "name", "branch", "metric", "period"),
            "recognised_by": ("target",),
            "stands_for": STANDS_FOR,
            "measured": {
                "metric": "metric",
                "of": "customers",
                "level": "level",
                "name": "name",
                "figures": ("target", "base", *MONTHS),
                "whole": ("target",),
                "kinds": {"RAROC": "ratio", "A/B级户数": "count", "新增客户数": "count", "客户数": "count"},
            },
        }
