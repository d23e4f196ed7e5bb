from pathlib import Path

import duckdb
import polars as pl
import pytest

from ninegrid.errors import StoreError, UsageError
from ninegrid.store.database import open_database


def test_a_period_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    path = str(tmp_path / "g.duckdb")
    with open_database(path) as db:
        db.replace_period("customers", "2026-09", "r1", {"groups": pl.DataFrame({"group_id": ["a", "b"]})})
        db.replace_period("customers", "2026-10", "r2", {"groups": pl.DataFrame({"group_id": ["a"]})})
        db.replace_period("customers", "2026-10", "r3", {"groups": pl.DataFrame({"group_id": ["c"]})})
    with open_database(path, read_only=True) as db:
        assert db.rows("groups", "customers", "2026-09")["group_id"].to_list() == ["a", "b"]
        assert db.rows("groups", "customers", "2026-10").select("group_id", "run_id").rows() == [("c", "r3")]


def test_a_column_that_a_new_policy_brings_is_added(tmp_path: Path) -> None:
    with open_database(str(tmp_path / "g.duckdb")) as db:
        db.replace_period("customers", "2026-09", "r1", {"t": pl.DataFrame({"a": [1]})})
        db.replace_period("customers", "2026-10", "r2", {"t": pl.DataFrame({"a": [2], "b": [0.5]})})
        assert db.rows("t", "customers", "2026-09").select("a", "b").rows() == [(1, None)]
        assert db.rows("t", "customers", "2026-10", a="2").select("b").rows() == [(0.5,)]


def test_an_error_in_a_transaction_leaves_everything_as_it_was(tmp_path: Path) -> None:
    with open_database(str(tmp_path / "g.duckdb")) as db:
        db.replace_period("customers", "2026-10", "r1", {"t": pl.DataFrame({"a": [1]})})
        with pytest.raises(duckdb.Error), db.transaction():
            db.replace_period("customers", "2026-10", "r2", {"t": pl.DataFrame({"a": ["two"]})})
        assert db.rows("t", "customers", "2026-10")["a"].to_list() == [1]


def test_a_file_that_is_no_database_is_wrong_usage(tmp_path: Path) -> None:
    path = tmp_path / "notes.duckdb"
    path.write_text("not a database, just some notes that are long enough to be looked at\n" * 200)
    with pytest.raises(UsageError, match="not a DuckDB database"), open_database(str(path)):
        pass


def test_nothing_to_read_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no database"), open_database(str(tmp_path / "no"), read_only=True):
        pass


def test_a_database_held_by_another_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object, **__: object) -> None:
        raise duckdb.IOException("IO Error: Could not set lock on file: Conflicting lock is held in python (PID 7)")

    monkeypatch.setattr(duckdb, "connect", locked)
    with pytest.raises(StoreError, match="held by another process"), open_database(str(tmp_path / "g.duckdb"), wait=0):
        pass
