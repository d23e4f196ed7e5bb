"""The engine against the talent oracle on made populations, before and after a meeting decides on some of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from ninegrid.grid.past import Past
from ninegrid.model.period import Period
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.talent.grading import grade as engine
from ninegrid.subjects.talent.review.calibration import DECISIONS
from tests.oracle.agreement import differences
from tests.oracle.in_memory import inputs_of
from tests.oracle.made import MADE
from tests.oracle.made_talent import PERIOD, meeting, population
from tests.oracle.talent import Graded, grade
from tests.oracle.talent_confidence import confidences
from tests.oracle.talent_decisions import judged
from tests.oracle.talent_fairness import TOP
from tests.oracle.talent_gaps import readiness
from tests.oracle.talent_placing import Row, kpi_score, scaled

END, POLICY = Period.parse(PERIOD), policy_for("talent")
USUAL = range(2)
EMPLOYEES = (
    "name", "department", "performance_score", "potential_score", "performance_level", "potential_level", "cell",
    "tier", "unplaced_reason", "self_gap_performance", "self_gap_potential", "system_cell", "final_cell",
    "override_cell", "decided_by",
)  # fmt: skip
GAPS = (
    "n", "mean", "star_mean", "company_mean", "required_mean", "gap_to_star", "gap_to_company", "gap_to_required",
    "status",
)  # fmt: skip
Tables = Mapping[str, pl.DataFrame]


def _tables(truth: Mapping[str, list[Row]], decisions: list[Row]) -> Tables:
    given = {name: [_texts(row) for row in rows] for name, rows in truth.items()}
    inputs = inputs_of("talent", given, END, decisions=_as_read(decisions))
    return engine(inputs, POLICY, END, Past()).tables


def _texts(row: Row) -> Row:
    return row | {"score": str(row["score"])} if "rater_id" in row else row


def _as_read(decisions: list[Row]) -> pl.DataFrame:
    """Decisions as calibration gives them: those read now with the sheet they stand on."""
    rows: list[dict[str, Any]] = [
        dict.fromkeys(DECISIONS)
        | {name: value for name, value in row.items() if name != "fresh"}
        | {"system_known": True, "sheet": "校准" if row["fresh"] else None, "file": "a.xlsx", "cell": "校准!F9"}
        | {"read_at": dt.datetime(2026, 10, 1) + dt.timedelta(minutes=at), "written": row["decided_cell"]}
        for at, row in enumerate(decisions)
    ]
    return pl.DataFrame(rows, schema=DECISIONS, orient="row")


def _differences(seed: int) -> list[str]:
    truth = population(seed)
    system = grade(truth, END.end).employees
    decisions = meeting(seed, {key: row["cell"] for key, row in system.items()})
    tables, oracle = _tables(truth, decisions), grade(truth, END.end, decisions, PERIOD)
    return [
        *_compared(tables, oracle, decisions),
        *_succeeding(tables, oracle, truth["competencies"]),
        *_sure(tables, system, oracle, truth),
    ]


def _sure(tables: Tables, system: Mapping[str, Row], oracle: Graded, truth: Mapping[str, list[Row]]) -> list[str]:
    """How sure each cell of the system is; of a cell that people decided otherwise nothing is said."""
    goals = {key: [row for row in truth["kpis"] if row["employee_id"] == key] for key in system}
    kpis = [row for rows in goals.values() if kpi_score(rows) is not None for row in rows]
    expected = confidences(system, scaled(truth["ratings"]), kpis)
    for key, row in oracle.employees.items():
        if row["override_cell"] is not None:
            expected[key] |= {"confidence": None, "borderline": None}
    columns = ("confidence", "borderline", "assumed_sources")
    return [f"sure: {line}" for line in differences(tables["employees"], expected, ["employee_id"], columns)]


def _compared(tables: Tables, oracle: Graded, decisions: list[Row]) -> list[str]:
    gaps = tables["competency_gap"].filter(pl.col("n") > 0)
    found = {
        "employees": differences(tables["employees"], oracle.employees, ["employee_id"], EMPLOYEES),
        "gaps": differences(gaps, oracle.competency_gap, ["scope", "scope_value", "cell", "competency"], GAPS),
        "raters": differences(
            tables["raters"], oracle.raters, ["rater_id", "source"],
            ("n", "mean", "leniency", "shrinkage", "moved_at_half", "moved_at_full"),
        ),
        "fairness": differences(
            tables["fairness"].filter(axis="top"), oracle.fairness, ["attribute", "group"],
            ("n", "rate", "impact_ratio", "p_value", "verdict"),
        ),
    }  # fmt: skip
    lines = [f"{table}: {line}" for table, lines in found.items() for line in lines]
    return [*lines, *_counted(tables, oracle), *_logged(tables, oracle, decisions)]


def _counted(tables: Tables, oracle: Graded) -> list[str]:
    """How many stand in each cell, and the company's tiers, by the final cells."""
    cells, tiers = (Counter(row[name] for row in oracle.employees.values()) for name in ("cell", "tier"))
    told = dict(tables["cells"].select("cell", "n").iter_rows())
    lines = [f"cells: {cell} {n} ≠ {cells[cell]}" for cell, n in told.items() if n != cells[cell]]
    company = tables["distribution"].filter(scope="company").select("tier", "count", "n").iter_rows()
    placed = sum(n for tier, n in tiers.items() if tier)
    return lines + [f"distribution: {row}" for row in company if row[1:] != (tiers[row[0]], placed)]


