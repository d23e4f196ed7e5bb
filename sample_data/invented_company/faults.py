"""What a talent export goes through on its way, planted on purpose and noted down, fault by fault."""

from __future__ import annotations

import datetime as dt
from random import Random

from planting.lines import Line, Written
from planting.spoiler import FULL_WIDTH, NOTHING, Planted, Spoiler

_KEY = "employee_id"
_LETTERS = (
    ("S", 5),
    ("A", 4),
    ("A", 5),
    ("B", 4),
    ("C", 3),
    ("D", 2),
    ("优秀", 5),
    ("良好", 4),
    ("合格", 3),
    ("不合格", 2),
)
"""Grades people wrote instead of a score, and the score it would have been."""


def spoil_employees(lines: list[Line], rng: Random, protected: set[str], own_manager: str) -> list[Planted]:
    """The roster's faults; `protected` employees and managers keep their rows as they are."""
    spoiler = Spoiler(lines, rng, lambda line: line.truth[_KEY] not in protected, _KEY)
    _own_manager(spoiler, own_manager)
    spoiler.contradict("contradicting_duplicate", "department", lambda v: "财务部" if v != "财务部" else "质量管理部")
    spoiler.contradict("contradicting_duplicate", "job_level", lambda v: "P4" if v != "P4" else "P5")
    spoiler.refuse("required_value_missing", _KEY, None)
    for column in ("name", "department"):
        spoiler.leave_out(column)
    spoiler.refuse("unreadable_date", "hired_on", "2019-13-45")
    for column, text in (("age", "三十五"), ("gender", "未填"), ("flight_risk", "待评估")):
        spoiler.blank("unusable_description", column, text)
    for _ in range(3):
        spoiler.copy("exact_duplicate")
    for form in ("{}\u3000", " {}", "{}  "):
        spoiler.rewrite("id_with_spaces", _KEY, lambda v, f=form: f.format(v))
    for _ in range(2):
        spoiler.rewrite("numeric_id", _KEY, lambda v: int(v) if v.startswith("6") else None)
    for form in ("{0.year}年{0.month}月{0.day}日", "{0.year}/{0.month}/{0.day}", "{0:%Y%m%d}", "{0:%Y-%m-%d}"):
        spoiler.rewrite("date_as_text", "hired_on", lambda v, f=form: f.format(v), "kept")
    spoiler.rewrite("date_as_serial", "hired_on", lambda v: (v - dt.date(1899, 12, 30)).days, "kept")
    spoiler.rename("formula_like_text", "name", '=HYPERLINK("http://example.invalid","点击查看")')
    for column in ("critical_post", "successor_for", "flight_risk"):
        spoiler.gaps(NOTHING, column, 5)
    for text in ("--", "N/A", None):
        spoiler.blank("placeholder", "age", text, "missing")
    for column, text in (*[("age", None)] * 6, *[("gender", None)] * 7):  # enough to be told of beside the others
        spoiler.blank("placeholder", column, text, "missing")
    return spoiler.planted


def _own_manager(spoiler: Spoiler, employee: str) -> None:
    """Somebody's superior is themselves: worth a word, and no reason to refuse the row."""
    line = next(line for line in spoiler.lines if line.truth and line.truth[_KEY] == employee)
    line.cells["manager_id"] = line.truth["manager_id"] = employee
    spoiler.note("own_manager", "warning", line, "manager_id")


