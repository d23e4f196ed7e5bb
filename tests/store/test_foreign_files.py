"""What is not a database of ours is never written to, whatever it is called; what is damaged is said, not a bug."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ninegrid.model.errors import UsageError
from ninegrid.model.form_version import FORM_VERSION
from ninegrid.store.database import open_database
from ninegrid.store.forget import forget
from ninegrid.store.running import CONFIG
from ninegrid.subjects.registry import SUBJECTS

ROW = pl.DataFrame({"customer_id": ["C1"], "customer_name": ["甲"]})


def _sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE customers (id)")
        made.commit()


def _duckdb(definition: str) -> object:
    def make(path: Path) -> None:
        with closing(duckdb.connect(str(path))) as made:
            made.execute(definition)

    return make


FOREIGN = {
    "sqlite": _sqlite,
    "csv": lambda path: path.write_text("客户编号,总收入\n1,2\n", encoding="utf-8"),
    "customers": _duckdb("CREATE TABLE customers (id INTEGER)"),
    "runs": _duckdb("CREATE TABLE runs (run_id VARCHAR, finished TIMESTAMP)"),
    "view": _duckdb("CREATE VIEW runs AS SELECT 1 AS run_id"),
    "folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("kind", FOREIGN)
@pytest.mark.parametrize("read_only", [True, False])
def test_another_programs_file_is_refused_and_stays_as_it_is(tmp_path: Path, kind: str, read_only: bool) -> None:
    path = tmp_path / "other.duckdb"
    FOREIGN[kind](path)  # type: ignore[operator]
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(UsageError, match=r"other\.duckdb"), open_database(str(path), read_only=read_only):
        pytest.fail("it was opened")
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["md:bank", "postgres:dbname=x", "sqlite:x", "https://x/y.duckdb", "s3://x/y", ":x:"])
def test_a_service_is_no_file(name: str) -> None:
    with pytest.raises(UsageError, match="names a service"), open_database(name):
        pytest.fail("it was opened")


def test_no_extension_is_fetched(tmp_path: Path) -> None:
    with closing(duckdb.connect(str(tmp_path / "x.duckdb"), config=CONFIG)) as connection:
        settings = dict(connection.execute("SELECT name, value FROM duckdb_settings()").fetchall())
    assert settings["autoinstall_known_extensions"] == settings["autoload_known_extensions"] == "false"


def test_a_table_of_someone_elses_in_our_database_is_not_replaced(tmp_path: Path) -> None:
    path = str(tmp_path / "g.duckdb")
    with open_database(path) as db:
        db.replace_period("customers", "2026-10", "r1", {"customers": ROW})
    with closing(duckdb.connect(path)) as other:
        other.execute("CREATE TABLE leads (mine INTEGER); INSERT INTO leads VALUES (7)")
    with pytest.raises(UsageError, match="leads"), open_database(path) as db, db.transaction():
        db.replace_period("customers", "2026-11", "r2", {"customers": ROW, "leads": ROW})
    with closing(duckdb.connect(path, read_only=True)) as other:
        assert other.execute("SELECT mine FROM leads").fetchall() == [(7,)]


def test_a_planted_view_reads_no_file(tmp_path: Path) -> None:
    path, secret = str(tmp_path / "g.duckdb"), tmp_path / "secret.csv"
    secret.write_text("customer_id,subject,period\nC1,customers,2026-10\n")
    with open_database(path):
        pass
    with closing(duckdb.connect(path)) as other:
        other.execute(f"CREATE VIEW customers AS SELECT * FROM read_csv('{secret}')")
    with pytest.raises(UsageError, match="does not hold what grade stores"), open_database(path, read_only=True) as db:
        db.rows("customers", "customers", "2026-10")


@pytest.mark.parametrize(
    "name",
    [
        "it's.duckdb",
        'a"b.duckdb',
        *(pytest.param(n, marks=pytest.mark.thorough) for n in ("a;b.duckdb", "temp.duckdb", "客户 库.duckdb")),
    ],
)
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    path = str(tmp_path / name)
    with open_database(path) as db:
        db.replace_period("customers", "2026-10", "r1", {"customers": ROW})
    forget(path, SUBJECTS["customers"], "C1")
    with open_database(path, read_only=True) as db:
        assert db.rows("customers", "customers", "2026-10").is_empty()


@pytest.mark.parametrize("at", [0.3, 0.9, *(pytest.param(at, marks=pytest.mark.thorough) for at in (0.5, 0.7))])
def test_damage_found_after_opening_is_said(tmp_path: Path, at: float) -> None:
    path = tmp_path / "g.duckdb"
    noise = pl.DataFrame({"a": [hash((n, 7)) for n in range(400_000)]})
    with open_database(str(path)) as db:
        db.replace_period("customers", "2026-10", "r1", {"t": noise})
    whole = bytearray(path.read_bytes())
    start = int(len(whole) * at)
    whole[start : start + 40_960] = bytes(byte ^ 0x5A for byte in whole[start : start + 40_960])
    path.write_bytes(whole)
    with pytest.raises(UsageError, match="damaged"), open_database(str(path), read_only=True) as db:
        db.rows("t", "customers", "2026-10")


def test_an_older_form_is_read_as_it_is_and_migrated_when_it_is_written(tmp_path: Path) -> None:
    path = str(tmp_path / "old.duckdb")
    with closing(duckdb.connect(path)) as old:
        columns = ("run_id", "subject", "period", "lang", "policy_digest", "outputs")
        old.execute(f"CREATE TABLE runs ({', '.join(f'{name} VARCHAR' for name in columns)})")
        old.execute("INSERT INTO runs (run_id, subject) VALUES ('r1', 'customers')")
    with open_database(path, read_only=True) as db:
        assert db.has("runs")
        assert not db.has("form_version")
    with open_database(path) as db, db.transaction():
        db.replace_period("customers", "2026-10", "r2", {"customers": ROW})
    with closing(duckdb.connect(path, read_only=True)) as now:
        assert now.execute("SELECT form_version FROM form_version").fetchall() == [(FORM_VERSION,)]
        assert now.execute('SELECT run_id, "key" FROM runs').fetchall() == [("r1", None)]


@pytest.mark.parametrize("read_only", [True, False])
def test_a_newer_form_is_refused(tmp_path: Path, read_only: bool) -> None:
    path = str(tmp_path / "new.duckdb")
    with open_database(path):
        pass
    with closing(duckdb.connect(path)) as newer:
        newer.execute("UPDATE form_version SET form_version = form_version + 1")
    with pytest.raises(UsageError, match="newer version of grade"), open_database(path, read_only=read_only):
        pytest.fail("it was opened")
