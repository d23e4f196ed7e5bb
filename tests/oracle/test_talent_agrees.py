"""The engine against the talent oracle: the sample workbook agrees with the truth graded the long way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import pytest

from ninegrid.model.period import Period
from ninegrid.report.unit_reports import part
from ninegrid.result import Result

from . import talent_development, talent_reviews, talent_unit
from .agreement import differences, rows_by
from .sample import SAMPLE_DATA, maker
from .talent import Graded, grade
from .talent_confidence import confidences
from .talent_placing import Row, scaled

FILE = SAMPLE_DATA / "talent" / "人才盘点_2026Q3.xlsx"
PERIOD_END = Period.parse("2026Q3").end
EMPLOYEE_COLUMNS = (
    "name", "department", "job_family", "manager_id", "performance_score", "potential_score", "performance_level",
    "potential_level", "cell", "tier", "unplaced_reason", "self_gap_performance", "self_gap_potential",
)  # fmt: skip
GAP_COLUMNS = (
    "n", "mean", "star_mean", "company_mean", "required_mean", "gap_to_star", "gap_to_company", "gap_to_required",
    "status",
)  # fmt: skip
RATER_COLUMNS = ("n", "mean", "leniency", "shrinkage", "moved_at_half", "moved_at_full")
FAIRNESS_COLUMNS = ("n", "rate", "impact_ratio", "p_value", "verdict")
REPAIRED = {"thousands_separator", "id_with_spaces", "unusable_description"}
WHOLE_ROW = {"contradicting_duplicate", "rated_twice", "orphan"}
EFFECT_COLUMNS = (
    "plans", "done", "late", "none", "with_n", "without_n", "with_performance", "without_performance",
    "difference_performance", "with_potential", "without_potential", "difference_potential", "status",
)  # fmt: skip
PLAN_KEY = ("employee_id", "action", "opened", "follow_up")
UNDER_WAY = ("planned", "doing")
STATUSES = {"计划": "planned", "进行中": "doing", "已完成": "done", "取消": "dropped"}
ENDS = {period: Period.parse(period).end for period in ("2025Q4", "2026Q1", "2026Q2", "2026Q3")}
Tables = Mapping[str, pl.DataFrame]


def as_plans(rows: Sequence[Row]) -> list[Row]:
    """The plans of the sample by their codes, with the day from which they count as done."""
    return [
        row | {"status": STATUSES[row["status"]], "finished_on": row["done_on"] if row["status"] == "已完成" else None}
        for row in rows
    ]


@pytest.fixture(scope="module")
def result(talent_result: Result) -> Result:
    return talent_result


@pytest.fixture(scope="module")
def tables(result: Result) -> Tables:
    return dict(result.tables)


@pytest.fixture(scope="module")
def oracle() -> Graded:
    return grade(maker("make_talent").truth(), PERIOD_END)


def test_every_employee(tables: Tables, oracle: Graded) -> None:
    assert not differences(tables["employees"], oracle.employees, ["employee_id"], EMPLOYEE_COLUMNS)


def test_how_sure_every_cell_is(tables: Tables, oracle: Graded) -> None:
    truth = maker("make_talent").truth()
    expected = confidences(oracle.employees, scaled(truth["ratings"]), truth["kpis"])
    columns = ("confidence", "borderline", "assumed_sources")
    assert not differences(tables["employees"], expected, ["employee_id"], columns)


def test_those_planted_are_found(tables: Tables) -> None:
    rows = rows_by(tables["employees"], ["employee_id"])
    planted = maker("make_talent").people()
    for case, reason in (
        ("too_new", "TOO_NEW"),
        ("no_manager_rating", "NO_MANAGER_RATING"),
        ("not_enough_ratings", "NOT_ENOUGH_RATINGS"),
        ("just_long_enough", None),
    ):
        assert {rows[key]["unplaced_reason"] for key in planted[case]} == {reason}, case


def test_competency_gaps(tables: Tables, oracle: Graded) -> None:
    table = tables["competency_gap"].filter(pl.col("n") > 0)
    keys = ["scope", "scope_value", "cell", "competency"]
    assert not differences(table, oracle.competency_gap, keys, GAP_COLUMNS)


def test_every_rater(tables: Tables, oracle: Graded) -> None:
    assert not differences(tables["raters"], oracle.raters, ["rater_id", "source"], RATER_COLUMNS)


def test_the_generous_manager_comes_first(tables: Tables) -> None:
    managers = tables["raters"].filter(pl.col("source") == "manager").sort("leniency", descending=True)
    assert managers["rater_id"][0] == maker("make_talent").people()["one_point_generous"][0]
    assert managers["moved_at_full"][0] >= 1


def test_fairness(tables: Tables, oracle: Graded) -> None:
    table = tables["fairness"].filter(pl.col("axis") == "top")
    assert not differences(table, oracle.fairness, ["attribute", "group"], FAIRNESS_COLUMNS)


def test_every_row_is_accounted_for(result: Result) -> None:
    expected = maker("make_talent").accounts()
    for relation, counts in result.inputs.counts.items():
        found = {name: getattr(counts, name) for name in ("read", "accepted", "merged", "rejected")}
        assert found == expected.get(relation, dict.fromkeys(found, 0)), relation


def test_faults_are_found_where_they_were_planted(tables: Tables) -> None:
    found = set(tables["findings"].select("kind", "sheet", "cell").iter_rows())
    for fault in maker("make_talent").planted()["faults"]:
        if fault["column"] is None:
            continue
        if fault["outcome"] in ("rejected", "warning") and fault["fault"] not in WHOLE_ROW:
            assert (fault["outcome"], fault["sheet"], fault["cell"]) in found, fault
        if fault["fault"] in REPAIRED:
            assert ("repaired", fault["sheet"], fault["cell"]) in found, fault


def test_readiness_pools_and_what_to_work_on_first(tables: Tables, oracle: Graded) -> None:
    truth = maker("make_talent").truth()
    own: dict[str, dict[str, tuple[float, float | None]]] = {key: {} for key in oracle.employees}
    for (key, name), level in talent_development.levels(truth["competencies"]).items():
        own[key][name] = level
    before = talent_reviews.of_years(truth["past_reviews"], PERIOD_END)
    found = {(row["pool"], row["employee_id"]): row["readiness"] for row in tables["pools"].iter_rows(named=True)}
    assert found == {
        (pool, key): talent_development.readiness(oracle.employees[key], own[key])
        for pool, key in talent_reviews.pools(oracle.employees, before, "2026Q3")
    }
    assert {pool for pool, _ in found} == {"high_potential", "successors", "attention", "retention"}
    stars = talent_development.star_means(oracle.competency_gap)
    planned = {
        (row["employee_id"], row["competency"]) for row in as_plans(truth["development"]) if row["status"] in UNDER_WAY
    }
    told: dict[str, list[tuple[str, float]]] = {}
    suggested = tables["development"].filter(status="suggested")
    for key, name, priority in suggested.select("employee_id", "competency", "priority").iter_rows():
        told.setdefault(key, []).append((name, priority))
    for key, levels in own.items():
        first = talent_development.first_by_priority(levels, stars)
        expected = [(name, value) for name, value in first if (key, name) not in planned]
        assert [name for name, _ in told.get(key, [])] == [name for name, _ in expected], key
        assert [value for _, value in told.get(key, [])] == pytest.approx([value for _, value in expected]), key


def test_plans_are_followed_up_and_their_effect_told_against_the_year_before(tables: Tables, oracle: Graded) -> None:
    truth = maker("make_talent").truth()
    plans, before = as_plans(truth["development"]), talent_reviews.of_years(truth["past_reviews"], PERIOD_END)
    told = tables["development"].filter(pl.col("status") != "suggested")
    found = {(key, action, opened): fate for key, action, opened, fate in told.select(PLAN_KEY).iter_rows()}
    assert found == {
        (plan["employee_id"], plan["action"], plan["opened"]): talent_reviews.follow_up(plan, PERIOD_END)
        for plan in plans
    }
    expected = talent_reviews.effect(oracle.employees, before, plans, ENDS, PERIOD_END)
    assert not differences(tables["development_effect"], expected, ["cell"], EFFECT_COLUMNS)
    assert expected["P2T2"]["difference_performance"] > 4
    assert expected["P3T3"]["status"] == "TOO_FEW"


def test_a_review_by_people_is_due_where_two_reviews_help_and_a_later_rating_are_known(
    tables: Tables, oracle: Graded
) -> None:
    truth, planted = maker("make_talent").truth(), maker("make_talent").people()
    plans, before = as_plans(truth["development"]), talent_reviews.of_years(truth["past_reviews"], PERIOD_END)
    rules = dict(tables["employees"].select("employee_id", "strategy_rule").iter_rows())
    people = {key: row | {"system_cell": row["cell"]} for key, row in oracle.employees.items()}
    assert rules == {key: talent_reviews.rule(key, row, before, plans, PERIOD_END) for key, row in people.items()}
    assert {rules[key] for key in planted["review_ready"]} == {"review"}
    assert {rules[key] for key in planted["review_without_help"]} == {"REVIEW_NOT_READY"}


@pytest.mark.parametrize("department", ["研发中心", "人力资源部"])
def test_a_departments_own_book(result: Result, oracle: Graded, department: str) -> None:
    people, truth = oracle.employees, maker("make_talent").truth()
    own, book = talent_unit.own(people, department), part(result, department).tables
    assert len(own) == sum(row["department"] == department for row in people.values()) - 1
    assert not differences(book["employees"], own, ["employee_id"], ("cell", "tier", "performance_score"))
    told = talent_unit.counts(own.values())
    whole = {"company": told, "department": told}
    views = book["views"].filter(pl.col("view").is_in(list(whole)))
    assert not differences(views, whole, ["view"], told)
    assert set(book["pools"]["employee_id"]) <= own.keys()
    assert "successors" not in book["pools"]["pool"]
    for name in ("development", "skills", "agenda", "cycles", "movement"):
        assert set(book[name]["employee_id"]) <= own.keys(), name
    for column in ("holder_ids", "successor_ids", "ready_ids", "later_ids"):
        assert {key for ids in book["succession"][column] for key in ids.split("; ") if key} <= own.keys(), column
    cells = talent_unit.told_cells(people, own, truth["competencies"])
    gaps = book["competency_gap"].filter(pl.col("n") > 0)
    assert set(gaps.filter(scope="company").select("cell", "competency").rows()) == cells
    stars = talent_unit.star_told(people, own, truth["competencies"])
    for row in gaps.iter_rows(named=True):
        expected = oracle.competency_gap[row["scope"], row["scope_value"], row["cell"], row["competency"]]
        mean = expected["mean"]
        if row["scope"] == "department":
            scores = [float(c["score"]) for c in truth["competencies"]
                      if c["employee_id"] in own and c["competency"] == row["competency"]]  # fmt: skip
            mean = sum(scores) / len(scores) if len(scores) >= talent_unit.FEWEST else None
        assert row["mean"] == pytest.approx(mean), row
        assert row["star_mean"] == pytest.approx(expected["star_mean"] if row["competency"] in stars else None), row
