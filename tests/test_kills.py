"""The driver that ends runs at random moments: it tells old and new from a mixture, and finds none."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from benchmarks.kills import KINDS, RIGHT, Found, state

ROOT = Path(__file__).parents[1]


def book(text: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr(zipfile.ZipInfo("a"), text)  # without the time
    return made.getvalue()


OLD = Found({"out/g.xlsx": book("1"), "out/t/a.parquet": b"1"}, {"2026-10": (30, 1)}, stands=True)
NEW = Found({"out/g.xlsx": book("2"), "out/t/a.parquet": b"2"}, {"2026-10": (31, 1)}, stands=True)


def found(workbook: bytes, table: bytes, stored: int) -> str:
    now = Found({"out/g.xlsx": workbook, "out/t/a.parquet": table}, {"2026-10": (stored, 1)}, stands=True)
    return state(KINDS["customers"], "2026-10", now, OLD, NEW)


def test_what_belongs_together_is_told_from_a_mixture() -> None:
    assert found(book("1"), b"1", 30) == "old"
    assert found(book("at another time"), b"2", 31) == "new"
    for mixture in ((book("1"), b"2", 31), (book("2"), b"1", 31), (book("2"), b"2", 30), (book("2"), b"half", 31)):
        assert found(*mixture) not in RIGHT
    assert found(b"PK\3\4 cut", b"2", 31) not in RIGHT


@pytest.mark.thorough
@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="forks and process groups of Linux")
@pytest.mark.parametrize("kind", KINDS)
def test_runs_ended_at_random_moments_leave_no_mixture(kind: str) -> None:
    """Three of each kind; ``python -m benchmarks.kills 75`` does hundreds."""
    words = [sys.executable, "-W", "ignore", "-m", "benchmarks.kills", "3", "--seed", "20261031", "--only", kind]
    told = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
