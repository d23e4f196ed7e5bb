"""From ratings and KPIs to scores: the worked figures of the definitions."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from ninegrid.intake.read import read_opened
from ninegrid.model.period import Period
from ninegrid.policy import Policy
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import relations
from ninegrid.subjects.talent.ratings.one_scale import Scored, on_one_scale
from ninegrid.subjects.talent.ratings.scores import GIVEN, kpi_scores, source_means, with_scores
from tests.intake.sheets_in_memory import Cell, book

POLICY: Policy = policy_for("talent")
PERIOD = Period.parse("2026Q3")
NO_KPIS = {"employee_id": pl.String, "kpi": pl.String, "weight": pl.Float64, "target": pl.Float64,
           "actual": pl.Float64, "direction": pl.String}  # fmt: skip
Rating = tuple[str, str, float]


def kpis(*rows: tuple[float | None, float | None, float | None, str | None]) -> pl.DataFrame:
    """KPIs of one person: weight, target, actual, direction."""
    return pl.DataFrame([("1", str(i), *row) for i, row in enumerate(rows)], schema=NO_KPIS, orient="row")


def kpi_score(*rows: tuple[float | None, float | None, float | None, str | None]) -> float | None:
    found = kpi_scores(kpis(*rows), POLICY)["score"].to_list()
    return found[0] if found else None


def scored(
    *ratings: Rating,
    kpi: float | None = None,
    hired: dt.date | None = None,
    performance: str | None = None,
    potential: str | None = None,
) -> dict[str, object]:
    """One person scored from ratings (dimension, source, score on 0-100), a KPI score, and what the roster says."""
    rows = pl.DataFrame(
        [("1", *r) for r in ratings],
        schema={"employee_id": pl.String, "dimension": pl.String, "source": pl.String, "score": pl.Float64},
        orient="row",
    )
    measured = pl.DataFrame(
        {"employee_id": ["1"], "score": [kpi]}, schema={"employee_id": pl.String, "score": pl.Float64}
    )
    roster = pl.DataFrame(
        {
            "employee_id": ["1"], "hired_on": [hired], "performance": [performance], "potential": [potential],
            "performance_min": [0.0], "performance_max": [100.0],
        },
        schema_overrides={"hired_on": pl.Date, "performance": pl.String, "potential": pl.String},
    )  # fmt: skip
    return with_scores(roster, source_means(rows, measured), POLICY, PERIOD).row(0, named=True)


def test_what_is_given_is_the_same_where_scores_are_made_again_without_its_scale() -> None:
    roster = pl.DataFrame(
        {"employee_id": ["1"], "hired_on": [None], "performance": ["4"], "potential": ["中"],
         "performance_min": [1.0], "performance_max": [5.0]},
        schema_overrides={"hired_on": pl.Date},
    )  # fmt: skip
    nothing = pl.DataFrame(
        schema={"employee_id": pl.String, "axis": pl.String, "source": pl.String, "mean": pl.Float64}
    )
    first = with_scores(roster, nothing, POLICY, PERIOD)
    assert first.select("performance_score", "given_potential_level").rows() == [(75.0, 2)]
    again = with_scores(first.select("employee_id", "hired_on", *GIVEN), nothing, POLICY, PERIOD)
    assert again.select("performance_score", "unplaced_reason").rows() == [(75.0, None)]


@pytest.mark.parametrize(
    ("actual", "direction", "score"),
    [(96.0, None, 80.0), (120.0, None, 100.0), (150.0, "higher", 100.0), (0.0, "higher", 0.0), (-5.0, "higher", 0.0)],
)
def test_a_kpi_s_score_is_its_attainment_over_the_cap(actual: float, direction: str | None, score: float) -> None:
    assert kpi_score((None, 100.0, actual, direction)) == pytest.approx(score)


@pytest.mark.parametrize(
    ("actual", "score"), [(125.0, 100 * 0.8 / 1.2), (100.0, 100 / 1.2), (10.0, 100.0), (0.0, 100.0)]
)
def test_where_lower_is_better_the_target_is_over_the_actual(actual: float, score: float) -> None:
    assert kpi_score((None, 100.0, actual, "lower")) == pytest.approx(score)


def test_kpis_are_weighted_as_given_and_equally_where_none_is() -> None:
    good, bad = (100.0, 120.0, None), (100.0, 60.0, None)
    assert kpi_score((3.0, *good), (1.0, *bad)) == pytest.approx(87.5)
    assert kpi_score((None, *good), (None, *bad)) == pytest.approx(75.0)
    assert kpi_score((3.0, *good), (None, *bad)) == pytest.approx(100.0)


def test_a_kpi_without_target_or_actual_is_left_out() -> None:
    assert kpi_score((1.0, 0.0, 50.0, None), (1.0, 100.0, None, None), (1.0, 100.0, 60.0, None)) == pytest.approx(50.0)
    assert kpi_score((1.0, None, 50.0, None)) is None


def test_sources_are_averaged_first_so_that_many_peers_weigh_as_one() -> None:
    peers: list[Rating] = [("performance", "peer", 20.0)] * 9
    person = scored(("performance", "manager", 80.0), ("performance", "manager", 60.0), *peers, kpi=90.0)
    assert person["performance_score"] == pytest.approx((60 * 90 + 30 * 70 + 10 * 20) / 100)


def test_a_missing_source_is_not_zero() -> None:
    person = scored(("performance", "manager", 70.0), kpi=90.0)
    assert person["performance_score"] == pytest.approx((60 * 90 + 30 * 70) / 90)
    assert person["performance_weight"] == pytest.approx(0.9)


def test_second_level_and_assessment_are_one_component() -> None:
    both = scored(
        ("potential", "manager", 80.0), ("potential", "second_level", 40.0), ("potential", "assessment", 60.0)
    )
    assert both["potential_score"] == pytest.approx((50 * 80 + 30 * 50) / 80)
    one = scored(("potential", "manager", 80.0), ("potential", "assessment", 60.0))
    assert (one["potential_score"], one["potential_weight"]) == (
        pytest.approx((50 * 80 + 30 * 60) / 80),
        pytest.approx(0.8),
    )


def test_self_and_reports_weigh_nothing_and_the_self_gap_is_shown() -> None:
    person = scored(("potential", "self", 100.0), ("potential", "report", 0.0), ("potential", "manager", 60.0))
    assert person["potential_score"] == pytest.approx(60.0)
    assert person["self_gap_potential"] == pytest.approx(40.0)
    assert person["self_gap_performance"] is None


def test_sixty_percent_of_an_axis_s_weight_must_be_there() -> None:
    potential: list[Rating] = [("potential", "manager", 70.0), ("potential", "peer", 70.0)]
    at_manager: Rating = ("performance", "manager", 70.0)
    assert scored(at_manager, *potential, kpi=70.0)["unplaced_reason"] is None
    thin = scored(at_manager, ("performance", "peer", 70.0), *potential)
    assert (thin["unplaced_reason"], thin["performance_score"]) == ("NOT_ENOUGH_RATINGS", pytest.approx(70.0))
    exactly: list[Rating] = [*potential[:1], ("potential", "assessment", 70.0)]
    assert scored(at_manager, *exactly, kpi=70.0)["unplaced_reason"] is None


def test_reasons_come_in_their_order() -> None:
    new, old = dt.date(2026, 7, 1), dt.date(2026, 6, 30)
    assert scored(hired=new)["unplaced_reason"] == "TOO_NEW"
    assert scored(hired=old)["unplaced_reason"] == "NO_MANAGER_RATING"
    assert scored(("performance", "manager", 50.0), kpi=50.0)["unplaced_reason"] == "NO_MANAGER_RATING"
    both: list[Rating] = [("performance", "manager", 50.0), ("potential", "manager", 50.0)]
    assert scored(*both)["unplaced_reason"] == "NOT_ENOUGH_RATINGS"
    assert scored(*both, hired=new)["unplaced_reason"] == "TOO_NEW"


def test_what_the_roster_gives_wins_over_ratings_and_needs_none() -> None:
    person = scored(("potential", "manager", 90.0), ("potential", "peer", 90.0), performance="85", potential="C")
    assert (person["performance_score"], person["potential_score"], person["unplaced_reason"]) == (85.0, 55.0, None)


def rated(*rows: list[Cell]) -> Scored:
    """Ratings of one person, read and put on one scale; a row is score, scale_min, scale_max."""
    roster: list[list[Cell]] = [["员工号", "姓名", "部门"], ["0001", "示例甲", "一部"]]
    head: list[Cell] = ["员工号", "评价人", "来源", "维度", "题目", "评分", "最低分", "最高分"]
    lines = [["0001", "0002", "上级", "绩效", f"题{i}", *row] for i, row in enumerate(rows)]
    inputs = read_opened([book("a.xlsx", 员工=roster, 评分=[head, *lines])], relations("talent"))
    return on_one_scale(inputs.tables["ratings"], inputs, POLICY)


def test_ratings_go_by_their_own_scale_else_by_one_to_five() -> None:
    found = rated([4, None, None], [1, None, None], [7.5, 0, 10], [70, 0, 100])
    assert found.ratings["score"].to_list() == [75.0, 0.0, 75.0, 70.0]
    assert found.findings.is_empty()


def test_letters_go_by_the_policy_s_table() -> None:
    found = rated(["S", None, None], ["a", None, None], ["B", 0, 10], ["优秀", None, None], ["不合格", None, None])
    assert found.ratings["score"].to_list() == [95.0, 85.0, 75.0, 90.0, 45.0]


def test_scores_that_can_t_be_of_the_policy_s_scale_have_none() -> None:
    found = rated([6, None, None], [4, None, None], [8, 0, 10])
    assert found.ratings["score"].to_list() == [80.0]
    assert found.refused == 2
    assert found.findings.select("cell", "reason", "subject_id").rows() == [("F2", "SCALE_UNKNOWN", None)]
    assert "(1-10)" in found.findings["message"][0]
    assert found.unscaled.rows() == [("0001", "performance")]


def test_a_maximum_alone_has_its_usual_minimum() -> None:
    found = rated([50, None, 100], [4, None, 5], [5, None, 10], [3, None, 8])
    assert found.ratings["score"].to_list() == [50.0, 75.0, 50.0]
    assert found.findings["reason"].to_list() == ["SCALE_UNKNOWN"]


def test_what_is_no_score_on_its_scale_is_refused_at_its_cell() -> None:
    found = rated([6, 1, 5], ["好", None, None], [3, 5, 5], [5, None, None])
    assert found.ratings["score"].to_list() == [100.0]
    assert sorted(found.findings.select("cell", "reason", "value").rows()) == [
        ("F2", "OFF_SCALE", "6"), ("F3", "UNREADABLE_SCORE", "好"), ("F4", "BAD_SCALE", "3"),
    ]  # fmt: skip
