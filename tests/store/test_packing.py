"""A packed table is one row a run in the database, and whoever reads it sees every row."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ninegrid.files.spill import LongTable
from ninegrid.model.errors import UsageError
from ninegrid.model.form_version import FORM_VERSION
from ninegrid.model.packed import Packed
from ninegrid.model.result_tables import result_table
from ninegrid.store.database import open_database
from ninegrid.store.forget import forget
from ninegrid.subjects.registry import SUBJECTS

ABOUT = result_table("attribution")


def attribution(*subjects: str, share: float = 0.25) -> pl.DataFrame:
    """Two factors each."""
    return pl.DataFrame(
        [(id_, "all", factor, value, 9.0, "customer", 0.5, 0.1)
         for id_ in subjects for factor, value in (("fee_income", share), ("credit_cost", None))],
        schema=ABOUT.schema(), orient="row",
    )  # fmt: skip


def packed(*subjects: str, share: float = 0.25) -> dict[str, pl.DataFrame | Packed]:
    return {"attribution": Packed.of(attribution(*subjects, share=share), ABOUT.packed)}


@pytest.fixture
def path(tmp_path: Path) -> str:
    path = str(tmp_path / "g.duckdb")
    with open_database(path) as db, db.transaction():
        db.replace_period("customers", "2026-09", "r1", packed("A", "B"))
        db.replace_period("customers", "2026-10", "r2", packed("A"))
        db.replace_period("customers", "2026-10", "r3", packed("A", "C", share=0.5))
    return path


def seen(path: str, query: str) -> Sequence[tuple[object, ...]]:
    with closing(duckdb.connect(path, read_only=True)) as connection:
        return connection.execute(query).fetchall()


def test_everyone_sees_each_row_and_the_file_holds_a_row_a_run(path: str) -> None:
    with open_database(path, read_only=True) as db:
        for period, rows in (("2026-09", attribution("A", "B")), ("2026-10", attribution("A", "C", share=0.5))):
            assert db.rows("attribution", "customers", period).drop("subject", "period", "run_id").equals(rows)
        one = db.rows("attribution", "customers", "2026-10", ["factor", "run_id"], subject_id="C")
    assert one.rows() == [("fee_income", "r3"), ("credit_cost", "r3")]
    assert seen(path, "SELECT period, count(*) FROM packed.attribution GROUP BY ALL ORDER BY 1") == [
        ("2026-09", 2),
        ("2026-10", 2),
    ]


def test_a_column_that_a_new_version_brings_is_seen(path: str) -> None:
    more = attribution("A").with_columns(extra=pl.lit(7.0))
    with open_database(path) as db, db.transaction():
        db.replace_period("customers", "2026-11", "r4", {"attribution": Packed.of(more, (*ABOUT.packed, "extra"))})
    found = seen(path, "SELECT period, factor, extra FROM attribution WHERE subject_id = 'A' ORDER BY period, factor")
    assert found == [
        *((period, factor, None) for period in ("2026-09", "2026-10") for factor in ("credit_cost", "fee_income")),
        *(("2026-11", factor, 7.0) for factor in ("credit_cost", "fee_income")),
    ]


def test_a_table_in_parts_is_kept_alike(path: str, tmp_path: Path) -> None:
    parts = [tmp_path / f"{id_}.parquet" for id_ in "XY"]
    for part in parts:
        attribution(part.stem).write_parquet(part)
    with open_database(path) as db, db.transaction():
        held = packed()
        db.replace_period("customers", "2026-10", "r5", held, long={"attribution": LongTable(parts, 4)})
        assert db.rows("attribution", "customers", "2026-10").select(ABOUT.columns).equals(attribution("X", "Y"))


def test_a_period_is_removed_and_another_stays(path: str) -> None:
    with open_database(path) as db, db.transaction():
        db.remove_periods("customers", ["2026-09"])
    assert seen(path, "SELECT DISTINCT period FROM attribution") == [("2026-10",)]


def test_a_forgotten_customer_is_gone_from_it(path: str) -> None:
    told = forget(path, SUBJECTS["customers"], "A")
    assert told.trace.removed == {"attribution": 4}
    assert seen(path, "SELECT period, subject_id, count(*) FROM attribution GROUP BY ALL ORDER BY 1") == [
        ("2026-09", "B", 2),
        ("2026-10", "C", 2),
    ]


def older(path: str, attribution: pl.DataFrame) -> None:
    """A database of the form before, with a table attribution."""
    with closing(duckdb.connect(path)) as old:
        old.execute("CREATE TABLE form_version AS SELECT 5 AS form_version, '0' AS program_version")
        old.register("rows", attribution.to_arrow())
        old.execute("CREATE TABLE attribution AS SELECT * FROM rows")


def test_a_database_of_the_form_before_is_read_as_it_is_and_keeps_its_rows(tmp_path: Path) -> None:
    path, keys = str(tmp_path / "old.duckdb"), {"subject": "customers", "period": "2026-09", "run_id": "r1"}
    before = attribution("A", "B").select(*(pl.lit(value).alias(key) for key, value in keys.items()), pl.all())
    older(path, before)
    with open_database(path, read_only=True) as db:
        assert db.rows("attribution", "customers", "2026-09").equals(before)
    with open_database(path) as db, db.transaction():
        db.replace_period("customers", "2026-10", "r2", packed("C"))
    with open_database(path, read_only=True) as db:
        assert db.rows("attribution", "customers", "2026-09").equals(before)
        assert db.rows("attribution", "customers", "2026-10").select(ABOUT.columns).equals(attribution("C"))
    assert seen(path, "SELECT form_version FROM form_version") == [(FORM_VERSION,)]


def test_the_view_of_a_migration_is_that_of_a_new_database(path: str, tmp_path: Path) -> None:
    old = str(tmp_path / "old.duckdb")
    older(old, pl.DataFrame({"subject": ["customers"], "period": ["2026-09"], "run_id": ["r"]}).join(
        attribution("A"), how="cross"))  # fmt: skip
    with open_database(old) as db, db.transaction():
        pass
    assert seen(old, "SELECT sql FROM duckdb_views() WHERE NOT internal") == seen(
        path, "SELECT sql FROM duckdb_views() WHERE NOT internal"
    )


def test_a_table_of_someone_elses_is_not_migrated(tmp_path: Path) -> None:
    path = str(tmp_path / "old.duckdb")
    older(path, pl.DataFrame({"mine": [7]}))
    with pytest.raises(UsageError, match="attribution"), open_database(path) as db, db.transaction():
        pytest.fail("it was migrated")
    assert seen(path, "SELECT mine FROM attribution") == [(7,)]
