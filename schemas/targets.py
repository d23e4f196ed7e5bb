"""One row a target: what a customer, a relationship manager or a branch is to bring in a year."""

from __future__ import annotations

import pandera.polars as pa

from .fields import category, money, text

LEVELS = {
    "客户": ("customer", "客户级", "单户"),
    "客户经理": ("relationship manager", "relationship_manager", "RM", "管户经理"),
    "分行": ("branch", "一级分行", "机构", "分行级"),
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
}

STANDS_FOR = {
    "level": {"客户": "customer", "客户经理": "relationship_manager", "分行": "branch"},
    "metric": {
        "总收入": "total_income",
        "净利息收入": "net_interest_income",
        "中间业务收入": "fee_income",
        "存款日均": "deposit_avg",
        "活期存款日均": "demand_deposit_avg",
        "贷款日均": "loan_avg",
        "风险调整后净收入": "rani",
        "经济增加值": "eva",
    },
}
"""By column, what each choice stands for: whom targets are set for, and the graded figure that is held against them."""


class Targets(pa.DataFrameModel):
    """Targets, a year's, for the sum over the customers of whom they are set."""

    level: str = category(
        "层级",
        "Level",
        "目标层级",
        "考核层级",
        "对象类型",
        "考核维度",
        "维度",
        "target level",
        "scope",
        choices=LEVELS,
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
        "target of",
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
        "目标收入",
        "收入目标",
        "总收入目标",
        "年度收入目标",
        "target value",
        "target amount",
        "income target",
        "target income",
        "revenue target",
        required=True,
        example=120_000_000,
    )

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "目标",
            "en": "Targets",
            "key": ("level", "name", "branch", "metric"),
            "stands_for": STANDS_FOR,
        }
