"""Pools and readiness; priorities and effects of development; the gate before a review by people."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from ninegrid.model.period import Period
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.talent.review.cycles import reviews_before
from ninegrid.subjects.talent.review.development import development_effect, priorities, suggestions
from ninegrid.subjects.talent.review.gate import with_gate
from ninegrid.subjects.talent.review.plans import PLAN
from ninegrid.subjects.talent.review.pools import pools, with_readiness

POLICY, NOW = policy_for("talent"), Period.parse("2026Q3")
EARLIER = {"employee_id": pl.String, "cell": pl.String, "department": pl.String, "job_family": pl.String,
           "performance_score": pl.Float64, "potential_score": pl.Float64, "period": pl.String}  # fmt: skip


def skills(*rows: tuple[str, str, float, float | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["employee_id", "competency", "score", "required"], orient="row")


@pytest.mark.parametrize(
    ("tier", "shortfalls", "readiness"),
    [
        ("1", (), "READY"),
        ("2", (0.5, -1.0), "READY"),  # half a point under is no more than half a point
        ("2", (0.6, 0.2), "ONE_TO_TWO_YEARS"),
        ("1", (0.6, 0.7), "NOT_READY"),
        ("3", (), "NOT_READY"),
        (None, (), "NOT_READY"),
    ],
)
def test_readiness_is_tier_and_competencies(tier: str | None, shortfalls: tuple[float, ...], readiness: str) -> None:
    frame = pl.DataFrame({"employee_id": ["e"], "tier": [tier]}, schema_overrides={"tier": pl.String})
    own = skills(*(("e", f"c{at}", 4.0 - short, 4.0) for at, short in enumerate(shortfalls)), ("x", "c", 3.0, None))
    assert with_readiness(frame, own, ["1", "2"], 0.5)["readiness"].to_list() == [readiness]


@pytest.mark.parametrize(
    ("score", "required", "star", "priority"), [(3.0, 4.5, 4.4, 2.2), (3.7, 4.0, 4.6, 0.75), (4.8, 4.0, 4.6, 0.0)]
)
def test_priority_is_the_checks(score: float, required: float, star: float, priority: float) -> None:
    gaps = pl.DataFrame({"scope": ["company"], "competency": ["c"], "star_mean": [star]})
    people = pl.DataFrame({"employee_id": ["e"], "cell": ["P2T2"]})
    ranked = priorities(people, skills(("e", "c", score, required)), gaps, POLICY.rules)
    assert ranked["priority"].to_list() == pytest.approx([priority])


def test_as_many_competencies_are_suggested_as_the_policy_says() -> None:
    gaps = pl.DataFrame({"scope": ["company"], "competency": ["c"], "star_mean": [5.0]})
    people = pl.DataFrame({"employee_id": ["e", "f"], "cell": ["P2T2", "P2T2"]})
    short = skills(*((who, f"c{at}", 3.0 - at / 10, 4.0) for who in "ef" for at in range(5)))
    ranked = priorities(people, short, gaps, POLICY.rules)
    for most in (1, 3):
        found = suggestions(ranked, POLICY.rules, "en", most)["competency"].to_list()
        assert found == [f"c{at}" for at in (4, 3, 2)[:most]] * 2


def person(key: str, cell: str | None, last: str | None = None, **more: object) -> dict[str, object]:
    tier = {c.id: c.tier for c in POLICY.grids[0].cells}.get(cell or "")
    told = {"employee_id": key, "cell": cell, "last_cell": last, "tier": tier, "readiness": "NOT_READY"}
    return told | {"successor_for": None, "flight_risk": None, "department": None, "job_family": None} | more


def test_who_is_in_which_pool_and_since_when() -> None:
    rows = [
        person("a", "P3T3", "P2T3"),
        person("b", "P3T3", "P2T2"),  # one review is not two running
        person("c", "P2T2", successor_for="财务总监"),
        person("d", "P1T3"),
        person("e", "P3T2", flight_risk="高"),
        person("f", "P2T2", flight_risk="高"),
    ]
    before = pl.DataFrame({"pool": ["attention"], "employee_id": ["d"], "since": ["2026Q1"], "period": ["2026Q2"]})
    found = pools(pl.DataFrame(rows), POLICY, NOW, before, "2026Q2")
    assert found.select("pool", "employee_id", "since").rows() == [
        ("high_potential", "a", "2026Q3"),
        ("successors", "c", "2026Q3"),
        ("attention", "d", "2026Q1"),
        ("retention", "e", "2026Q3"),
    ]
    gap = pools(pl.DataFrame(rows), POLICY, NOW, before.with_columns(period=pl.lit("2026Q1")), "2026Q2")
    assert gap.filter(pool="attention")["since"].to_list() == ["2026Q3"]  # nobody was in any pool in between


def plan(
    key: str, status: str, finished: dt.date | None, opened: str = "2026Q2", due: dt.date | None = None
) -> dict[str, object]:
    told = {"employee_id": key, "action": "带教", "opened": opened, "status": status}
    return told | {"finished_on": finished, "due_on": due}


def plans(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(PLAN) | row for row in rows], schema=PLAN)


def then(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    """Earlier reviews: person, cell, department, period."""
    told = [(key, cell, department, None, 50.0, 50.0, period) for key, cell, department, period in rows]
    return pl.DataFrame(told, schema=EARLIER, orient="row")


LOW, EARLY = "P1T1", dt.date(2026, 6, 30)


@pytest.mark.parametrize(
    ("earlier", "done", "rule"),
    [
        (then(("e", LOW, "A", "2026Q2")), plans(plan("e", "done", EARLY)), "review"),
        (then(("e", LOW, "A", "2026Q2")), plans(), "REVIEW_NOT_READY"),  # nobody helped
        (then(("e", LOW, "A", "2026Q2")), plans(plan("e", "done", NOW.end)), "REVIEW_NOT_READY"),  # no later rating
        (then(("e", LOW, "A", "2026Q2")), plans(plan("e", "doing", None)), "REVIEW_NOT_READY"),
        (then(("e", "P2T1", "A", "2026Q2")), plans(plan("e", "done", EARLY)), "REVIEW_NOT_READY"),  # one cycle
        (then(("e", LOW, "B", "2026Q2")), plans(), "review"),  # transferred since
        (then(("e", LOW, "B", "2026Q1"), ("e", LOW, "A", "2026Q2")), plans(), "review"),
        (then(("e", "P2T2", "B", "2026Q1"), ("e", LOW, "A", "2026Q2")), plans(), "REVIEW_NOT_READY"),
        (pl.DataFrame(), plans(plan("e", "done", EARLY)), "REVIEW_NOT_READY"),
    ],
)
def test_a_review_by_people_needs_two_cycles_help_and_a_later_rating(
    earlier: pl.DataFrame, done: pl.DataFrame, rule: str
) -> None:
    frame = pl.DataFrame([person("e", LOW, department="A", system_cell=LOW)]).drop("last_cell", "tier")
    (got,) = with_gate(frame, done, earlier, POLICY, NOW).rows(named=True)
    assert (got["strategy_rule"], got["strategy"]) == (rule, "review" if rule == "review" else "improve")


def test_the_effect_of_plans_is_told_within_a_cell_of_enough_people() -> None:
    """Six of twelve in a cell finished a plan and gained 3; the others gained 1; a cell of one is too few."""
    keys = [f"e{at:02d}" for at in range(13)]
    before = pl.DataFrame(
        [(k, "P2T2" if at < 12 else "P1T2", None, None, 60.0, 50.0, "2026Q2") for at, k in enumerate(keys)],
        schema=EARLIER, orient="row",
    )  # fmt: skip
    gains = [3.0] * 6 + [1.0] * 6 + [9.0]
    now = pl.DataFrame(
        {"employee_id": keys, "performance_score": [60 + gain for gain in gains], "potential_score": 50.0}
    )
    done = [plan(k, "done", EARLY) for k in (*keys[:6], keys[12])]
    late = plan(keys[7], "planned", None, due=EARLY)
    found = development_effect(now, plans(*done, late, plan(keys[8], "doing", None)), before, NOW, 5)
    told = ("cell", "plans", "done", "late", "none", "with_n", "without_n", "difference_performance", "status")
    assert found.select(told).rows() == [
        ("all", 9, 7, 1, 1, 7, 6, 2.0, "OK"),
        ("P2T2", 8, 6, 1, 1, 6, 6, 2.0, "OK"),
        ("P1T2", 1, 1, 0, 0, 1, 0, None, "TOO_FEW"),
    ]


def test_years_on_the_roster_are_reviews_for_the_gate_and_for_the_effect_of_plans() -> None:
    """Two years of P1T1 with a finished plan; a year in which a review is stored is told by that one."""
    years = pl.DataFrame(
        [(year, "e", LOW, 50.0, 40.0) for year in ("2024", "2025")],
        schema=["cycle", "employee_id", "cell", "performance_score", "potential_score"], orient="row",
    ).with_columns(ends=pl.date(pl.col("cycle").cast(pl.Int32), 12, 31))  # fmt: skip
    earlier = reviews_before(pl.DataFrame(), years)
    frame = pl.DataFrame([person("e", LOW, department="A", system_cell=LOW)]).drop("last_cell", "tier")
    (got,) = with_gate(frame, plans(plan("e", "done", EARLY)), earlier, POLICY, NOW).rows(named=True)
    assert (got["strategy_rule"], got["cycles_in_cell"]) == ("review", 3)
    assert reviews_before(pl.DataFrame(), years.reverse()).equals(earlier)  # the newest is the last, however they came
    stored = then(("e", "P2T2", "A", "2025Q4"))
    both = reviews_before(stored, years)
    assert both.select("period", "cell").rows() == [("2024", LOW), ("2025Q4", "P2T2")]
    now = pl.DataFrame({"employee_id": ["e"], "performance_score": [60.0], "potential_score": [50.0]})
    done = plan("e", "done", EARLY, opened="2025Q4")
    assert development_effect(now, plans(done), earlier, NOW, 1)["compared_with"].unique().to_list() == ["2025"]
