"""What people brought about, and what they are able to do: KPI results and competency scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from planting.lines import Row

from invented_company.cases import Company
from invented_company.people import Person
from invented_company.structure import COMPETENCIES


@dataclass(frozen=True)
class Kpi:
    """A KPI: between which targets, to how many decimals, and whether less is better."""

    name: str
    low: float
    high: float
    decimals: int = 0
    lower: bool = False


KPIS = {
    "研发": (
        Kpi("版本按期交付率(%)", 85, 95),
        Kpi("缺陷逃逸率(%)", 1.5, 4, 1, lower=True),
        Kpi("代码评审覆盖率(%)", 75, 95),
        Kpi("专利申请数", 3, 8),
    ),
    "产品": (
        Kpi("上市节点达成率(%)", 80, 95),
        Kpi("新品销售额(万元)", 1_200, 8_000),
        Kpi("用户满意度", 80, 92),
    ),
    "生产": (
        Kpi("产量(台)", 1_200, 4_800),
        Kpi("一次合格率(%)", 90, 98, 1),
        Kpi("单位能耗(度/台)", 30, 60, 1, lower=True),
        Kpi("安全事故数", 1, 4, lower=True),
    ),
    "供应链": (
        Kpi("准时到货率(%)", 88, 97, 1),
        Kpi("采购降本额(万元)", 80, 900),
        Kpi("库存周转天数", 30, 60, lower=True),
    ),
    "质量": (
        Kpi("检验及时率(%)", 90, 98),
        Kpi("客诉件数", 6, 20, lower=True),
        Kpi("质量损失额(万元)", 20, 90, 1, lower=True),
    ),
    "营销": (
        Kpi("销售回款(万元)", 1_500, 9_500),
        Kpi("新客户数", 5, 18),
        Kpi("毛利率(%)", 22, 35, 1),
        Kpi("应收账款逾期率(%)", 3, 9, 1, lower=True),
    ),
    "客服": (
        Kpi("一次修复率(%)", 78, 92, 1),
        Kpi("平均响应时长(小时)", 2, 8, 1, lower=True),
        Kpi("客户满意度", 82, 95),
    ),
    "职能": (
        Kpi("重点任务完成率(%)", 85, 100),
        Kpi("内部服务满意度", 80, 92),
        Kpi("预算偏差率(%)", 4, 8, 1, lower=True),
    ),
    "技术": (
        Kpi("系统可用率(%)", 95, 99, 1),
        Kpi("需求按期上线率(%)", 80, 92),
        Kpi("故障恢复时长(小时)", 1, 4, 1, lower=True),
    ),
}
_WEIGHTS = {3: ("0.4 0.3 0.3", "0.5 0.3 0.2", "0.4 0.4 0.2"), 4: ("0.4 0.2 0.2 0.2", "0.3 0.3 0.2 0.2")}
_CAP = 1.2


def kpis(company: Company, seed: int) -> list[Row]:
    """Everyone's KPIs but those of the people who have none; a few have no weights."""
    idle = {*company.cases.no_kpi, *company.cases.manager_alone}
    return [row for person in company.people if person not in idle for row in _kpis(person, seed)]


def _kpis(person: Person, seed: int) -> Iterator[Row]:
    rng = Random(f"{seed} kpis {person.id}")
    own = KPIS[person.row["job_family"]]
    chosen = rng.choice(_WEIGHTS[len(own)]).split()
    weighted = rng.random() > 0.04
    luck = rng.gauss(0, 5)
    for kpi, weight in zip(own, chosen, strict=True):
        attainment = max(0.3, _CAP * (person.performance + luck + rng.gauss(0, 8)) / 100)
        target = rng.uniform(kpi.low, kpi.high)
        yield {
            "employee_id": person.id,
            "kpi": kpi.name,
            "weight": Decimal(weight) if weighted else None,
            "target": _rounded(target, kpi),
            "actual": _rounded(target / attainment if kpi.lower else target * attainment, kpi),
            "direction": "lower" if kpi.lower else "higher",
        }


def _rounded(value: float, kpi: Kpi) -> Decimal:
    return Decimal(f"{value:.{kpi.decimals}f}")


def competencies(company: Company, seed: int) -> list[Row]:
    """Scores of 1 to 5 to a tenth, for nearly everyone who is not new; leadership from P7 up."""
    new = set(company.cases.too_new)
    return [row for person in company.people if person not in new for row in _competencies(person, seed)]


def _competencies(person: Person, seed: int) -> Iterator[Row]:
    rng = Random(f"{seed} competencies {person.id}")
    if rng.random() < 0.04:
        return
    required = Decimal("2.5") + Decimal("0.5") * min(4, (person.rank + 1) // 2)
    for name in COMPETENCIES:
        if name == "领导力" and person.rank < 4:
            continue
        weight = {"结果导向": 0.9, "专业能力": 0.8, "学习创新": 0.1, "领导力": 0.4}.get(name, 0.5)
        able = weight * person.performance + (1 - weight) * person.potential
        score = 1 + 4 * able / 100 + rng.gauss(0, 0.4)
        yield {
            "employee_id": person.id,
            "competency": name,
            "score": Decimal(f"{min(5.0, max(1.0, score)):.1f}"),
            "required": required if name != "沟通影响" else None,
        }
