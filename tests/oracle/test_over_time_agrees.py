"""Six months through the engine against six months the long way: official cells, moves between any two, warnings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import polars as pl
import pytest

from ninegrid.grid.migration import migration
from ninegrid.grid.past import Before, Past
from ninegrid.history.placed import falls_of, placed_tables
from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.report import write as writing
from ninegrid.result import Result
from ninegrid.store.database import Database, open_database
from ninegrid.subjects.policies import policy_for

from .customers import Graded, grade
from .early_warnings import Walk, walk
from .sample import SAMPLE_DATA, maker

pytestmark = [pytest.mark.thorough, pytest.mark.long]

MONTHS = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
FILES = SAMPLE_DATA / "customers"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """All months, stored one after the other; what the workbook looks like is not asked here."""
    folder = tmp_path_factory.mktemp("months")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "write_workbook", _no_workbook)
        patch.setattr("ninegrid.improvement.improvement", lambda *_: {})
        for month in MONTHS:
            paths = [FILES / f"对公客户_{month}.xlsx", FILES / "财报.csv"]
            run("customers", paths, Options(db=str(folder / "g.duckdb"), out=folder / "g.xlsx"))
    with open_database(str(folder / "g.duckdb"), read_only=True) as opened:
        yield opened


def _no_workbook(result: Result, path: Path, **_: object) -> None:
    path.write_bytes(b"")


@pytest.fixture(scope="module")
def graded() -> dict[str, Graded]:
    return {month: grade(maker().truth(month), Period.parse(month).end) for month in MONTHS}


@pytest.fixture(scope="module")
def walked(graded: dict[str, Graded]) -> Walk:
    cuts = {scale: found for scale, (found, _, _) in graded[MONTHS[0]].cuts.items()}
    return walk([graded[month].customers for month in MONTHS], cuts)


def _cells(database: Database, month: str, column: str) -> dict[str, str | None]:
    rows = database.rows("customers", "customers", month, ["customer_id", column])
    return dict(rows.iter_rows())


@pytest.mark.parametrize("month", MONTHS)
def test_every_official_cell(database: Database, walked: Walk, month: str) -> None:
    expected = {key: state.value_cell for key, state in walked.states[MONTHS.index(month)].items()}
    assert _cells(database, month, "value_cell") == expected


def test_a_raw_cell_is_what_the_figures_alone_say(database: Database, walked: Walk) -> None:
    raw = _cells(database, MONTHS[-1], "raw_value_cell")
    expected = {key: state.raw for key, state in walked.states[-1].items()}
    assert raw == {key: f"I{a}R{b}" if a and b else None for key, (a, b) in expected.items()}


def test_what_the_dead_band_held_back(database: Database, walked: Walk) -> None:
    held = database.rows("held_back", "customers", MONTHS[-1])
    axes = {"total_income": 0, "raroc": 1}
    expected = {
        (key, axis): (state.official[at], state.raw[at])
        for key, state in walked.states[-1].items()
        for axis, at in axes.items()
        if state.official[at] != state.raw[at]
    }
    assert expected
    found = held.select("subject_id", "axis", "official_level", "raw_level").iter_rows()
    assert {(key, axis): (official, raw) for key, axis, official, raw in found} == expected


@pytest.mark.parametrize("month", MONTHS)
def test_every_warning_with_its_cause_and_driver(database: Database, walked: Walk, month: str) -> None:
    rows = database.rows("warnings", "customers", month).select("subject_id", "severity", "cause", "metric").iter_rows()
    expected = {w.subject_id: [w.severity, w.cause, w.metric] for w in walked.warnings[MONTHS.index(month)]}
    assert {key: told for key, *told in rows} == expected


def test_exactly_the_planted_are_warned_of(database: Database) -> None:
    month = "2026-09"
    rows = database.rows("warnings", "customers", month).select("subject_id", "severity", "cause", "metric").rows()
    planted = [(w["customer_id"], w["severity"], w["cause"], w["metric"]) for w in maker().warnings(month)]
    assert {severity for _, severity, *_ in planted} == {"red", "orange", "yellow"}
    late = {subject for subject, _, cause, _ in rows if cause == "credit"}
    assert sorted(row for row in rows if row[2] != "credit") == sorted(row for row in planted if row[0] not in late)


@pytest.mark.parametrize("month", MONTHS[1:])
def test_the_stored_migration_is_the_matrix(database: Database, walked: Walk, month: str) -> None:
    at = MONTHS.index(month)
    moved = database.rows("migration", "customers", month, grid="value")
    assert moved["from_period"].unique().to_list() == [MONTHS[at - 1]]
    assert _matrix(moved) == _expected(walked, at - 1, at)


@pytest.mark.parametrize(("earlier", "later"), list(combinations(MONTHS, 2)))
def test_moves_between_any_two_periods(database: Database, walked: Walk, earlier: str, later: str) -> None:
    policy = policy_for("customers")
    now = placed_tables(database, "customers", policy, later)
    then = placed_tables(database, "customers", policy, earlier)
    before = Before(earlier, then, then, falls_of(database, "customers", policy, earlier))
    cuts = database.rows("cuts", "customers", later)
    moved = migration(now, cuts, Past(before=before), later, policy, [])
    for axis in (1, 2):
        parts = sum(pl.col(f"{part}_axis{axis}") for part in ("own", "cuts", "policy"))
        assert moved.filter(pl.col(f"delta_axis{axis}") != parts).is_empty()
        assert moved[f"delta_axis{axis}"].count() == moved.filter(~_apart()).height
    value = moved.filter(grid="value")
    assert _matrix(value) == _expected(walked, MONTHS.index(earlier), MONTHS.index(later))
    there, here = (set(table["customers"]["customer_id"]) for table in (then, now))
    causes = dict(value.select("subject_id", "cause").iter_rows())
    assert {key for key, cause in causes.items() if cause == "NEW"} == here - there
    assert {key for key, cause in causes.items() if cause == "GONE"} == there - here


def _apart() -> pl.Expr:
    return pl.col("cause").is_in(["NEW", "GONE", "REJECTED", "UNPLACED"])


def _matrix(moved: pl.DataFrame) -> Counter[tuple[str, str]]:
    placed = moved.drop_nulls(["from_cell", "to_cell"])
    return Counter(placed.select("from_cell", "to_cell").iter_rows())


def _expected(walked: Walk, earlier: int, later: int) -> Counter[tuple[str, str]]:
    then, now = walked.states[earlier], walked.states[later]
    cells = ((then[key].value_cell, now[key].value_cell) for key in then.keys() & now.keys())
    return Counter((was, is_) for was, is_ in cells if was and is_)
