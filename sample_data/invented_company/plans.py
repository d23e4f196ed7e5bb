"""What is planned for people's development, how far it is, and the grades of earlier years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from planting.lines import Row

from invented_company.people import Person
from invented_company.structure import ABROAD, ACQUIRED, PERIOD_ENDS

ACTIONS = {
    "客户导向": (("历练", "驻场跟进一家重点客户的交付"), ("辅导", "随客户经理回访三家客户并复盘")),
    "结果导向": (("历练", "独立负责一项降本改进"), ("辅导", "与上级按月回顾目标进度")),
    "团队协作": (("历练", "参加跨部门新机型项目组"), ("培训", "参加协作与反馈工作坊")),
    "学习创新": (("历练", "试点一项新工艺并做分享"), ("培训", "完成精益方法课程")),
    "沟通影响": (("历练", "向管理层做专题汇报"), ("培训", "参加表达与说服课程")),
    "专业能力": (("辅导", "由资深工程师带教一个难题"), ("培训", "完成岗位认证课程")),
}
"""By competency, kinds and actions."""
RESULTS = ("目标达成，验收通过", "完成复盘，导师认可", "考核通过，已用于工作")
YEARS = (2024, 2025)
GAIN = 6.0
"""Points that performance and potential are up after a finished plan."""
_FIRST = "2025Q4"
_OPENED = {_FIRST: dt.date(2025, 12, 31), **PERIOD_ENDS}
_FINISHED_ONES, _OTHERS, _FEW = 26, 34, 3
_LOW = 38.0


@dataclass(frozen=True)
class Plan:
    """One action for one person. done_on, dropped_on: null while it is neither."""

    person: Person
    competency: str
    kind: str
    action: str
    opened: str
    starts: dt.date
    due_on: dt.date
    done_on: dt.date | None = None
    dropped_on: dt.date | None = None
    result: str | None = None

    def known(self, end: dt.date) -> bool:
        """Whether it stood in the plans by that day."""
        return _OPENED[self.opened] <= end

    def status(self, end: dt.date) -> str:
        """How far it was on that day."""
        if self.dropped_on and self.dropped_on <= end:
            return "取消"
        if self.done_on and self.done_on <= end:
            return "已完成"
        return "进行中" if self.starts <= end else "计划"


@dataclass(frozen=True)
class Plans:
    """All plans, and those of them that are there to be found.

    finished: done in time. late: not done when due. dropped. few: finished, by the only ones of their cell.
    helped: in the lowest cell, with a finished plan. unhelped: in the lowest cell, with none. moved: in the lowest
    cell, and of another department until the last quarter.
    """

    finished: tuple[Plan, ...]
    others: tuple[Plan, ...]
    few: tuple[Plan, ...]
    helped: tuple[Plan, ...]
    unhelped: Person
    moved: Person

    @property
    def each(self) -> tuple[Plan, ...]:
        """Every plan."""
        return (*self.finished, *self.others, *self.few, *self.helped)

    @property
    def gaining(self) -> set[str]:
        """Whose performance and potential are up since their plan was done."""
        return {plan.person.id for plan in (*self.finished, *self.few)}

    def late(self, end: dt.date) -> list[Plan]:
        """Those that were not done when they were due."""
        open_ = [plan for plan in self.each if plan.known(end) and plan.status(end) != "取消"]
        return [p for p in open_ if p.due_on < (p.done_on if p.done_on and p.done_on <= end else end)]


def plans(people: Sequence[Person], busy: set[str], seed: int) -> Plans:
    """Plans for some of the people; `busy` are there to be found for something else."""
    rng = Random(f"{seed} plans")
    staff = [p for p in people if not p.reports and p.id not in busy and p.row["hired_on"] < dt.date(2024, 1, 1)]
    staff = [p for p in staff if p.row["location"] not in (ABROAD, ACQUIRED) and not p.row["critical_post"]]
    lowest = sorted(staff, key=lambda p: max(p.performance, p.potential))[:4]
    for person in lowest:  # low enough to stay there whatever raters make of it
        person.performance, person.potential = min(person.performance, _LOW), min(person.potential, _LOW)
    core = [p for p in staff if 66 < p.performance < 76 and 64 < p.potential < 76]
    others = [p for p in staff if 64 < p.performance < 75 and p.potential < 54 and p not in lowest]
    drawn = rng.sample(core, _FINISHED_ONES)
    few = rng.sample(others, _FEW)
    rest = [p for p in staff if p not in core and p not in others and p not in lowest]
    return Plans(
        finished=tuple(_finished(person, rng) for person in drawn),
        others=tuple(plan for person in rng.sample(rest, _OTHERS) for plan in _several(person, rng)),
        few=tuple(_finished(person, rng) for person in few),
        helped=tuple(_finished(person, rng) for person in lowest[:2]),
        unhelped=lowest[2],
        moved=lowest[3],
    )


def _finished(person: Person, rng: Random) -> Plan:
    """A plan from the end of last year, done in the last quarter."""
    done = dt.date(2026, 7, 1) + dt.timedelta(rng.randrange(80))
    return _plan(person, rng, _FIRST, done + dt.timedelta(rng.randrange(10)), done_on=done, result=rng.choice(RESULTS))


def _several(person: Person, rng: Random) -> Iterator[Plan]:
    """One plan or two: under way, overdue, done too late, or dropped."""
    for opened in rng.sample(list(_OPENED)[:3], rng.choice((1, 1, 2))):
        begun = _OPENED[opened]
        due = begun + dt.timedelta(rng.randrange(60, 330))
        fate = rng.random()
        if fate < 0.15:
            yield _plan(person, rng, opened, due, dropped_on=begun + dt.timedelta(rng.randrange(20, 60)))
        elif fate < 0.35:
            late = due + dt.timedelta(rng.randrange(1, 40))
            yield _plan(person, rng, opened, due, done_on=late, result=rng.choice(RESULTS))
        else:
            yield _plan(person, rng, opened, due)


def _plan(
    person: Person,
    rng: Random,
    opened: str,
    due_on: dt.date,
    done_on: dt.date | None = None,
    dropped_on: dt.date | None = None,
    result: str | None = None,
) -> Plan:
    competency = rng.choice(list(ACTIONS))
    kind, action = rng.choice(ACTIONS[competency])
    starts = _OPENED[opened] + dt.timedelta(rng.randrange(1, 30))
    return Plan(person, competency, kind, action, opened, starts, due_on, done_on, dropped_on, result)


def rows(planned: Plans, roster: set[str], end: dt.date) -> list[Row]:
    """The plans of people on the roster as they stood on that day."""
    return [_row(p, end) for p in planned.each if p.known(end) and p.person.id in roster]


def _row(plan: Plan, end: dt.date) -> Row:
    status, manager = plan.status(end), plan.person.manager
    return {
        "employee_id": plan.person.id,
        "competency": plan.competency,
        "action": plan.action,
        "kind": plan.kind,
        "mentor_id": manager.id if manager else None,
        "starts": plan.starts,
        "due_on": plan.due_on,
        "status": status,
        "done_on": plan.done_on if status == "已完成" else None,
        "result": plan.result if status == "已完成" else None,
        "opened": plan.opened,
    }


def decide_years(people: Sequence[Person], gaining: set[str], seed: int) -> None:
    """Give everybody the grades of earlier years that they were there for; those who gain were that much lower."""
    for person in people:
        rng = Random(f"{seed} years {person.id}")
        less = GAIN if person.id in gaining else 0.0
        for year in YEARS:
            drawn = [_points(true - less + rng.gauss(-0.5, 2.5)) for true in (person.performance, person.potential)]
            if person.row["hired_on"] <= dt.date(year, 9, 30):
                person.decided[year] = (drawn[0], drawn[1])


def _points(score: float) -> int:
    return round(min(99.0, max(20.0, score)))


def years(people: Sequence[Person], roster: set[str]) -> list[Row]:
    """A row a person of the roster and year that was decided, in points of 100."""
    return [
        {
            "employee_id": person.id,
            "review_year": year,
            "performance": Decimal(decided[0]),
            "potential": Decimal(decided[1]),
        }
        for person in people
        if person.id in roster
        for year, decided in person.decided.items()
    ]
