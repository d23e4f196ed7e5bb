"""The best allocation, its prices, and why there is none."""

import dataclasses
import itertools
import random

import polars as pl
import pytest

from ninegrid.allocation.plan import BRANCH, INDUSTRY, Plan, best, now, outcome
from ninegrid.allocation.program import Clash, Limit, clash, solve
from ninegrid.policy import Policy
from ninegrid.subjects.policies import policy_for
from tests.allocation.cells import THREE, cells

POLICY = policy_for("customers")


def free(policy: Policy = POLICY, **changes: object) -> Policy:
    """The policy without caps, but for those that are given."""
    rules = dataclasses.replace(policy.allocate, **{"branch": 1.0, "industry": 1.0, **changes})
    return dataclasses.replace(policy, allocate=rules)


def planned(
    capital: float, rows: pl.DataFrame = THREE, policy: Policy | None = None, credit: float | None = None
) -> Plan:
    plan = best(rows, policy or free(), capital, credit)
    assert isinstance(plan, Plan)
    return plan


def test_what_is_left_over_has_no_price() -> None:
    plan = planned(300.0)
    assert plan.cells["ec_plan"].to_list() == pytest.approx([120, 110, 50])
    assert (now(THREE, POLICY).eva, outcome(plan, POLICY).eva) == (pytest.approx(12.0), pytest.approx(18.2))
    assert plan.price("budget") == 0
    assert plan.cells["eva_delta"].to_list() == pytest.approx([2.8, 0.4, 3.0])
    assert plan.cells["binding"].to_list() == ["UPPER_BOUND", "UPPER_BOUND", "LOWER_BOUND"]


def test_a_budget_that_binds_has_the_price_of_the_next_yuan() -> None:
    plan = planned(250.0)
    assert plan.cells["ec_plan"].to_list() == pytest.approx([105, 95, 50])
    assert outcome(plan, POLICY).eva == pytest.approx(15.5)
    assert plan.price("budget") == pytest.approx(0.14)


def test_too_little_says_the_least_that_would_do() -> None:
    found = best(THREE, free(), 240.0)
    assert isinstance(found, Clash)
    assert found.least == {"budget": pytest.approx(245.0)}
    assert found.cells == 3


def test_a_second_budget_is_on_credit() -> None:
    rows = THREE.with_columns(ead_now=pl.Series([2000.0, 500.0, 1000.0]))
    plan = planned(300.0, rows, credit=3000.0)
    assert outcome(plan, POLICY).credit == pytest.approx(3000.0)
    assert plan.price("credit") == pytest.approx(0.04 / 5)
    short = best(rows, free(), 300.0, 100.0)
    assert isinstance(short, Clash)
    assert short.least["credit"] == pytest.approx(2000 + 475 + 500)


def test_branches_and_industries_are_capped() -> None:
    two = pl.concat(
        [cells(("A", 100.0, 0.25, 50.0, 200.0), branch="甲"), cells(("B", 100.0, 0.15, 50.0, 200.0), branch="乙")]
    )
    plan = planned(200.0, two, free(branch=0.1))
    assert plan.cells["ec_plan"].to_list() == pytest.approx([110, 90])
    assert plan.cells["binding"].to_list() == ["BRANCH_CAP", "BRANCH_FLOOR"]
    by_name = {one.name: price for one, price in zip(plan.limits, plan.prices, strict=True) if one.kind == BRANCH}
    assert by_name["甲"] - by_name["乙"] == pytest.approx(0.1)  # a yuan that moves from the one to the other
    plan = planned(200.0, two, free(industry=0.55))
    assert plan.cells["ec_plan"].to_list() == pytest.approx([110, 90])
    assert [one.kind for one, price in zip(plan.limits, plan.prices, strict=True) if price > 0 and one.name == "A"] == [
        INDUSTRY
    ]


def test_an_industry_that_is_larger_today_may_stay_so() -> None:
    rows = cells(("A", 300.0, 0.25, 300.0, 400.0), ("B", 100.0, 0.15, 100.0, 100.0))
    assert planned(400.0, rows, free(industry=0.25)).cells["ec_plan"].to_list() == pytest.approx([300, 100])


def test_equal_returns_go_to_the_first_cell() -> None:
    rows = cells(("A", 100.0, 0.2, 50.0, 200.0), ("B", 100.0, 0.2, 50.0, 200.0))
    assert planned(200.0, rows).cells["ec_plan"].to_list() == pytest.approx([150, 50])


