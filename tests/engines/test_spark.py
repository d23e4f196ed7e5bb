"""Tables of a lake graded by Spark's workers give what they give in memory. Needs the extra spark, so it runs apart."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from ninegrid.engines import way_up
from ninegrid.engines.lake import count_rows, open_table
from ninegrid.engines.spark import spark_parts
from ninegrid.files import tables as written
from ninegrid.model.errors import BrokenContinuityError, InputError, UsageError
from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.result import Result
from tests.engines import lake
from tests.engines.same import assert_same_tables

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result, Result]:
    """In memory and on Sail, in some four parts."""
    folder = tmp_path_factory.mktemp("lake")
    tables = lake.write(folder / "lake", 300)
    whole = on(folder / "memory", lake.as_files(tables, folder / "files"))
    return folder, whole, on(folder / "blocks", tables, master="sail", part_rows=80)


def on(folder: Path, paths: list[Path], **told: object) -> Result:
    folder.mkdir(exist_ok=True)
    where = {"out": folder / "out.xlsx", "tables": folder / "tables", "db": str(folder / "grade.duckdb")}
    return run("customers", paths, Options(**where, max_rejected=0.5, **told)).result  # type: ignore[arg-type]


def test_every_table_is_the_same(graded: tuple[Path, Result, Result]) -> None:
    """But for the places of rows, which stand in many files, and the digest of groups' sums, whose last bits differ."""
    assert_same_tables(graded[0], apart=("findings", "reading"), without=("source_row", "fitted_on"))


def test_counts_and_findings_are_the_same(graded: tuple[Path, Result, Result]) -> None:
    _, whole, parts = graded
    assert parts.counts == whole.counts
    assert parts.inputs.counts == whole.inputs.counts
    assert parts.distribution == whole.distribution
    told = ["subject_id", "column", "value", "kind", "reason"]
    assert parts.tables["findings"].select(told).sort(told).equals(whole.tables["findings"].select(told).sort(told))
    assert parts.tables["findings"]["cell"].null_count() == parts.tables["findings"].height


def test_long_tables_are_written_by_the_workers_a_file_a_part(graded: tuple[Path, Result, Result]) -> None:
    tables = graded[0] / "blocks" / "tables"
    assert [path.name for path in sorted((tables / "customers.parquet").iterdir())] == [
        f"part-{at:05}.parquet" for at in range(4)
    ]
    assert (tables / "cells.parquet").is_file()
    assert pl.read_parquet_metadata(tables / "leads.parquet" / "part-00000.parquet")["form_version"]


def test_the_next_period_is_compared_and_a_further_part_is_emptied(
    graded: tuple[Path, Result, Result], tmp_path: Path
) -> None:
    """In two parts, in the place of tables of four."""
    folder, *_ = graded
    tables = [
        shutil.copytree(path, tmp_path / path.name.replace("2026-10", "2026-11"))
        for path in (folder / "lake").iterdir()
    ]
    for part in (tmp_path / "customers_2026-11.parquet").iterdir():
        rows = pl.read_parquet(part)
        rows[: rows.height - 4].with_columns(pl.col("净利息收入") * 1.4, pl.col("经济资本") * 0.7).write_parquet(part)
    tables.sort()
    told = {"accept_break": "made", "accept": "made"}
    whole = on(folder / "memory", lake.as_files(tables, tmp_path / "files"), **told)
    parts = on(folder / "blocks", tables, master="sail", part_rows=160, **told)
    assert whole.compared_with == parts.compared_with == "2026-10"
    assert {"NEW", "GONE"} & {*whole.tables["migration"]["cause"]}
    assert_same_tables(folder, apart=("findings", "reading"), without=("source_row", "fitted_on"))
    assert pl.read_parquet(folder / "blocks" / "tables" / "customers.parquet" / "part-00003.parquet").is_empty()


def test_the_tables_of_one_period_under_the_name_of_another_stop_it(
    graded: tuple[Path, Result, Result], tmp_path: Path
) -> None:
    """Their rows in another order and in one file."""
    customers = pl.read_parquet(graded[0] / "lake" / "customers_2026-10.parquet" / "*.parquet").reverse()
    customers.write_parquet(tmp_path / "customers_2026-12.parquet")
    with pytest.raises(BrokenContinuityError, match="SAME_FILE 2026-10"):
        on(graded[0] / "blocks", [tmp_path / "customers_2026-12.parquet"], master="sail", accept="made")


