"""The talent oracle's own tests: figures worked out by hand or published, before it may judge anybody."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from .talent_confidence import icc
from .talent_development import first_by_priority
from .talent_fairness import HIDDEN, age_band, compared, fisher, hidden_groups
from .talent_gaps import Key, competency_gap
from .talent_placing import Row, attainment, axis_score, kpi_score, level, on_100, place, scaled, too_new
from .talent_raters import effects, raters, variances

PERIOD_END = dt.date(2026, 9, 30)


@pytest.mark.parametrize(
    ("score", "low", "high", "value"),
    [(1, None, None, 0), (3, None, None, 50), (4.5, None, None, 87.5), (Decimal("5.5"), 1, 10, 50), (7, 0, 10, 70)],
)
def test_a_rating_is_put_on_its_scale(score: Any, low: Any, high: Any, value: float) -> None:
    assert on_100(score, low, high) == value


@pytest.mark.parametrize(("letter", "value"), [("S", 95), ("D", 50), ("优秀", 90), ("不合格", 45)])
def test_a_letter_is_worth_the_same_on_any_scale(letter: str, value: float) -> None:
    assert on_100(letter) == on_100(letter, 1, 10) == value


def _kpi(actual: float | None, target: float | None, weight: float | None = 1.0, direction: str | None = None) -> Row:
    return {"actual": actual, "target": target, "weight": weight, "direction": direction}


@pytest.mark.parametrize(
    ("kpi", "share"),
    [
        (_kpi(96, 100), 0.96),
        (_kpi(300, 100), 1.2),
        (_kpi(-5, 100), 0.0),
        (_kpi(5, 4, direction="lower"), 0.8),
        (_kpi(0, 2, direction="lower"), 1.2),
        (_kpi(0, 2), 0.0),
        (_kpi(5, 0), None),
        (_kpi(5, -1), None),
        (_kpi(5, None), None),
        (_kpi(None, 5), None),
    ],
)
def test_attainment(kpi: Row, share: float | None) -> None:
    assert attainment(kpi) == share


@pytest.mark.parametrize(
    ("kpis", "score"),
    [
        ([_kpi(96, 100)], 80),
        ([_kpi(96, 100, 0.75), _kpi(60, 100, 0.25)], 72.5),
        ([_kpi(96, 100, None), _kpi(60, 100, None)], 65),
        ([_kpi(96, 100, 0.5), _kpi(60, 100, None)], 80),
        ([_kpi(96, 100, 0.5), _kpi(60, None, 0.5)], 80),
        ([_kpi(5, 0)], None),
        ([], None),
    ],
)
def test_kpi_score(kpis: list[Row], score: float | None) -> None:
    assert kpi_score(kpis) == (None if score is None else pytest.approx(score))


def test_an_axis_weighs_the_parts_that_exist() -> None:
    assert axis_score("performance", {"kpi": 80, "manager": 50, "peer": 100}) == (pytest.approx(73), 100)
    assert axis_score("performance", {"kpi": 80, "manager": 50}) == (pytest.approx(70), 90)
    assert axis_score("potential", {"manager": 70, "second_level": 50, "assessment": 90}) == (70, 80)
    assert axis_score("potential", {"manager": 50, "assessment": 90}) == (65, 80)
    assert axis_score("potential", {"self": 50, "report": 50}) == (None, 0)


@pytest.mark.parametrize(("score", "expected"), [(59.999, 1), (60, 2), (79.9, 2), (80 - 1e-13, 3), (80, 3), (100, 3)])
def test_a_score_at_a_cut_goes_up(score: float, expected: int) -> None:
    assert level(score) == expected


@pytest.mark.parametrize(
    ("hired_on", "new"),
    [(dt.date(2026, 6, 30), False), (dt.date(2026, 7, 1), True), (dt.date(2026, 9, 1), True), (None, False)],
)
def test_three_months_make_nobody_too_new(hired_on: dt.date | None, new: bool) -> None:
    assert too_new(hired_on, PERIOD_END) is new


def test_three_months_from_the_last_of_november_end_in_february() -> None:
    assert not too_new(dt.date(2025, 11, 30), dt.date(2026, 2, 28))


def _rating(source: str, dimension: str, score: int, employee: str = "e", rater: str = "r") -> Row:
    return {
        "employee_id": employee, "rater_id": rater, "source": source, "dimension": dimension, "item": None,
        "score": score, "scale_min": None, "scale_max": None,
    }  # fmt: skip


def _placed(ratings: list[Row], kpis: list[Row], hired_on: dt.date | None = None) -> Row:
    people = [{"employee_id": "e", "hired_on": hired_on}]
    return place(people, scaled(ratings), [kpi | {"employee_id": "e"} for kpi in kpis], PERIOD_END)["e"]


FULL = [
    _rating("self", "performance", 5),
    _rating("manager", "performance", 4),
    _rating("manager", "potential", 4),
    _rating("manager", "potential", 5),
    _rating("second_level", "potential", 4),
]


def test_a_person_is_placed() -> None:
    row = _placed(FULL, [_kpi(120, 100)])
    assert row["performance_score"] == pytest.approx((60 * 100 + 30 * 75) / 90)
    assert row["potential_score"] == pytest.approx((50 * 87.5 + 30 * 75) / 80)
    assert (row["cell"], row["tier"], row["unplaced_reason"]) == ("P3T3", "1", None)
    assert (row["self_gap_performance"], row["self_gap_potential"]) == (25, None)


@pytest.mark.parametrize(
    ("ratings", "kpis", "hired_on", "reason"),
    [
        (FULL, [_kpi(1, 1)], dt.date(2026, 8, 1), "TOO_NEW"),
        ([], [], dt.date(2026, 8, 1), "TOO_NEW"),
        (FULL[:2], [_kpi(1, 1)], None, "NO_MANAGER_RATING"),
        (FULL[:2], [], None, "NO_MANAGER_RATING"),
        (FULL, [], None, "NOT_ENOUGH_RATINGS"),
        (FULL[:4], [_kpi(1, 1)], None, "NOT_ENOUGH_RATINGS"),
    ],
)
def test_the_first_reason_that_holds_is_told(
    ratings: list[Row], kpis: list[Row], hired_on: dt.date | None, reason: str
) -> None:
    row = _placed(ratings, kpis, hired_on)
    assert row["unplaced_reason"] == reason
    assert row["cell"] is row["tier"] is row["performance_level"] is None


def test_the_unplaced_keep_their_scores() -> None:
    assert _placed(FULL, [])["performance_score"] == 75


def _learning(cells: list[str | None], departments: list[str], required: list[float | None]) -> dict[Key, Row]:
    """The table of one competency, in which the stars have 4 and all others 3."""
    people = {str(i): {"cell": c, "department": d} for i, (c, d) in enumerate(zip(cells, departments, strict=True))}
    rows = [
        {"employee_id": key, "competency": "学习", "score": 4 if row["cell"] == "P3T3" else 3, "required": asked}
        for (key, row), asked in zip(people.items(), required, strict=True)
    ]
    return dict(competency_gap(people, rows))


def test_competency_gaps() -> None:
    cells: list[str | None] = ["P3T3"] * 5 + ["P2T2"] * 6 + [None] * 5
    table = _learning(cells, ["甲"] * 6 + ["乙"] * 10, [3.5] * 6 + [None] * 10)
    stars, core = table["company", "all", "P3T3", "学习"], table["company", "all", "P2T2", "学习"]
    assert (stars["n"], stars["mean"], stars["gap_to_star"]) == (5, 4, 0)
    assert (core["n"], core["star_mean"], core["gap_to_star"]) == (6, 4, -1)
    assert core["gap_to_company"] == pytest.approx(3 - 53 / 16)
    assert (core["required_mean"], core["gap_to_required"]) == (3.5, -0.5)
    assert table["department", "甲", None, "学习"]["mean"] == pytest.approx(23 / 6)


def test_what_subtraction_would_tell_is_hidden_too() -> None:
    cells: list[str | None] = ["P3T3"] * 4 + ["P1T1"] * 5 + ["P2T2"] * 6
    table = _learning(cells, ["甲"] * 9 + ["乙"] * 3 + ["丙"] * 3, [None] * 15)
    found = {key[2]: (row["status"], row["mean"], row["star_mean"]) for key, row in table.items() if key[2]}
    assert found == {"P3T3": ("TOO_FEW", None, None), "P1T1": ("HIDDEN", None, None), "P2T2": ("OK", 3, None)}
    departments = {key[1]: row["status"] for key, row in table.items() if key[0] == "department"}
    assert departments == {"甲": "OK", "乙": "TOO_FEW", "丙": "TOO_FEW"}


def test_variances_of_unequal_groups() -> None:
    """Groups {1, 3} and {5, 7, 9}: SSW 10 on 3 df; SSB 2·9 + 3·4 = 30 on 1 df; n₀ = 5 − 13/5 = 2.4."""
    assert variances([[1, 3], [5, 7, 9]]) == pytest.approx((10 / 3, (30 - 10 / 3) / 2.4))


@pytest.mark.parametrize("groups", [[[1.0, 3.0]], [[1.0], [3.0]]])
def test_variances_that_cannot_be_told_apart(groups: list[list[float]]) -> None:
    assert variances(groups) is None


def test_leniency_is_against_the_usual_rating_of_the_dimension() -> None:
    scores = {"a": (5, 4), "b": (3, 2)}
    rows = scaled(
        _rating("manager", dimension, score, employee, rater)
        for rater, own in scores.items()
        for employee in "xy"
        for dimension, score in zip(("performance", "potential"), own, strict=True)
    )
    table = effects(rows)
    assert table["a", "manager"] == {"n": 4, "mean": 87.5, "leniency": 25, "shrinkage": 1}
    assert table["b", "manager"]["leniency"] == -25


def test_raters_who_differ_less_than_their_own_ratings_are_not_believed() -> None:
    rows = scaled(
        _rating("peer", "potential", score, str(i), rater) for rater in "ab" for i, score in enumerate((1, 5))
    )
    assert effects(rows)["a", "peer"]["shrinkage"] == 0


def test_who_would_move_without_a_generous_manager() -> None:
    people = [{"employee_id": key, "hired_on": None} for key in "uvwxyz"]
    rater = dict(zip("uvwxyz", "aaabbb", strict=True))
    ratings = scaled(
        _rating(source, dimension, score, key, rater[key] if source == "manager" else "z")
        for key in "uvwxyz"
        for source, score in (("manager", 5 if rater[key] == "a" else 3), ("peer", 4), ("second_level", 4))
        for dimension in ("performance", "potential")
    )
    kpis = [_kpi(96, 100) | {"employee_id": key} for key in "uvwxyz"]
    before = place(people, ratings, kpis, PERIOD_END)
    assert [before[key]["cell"] for key in "ux"] == ["P3T3", "P2T2"]
    table = raters({"employees": people, "kpis": kpis}, ratings, before, PERIOD_END)
    # Leniency ±25, believed in full. Half off: P 82 (still 3), T 81.25; all off: P 78.5, T 75.
    assert table["a", "manager"]["moved_at_half"] == 0
    assert table["a", "manager"]["moved_at_full"] == 3
    assert table["b", "manager"]["moved_at_full"] == 0


@pytest.mark.parametrize(
    ("table", "p"),
    [((8, 10, 1, 6), 0.0349650), ((3, 4, 1, 4), 0.4857143), ((0, 5, 0, 7), 1.0), ((0, 8, 8, 8), 1 / 6435)],
)
def test_fisher_is_the_published_one(table: tuple[int, int, int, int], p: float) -> None:
    assert fisher(*table) == pytest.approx(p, abs=1e-7)


@pytest.mark.parametrize(
    ("age", "band"), [(29, "under_30"), (30, "30_39"), (40, "40_49"), (49, "40_49"), (50, "50_over")]
)
def test_age_bands(age: int, band: str) -> None:
    assert age_band(age) == band


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ({"a": 9, "b": 30}, set()),
        ({"a": 4, "b": 30, "c": 12}, {"a", "c"}),
        ({"a": 4, "b": 3, "c": 12}, {"a", "b"}),
        ({"a": 4}, {"a"}),
        ({"a": 4, "b": 5}, {"a", "b"}),
    ],
)
def test_a_group_that_subtraction_would_reveal_is_hidden_too(sizes: dict[str, int], hidden: set[str]) -> None:
    assert hidden_groups(sizes) == hidden


def test_failing_takes_a_low_ratio_and_more_than_chance() -> None:
    rows = compared({"a": [True] * 50 + [False] * 50, "b": [True] * 20 + [False] * 80, "c": [True] + [False] * 5})
    assert rows["a"]["verdict"] == "reference"
    assert (rows["b"]["impact_ratio"], rows["b"]["verdict"]) == (0.4, "fail")
    assert (rows["c"]["impact_ratio"], rows["c"]["verdict"]) == (pytest.approx(1 / 3), "pass")


def test_where_nobody_is_on_top_there_is_no_ratio() -> None:
    rows = compared({"a": [False] * 9, "b": [False] * 6})
    assert (rows["b"]["impact_ratio"], rows["b"]["p_value"], rows["b"]["verdict"]) == (None, 1.0, "pass")


def test_nothing_is_told_of_a_hidden_group() -> None:
    assert compared({"a": [True] * 3, "b": [False] * 6})["a"] == HIDDEN


@pytest.mark.parametrize(("own", "star", "priority"), [((3.0, 4.5), 4.4, 2.2), ((3.7, 4.0), 4.6, 0.75)])
def test_what_to_work_on_first(own: tuple[float, float | None], star: float, priority: float) -> None:
    (told,) = first_by_priority({"c": own}, {"c": star})
    assert told == ("c", pytest.approx(priority))
    assert first_by_priority({"c": (4.8, 4.0)}, {"c": 4.6}) == []


def test_agreement_of_raters_of_unequal_numbers() -> None:
    """Groups {1, 3} and {5, 7, 9}: MSB 30, MSW 10/3, k₀ 2.4; 26.67 / 34.67."""
    assert icc({"a": [1, 3], "b": [5, 7, 9]}) == pytest.approx(80 / 104)
    assert icc({"a": [1], "b": [5]}) is None
