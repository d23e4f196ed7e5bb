"""Figures under a group that is a period are held against the run's period, where no other group stands beside it."""

from __future__ import annotations

import pytest

from ninegrid.intake.read import read_opened
from ninegrid.messages import say
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.subjects.registry import relations
from tests.intake.sheets_in_memory import Cell, book
from tests.told import told

CUSTOMERS = relations("customers")
HEADER: list[Cell] = ["客户号", "客户名称", "总收入", "经济资本"]


def read(group: str, *, period: str | None = None, **columns: str) -> Inputs:
    above: list[Cell] = ["客户信息", None, group, None]
    rows = [above, HEADER, *([f"C{i}", f"甲{i}", 100 + i, 300 + i] for i in range(5))]
    option = Period.parse(period) if period else None
    return read_opened([book("客户_2026-10.xlsx", 客户=rows)], CUSTOMERS, period=option, maps=told(CUSTOMERS, columns))


@pytest.mark.parametrize(
    ("group", "theirs"),
    [
        ("三季度", "2026Q3"), ("Q3", "2026Q3"), ("第3季度", "2026Q3"), ("９月", "2026-09"), ("九月", "2026-09"),
        ("2026年9月", "2026-09"), ("9月（万元）", "2026-09"), ("1-9月", "2026-09"), ("1—9月", "2026-09"),
        ("前三季度", "2026-09"), ("Sep", "2026-09"), ("4季度", "2026Q4"), ("11月", "2026-11"),
    ],
)  # fmt: skip
def test_figures_of_another_period_are_refused_with_both_readings(group: str, theirs: str) -> None:
    with pytest.raises(InputError) as refused:
        read(group)
    told_ = say(refused.value.problem, "zh")
    assert refused.value.problem.code == "intake.period_of_group"
    assert all(text in told_ for text in (f"“{group}”", theirs, "2026-10"))
    assert f"--period {theirs}" in refused.value.advice("zh")


@pytest.mark.parametrize("group", ["10月", "2026年10月", "1-10月", "十月", "October", "损益", "本年", "2026年"])
def test_figures_of_the_runs_own_period_are_taken(group: str) -> None:
    assert read(group).tables["customers"]["total_income"].to_list()[0] == 100


def test_a_period_that_is_given_or_a_map_says_what_the_figures_are() -> None:
    given = read("三季度", period="2026Q3")
    assert (given.period.text, given.counts["customers"].accepted) == ("2026Q3", 5)
    mapped = read("三季度", **{"三季度|总收入": "total_income", "三季度|经济资本": "economic_capital"})
    assert (mapped.period.text, mapped.counts["customers"].accepted) == ("2026-10", 5)
