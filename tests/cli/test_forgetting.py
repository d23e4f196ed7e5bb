import json

import polars as pl
import pytest

from ninegrid.store.database import open_database
from tests.cli.conftest import Grade


@pytest.fixture(autouse=True)
def database(grade: Grade) -> None:
    """Two customers in two periods."""
    frame = pl.DataFrame({"customer_id": ["0001", "0002"], "customer_name": ["示例一", "示例二"]})
    with open_database("grade.duckdb") as db:
        for period in ("2026-09", "2026-10"):
            db.replace_period("customers", period, "r", {"customers": frame, "cells": pl.DataFrame({"n": [2]})})


class Terminal:
    """A standard input at which somebody answers."""

    def __init__(self, answer: str) -> None:
        self._answer = answer

    def isatty(self) -> bool:
        return True

    def readline(self, *_: object) -> str:
        return self._answer


def customers() -> list[str]:
    with open_database("grade.duckdb", read_only=True) as db:
        return db.rows("customers", "customers", "2026-10")["customer_id"].to_list()


def test_without_a_terminal_it_must_be_said(grade: Grade, capsys) -> None:
    assert grade("forget", "customers", "0001") == 2
    assert "Say --yes." in capsys.readouterr().err
    assert customers() == ["0001", "0002"]


def test_on_a_terminal_it_asks(grade: Grade, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    assert grade("forget", "customers", "0001") == 0
    assert customers() == ["0001", "0002"]
    assert "stands in 2026-09, 2026-10: 2 rows would go" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert grade("forget", "customers", "0001") == 0
    assert customers() == ["0002"]


def test_it_says_what_it_did_and_what_is_left(grade: Grade, capsys) -> None:
    assert grade("forget", "customers", "0001", "--yes") == 0
    out = capsys.readouterr().out
    assert "removed 2 rows of customers 0001 (2026-09, 2026-10)" in out
    assert "totals that count it until its periods are graded again: cells" in out
    assert grade("forget", "customers", "0002", "--yes", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["removed"]) == (2, {"customers": 2})
    assert told["left"] == {"outputs": [], "inputs": [], "totals": ["cells"], "same_text": {}}


def test_a_wrong_id_gets_close_ones(grade: Grade, capsys) -> None:
    assert grade("forget", "customers", "1", "--yes") == 2
    assert "Did you mean 0001?" in capsys.readouterr().err


def test_without_a_locale_it_speaks_the_language_of_the_runs(
    grade: Grade, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GRADE_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    with open_database("grade.duckdb") as db, db.transaction():
        files = json.dumps([{"name": "list.csv"}, {"name": "客户.csv"}])
        db.record_run(
            {"run_id": "r", "subject": "customers", "period": "2026-10", "lang": "zh", "inputs": files, "outputs": "[]"}
        )
    assert grade("forget", "customers", "0001", "--yes") == 0
    told = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("  customers ")]
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in line) for line in told), told
