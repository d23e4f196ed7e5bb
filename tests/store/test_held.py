"""From `store` to its commit a run holds the database's file: no other process may write there meanwhile."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ninegrid import pipeline
from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.result import Result
from tests.few_sheets import only
from tests.short_runs import grading_alone

# A file that is closed in a process takes all the locks with it that the process has on the file. So another process
# asks for one, at the very moments when the run would lose its own.
TAKES_IT = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+b'), fcntl.LOCK_EX | fcntl.LOCK_NB)"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody else open the file at all")


def can_be_taken(database: Path) -> bool:
    """Whether a process of its own gets the lock on the whole file that DuckDB takes to write there."""
    told = subprocess.run([sys.executable, "-S", "-E", "-c", TAKES_IT, str(database)], capture_output=True, check=False)
    assert told.returncode == 0 or b"BlockingIOError" in told.stderr or b"PermissionError" in told.stderr, told.stderr
    return told.returncode == 0


def grade(folder: Path, period: str, **options: Any) -> None:
    dice = random.Random(7)
    rows = [
        {
            "客户号": f"C{i:03d}",
            "规模": "中型",
            "总收入": dice.randint(10**6, 10**7),
            "营业费用": 10**5,
            "预期损失": 10**4,
            "经济资本": dice.randint(10**6, 10**7),
        }
        for i in range(30)
    ]
    path = folder / f"客户_{period}.csv"
    pl.DataFrame(rows).write_csv(path)
    told = Options(
        out=folder / "g.xlsx",
        db=str(folder / "g.duckdb"),
        accept_break="a test",
        period=Period.parse(period),
        **options,
    )
    with only("list"), grading_alone():
        pipeline.run("customers", [path], told)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="in memory"),
        pytest.param({"large": 1, "block_bytes": 512}, id="in blocks", marks=pytest.mark.thorough),
    ],
)
def test_nobody_else_gets_the_file_while_the_workbook_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    grade(tmp_path, "2026-09")
    database, seen = tmp_path / "g.duckdb", []
    assert can_be_taken(database)
    write_outputs: Callable[..., Result] = pipeline.write_outputs

    def looked_at(*args: Any) -> Result:
        seen.append(can_be_taken(database))
        told = write_outputs(*args)
        seen.append(can_be_taken(database))
        return told

    monkeypatch.setattr(pipeline, "write_outputs", looked_at)
    grade(tmp_path, "2026-10", **options)
    assert seen == [False, False]
    assert can_be_taken(database)
