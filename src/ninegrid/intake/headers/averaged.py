"""Items recognised by their average: a column of a group's scores (潜力得分) that is the mean of those beside it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ninegrid import resources
from ninegrid.intake.headers.with_values import Below, is_number, number_at, texts_of

_FEWEST: int = resources.vocabulary("limits")["averages"]["columns"]
_ROWS: int = resources.vocabulary("limits")["averages"]["rows"]


def averaged(total: int, free: Collection[int], below: Below) -> tuple[int, ...]:
    """The columns of numbers, side by side next to a column, whose mean it is in all rows that have them; else none.

    free: columns that are named in no other way.
    """
    for step in (-1, 1):
        run: list[int] = []
        at = total + step
        while at in free and _is_numeric(below, at):
            run.append(at)
            at += step
        if len(run) >= _FEWEST and _holds(total, run, below):
            return tuple(sorted(run))
    return ()


def _is_numeric(below: Below, index: int) -> bool:
    texts = texts_of(below, index)
    return bool(texts) and all(map(is_number, texts))


def _holds(total: int, run: Sequence[int], below: Below) -> bool:
    near = _last_digit(below, [total]) + _last_digit(below, run)
    held = 0
    for row in below:
        whole, parts = number_at(row, total), [number_at(row, index) for index in run]
        listed = [part for part in parts if part is not None]
        if whole is None or len(listed) < len(parts):
            continue
        if abs(whole - sum(listed) / len(listed)) > near:
            return False
        held += 1
    return held >= _ROWS


def _last_digit(below: Below, columns: Sequence[int]) -> float:
    """Half of the last digit that the columns show, and a little more."""
    numbers = (number_at(row, index) for row in below for index in columns)
    shown = (f"{number:.10g}" for number in numbers if number is not None)
    return 0.51 * 10.0 ** -max((len(text.partition(".")[2]) for text in shown), default=0)