def test_bounds_that_contradict_each_other_at_any_budget() -> None:
    rows = cells(("A", 300.0, 0.25, 300.0, 400.0), ("B", 100.0, 0.15, 50.0, 50.0))
    found = best(rows, free(industry=0.25), 400.0)
    assert isinstance(found, Clash)
    assert found.least == {"budget": None}


def made(rng: random.Random) -> tuple[pl.Series, pl.Series, pl.Series, list[Limit]]:
    """Up to four cells with a budget, and a limit over some of them."""
    n = rng.randint(1, 4)
    low = pl.Series([float(rng.randint(0, 5)) for _ in range(n)])
    high = low + pl.Series([float(rng.randint(0, 6)) for _ in range(n)])
    gains = pl.Series([rng.choice((-0.06, 0.0, 0.04, 0.09, 0.14)) for _ in range(n)])
    budget = Limit("budget", "", pl.Series([1.0] * n), high=float(rng.randint(0, 20)))
    some = pl.Series([float(rng.randint(0, 1)) for _ in range(n)])
    used = float((some * low).sum())
    return gains, low, high, [budget, Limit("branch", "x", some, used - rng.randint(0, 2), used + rng.randint(0, 6))]


def best_vertex(gains: pl.Series, low: pl.Series, high: pl.Series, limits: list[Limit]) -> float | None:
    """The best objective over all vertices: every cell at a bound but as many as limits that are met exactly."""
    n, found = len(gains), []
    ends = [(one, end) for one in limits for end in (one.low, one.high) if abs(end) != float("inf")]
    for k in range(min(n, len(limits)) + 1):
        for inner in itertools.combinations(range(n), k):
            for tight in itertools.combinations(ends, k):
                for outer in itertools.product(*[(low[i], high[i]) if i not in inner else (None,) for i in range(n)]):
                    point = _solved(list(outer), inner, tight)
                    if (
                        point
                        and all(low[i] - 1e-9 <= v <= high[i] + 1e-9 for i, v in enumerate(point))
                        and _meets(point, limits)
                    ):
                        found.append(sum(g * v for g, v in zip(gains, point, strict=True)))
    return max(found) if found else None


def _meets(point: list[float], limits: list[Limit]) -> bool:
    used = [(sum(w * v for w, v in zip(one.weights, point, strict=True)), one) for one in limits]
    return all(one.low - 1e-9 <= u <= one.high + 1e-9 for u, one in used)


def _solved(
    outer: list[float | None], inner: tuple[int, ...], tight: tuple[tuple[Limit, float], ...]
) -> list[float] | None:
    """The cells that are not at a bound, from the limits that are met exactly (at most two)."""
    rest = [end - sum(one.weights[i] * v for i, v in enumerate(outer) if v is not None) for one, end in tight]
    rows = [[one.weights[i] for i in inner] for one, _ in tight]
    if len(inner) == 1 and rows[0][0]:
        solved = [rest[0] / rows[0][0]]
    elif len(inner) == 2 and (det := rows[0][0] * rows[1][1] - rows[0][1] * rows[1][0]):
        solved = [
            (rest[0] * rows[1][1] - rows[0][1] * rest[1]) / det,
            (rows[0][0] * rest[1] - rest[0] * rows[1][0]) / det,
        ]
    elif not inner:
        solved = []
    else:
        return None
    values = dict(zip(inner, solved, strict=True))
    return [values[i] if v is None else v for i, v in enumerate(outer)]


@pytest.mark.parametrize("seed", range(8))
def test_no_vertex_is_better(seed: int) -> None:
    gains, low, high, limits = made(random.Random(seed))
    solved, best_one = solve(gains, low, high, limits), best_vertex(gains, low, high, limits)
    if best_one is None:
        assert solved is None
        assert clash(low, high, limits, ["budget"]).least
        return
    assert solved is not None
    assert float((gains * solved.capital).sum()) == pytest.approx(best_one, abs=1e-7)
    assert _meets([round(v, 7) for v in solved.capital], limits)


@pytest.mark.thorough
def test_no_vertex_is_better_in_200_cases() -> None:
    for seed in range(8, 200):
        test_no_vertex_is_better(seed)
