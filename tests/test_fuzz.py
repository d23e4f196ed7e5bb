"""The fuzz driver: its changes repeat, its originals are read, and it tells a fault from a refusal."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.fuzz import CHANGES, FAULTS, judged, kind_of, originals, read

ROWS = [["1", "2.0"], ["2", "3.0"]]
ORIGINAL = {"code": 0, "rows": ROWS, "said": 1}


def _in_short(name: str) -> bool:
    return name.startswith("customers-")


@pytest.mark.parametrize(
    "name",
    [n if _in_short(n) else pytest.param(n, marks=pytest.mark.thorough) for n in originals(random.Random(1))],
)
def test_every_original_is_read_and_every_change_repeats(name: str, tmp_path: Path) -> None:
    data = originals(random.Random(1))[name]
    (tmp_path / name).write_bytes(data)
    (tmp_path / "main.csv").write_bytes(originals(random.Random(1))["customers-utf-8.csv"])
    given = read(tmp_path / name, kind_of(name))
    assert given["code"] == 0
    assert [len(row) for row in given["rows"]] == [len(kind_of(name).kept)] * 40  # type: ignore[attr-defined]
    for change in CHANGES[Path(name).suffix]:
        assert change(random.Random(7), data) == change(random.Random(7), data)


def test_silence_is_a_fault_and_words_are_none() -> None:
    assert judged(ORIGINAL, ORIGINAL, ".xlsx").outcome == "accepted"
    assert judged({"code": 3, "said": "cut"}, ORIGINAL, ".xlsx").outcome == "refused"
    assert judged({**ORIGINAL, "rows": ROWS[:1], "said": 2}, ORIGINAL, ".xlsx").outcome == "accepted, with findings"
    other = [["1", "2.0"], ["2", "9.0"]]
    assert judged({**ORIGINAL, "rows": other}, ORIGINAL, ".xlsx").outcome in FAULTS
    assert judged({**ORIGINAL, "rows": other[:1]}, ORIGINAL, ".csv").outcome == "accepted"
    assert judged({**ORIGINAL, "rows": [["1", "2.0"], ["7", "3.0"]]}, ORIGINAL, ".csv").outcome in FAULTS
    assert judged({**ORIGINAL, "rows": [["1", "2.0"], ["7", "3.0"]]}, ORIGINAL, ".xls").outcome == "accepted"
    assert judged({**ORIGINAL, "rows": ROWS[:1]}, ORIGINAL, ".xls").outcome in FAULTS