def _logged(tables: Tables, oracle: Graded, decisions: list[Row]) -> list[str]:
    """What became of every decision."""
    log = tables["calibration_log"].select("employee_id", "to_cell", "status").rows()
    expected = [
        (key, decision["decided_cell"], status)
        for key, row in oracle.employees.items()
        for decision, status in judged(row["system_cell"], [d for d in decisions if d["employee_id"] == key], PERIOD)
    ]
    return [] if Counter(log) == Counter(expected) else [f"log: {Counter(log) - Counter(expected)}"]


def _succeeding(tables: Tables, oracle: Graded, competencies: list[Row]) -> list[str]:
    """Who could follow in each post, and who of them is ready, now or in a year or two."""
    rows: dict[str, dict[str, Any]] = {}
    people = sorted(oracle.employees.items())
    for post in {row[name] for _, row in people for name in ("critical_post", "successor_for")} - {None}:
        holders = [key for key, row in people if row["critical_post"] == post]
        follow = [(key, row) for key, row in people if row["successor_for"] == post and row["critical_post"] != post]
        state = {key: readiness(row, [c for c in competencies if c["employee_id"] == key], TOP) for key, row in follow}
        ready = [key for key, how in state.items() if how == "READY"]
        later = [key for key, how in state.items() if how == "ONE_TO_TWO_YEARS"]
        status = "READY" if ready else "NOT_READY" if follow else "NO_SUCCESSOR"
        told = {
            "holder_ids": holders,
            "successor_ids": [key for key, _ in follow],
            "ready_ids": ready,
            "later_ids": later,
        }
        rows[post] = {name: "; ".join(ids) for name, ids in told.items()}
        rows[post] |= {"status": status if holders else "NOT_HELD", "single_point": len(holders) == 1 and not ready}
    columns = ("holder_ids", "successor_ids", "ready_ids", "later_ids", "status", "single_point")
    return [f"succession: {line}" for line in differences(tables["succession"], rows, ["post"], columns)]


@pytest.mark.parametrize("seed", USUAL)
def test_every_figure_of_a_made_company(seed: int) -> None:
    assert not _differences(seed)


@pytest.mark.thorough
@pytest.mark.parametrize("tens", range(0, len(MADE), 10))
def test_every_figure_of_many_made_companies(tens: int) -> None:
    for seed in MADE[tens : tens + 10]:
        assert not _differences(seed), seed


def test_the_meetings_hold_every_kind_of_decision() -> None:
    kinds: Counter[str] = Counter()
    for seed in USUAL:
        system = {key: row["cell"] for key, row in grade(population(seed), END.end).employees.items()}
        decisions = meeting(seed, system)
        for key, cell in system.items():
            own = [d for d in decisions if d["employee_id"] == key]
            kinds += Counter(status for _, status in judged(cell, own, PERIOD))
    assert set(kinds) == {"APPLIED", "CONFIRMED", "OVERRULED", "STALE_DECISION", "NO_REASON", "NO_NAME"}