FAULTS = {"in the last pass": (way_up, "_landed"), "while tables are written": (written, "_write_long")}


def test_a_fault_of_a_worker_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    """Results and database stay those of the run before."""
    customers, *_ = lake.write(tmp_path / "lake", 60)
    on(folder := tmp_path / "graded", [customers], master="sail", part_rows=40)
    before = digests(folder)

    def fail(*_: object, **__: object) -> None:
        raise MemoryError("no room")

    for fault in FAULTS.values():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(*fault, fail)
            with pytest.raises(InputError, match=r"Spark could not finish: .*no room.*Nothing was written"):
                on(folder, [customers], master="sail", part_rows=30)
        assert digests(folder) == before


def digests(folder: Path) -> dict[Path, str]:
    return {path: sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def test_the_tables_of_delta_are_read_as_they_stand(tmp_path: Path) -> None:
    """Not the rows of old versions, whose files are in the folder too."""
    customers, *_ = lake.write(tmp_path / "lake", 120)
    (table := tmp_path / "customers_2026-10").mkdir()
    with spark_parts("sail", None) as parts:
        rows = parts.session.read.parquet(str(customers))
        for some in (rows.limit(3), rows):
            some.write.format("delta").mode("overwrite").save(str(table))
    assert on(tmp_path / "graded", [table], master="sail").counts["rows_read"] == 127


@pytest.mark.parametrize(
    ("path", "place"), [("iceberg:lake.bank.customers", "iceberg"), ("delta:s3a://b/c", "s3a://b/c")]
)
def test_a_table_that_the_session_can_not_read_is_said(tmp_path: Path, path: str, place: str) -> None:
    assert place in str(refused(tmp_path, Path(path)))


@pytest.mark.parametrize("master", ["sc://localhost:1", "spark://localhost:1"])
def test_a_master_that_nobody_listens_at_is_said_at_once(tmp_path: Path, master: str) -> None:
    customers, *_ = lake.write(tmp_path / "lake", 20)
    with pytest.raises(UsageError, match=f"{master}.*refused"):
        run("customers", [customers], Options(out=tmp_path / "out.xlsx", db=":memory:", master=master))


def refused(folder: Path, *paths: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        run("customers", list(paths), Options(out=folder / "out.xlsx", db=":memory:", master="sail"))
    assert not (folder / "out.xlsx").exists()
    return caught.value


def test_whole_numbers_without_a_sign_and_spans_of_time_are_read(tmp_path: Path) -> None:
    kinds = {"a": pl.UInt8, "b": pl.UInt16, "c": pl.UInt32, "d": pl.UInt64, "e": pl.Int8, "f": pl.Duration("us")}
    rows = [pl.DataFrame({name: [1, one, None] for name in kinds}, schema=kinds) for one in (2, 3)]
    with spark_parts("sail", None) as parts:
        told = []
        for name, table in zip("xy", rows, strict=True):
            table.write_parquet(tmp_path / name)
            told.append(count_rows(open_table(tmp_path / name, parts)))
    assert [n for n, _ in told] == [3, 3]
    assert told[0] != told[1]


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    assert "Parquet" in str(refused(tmp_path, tmp_path / "gone"))


def test_a_table_that_is_not_graded_in_parts_is_refused(tmp_path: Path) -> None:
    customers, *_ = lake.write(tmp_path / "lake", 20)
    institutions = {"institution_id": ["1"], "name": ["总行"], "parent_id": [None], "level": ["总行"]}
    products = {"客户编号": ["000001"], "产品线": ["结算"], "是否持有": ["是"]}
    for name, rows in {"institutions": institutions, "products": products}.items():
        pl.DataFrame(rows).write_parquet(tmp_path / f"{name}.parquet")
        told = str(refused(tmp_path, customers, tmp_path / f"{name}.parquet"))
        assert name in told
        assert "Statements" in told


def test_a_column_called_like_its_partition_is_refused(tmp_path: Path) -> None:
    customers, *_ = lake.write(tmp_path / "lake", 20)
    (tmp_path / "by" / "分行=东城分行").mkdir(parents=True)
    shutil.copy(customers / "part-0.parquet", tmp_path / "by" / "分行=东城分行")
    refused(tmp_path, tmp_path / "by")
