import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import duckdb
import polars as pl
import pytest

from ninegrid.model.errors import StoreError, UsageError
from ninegrid.store import running
from ninegrid.store.connection import log_of
from ninegrid.store.database import Database, as_arrow, open_database


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


def test_another_thread_reads_the_same_while_one_reads(tmp_path: Path) -> None:
    path = str(tmp_path / "g.duckdb")
    with open_database(path) as db:
        db.replace_period("customers", "2026-09", "r1", {"t": pl.DataFrame({"a": [1, 2]})})
    with open_database(path, read_only=True) as db, db.beside() as other, ThreadPoolExecutor(1) as thread:
        there = thread.submit(other.rows_of, pl.Series("a", [2]), "t", "customers", "2026-09", ["a"])
        assert db.rows_of(pl.Series("a", [1]), "t", "customers", "2026-09", ["a"]).rows() == [(1,)]
        assert there.result().rows() == [(2,)]


def test_rows_that_come_in_pieces_are_stored_in_one(tmp_path: Path) -> None:
    pieces = pl.concat([pl.DataFrame({"a": [1, 2]}), pl.DataFrame({"a": [3]})], rechunk=False)
    assert pieces.n_chunks() == 2
    assert as_arrow(pieces).column("a").num_chunks == 1  # type: ignore[attr-defined]
    assert as_arrow(pieces).column("a").to_pylist() == [1, 2, 3]  # type: ignore[attr-defined]


def test_an_error_in_a_transaction_leaves_everything_as_it_was(tmp_path: Path) -> None:
    with open_database(str(tmp_path / "g.duckdb")) as db:
        db.replace_period("customers", "2026-10", "r1", {"t": pl.DataFrame({"a": [1]})})
        with pytest.raises(duckdb.Error), db.transaction():
            db.replace_period("customers", "2026-10", "r2", {"t": pl.DataFrame({"a": ["two"]})})
        assert db.rows("t", "customers", "2026-10")["a"].to_list() == [1]


def test_a_file_that_is_no_database_is_wrong_usage(tmp_path: Path) -> None:
    path = tmp_path / "notes.duckdb"
    path.write_text("not a database, just some notes that are long enough to be looked at\n" * 200)
    with pytest.raises(UsageError, match=r"not a DuckDB database|is damaged"), open_database(str(path)):
        pass


def test_nothing_to_read_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no database"), open_database(str(tmp_path / "no"), read_only=True):
        pass


def test_a_database_held_by_another_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(statement: str) -> None:
        raise duckdb.IOException("Could not set lock on file: Conflicting lock is held in /usr/bin/python (PID 7).")

    path = str(tmp_path / "g.duckdb")
    with open_database(path):
        pass
    monkeypatch.setattr(running, "for_writing", lambda: SimpleNamespace(execute=locked, close=lambda: None))
    with pytest.raises(StoreError, match=r"held by another process \(python, process 7\)"), open_database(path, wait=0):
        pass


@pytest.mark.parametrize("read_only", [True, False])
def test_a_database_held_by_this_very_process_is_busy_too(tmp_path: Path, read_only: bool) -> None:
    path = str(tmp_path / "g.duckdb")
    with open_database(path):
        pass
    with (
        closing(duckdb.connect(path)),
        pytest.raises(StoreError, match="held by another"),
        open_database(path, read_only=read_only, wait=0),
    ):
        pytest.fail("it was opened")
    with open_database(path, read_only=read_only) as db:
        assert db.periods("customers", "customers") == []


def test_a_database_can_be_read_and_written_from_several_places_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("a", "b"):  # the same name, from another folder, is another file
        (tmp_path / folder).mkdir()
        monkeypatch.chdir(tmp_path / folder)
        with open_database("g.duckdb") as db, db.transaction():
            db.replace_period("customers", "2026-10", folder, {"groups": pl.DataFrame({"group_id": [folder]})})
    for folder in ("a", "b", "a"):
        monkeypatch.chdir(tmp_path / folder)
        with open_database("g.duckdb", read_only=True) as db:
            assert db.rows("groups", "customers", "2026-10")["group_id"].to_list() == [folder]


@pytest.mark.parametrize("name", ["linked folder/g.duckdb", "linked.duckdb", "linked folder/../folder/g.duckdb"])
def test_links_lead_to_the_database(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with open_database(str(tmp_path / "folder" / "g.duckdb")) as db:
        db.replace_period("customers", "2026-10", "r1", {"groups": pl.DataFrame({"group_id": ["a"]})})
    (tmp_path / "linked folder").symlink_to(tmp_path / "folder")
    (tmp_path / "linked.duckdb").symlink_to(tmp_path / "folder" / "g.duckdb")
    for read_only in (True, False):
        with open_database(str(tmp_path / name), read_only=read_only) as db:
            assert db.periods("groups", "customers") == ["2026-10"]


def test_what_stands_in_the_log_alone_is_read(tmp_path: Path) -> None:
    path, aside = tmp_path / "g.duckdb", tmp_path / "aside"
    with open_database(str(path)) as db:
        db.replace_period("customers", "2026-09", "r1", {"groups": pl.DataFrame({"group_id": ["a"]})})
    with closing(duckdb.connect(str(path))) as writer:
        writer.execute("UPDATE groups SET group_id = 'b'")
        aside.mkdir()
        for one in (path, log_of(path)):  # as a killed writer leaves them
            shutil.copy(one, aside)
    with open_database(str(aside / "g.duckdb"), read_only=True) as db:
        assert db.rows("groups", "customers", "2026-09")["group_id"].to_list() == ["b"]


def test_a_new_file_is_the_owners_and_goes_when_nothing_came_of_it(tmp_path: Path) -> None:
    path, seen = tmp_path / "g.duckdb", []

    def fail() -> None:
        seen.append(path.stat().st_mode & 0o077)
        raise ValueError("no luck")

    with pytest.raises(ValueError, match="no luck"), open_database(str(path)):
        fail()
    assert seen == [0] or os.name == "nt"
    assert list(tmp_path.iterdir()) == []


def test_what_was_committed_stays_when_an_error_follows(tmp_path: Path) -> None:
    path = str(tmp_path / "g.duckdb")

    def commit_and_fail(db: Database) -> None:
        with db.transaction():
            db.replace_period("customers", "2026-10", "r1", {"t": pl.DataFrame({"a": [1]})})
        raise ValueError("no luck")

    with pytest.raises(ValueError, match="no luck"), open_database(path) as db:
        commit_and_fail(db)
    with open_database(path, read_only=True) as db:
        assert db.rows("t", "customers", "2026-10")["a"].to_list() == [1]


def test_the_log_of_a_database_that_is_gone_is_not_taken_for_the_new_ones(tmp_path: Path) -> None:
    path, kept = tmp_path / "g.duckdb", tmp_path / "kept"
    with open_database(str(path)) as db:
        db.replace_period("customers", "2026-10", "r1", {"t": pl.DataFrame({"a": [1]})})
        kept.write_bytes(log_of(path).read_bytes())
    path.unlink()
    kept.rename(log_of(path))
    with open_database(str(path)) as db:
        assert not db.has("t")


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5])
def test_a_part_of_a_database_is_wrong_usage(tmp_path: Path, share: float) -> None:
    path = tmp_path / "g.duckdb"
    with open_database(str(path)) as db:
        db.replace_period("customers", "2026-10", "r1", {"t": pl.DataFrame({"a": range(50_000)})})
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(UsageError, match=r"not a DuckDB database|is damaged"), open_database(str(path)):
        pass
