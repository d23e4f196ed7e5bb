"""The engine against the oracle over three reviews in a row: pools since when, the gate, plans and their effect."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl
import pytest

from ninegrid.grid.past import Past
from ninegrid.model.period import Period
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.talent.grading import grade as engine
from ninegrid.subjects.talent.review.development import development_effect
from ninegrid.subjects.talent.review.gate import with_gate
from ninegrid.subjects.talent.review.plans import PLAN
from ninegrid.subjects.talent.review.pools import pools as engine_pools
from ninegrid.subjects.talent.subject import SUBJECT
from tests.oracle.agreement import differences
from tests.oracle.in_memory import inputs_of
from tests.oracle.made import MADE
from tests.oracle.made.test_talent import _as_read, _texts
from tests.oracle.made_talent import PERIOD, meeting, population
from tests.oracle.talent import grade
from tests.oracle.talent_placing import LETTERS, TIERS, Row
from tests.oracle.talent_reviews import Review, effect, follow_up, last_cell, of_years, pools, rule
from tests.oracle.test_talent_agrees import EFFECT_COLUMNS

PERIODS, POLICY = ("2026Q1", "2026Q2", "2026Q3"), policy_for("talent")
ENDS = {period: Period.parse(period).end for period in ("2025Q4", *PERIODS)}
Tables = Mapping[str, pl.DataFrame]


@dataclass
class Play:
    """Three reviews by the engine and by the oracle. lines: where they differ."""

    seed: int
    lines: list[str] = field(default_factory=list)
    past: Past = field(default_factory=Past)
    before: list[Review] = field(default_factory=list)

    def played(self) -> Play:
        """Itself, after all three."""
        for at, period in enumerate(PERIODS):
            self._review(period, random.Random(f"{self.seed} {at}"), population(3 * self.seed + at))
        return self

    def _review(self, period: str, rng: random.Random, truth: dict[str, list[Row]]) -> None:
        end = ENDS[period]
        for person in truth["employees"]:
            person["flight_risk"] = rng.choice(("低", "高", None))
            if rng.random() < 0.5:  # many who stay in the lowest cell
                _low(truth, person["employee_id"])
        truth["past_reviews"] = _years(random.Random(self.seed), truth["employees"])
        plans = _plans(rng, truth["employees"], period)
        if not self.before:
            self.before = of_years(truth["past_reviews"], end)
        system = grade(truth, end).employees
        decisions = [
            row | {"of_period": period if row["of_period"] == PERIOD else row["of_period"]}
            for row in meeting(self.seed, {key: row["cell"] for key, row in system.items()})
        ]
        people = grade(truth, end, decisions, period).employees
        tables = self._engine(period, truth, decisions, plans)
        self._compare(period, tables, people, plans)

    def _engine(self, period: str, truth: dict[str, list[Row]], decisions: list[Row], plans: list[Row]) -> Tables:
        given = {name: [_texts(row) for row in rows] for name, rows in truth.items()}
        inputs = inputs_of("talent", given, Period.parse(period), decisions=_as_read(decisions))
        rows = pl.DataFrame([dict.fromkeys(PLAN) | row for row in plans], schema=PLAN)
        inputs = replace(inputs, tables={**inputs.tables, "development": rows})
        tables = engine(inputs, POLICY, inputs.period, self.past).tables
        self.past = _remembering(self.past, period, tables)
        return tables

    def _compare(self, period: str, tables: Tables, people: Mapping[str, Row], plans: list[Row]) -> None:
        end, own = ENDS[period], pools(people, self.before, period)
        rules = {key: rule(key, row, self.before, plans, end) for key, row in people.items()}
        fates = {(p["employee_id"], p["action"], p["opened"]): follow_up(p, end) for p in plans}
        told = tables["development"].filter(pl.col("status") != "suggested")
        found = {row[:3]: row[3] for row in told.select("employee_id", "action", "opened", "follow_up").rows()}
        in_pools = {row[:2]: row[2] for row in tables["pools"].select("pool", "employee_id", "since").rows()}
        effects = effect(people, self.before, plans, ENDS, end)
        self.lines += [f"{period} {line}" for line in (
            *_apart("pools", in_pools, own),
            *_apart("rules", dict(tables["employees"].select("employee_id", "strategy_rule").rows()), rules),
            *_apart("plans", found, {key: fate for key, fate in fates.items() if key in found}),
            *differences(tables["development_effect"], effects, ["cell"], EFFECT_COLUMNS),
        )]  # fmt: skip
        self.before.append(Review(period, end, people, own))


def _low(truth: dict[str, list[Row]], key: str) -> None:
    """Everybody thinks little of one person, and nothing was achieved."""
    for row in truth["ratings"]:
        if row["employee_id"] == key:
            row["score"] = row["scale_min"]
    for row in truth["kpis"]:
        if row["employee_id"] == key and row["actual"] is not None:
            row |= {"actual": 1.0, "target": 100.0, "direction": "higher"}


def _years(rng: random.Random, people: Sequence[Row]) -> list[Row]:
    """Decided grades of two years: levels, letters and points of 100."""
    rows = []
    for person in people:
        for year in (2024, 2025):
            if rng.random() < 0.7:
                grades = [rng.choice(("高", "低", *LETTERS, str(rng.randrange(20, 100)))) for _ in range(2)]
                rows.append(
                    {"employee_id": person["employee_id"], "review_year": year}
                    | dict(zip(("performance", "potential"), grades, strict=True))
                    | {"performance_min": 0, "performance_max": 100, "potential_min": 0, "potential_max": 100}
                )
    return rows


def _plans(rng: random.Random, people: Sequence[Row], period: str) -> list[Row]:
    """A plan of two people in three, at any stage."""
    end, rows = ENDS[period], []
    for person in people:
        if rng.random() < 0.33:
            continue
        opened = rng.choice([name for name, last in ENDS.items() if last <= end])
        begun = ENDS[opened] + dt.timedelta(rng.randrange(-30, 30))
        status = rng.choice(("planned", "doing", *["done"] * 7, "dropped"))
        done = min(end, begun + dt.timedelta(rng.randrange(10, 150))) if status == "done" else None
        rows.append(
            dict.fromkeys(PLAN)
            | {"employee_id": person["employee_id"], "action": "带教", "opened": opened, "status": status}
            | {"starts": rng.choice((begun, None)), "due_on": rng.choice((begun + dt.timedelta(90), None))}
            | {"done_on": done, "finished_on": done}
        )
    return rows


def _remembering(past: Past, period: str, tables: Tables) -> Past:
    """What the next review is told of this one and of those before."""
    earlier = {
        name: pl.concat([frame, now]) if (frame := past.earlier.get(name)) is not None else now
        for name, columns in SUBJECT.remembered.items()
        for now in [tables[name].select(columns).with_columns(period=pl.lit(period))]
    }
    cycle = tables["employees"].select(
        "employee_id", "cell", "performance_level", "potential_level", cycle=pl.lit(period), ends=pl.lit(ENDS[period])
    )
    return Past(earlier=earlier, cycles=cycle if past.cycles is None else pl.concat([past.cycles, cycle]))


def _apart(name: str, ours: Mapping[object, object], theirs: Mapping[object, object]) -> list[str]:
    keys = sorted(ours.keys() | theirs.keys(), key=str)
    return [f"{name} {key}: {ours.get(key)} ≠ {theirs.get(key)}" for key in keys if ours.get(key) != theirs.get(key)]


@dataclass
class Steps:
    """Four reviews of made people, by the steps of the engine alone: what a whole grading takes is left out."""

    seed: int
    people: int = 80
    seen: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """Where the two differ."""
        rng, before, found = random.Random(self.seed), list[Review](), list[str]()
        earlier, pooled = pl.DataFrame(), pl.DataFrame()
        for period, end in ENDS.items():
            people = {f"{n:02d}": _person(rng) for n in range(self.people) if rng.random() < 0.95}
            plans = _plans(rng, [{"employee_id": key} for key in people], period)
            frame = pl.DataFrame([{"employee_id": key} | row for key, row in people.items()], schema=PERSON)
            frame = frame.with_columns(last_cell=pl.col("employee_id").replace_strict(
                {key: last_cell(key, before) for key in people}, return_dtype=pl.String
            ))  # fmt: skip
            known = pl.DataFrame([dict.fromkeys(PLAN) | row for row in plans], schema=PLAN)
            now = Period.parse(period)
            gate = with_gate(frame.drop("last_cell"), known, earlier, POLICY, now)
            table = engine_pools(frame, POLICY, now, pooled, before[-1].name if before else None)
            effects = development_effect(frame, known, earlier, now, 5)
            own = pools(people, before, period)
            rules = {key: rule(key, row, before, plans, end) for key, row in people.items()}
            told = effect(people, before, plans, ENDS, end)
            found += _apart("pools", {r[:2]: r[2] for r in table.select("pool", "employee_id", "since").rows()}, own)
            found += _apart("rules", dict(gate.select("employee_id", "strategy_rule").rows()), rules)
            found += differences(effects, told, ["cell"], EFFECT_COLUMNS)
            self.seen += Counter(rules.values()) + Counter(f"{pool} {since}" for (pool, _), since in own.items())
            self.seen += Counter(f"effect {r['status']}" for r in told.values())
            self.seen += Counter(str(follow_up(plan, end)) for plan in plans)
            earlier = pl.concat([earlier, frame.with_columns(period=pl.lit(period))], how="diagonal")
            pooled = pl.concat([pooled, table.with_columns(period=pl.lit(period))], how="diagonal")
            before.append(Review(period, end, people, own))
        return found


PERSON = {
    **dict.fromkeys(("employee_id", "cell", "system_cell", "tier", "department", "job_family"), pl.String),
    **dict.fromkeys(("performance_score", "potential_score"), pl.Float64),
    **dict.fromkeys(("successor_for", "flight_risk", "readiness"), pl.String),
}


def _person(rng: random.Random) -> Row:
    cell = rng.choice(("P1T1", "P1T1", "P1T1", "P3T3", "P3T2", "P1T3", "P2T2", None))
    return {
        "cell": cell,
        "system_cell": rng.choice((cell, cell, None)),
        "tier": TIERS.get(cell or ""),
        "department": rng.choice(("一部", "一部", "一部", "二部", None)),
        "job_family": rng.choice(("营销", None)),
        "performance_score": rng.choice((None, 40.0, 55.0, 71.5)),
        "potential_score": rng.uniform(20, 90),
        "successor_for": rng.choice((None, None, "财务总监")),
        "flight_risk": rng.choice(("高", "低", None)),
        "readiness": "NOT_READY",
    }


@pytest.mark.parametrize("seed", range(4))
def test_pools_gate_and_effect_over_four_reviews(seed: int) -> None:
    assert not Steps(seed).lines()


@pytest.mark.thorough
def test_pools_gate_and_effect_over_four_reviews_of_many() -> None:
    for seed in range(4, 60):
        assert not Steps(seed, people=seed % 3 * 40 + 3).lines(), seed


def test_the_reviews_hold_every_rule_pool_and_fate() -> None:
    steps = Steps(1)
    steps.lines()
    assert {"unplaced", "cell", "review", "REVIEW_NOT_READY", "DONE", "LATE", "NONE", "None"} <= set(steps.seen)
    assert {"effect OK", "effect TOO_FEW"} <= set(steps.seen)
    assert {"high_potential 2026Q3", "attention 2026Q2", "retention 2025Q4"} <= set(steps.seen)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", MADE[::3])
def test_three_whole_reviews_of_a_made_company(seed: int) -> None:
    assert not Play(seed).played().lines
