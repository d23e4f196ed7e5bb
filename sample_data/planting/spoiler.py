"""Plants faults in an export's lines and keeps the list of what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Literal

from planting.lines import Line, Written

NOTHING = ("--", "N/A", "无", "—", "/")
"""The words people use for nothing."""
NOT_FILLED = "not_filled"
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
Outcome = Literal["rejected", "merged", "repaired", "blanked", "missing", "warning", "kept"]
"""The row is refused or merged; the value is mended, dropped with a finding, no value at all, doubted, or fine."""

Wanted = Callable[[Line], bool]


def _any(_: Line) -> bool:
    return True


@dataclass
class Planted:
    """A fault: where it is, what is written there, and what must become of the row or the value."""

    fault: str
    outcome: Outcome
    line: Line
    column: str | None = None


class Spoiler:
    """Spoils lines of one sheet, each line at most once, and keeps the list of what it did."""

    def __init__(self, lines: list[Line], rng: Random, fit: Wanted = _any, key: str = "customer_id") -> None:
        self.lines = lines
        self.key = key
        self.rng = rng
        self.planted: list[Planted] = []
        self._free = [line for line in lines if fit(line)]
        rng.shuffle(self._free)

    def take(self, wanted: Wanted = _any) -> Line:
        """A line nobody has spoilt yet."""
        line = next(line for line in self._free if wanted(line))
        self._free.remove(line)
        return line

    def refuse(self, fault: str, column: str, value: Written, wanted: Wanted = _any) -> None:
        """Write something over a value that makes the row unusable."""
        line = self.take(lambda candidate: candidate.cells[column] is not None and wanted(candidate))
        line.cells[column], line.truth = value, None
        self.note(fault, "rejected", line, column)

    def rewrite(
        self, fault: str, column: str, write: Callable[[Written], Written | None], outcome: Outcome = "repaired"
    ) -> None:
        """Write the same value in another way; `write` gives None for a value it can't write so."""
        line = self.take(lambda candidate: write(candidate.cells[column]) is not None)
        line.cells[column] = write(line.cells[column])
        self.note(fault, outcome, line, column)

    def amount(self, fault: str, column: str, text: str, yuan: int) -> None:
        """Give a line another true amount, written as text with its own unit."""
        line = self.take(lambda candidate: _near(candidate.truth[column], yuan))
        line.cells[column], line.truth[column] = text, yuan
        self.note(fault, "repaired", line, column)

    def blank(
        self, fault: str, column: str, value: Written, outcome: Outcome = "blanked", wanted: Wanted = _any
    ) -> None:
        """Write something over a value that makes it missing, and leaves the row as it is."""
        line = self.take(wanted)
        line.cells[column], line.truth[column] = value, None
        self.note(fault, outcome, line, column)

    def leave_out(self, column: str, value: Written = None) -> None:
        """Write nothing, or a word for it, over a value that a row can do without and says so."""
        self.blank(NOT_FILLED, column, value, "warning", lambda line: line.cells[column] is not None)

    def rename(self, fault: str, column: str, text: Written, wanted: Wanted = _any) -> None:
        """Give a line a value that looks like something else and must be kept as it is."""
        line = self.take(wanted)
        line.cells[column] = line.truth[column] = text
        self.note(fault, "kept", line, column)

    def copy(self, fault: str, change: Callable[[Line], None] = lambda line: None) -> None:
        """Write a line a second time, further down, with the same values (perhaps in another form)."""
        line = self.take()
        twin = deepcopy(line)
        twin.truth, twin.merged = None, True
        change(twin)
        self.lines.insert(self._after(line), twin)
        self.note(fault, "merged", twin, None)

    def contradict(self, fault: str, column: str, other: Callable[[Written], Written]) -> None:
        """Write a line a second time with another value: neither can be believed."""
        line = self.take(lambda candidate: bool(candidate.cells[column]))
        line.truth = None
        twin = deepcopy(line)
        twin.cells[column] = other(line.cells[column])
        self.lines.insert(self._after(line), twin)
        self.note(fault, "rejected", line, column)
        self.note(fault, "rejected", twin, column)

    def stray(self, fault: str, cells: dict[str, Written]) -> None:
        """Add a line that belongs to nobody."""
        line = Line(cells, None)
        self.lines.insert(self.rng.randrange(len(self.lines)), line)
        self.note(fault, "rejected", line, self.key)

    def gaps(self, words: Sequence[str], column: str, count: int, wanted: Wanted = _any) -> None:
        """Fill empty cells of a column with the words people use for nothing."""
        incomplete = [fault.line for fault in self.planted if fault.fault == NOT_FILLED]
        whole = [line for line in self.lines if line.truth and line not in incomplete]
        empty = [line for line in whole if line.cells[column] is None and wanted(line)]
        for line in self.rng.sample(empty, min(count, len(empty))):
            line.cells[column] = self.rng.choice(words)
            self.note("placeholder", "missing", line, column)

    def _after(self, line: Line) -> int:
        at = next(i for i, candidate in enumerate(self.lines) if candidate is line)
        return min(len(self.lines), at + self.rng.randint(1, 200))

    def note(self, fault: str, outcome: Outcome, line: Line, column: str | None) -> None:
        """Put a fault on the list; `column` is None where the whole row is at fault."""
        self.planted.append(Planted(fault, outcome, line, column))


def unfilled(planted: Sequence[Planted], key: str) -> frozenset[str]:
    """The keys of rows that are accepted with a value left out; no second fault befalls what hangs on them."""
    return frozenset(str(fault.line.cells[key]) for fault in planted if fault.fault == NOT_FILLED)


def _near(amount: int | None, yuan: int) -> bool:
    """Whether one could stand for the other without anybody wondering; nothing overdue may become something."""
    return amount == 0 or bool(amount and yuan / 2 < amount < yuan * 2)
