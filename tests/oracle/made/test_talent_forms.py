"""Rosters on which grades are decided already: declared scales, letters, words, leavers. Engine against oracle."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import pytest

from ninegrid.grid.past import Past
from ninegrid.intake.read import read_opened
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import relations
from ninegrid.subjects.talent.grading import grade as engine
from tests.intake.sheets_in_memory import book
from tests.oracle.talent_placing import LETTERS, TIERS, level

POLICY, PEOPLE = policy_for("talent"), 40
SCALES: dict[str, tuple[float, float]] = {
    "{}（满分5分）": (1, 5), "{}(1-10)": (1, 10), "{}得分（百分制）": (0, 100),
    "{}（满分10分）": (0, 10), "{}(0-5)": (0, 5),
}  # fmt: skip
WORDS = {"高": 3, "中": 2, "低": 1}
STAFF = ("在职", "正式", None)


@dataclass
class Form:
    """A roster of one kind: the headings of both grades, and how a grade is made and read."""

    seed: int

    def __post_init__(self) -> None:
        rng = random.Random(self.seed)
        self.kinds = [rng.choice([*SCALES, "letters", "words"]) for _ in range(2)]
        names = ("绩效", "潜力")
        heads = [kind.format(name) if kind in SCALES else name for kind, name in zip(self.kinds, names, strict=True)]
        self.head = ["员工号", "姓名", "部门", "员工状态", *heads]
        self.rows = [
            [
                f"E{n:03d}",
                f"示例{n}",
                "一部",
                rng.choice((*STAFF, "离职")),
                *(self._written(k, rng) for k in self.kinds),
            ]
            for n in range(PEOPLE)
        ]

    @staticmethod
    def _written(kind: str, rng: random.Random) -> Any:
        if rng.random() < 0.05:
            return None
        if kind in SCALES:
            low, high = SCALES[kind]
            return round(rng.uniform(low, high), rng.choice((0, 1)))
        return rng.choice(list(LETTERS if kind == "letters" else WORDS))

    def expected(self) -> dict[str, str | None]:
        """The cell of everybody who is still there."""
        found: dict[str, str | None] = {}
        for key, _, _, status, *grades in self.rows:
            levels = [_level(kind, grade) for kind, grade in zip(self.kinds, grades, strict=True)]
            if status != "离职":
                found[key] = f"P{levels[0]}T{levels[1]}" if all(levels) else None
        return found


def _level(kind: str, grade: Any) -> int | None:
    if grade is None or kind == "words":
        return WORDS.get(grade)
    if kind == "letters":
        return level(LETTERS[grade])
    low, high = SCALES[kind]
    return level(100 * (grade - low) / (high - low))


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(n, marks=pytest.mark.thorough) for n in range(2, 6))])
def test_cells_of_decided_grades_and_nobody_who_left(seed: int) -> None:
    form = Form(seed)
    inputs = read_opened([book("盘点_2026Q3.xlsx", 员工=[form.head, *form.rows])], relations("talent"))
    tables = engine(inputs, POLICY, inputs.period, Past()).tables
    expected = form.expected()
    assert dict(tables["employees"].select("employee_id", "final_cell").rows()) == expected, form.head
    counts = {cell: sum(own == cell for own in expected.values()) for cell in TIERS}
    told = dict(tables["cells"].drop_nulls("cell").select("cell", "n").rows())
    assert {cell: told.get(cell, 0) for cell in TIERS} == counts
    assert sum(row[3] == "离职" for row in form.rows) == inputs.counts["employees"].departed
