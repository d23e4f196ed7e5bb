"""Tables of a lake graded by Spark's workers give what they give in memory. Needs the extra spark, so it runs apart."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from ninegrid.model.errors import InputError
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
    folder.mkdir()
    options = Options(out=folder / "out.xlsx", tables=folder / "tables", db=":memory:", max_rejected=0.5, **told)  # type: ignore[arg-type]
    return run("customers", paths, options).result


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


def refused(folder: Path, *paths: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        run("customers", list(paths), Options(out=folder / "out.xlsx", db=":memory:", master="sail"))
    assert not (folder / "out.xlsx").exists()
    return caught.value


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    assert "Parquet" in str(refused(tmp_path, tmp_path / "gone"))


def test_a_table_about_no_customer_is_refused(tmp_path: Path) -> None:
    customers, *_ = lake.write(tmp_path / "lake", 20)
    rows = pl.DataFrame({"institution_id": ["1"], "name": ["总行"], "parent_id": [None], "level": ["总行"]})
    rows.write_parquet(tmp_path / "institutions.parquet")
    assert "Customer ID" in str(refused(tmp_path, customers, tmp_path / "institutions.parquet"))


def test_a_column_called_like_its_partition_is_refused(tmp_path: Path) -> None:
    customers, *_ = lake.write(tmp_path / "lake", 20)
    (tmp_path / "by" / "分行=东城分行").mkdir(parents=True)
    shutil.copy(customers / "part-0.parquet", tmp_path / "by" / "分行=东城分行")
    refused(tmp_path, tmp_path / "by")
