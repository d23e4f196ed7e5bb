"""How the tables of a lake are named, and what is said of what Spark refuses: without a session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import chdir, nullcontext
from pathlib import Path

import polars as pl
import pytest

from ninegrid.engines.lake import place_of
from ninegrid.engines.spark import TableOfWorkers, lake_errors
from ninegrid.model.errors import InputError

PLACES = {
    "s3a://bank/customers": ("parquet", "s3a://bank/customers"),
    "delta:s3a://bank/customers": ("delta", "s3a://bank/customers"),
    "delta:/mnt/bank/gone": ("delta", "/mnt/bank/gone"),
    "iceberg:lake.bank.customers": ("iceberg", "lake.bank.customers"),
}


@pytest.mark.parametrize("path", PLACES)
def test_a_format_stands_before_the_place(path: str) -> None:
    assert place_of(Path(path)) == PLACES[path]


def test_a_folder_with_a_log_of_delta_is_a_delta_table(tmp_path: Path) -> None:
    assert place_of(tmp_path) == ("parquet", str(tmp_path.resolve()))
    (tmp_path / "_delta_log").mkdir()
    assert place_of(tmp_path) == ("delta", str(tmp_path.resolve()))


REFUSED = {
    "An error occurred while calling o9.load.\n: java.lang.Error: Class a.S3AFileSystem not found\n\tat b":
        ("engines.no_file_system", "java.lang.Error: Class a.S3AFileSystem not found"),
    "Job aborted: Total size of results is bigger than spark.driver.maxResultSize (1g)":
        ("engines.result_too_large", "bigger than spark.driver.maxResultSize"),
    "Traceback (most recent call last):\n  File x\nModuleNotFoundError: No module named 'polars'":
        ("engines.no_environment", "No module named 'polars'"),
    'Cannot run program "/gone/python": error=2': ("engines.no_environment", "/gone/python"),
    "[PYTHON_VERSION_MISMATCH] Python in worker has different version": ("engines.no_environment", "different version"),
    "cast Dictionary(UInt32, LargeUtf8) to Spark data type": ("engines.no_type", "Dictionary"),
    "Job 7 cancelled as part of cancellation of all jobs": ("engines.no_workers", "No worker is left"),
    "Stage 3 was cancelled": ("engines.spark_failed", "Stage 3 was cancelled"),
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_spark_refuses_is_said_with_what_to_do(text: str) -> None:
    refusal = type("PySparkException", (Exception,), {"__module__": "pyspark.errors"})
    with pytest.raises(InputError) as caught, lake_errors():
        raise refusal(text)
    code, reason = REFUSED[text]
    assert caught.value.problem.code == code
    assert reason in str(caught.value)


def test_what_is_no_refusal_of_spark_stays_as_it_is() -> None:
    with pytest.raises(KeyError), lake_errors():
        raise KeyError


def test_a_relative_folder_of_tables_is_the_drivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers are in folders of their own."""
    (tmp_path / "worker").mkdir()
    (tmp_path / "tables").mkdir()
    monkeypatch.chdir(tmp_path)
    pl.DataFrame({"n": [1, 2]}).write_parquet("part")

    def work(copy: Callable[[int], None], parts: Sequence[int]) -> None:
        with chdir("worker"):
            for at in parts:
                copy(at)

    def staged(path: Path) -> nullcontext[Path]:
        path.parent.mkdir(exist_ok=True)
        path.touch()
        return nullcontext(path)

    whole = TableOfWorkers([tmp_path / "part"], 2, work)
    whole.write_out(Path("tables/customers.parquet"), staged, lambda of, to: pl.read_parquet([*of]).write_parquet(to))
    assert pl.read_parquet(tmp_path / "tables/customers.parquet/part-00000.parquet")["n"].to_list() == [1, 2]