def spoil_ratings(lines: list[Line], rng: Random, steady: set[str]) -> list[Planted]:
    """The ratings' faults, all of them on ratings of `steady` employees."""
    spoiler = Spoiler(lines, rng, lambda line: line.truth[_KEY] in steady and line.truth["source"] != "self", _KEY)
    for score in (6, 6, 6, 0, 0, 45):
        spoiler.refuse("off_the_scale", "score", score, _on_the_usual_scale)
    for score in (11, 0.5):
        spoiler.refuse("off_the_scale", "score", score, lambda line: not _on_the_usual_scale(line))
    for text in ("待补", "见附件", "四分", "#REF!"):
        spoiler.refuse("error_value" if text == "#REF!" else "unreadable_score", "score", text)
    for column, text in (("score", None), ("score", "--"), ("score", "N/A"), ("rater_id", None), ("source", None)):
        spoiler.refuse("required_value_missing", column, text)
    spoiler.refuse("unknown_category", "source", "客户")
    spoiler.refuse("unknown_category", "dimension", "态度")
    for _ in range(8):
        spoiler.copy("exact_duplicate")
    for _ in range(4):
        spoiler.contradict("rated_twice", "score", lambda v: v - 1 if v > 2 else v + 1)
    for number in range(1, 6):
        spoiler.stray("orphan", _stray_rating(number))
    for letter, score in _LETTERS * 4:
        spoiler.rename(
            "letter_grade",
            "score",
            letter,
            lambda line, s=score: _on_the_usual_scale(line) and line.cells["score"] == s,
        )
    for _ in range(3):
        spoiler.rewrite("full_width_digits", "score", lambda v: str(v).translate(FULL_WIDTH), "kept")
        spoiler.rewrite("id_with_spaces", "rater_id", lambda v: f"{v}\u3000")
        spoiler.rewrite("id_with_spaces", _KEY, lambda v: f" {v}")
    return spoiler.planted


def _on_the_usual_scale(line: Line) -> bool:
    return line.cells["scale_max"] is None


def _stray_rating(number: int) -> dict[str, Written]:
    cells: dict[str, Written] = {"source": "上级", "dimension": "绩效", "item": "工作成果", "score": 4}
    return cells | {_KEY: f"99000{number}", "rater_id": "990000", "scale_min": None, "scale_max": None}


def spoil_kpis(lines: list[Line], rng: Random, steady: set[str]) -> list[Planted]:
    """KPI results that are half there, contradict each other, or belong to nobody."""
    spoiler = Spoiler(lines, rng, lambda line: line.truth[_KEY] in steady and line.truth["weight"], _KEY)
    spoiler.contradict("contradicting_duplicate", "actual", lambda v: round(v * 1.1 + 1, 1))
    for text in ("约九成", "待统计", "#DIV/0!"):
        spoiler.refuse("error_value" if text == "#DIV/0!" else "unreadable_number", "actual", text)
    for column, text in (("actual", "--"), ("actual", None), ("target", "/")):
        spoiler.refuse("required_value_missing", column, text)
    spoiler.refuse("unknown_category", "direction", "看情况")
    for number in (6, 7):
        spoiler.stray("orphan", {_KEY: f"99000{number}", "kpi": "重点任务完成率(%)", "target": 90, "actual": 88})
    for _ in range(2):
        spoiler.copy("exact_duplicate")
        spoiler.rename("target_zero", "target", 0)
        spoiler.rename("nothing_happened", "actual", 0, lambda line: not _higher(line))
        spoiler.blank("weight_missing", "weight", None, "missing")
        spoiler.blank("direction_missing", "direction", None, "missing", _higher)
        spoiler.rewrite("full_width_digits", "actual", lambda v: str(v).translate(FULL_WIDTH))
    for column in ("target", "target", "actual", "actual"):
        spoiler.rewrite("thousands_separator", column, lambda v: f"{v:,}" if v >= 1_000 else None)
    return spoiler.planted


def _higher(line: Line) -> bool:
    return bool(line.truth["direction"] == "higher")


def spoil_competencies(lines: list[Line], rng: Random, steady: set[str]) -> list[Planted]:
    """Competency scores that are missing, unreadable, doubled, or somebody else's."""
    spoiler = Spoiler(lines, rng, lambda line: line.truth[_KEY] in steady and line.truth["required"], _KEY)
    spoiler.contradict("contradicting_duplicate", "score", lambda v: v - 1 if v > 3 else v + 1)
    for text in ("缺考", "待定"):
        spoiler.refuse("unreadable_number", "score", text)
    for text in (None, "--"):
        spoiler.refuse("required_value_missing", "score", text)
    spoiler.stray("orphan", {_KEY: "990008", "competency": "团队协作", "score": 3.5, "required": 3})
    for _ in range(2):
        spoiler.copy("exact_duplicate")
    for text in ("--", "无", "/"):
        spoiler.blank("placeholder", "required", text, "missing")
    return spoiler.planted
