"""How long the steps of a run and their parts take, and on how many rows.

A part is told where its work is done, by whatever room does it: it belongs to the step that is under way around it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class Step:
    """A step that ended, or a part of one, which is named with its step: ``read.parse``.

    rows: how many it worked on, None where that can't be told. seconds: by the wall clock, those of its parts included;
    a part that was done several times (for each sheet) is one, with the sum. parts: in the order they began.
    """

    name: str
    seconds: float = 0.0
    rows: int | None = None
    parts: dict[str, Step] = field(default_factory=dict)

    def flat(self) -> Iterator[Step]:
        """The step, then its parts, each before its own."""
        yield self
        for part in self.parts.values():
            yield from part.flat()

    def as_json(self) -> dict[str, object]:
        """step, rows and seconds, for programs."""
        return {"step": self.name, "rows": self.rows, "seconds": round(self.seconds, 3)}

    def _part(self, name: str) -> Step:
        return self.parts.setdefault(name, Step(f"{self.name}.{name}"))


@dataclass
class Work:
    """What is under way: the step it is counted in, and its own rows, once known."""

    step: Step
    rows: int | None = None


_under_way: ContextVar[Step | None] = ContextVar("under_way", default=None)


def count_rows(rows: int) -> None:
    """Say on how many rows the step or part under way worked."""
    step = _under_way.get()
    if step is not None:
        step.rows = rows


@contextmanager
def timed(name: str) -> Iterator[Work]:
    """Time what is done inside, as a part of the step around it; one that nothing is around is a step of its own."""
    around = _under_way.get()
    work = Work(around._part(name) if around else Step(name))
    before = _under_way.set(work.step)
    began = time.perf_counter()
    try:
        yield work
    finally:
        _under_way.reset(before)
        work.step.seconds += time.perf_counter() - began
        if work.rows is not None:
            work.step.rows = (work.step.rows or 0) + work.rows
