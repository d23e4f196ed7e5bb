"""Invented names: rare surnames with literary given names, so that nobody in particular is meant."""

from __future__ import annotations

from random import Random

COMPANY = "岚舟智能装备"

_SURNAMES = "岑褚蔺宓缪阮邬郗晏臧厍乜逄亓仉佴郏冼昝綦麴贲糜郜"
_GIVEN = (
    "知舟", "望川", "听澜", "怀瑾", "若谷", "行止", "问渠", "拾光", "临风", "见山", "忘机", "守拙", "采薇", "云岫",
    "照野", "枕流", "既明", "停云", "南乔", "北辰", "鸣谦", "抱朴", "观澜", "清和", "思齐", "令仪", "星野", "渡舟",
)  # fmt: skip


def people(rng: Random, count: int) -> list[str]:
    """Names of so many people; with one exception, all different."""
    names = rng.sample(_every(), count - 1)
    return [*names, names[count // 2]]


def unused(rng: Random, taken: set[str], count: int) -> list[str]:
    """Names of so many more people, none of them taken."""
    return rng.sample([name for name in _every() if name not in taken], count)


def _every() -> list[str]:
    return [surname + given for surname in _SURNAMES for given in _GIVEN]
