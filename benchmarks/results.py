"""What was measured, by task; how one task compares with another; and whether that is what was aimed at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.measure import Cost
from benchmarks.plan import (
    BAD,
    CSV,
    CUSTOMERS,
    FLOOR,
    GB18030,
    MONTHLY,
    OURS,
    PANDAS,
    POLARS,
    SHARED,
    START,
    TALENT,
    XLSX,
    File,
    Task,
)

Costs = Mapping[Task, Sequence[Cost]]
GIB = 2**30
WALL, CPU, MEMORY = "wall", "cpu", "memory"


@dataclass(frozen=True)
class Spread:
    """The least and the median of a figure over the rounds."""

    least: float
    median: float


@dataclass(frozen=True)
class Goal:
    """Something aimed at: what it says, what was measured (None: nothing), and whether that is so."""

    text: str
    value: float | None
    met: bool | None


def figures(costs: Costs, task: Task, kind: str) -> list[float]:
    """One kind of cost of a task, round by round; empty where it was not measured."""
    found = [getattr(cost, kind) for cost in costs.get(task, ())]
    return [] if None in found else found


def spread(values: Sequence[float]) -> Spread | None:
    """None when there are no values."""
    return Spread(min(values), median(values)) if values else None


def ratio(costs: Costs, task: Task, base: Task, kind: str = WALL) -> Spread | None:
    """How many times the base a task costs: the two of one round, which ran one soon after the other, are compared."""
    pairs = zip(figures(costs, task, kind), figures(costs, base, kind), strict=False)
    return spread([own / other for own, other in pairs if other])


def goals(costs: Costs) -> Iterator[Goal]:
    """All that is aimed at, with medians over the rounds."""
    small, large, huge = (File(XLSX, rows) for rows in (100_000, 1_000_000, 10_000_000))
    ours, million = Task(OURS, small), Task(OURS, large)
    yield _at_least(25, "100k xlsx: pandas and openpyxl take … times as long", ratio(costs, Task(PANDAS, small), ours))
    yield _at_least(
        8, "100k xlsx: polars and write_excel take … times as long", ratio(costs, Task(POLARS, small), ours)
    )
    yield _at_most(2, "100k xlsx: times the floor", ratio(costs, ours, Task(FLOOR, small)))
    shared = File(SHARED, small.rows)
    yield _at_most(2, "100k xlsx, shared texts: times the floor", ratio(costs, Task(OURS, shared), Task(FLOOR, shared)))
    third = Task(MONTHLY, small)
    yield _at_most(2, "100k xlsx, third month: times the floor", ratio(costs, third, Task(FLOOR, small)))
    yield _at_most(0.8, "100k xlsx: GiB at the peak", _gib(costs, ours))
    yield _at_most(0.8, "100k xlsx, third month: GiB at the peak", _gib(costs, third))
    yield _at_most(1.8, "1M xlsx: times the floor", ratio(costs, million, Task(FLOOR, large)))
    yield _at_most(4, "1M xlsx: GiB at the peak", _gib(costs, million))
    text = Task(OURS, File(CSV, large.rows))
    yield _at_most(0.5, "1M csv, with tables: times the xlsx of 1M", ratio(costs, text, million))
    yield _at_most(6, "10M csv: GiB at the peak", _gib(costs, Task(OURS, File(CSV, huge.rows))))
    for other, base, limit, what in (
        (GB18030, CSV, 1.1, "GB18030: times UTF-8"),
        (BAD, XLSX, 1.15, "10% bad rows: times clean"),
    ):
        task = _only(costs, other)
        clean = Task(OURS, File(base, task.file.rows)) if task and task.file else None
        yield _at_most(limit, what, ratio(costs, task, clean) if task and clean else None)
    yield _at_most(9, "xlsx: from 100k to 1M times as long", ratio(costs, million, ours))
    for rows, subject, limit, what in (
        (2_000, CUSTOMERS, 1.5, "2,000 customers"),
        (200, TALENT, 1.2, "200 employees"),
    ):
        task = Task(OURS, File(XLSX, rows, subject))
        yield _at_most(limit, f"{what}: seconds", spread(figures(costs, task, WALL)))
        yield _at_most(limit, f"{what}: seconds of processor time", spread(figures(costs, task, CPU)))
    yield _at_most(0.15, "`grade --help`: seconds", spread(figures(costs, Task(START), WALL)))


def _only(costs: Costs, kind: str) -> Task | None:
    return next((task for task in costs if task.file and task.file.kind == kind), None)


def _gib(costs: Costs, task: Task) -> Spread | None:
    return spread([value / GIB for value in figures(costs, task, MEMORY)])


def _at_least(limit: float, text: str, found: Spread | None) -> Goal:
    return _goal(f"{text}: at least {limit:g}", found, lambda value: value >= limit)


def _at_most(limit: float, text: str, found: Spread | None) -> Goal:
    return _goal(f"{text}: at most {limit:.3g}", found, lambda value: value <= limit)


def _goal(text: str, found: Spread | None, holds: Callable[[float], bool]) -> Goal:
    return Goal(text, found.median, holds(found.median)) if found else Goal(text, None, None)
