import json
import os
import threading
from pathlib import Path

import polars as pl
import pytest

from ninegrid.files.outputs import outputs
from ninegrid.model.errors import OutputError
from ninegrid.store import journal
from ninegrid.store.database import Database, open_database
from ninegrid.store.publishing import kept_with_files, stored_beside, stored_with_files
from ninegrid.store.turns import recover, turn


def _run(db: Path, targets: list[Path], run_id: str) -> None:
    """A run that writes its own name into each file and into the database."""
    with turn(str(db)), outputs() as staged:
        for target in targets:
            with staged.writing(target) as path:
                path.write_text(run_id)
        with open_database(str(db)) as database, stored_with_files(database, str(db), run_id, staged):
            database.replace_period("customers", "2026-10", run_id, {"t": pl.DataFrame({"a": [1]})})
            written = json.dumps([str(target) for target in targets])
            database.record_run({"run_id": run_id, "outputs": written})


def _stored(db: Path) -> list[str]:
    with open_database(str(db), read_only=True) as database:
        return database.rows("t", "customers", "2026-10")["run_id"].to_list()


def _refusing(monkeypatch: pytest.MonkeyPatch, held: Path) -> None:
    move = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target == held:
            raise PermissionError(13, "Permission denied")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", refuse)


def test_rows_and_files_appear_together(tmp_path: Path) -> None:
    db, target = tmp_path / "g.duckdb", tmp_path / "out" / "a.xlsx"
    _run(db, [target], "r1")
    assert (target.read_text(), _stored(db)) == ("r1", ["r1"])
    assert {p.name for p in tmp_path.rglob("*")} == {"g.duckdb", "out", "a.xlsx"}


def test_an_error_before_the_commit_leaves_both_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db, target, new = tmp_path / "g.duckdb", tmp_path / "a.xlsx", tmp_path / "out" / "b.xlsx"
    _run(db, [target], "r1")
    announce = journal.announce

    def interrupted(*given: object) -> None:
        announce(*given)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(journal, "announce", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _run(db, [target, new], "r2")
    assert (target.read_text(), _stored(db)) == ("r1", ["r1"])
    assert {p.name for p in tmp_path.iterdir()} == {"g.duckdb", "a.xlsx"}


def test_a_file_that_can_not_be_moved_after_the_commit_follows_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, free, held = tmp_path / "g.duckdb", tmp_path / "free.xlsx", tmp_path / "held.xlsx"
    _run(db, [free, held], "r1")
    with monkeypatch.context() as patched:
        _refusing(patched, held)
        with pytest.raises(OutputError, match=r"held\.xlsx can't be put in place .*the results are stored"):
            _run(db, [free, held], "r2")
        assert (free.read_text(), held.read_text(), _stored(db)) == ("r2", "r1", ["r2"])
        _run(db, [free], "r3")  # what can't be moved keeps nobody from going on
        assert (free.read_text(), held.read_text(), _stored(db)) == ("r3", "r1", ["r3"])
    assert _stored(db) == ["r3"]  # a reader puts it in place
    assert held.read_text() == "r2"
    assert {p.name for p in tmp_path.iterdir()} == {"g.duckdb", "free.xlsx", "held.xlsx"}


def test_an_older_file_is_never_put_over_a_newer_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db, held = tmp_path / "g.duckdb", tmp_path / "held.xlsx"
    with monkeypatch.context() as patched:
        _refusing(patched, held)
        for run_id in ("r1", "r2"):
            with pytest.raises(OutputError, match="the next command on the database"):
                _run(db, [held], run_id)
    with turn(str(db)):
        assert held.read_text() == "r2"
    assert recover(str(db)) == ()
    assert {p.name for p in tmp_path.iterdir()} == {"g.duckdb", "held.xlsx"}


def test_a_study_that_is_killed_after_its_commit_is_finished_by_who_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, target = tmp_path / "g.duckdb", tmp_path / "a.xlsx"

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    def study() -> None:
        with turn(str(db)), outputs() as staged:
            with staged.writing(target) as path:
                path.write_text("s1")
            about = ("customers", "price")
            with open_database(str(db)) as database, kept_with_files(database, str(db), about, "s1", staged):
                database.replace_period("customers", "2026-10", "s1", {"t": pl.DataFrame({"a": [1]})})

    with monkeypatch.context() as patched:
        patched.setattr(journal, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            study()
    assert not target.exists()
    assert _stored(db) == ["s1"]  # who reads puts the file in its place first
    assert target.read_text() == "s1"
    assert {p.name for p in tmp_path.iterdir()} == {"g.duckdb", "a.xlsx"}


def test_a_query_that_is_under_way_is_interrupted(tmp_path: Path) -> None:
    began = threading.Event()

    def endless(database: Database) -> int:
        began.set()
        return database._connection.execute(
            "SELECT sum(a.range * b.range) FROM range(10**7) a, range(10**7) b"
        ).fetchone()

    def run() -> None:
        opened = open_database(str(tmp_path / "g.duckdb"))
        with opened as database, database.transaction(), stored_beside(database, lambda: endless(database)):
            assert began.wait(10)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_and_not_committed_is_cut_off_the_file(tmp_path: Path) -> None:
    path = tmp_path / "g.duckdb"

    def store(table: pl.DataFrame, *, fails: bool = False) -> None:
        with open_database(str(path)) as database, database.transaction():
            database.replace_period("customers", "2026-10", "r", {"t": table})
            assert (path.stat().st_size > before) == fails
            if fails:
                raise KeyboardInterrupt

    before = 1 << 20
    store(pl.DataFrame({"a": [1]}, schema={"a": pl.UInt64}))
    before, content = path.stat().st_size, path.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        store(pl.select(a=pl.int_range(200_000).hash(seed=1)), fails=True)
    assert path.read_bytes() == content


def test_folders_have_the_rights_that_the_process_gives_though_a_database_is_open(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        with outputs() as staged, open_database(str(tmp_path / "g.duckdb")), staged.writing(tmp_path / "a/b/c.csv"):
            made = [(tmp_path / name).stat().st_mode & 0o777 for name in ("a", "a/b")]
    finally:
        os.umask(mask)
    assert made == [0o750] * 2
