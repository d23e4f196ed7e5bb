"""Rows go into the database while files are written: both are kept, or neither, whichever side fails and when."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import duckdb
import pytest

from ninegrid import context, pipeline
from ninegrid.model.errors import OutputError
from ninegrid.store.database import open_database
from tests.cli.conftest import EXPORT, Grade, customer, stored_in, write_customers

WORDS = ("customers", EXPORT, "--out", "g.xlsx", "--tables", "new/t", "--db", "g.duckdb", "--quiet")
Stored = dict[str, bytes]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored_in(tmp_path_factory.mktemp("before"), *WORDS[2:-1])


@pytest.fixture
def stored(before: Path, tmp_path: Path) -> Stored:
    """A folder in which ten customers were graded, and to which an eleventh has come: every file but the export."""
    shutil.copytree(before, tmp_path, dirs_exist_ok=True)
    write_customers(tmp_path / EXPORT, [customer(i) for i in range(1, 12)])
    return files(tmp_path)


def files(folder: Path) -> Stored:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != EXPORT}


def customers(folder: Path) -> int:
    with open_database(str(folder / "g.duckdb"), read_only=True) as database:
        return database.rows("customers", "customers", "2026-10").height


def raising(error: BaseException):
    def fails(*_: object) -> None:
        raise error

    return fails


def test_both_are_kept_when_neither_fails(grade: Grade, stored: Stored, tmp_path: Path) -> None:
    assert grade(*WORDS) == 0
    assert (customers(tmp_path), set(files(tmp_path))) == (11, set(stored))
    assert files(tmp_path)["new/t/customers.parquet"] != stored["new/t/customers.parquet"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(OutputError("files.not_written", path="g.xlsx", reason="full"), 6, marks=pytest.mark.thorough),
        (KeyboardInterrupt(), 130),
        pytest.param(RuntimeError(), 1, marks=pytest.mark.thorough),
    ],
)
def test_a_workbook_that_fails_takes_the_rows_with_it(
    error: BaseException,
    code: int,
    grade: Grade,
    stored: Stored,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store_rows, is_stored = context.ledger.store_rows, threading.Event()

    def store(*given) -> int:
        rows = store_rows(*given)
        is_stored.set()
        return rows

    def fails(*_: object) -> None:
        assert is_stored.wait(10)  # the rows are all there when the workbook fails
        raise error

    monkeypatch.setattr(context.ledger, "store_rows", store)
    monkeypatch.setattr(pipeline, "write_outputs", fails)
    assert grade(*WORDS) == code
    assert files(tmp_path) == stored


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (duckdb.IOException("Could not write file: No space left on device"), 6, "space"),
        pytest.param(duckdb.SerializationException("corrupt"), 2, "g.duckdb", marks=pytest.mark.thorough),
        pytest.param(RuntimeError("a bug"), 1, "bug", marks=pytest.mark.thorough),
    ],
)
def test_rows_that_are_not_stored_take_the_files_with_them(
    error: Exception,
    code: int,
    said: str,
    grade: Grade,
    stored: Stored,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(context.ledger, "store_rows", raising(error))
    assert grade(*WORDS) == code
    assert said in capsys.readouterr().err
    assert files(tmp_path) == stored


def test_a_first_run_that_fails_leaves_no_database_and_no_folder(
    grade: Grade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_customers(tmp_path / EXPORT, [customer(i) for i in range(1, 11)])
    monkeypatch.setattr(pipeline, "write_outputs", raising(OutputError("files.not_written", path="g", reason="full")))
    assert grade(*WORDS) == 6
    assert [path.name for path in tmp_path.iterdir()] == [EXPORT]
