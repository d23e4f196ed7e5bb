"""The bank's institutions: head office, six branches, sub-branches, and the relationship managers who work there."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from invented_bank.names import BANK, people


@dataclass(frozen=True)
class Branch:
    """A branch and what sets it apart: multipliers on its customers' figures, and a shift of their RAROC."""

    code: str
    city: str
    region: str
    districts: tuple[str, ...]
    weight: int
    cross_sell: float = 1.0
    fee_share: float = 1.0
    credit_cost: float = 1.0
    raroc_shift: float = 0.0

    @property
    def name(self) -> str:
        return f"{self.city}分行"

    def sub_branch(self, number: int) -> str:
        return f"{self.city}{self.districts[number]}支行"


BRANCHES = (
    Branch("0100", "北京", "华北", ("东岭", "西桥", "南苑", "北渠", "中街"), 22),
    Branch("0200", "上海", "华东", ("江湾", "新港", "南汇", "西渡", "外滩"), 22, cross_sell=1.1, fee_share=1.15),
    Branch("0300", "深圳", "华南", ("前湾", "后海", "东园", "梅岭"), 18, cross_sell=1.15, raroc_shift=0.01),
    Branch("0400", "成都", "西南", ("锦里", "天府", "青羊桥", "蓉东"), 14, cross_sell=0.65, fee_share=0.5),
    Branch("0500", "武汉", "华中", ("江岸街", "汉阳门", "光谷东"), 13, credit_cost=2.0, raroc_shift=-0.025),
    Branch("0600", "西安", "西北", ("雁南", "灞东", "高新西"), 11, raroc_shift=-0.005),
)


@dataclass(frozen=True)
class Desk:
    """Where a customer is looked after."""

    branch: Branch
    sub_branch: str
    relationship_manager: str


def desks(rng: Random, managers: int = 40) -> list[Desk]:
    """One desk a relationship manager, spread over all sub-branches."""
    places = [(branch, branch.sub_branch(i)) for branch in BRANCHES for i in range(len(branch.districts))]
    extra = rng.sample(places, managers - len(places))
    return [
        Desk(branch, sub, person) for (branch, sub), person in zip(places + extra, people(rng, managers), strict=True)
    ]


def institutions() -> list[dict[str, str | None]]:
    """The institution tree, a row an institution."""
    rows: list[dict[str, str | None]] = [_row("0001", f"{BANK}总行", None, "总行")]
    for branch in BRANCHES:
        rows.append(_row(branch.code, branch.name, "0001", "一级分行"))
        for i in range(len(branch.districts)):
            rows.append(_row(f"{int(branch.code) + i + 1:04d}", branch.sub_branch(i), branch.code, "支行"))
    return rows


def _row(code: str, name: str, parent: str | None, level: str) -> dict[str, str | None]:
    return {"institution_id": code, "name": name, "parent_id": parent, "level": level}
