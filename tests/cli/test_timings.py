import json
from pathlib import Path

import pytest

from ninegrid.pipeline import RECIPE
from tests.cli.conftest import Grade


@pytest.mark.thorough
@pytest.mark.whole_workbook
def test_timings_tell_each_step_and_its_parts(grade: Grade, export: Path, capsys) -> None:
    assert grade("customers", export, "--timings", "--json") == 0
    told = capsys.readouterr()
    lines = told.err.splitlines()
    table = lines[lines.index("   seconds        rows  step") + 1 :]
    assert [line[24:] for line in table if line[24] != " "] == [*(step.__name__ for step in RECIPE), "all steps"]
    timings = {part["step"]: part for part in json.loads(told.out)["timings"]}
    assert timings["read.parse"]["rows"] == 10
    assert timings["grade"]["rows"] == 10
    assert {"read.settle.check", "report.workbook.list", "store.results"} <= set(timings)
    assert len(table) == len(timings) + 1


@pytest.mark.thorough
def test_timings_as_json_lines(grade: Grade, export: Path, capsys) -> None:
    assert grade("customers", export, "--timings", "--log-format", "json") == 0
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    timed = [line["step"] for line in told if line["event"] == "timing"]
    assert timed[:2] == ["read", "read.open"]


def test_the_ledger_keeps_the_timings_until_storing(stored: Grade, capsys) -> None:
    assert stored("history", "--json") == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    steps = [part["step"] for part in run["timings"]]
    assert [step for step in steps if "." not in step] == [step.__name__ for step in RECIPE[:-1]]
