"""The engine against the oracle on what a meeting gets: paths, agenda, and the tiers before and after it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

import polars as pl
import pytest

from ninegrid.grid.past import Past
from ninegrid.model.period import Period
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.talent.grading import grade as engine
from tests.oracle.in_memory import inputs_of
from tests.oracle.made import MADE
from tests.oracle.made.test_talent import _as_read, _texts
from tests.oracle.made_talent import PERIOD, meeting, population
from tests.oracle.talent_meeting import agenda, before_and_after, reasons, trend
from tests.oracle.talent_placing import TIERS, Row

END, POLICY = Period.parse(PERIOD), policy_for("talent")
BEFORE = {"2025Q4": dt.date(2025, 12, 31), "2026Q1": dt.date(2026, 3, 31), "2026Q2": dt.date(2026, 6, 30)}
USUAL = range(1)


def _past(rng: random.Random, keys: Sequence[str]) -> tuple[Past, dict[str, list[str | None]]]:
    """Three earlier cycles; some people joined later, some had no cell."""
    rows, paths = [], {}
    for key in keys:
        joined = rng.randrange(4)
        cells = [rng.choice([*TIERS, None]) if at >= joined else None for at in range(3)]
        paths[key] = cells
        for at, (cycle, ends) in enumerate(BEFORE.items()):
            if at >= joined:
                cell = cells[at]
                levels = (int(cell[1]), int(cell[3])) if cell else (None, None)
                rows.append((key, cell, *levels, cycle, ends))
    schema = {"employee_id": pl.String, "cell": pl.String, "performance_level": pl.Int8, "potential_level": pl.Int8}
    frame = pl.DataFrame(rows, schema=schema | {"cycle": pl.String, "ends": pl.Date}, orient="row")
    return Past(cycles=frame), paths


def _compared(seed: int) -> None:
    rng, truth = random.Random(seed), population(seed)
    for person in truth["employees"]:
        person |= {"flight_risk": rng.choice(("低", "高", None)), "impact_of_loss": rng.choice(("高", "低", None))}
    past, paths = _past(rng, [person["employee_id"] for person in truth["employees"]])
    given = {name: [_texts(row) for row in rows] for name, rows in truth.items()}
    system = engine(inputs_of("talent", given, END), POLICY, END, Past()).tables["employees"]
    decisions = meeting(seed, dict(system.select("employee_id", "cell").rows()))
    tables = engine(inputs_of("talent", given, END, decisions=_as_read(decisions)), POLICY, END, past).tables
    people = tables["employees"].to_dicts()
    _paths_agree(tables["movement"], people, paths)
    _agenda_agrees(tables, people)
    _tiers_agree(tables["distribution"], people)


def _paths_agree(table: pl.DataFrame, people: Sequence[Row], paths: dict[str, list[str | None]]) -> None:
    found = {key: (way, why) for key, way, why in table.select("employee_id", "trend", "trend_status").rows()}
    assert found == {p["employee_id"]: trend([*paths[p["employee_id"]], p["cell"]]) for p in people}
    assert {p["employee_id"]: [p["cell_before_last"], p["last_cell"]] for p in people} == {
        key: cells[1:] for key, cells in paths.items()
    }


def _agenda_agrees(tables: dict[str, pl.DataFrame] | object, people: Sequence[Row]) -> None:
    assert isinstance(tables, dict)
    log = tables["calibration_log"].sort("employee_id", "decided_at")
    newest = dict(log.select("employee_id", "status").rows())
    spread = tables["distribution"].filter(pl.col("status") == "ABOVE", pl.col("scope") == "department")
    above = set(spread.select("scope_value", "tier").rows())
    held = {p["employee_id"]: reasons(p, newest.get(p["employee_id"]), above) for p in people}
    found = tables["agenda"].sort("agenda_rank")
    assert {
        key: told.split("; ") if told else [] for key, told in found.select("employee_id", "reasons").rows()
    } == held
    assert found["employee_id"].to_list() == agenda(people, held)


def _tiers_agree(table: pl.DataFrame, people: Sequence[Row]) -> None:
    expected = before_and_after(people)
    for row in table.iter_rows(named=True):
        told = expected[row["scope_value"], row["tier"]]
        after, before = ((row[f"{side}count"], row[f"{side}n"]) for side in ("", "before_"))
        assert after == (told["after"] or (None, None)), row
        assert before == (told["before"] or (None, None)), row


@pytest.mark.parametrize("seed", USUAL)
def test_a_meeting_agrees(seed: int) -> None:
    _compared(seed)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", MADE[::3])
def test_many_meetings_agree(seed: int) -> None:
    _compared(seed)
