import datetime as dt
import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ninegrid.pipeline import RECIPE
from ninegrid.store.database import open_database
from tests.cli.conftest import Grade

COUNTS = {"rows_read": 12, "accepted": 11, "rejected": 1, "merged": 0, "other_period": 0, "placed": 10, "unplaced": 1}


def a_run(run_id: str, subject: str = "customers", period: str = "2026-10", **more: object) -> dict[str, object]:
    """A line of the ledger, as a run writes it."""
    day = int(run_id[6:8])
    return {
        "run_id": run_id,
        "subject": subject,
        "period": period,
        "lang": "zh",
        "started": dt.datetime(2026, 11, day, 8),
        "seconds": 4.25,
        "program_version": "0.1.0",
        "policy_source": "built-in customers 1",
        "policy_digest": "ab" * 32,
        "policy": "the whole text",
        "inputs": json.dumps([{"name": "客户.xlsx", "sha256": "cd" * 32, "bytes": 12345}]),
        "counts": json.dumps(COUNTS),
        "outputs": json.dumps(["nowhere.xlsx"]),
        "steps": json.dumps({"read": 1.0, "grade": 2.0, "write": 1.0, "store": 0.25}),
        **more,
    }


FOUND = pl.DataFrame({"kind": ["repaired", "repaired", "rejected"], "reason": ["UNIT", "UNIT", "MISSING_REQUIRED"]})


@pytest.fixture
def ledger(grade: Grade) -> None:
    """Four runs: two of 2026-10, of which the second is in force, one of 2026-09, one of talent."""
    with open_database("grade.duckdb") as db:
        for run in (
            a_run("20261101T080000-aaaaaa", period="2026-09"),
            a_run("20261102T080000-bbbbbb", compared_with="2026-09", job="monthly"),
            a_run("20261103T080000-cccccc"),
            a_run("20261104T080000-dddddd", "talent", "2026Q3"),
        ):
            db.record_run(run)
        db.replace_period("customers", "2026-10", "20261103T080000-cccccc", {"findings": FOUND})


def listed(grade: Grade, capsys, *words: str) -> list[str]:
    capsys.readouterr()
    assert grade("history", "--json", *words) == 0
    return [run["run_id"][-6:] for run in json.loads(capsys.readouterr().out)["runs"]]


@pytest.mark.usefixtures("ledger")
def test_runs_are_listed_newest_first_and_filtered(grade: Grade, capsys) -> None:
    assert listed(grade, capsys) == ["dddddd", "cccccc", "bbbbbb", "aaaaaa"]
    assert listed(grade, capsys, "--subject", "customers", "--last", "2") == ["cccccc", "bbbbbb"]
    assert listed(grade, capsys, "--period", "2026年9月") == ["aaaaaa"]
    assert grade("history", "--subject", "custmers") == 2


@pytest.mark.usefixtures("ledger")
def test_a_run_is_a_line(grade: Grade, capsys) -> None:
    assert grade("history", "--last", "1") == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert "talent 2026Q3  10 placed, 1 unplaced, 1 rejected  4.2 s  客户.xlsx  [20261104T080000-dddddd]" in line


@pytest.mark.usefixtures("ledger")
def test_everything_of_one_run_by_the_beginning_of_its_id(grade: Grade, capsys) -> None:
    Path("nowhere.xlsx").touch()
    assert grade("history", "20261103") == 0
    out = capsys.readouterr().out
    assert out.startswith("20261103T080000-cccccc  customers 2026-10\n")
    for said in (
        "took 4.2 s: read 1.0, grade 2.0, write 1.0, store 0.2",
        "12 rows read = 10 placed + 1 unplaced + 1 rejected",
        "客户.xlsx  12,345 bytes  [cdcdcdcdcdcdcdcd]",
        "2 repaired  UNIT",
        "1 rejected  MISSING_REQUIRED",
        "nowhere.xlsx\n",
    ):
        assert said in out
    assert all(line == line.rstrip() for line in out.splitlines())


@pytest.mark.usefixtures("ledger")
def test_a_run_that_was_replaced_has_no_findings_any_more(grade: Grade, capsys) -> None:
    assert grade("history", "20261102", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["in_force"], told["findings"], told["compared_with"], told["job"]) == (
        False,
        None,
        "2026-09",
        "monthly",
    )
    assert told["outputs"] == [{"path": "nowhere.xlsx", "there": False}]
    assert told["inputs"][0]["sha256"] == "cd" * 32
    assert told["steps"]["grade"] == 2.0
    assert grade("history", "20261102") == 0
    out = capsys.readouterr().out
    assert "the period was graded again" in out
    assert "nowhere.xlsx  (no longer there)" in out


@pytest.mark.usefixtures("ledger")
def test_an_id_that_is_none_or_several_is_wrong_usage(grade: Grade, capsys) -> None:
    assert grade("history", "2025") == 2
    assert "There is no run 2025." in capsys.readouterr().err
    assert grade("history", "202611") == 2
    assert "4 runs begin with 202611" in capsys.readouterr().err


def test_an_empty_ledger_says_so(grade: Grade, capsys) -> None:
    with open_database("grade.duckdb") as db:
        db.replace_period("customers", "2026-10", "r", {"t": pl.DataFrame({"a": [1]})})
    assert grade("history") == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "No run is recorded in grade.duckdb.\n")


def test_a_ledger_of_an_earlier_version_is_read_and_gets_the_new_columns(grade: Grade, capsys) -> None:
    old = {k: v for k, v in a_run("20261101T080000-aaaaaa").items() if k != "steps"}
    with duckdb.connect("grade.duckdb") as connection:
        kinds = {"started": "TIMESTAMP", "seconds": "DOUBLE"}
        columns = ", ".join(f"{name} {kinds.get(name, 'VARCHAR')}" for name in old)
        connection.execute(f"CREATE TABLE runs ({columns})")
        connection.execute(f"INSERT INTO runs VALUES ({', '.join('?' * len(old))})", list(old.values()))
    assert grade("history", "20261101") == 0
    assert "took 4.2 s\n" in capsys.readouterr().out
    with open_database("grade.duckdb") as db, db.transaction():
        db.record_run(a_run("20261102T080000-bbbbbb", job="monthly"))
    assert grade("history", "--json") == 0
    runs = json.loads(capsys.readouterr().out)["runs"]
    assert [(run["job"], run["steps"] is None) for run in runs] == [("monthly", False), (None, True)]


def test_a_real_run_tells_its_steps_and_where_its_outputs_are(grade: Grade, export: Path, capsys) -> None:
    assert grade("customers", export, "--quiet", "--out", "sub/out.xlsx") == 0
    capsys.readouterr()
    assert grade("history", "--json", "20") == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told["steps"]) == [step.__name__ for step in RECIPE]
    assert told["outputs"] == [{"path": str(Path("sub/out.xlsx").absolute()), "there": True}]
    assert told["in_force"]
