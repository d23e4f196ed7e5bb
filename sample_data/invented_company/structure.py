"""The company's departments, places and posts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

PERIODS = ("2026Q1", "2026Q2", "2026Q3")
LAST = PERIODS[-1]
PERIOD_ENDS = {"2026Q1": dt.date(2026, 3, 31), "2026Q2": dt.date(2026, 6, 30), "2026Q3": dt.date(2026, 9, 30)}
TEAM_SIZE = 12


@dataclass(frozen=True)
class Department:
    """A department: its job family, how many people it has, and the posts that must never stand empty."""

    name: str
    family: str
    size: int
    head: str
    critical: tuple[str, ...] = ()


DEPARTMENTS = (
    Department("总经理办公室", "职能", 14, "总经理"),
    Department("研发中心", "研发", 110, "研发总监", ("运动控制首席工程师", "嵌入式架构师")),
    Department("产品规划部", "产品", 34, "产品总监", ("旗舰产品经理",)),
    Department("制造中心", "生产", 128, "制造总监", ("总装车间主任", "精加工车间主任")),
    Department("供应链管理部", "供应链", 48, "供应链总监", ("战略采购经理",)),
    Department("质量管理部", "质量", 44, "质量总监"),
    Department("国内营销中心", "营销", 76, "国内营销总监", ("华东大区经理", "华南大区经理")),
    Department("海外营销部", "营销", 36, "海外营销总监", ("欧洲区经理",)),
    Department("客户服务部", "客服", 46, "客户服务总监"),
    Department("财务部", "职能", 24, "财务总监", ("资金经理",)),
    Department("人力资源部", "职能", 20, "人力资源总监"),
    Department("信息技术部", "技术", 26, "信息技术总监", ("数据平台架构师",)),
)
LOCATIONS = {"苏州": 46, "合肥": 26, "深圳": 17, "成都": 9}
ACQUIRED = "西安"
"""Where the people of a company bought last year work; they kept their former numbers."""
ABROAD = "慕尼黑"
ITEMS = {
    "performance": ("工作成果", "工作质量", "协作配合"),
    "potential": ("学习敏锐度", "思维能力", "成就动机"),
}
COMPETENCIES = ("客户导向", "结果导向", "团队协作", "学习创新", "沟通影响", "专业能力", "领导力")
