import json
from pathlib import Path

from ninegrid.pipeline import RECIPE
from tests.cli.conftest import Grade, customer, write_customers

KEYS = ["time", "run_id", "level", "event", "step", "rows", "seconds", "message"]


def lines(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_every_line_of_a_run_is_json(grade: Grade, export: Path, capsys) -> None:
    assert grade("customers", export, "--log-format", "json") == 0
    told = lines(capsys)
    assert all(list(line)[: len(KEYS)] == KEYS for line in told)
    assert len({line["run_id"] for line in told} - {None}) == 1
    steps = [line for line in told if line["event"] == "step"]
    assert [line["step"] for line in steps] == [step.__name__ for step in RECIPE]
    rows = {line["step"]: line["rows"] for line in steps}
    assert (rows["read"] >= 10, rows["grade"], rows["report"], rows["publish"] > 20) == (True, 10, 10, True)
    assert all(line["seconds"] >= 0 and line["level"] == "info" for line in steps)
    done = told[-1]
    assert (done["event"], done["rows"], done["period"]) == ("done", 10, "2026-10")
    assert done["counts"]["placed"] == 10
    assert done["outputs"] == ["客户_202610-graded.xlsx"]


def test_an_error_is_one_json_line(grade: Grade, capsys) -> None:
    assert grade("customers", "nowhere.xlsx", "--log-format=json") == 3
    (told,) = lines(capsys)
    assert (told["event"], told["level"], told["exit_code"]) == ("error", "error", 3)
    assert "nowhere.xlsx" in told["message"]
    assert told["hint"]
    assert told["run_id"] is None


def test_an_error_after_reading_names_its_run(grade: Grade, tmp_path: Path, capsys) -> None:
    bad = write_customers(tmp_path / "c_202610.xlsx", [customer(1, 规模="巨型")])
    assert grade("customers", bad, "--log-format", "json") == 4
    read, told = lines(capsys)
    assert (read["event"], told["event"]) == ("step", "error")
    assert told["run_id"] == read["run_id"]


def test_quiet_leaves_the_errors(grade: Grade, capsys) -> None:
    assert grade("customers", "nowhere.xlsx", "--log-format", "json", "--quiet", "--debug") == 3
    (told,) = lines(capsys)
    assert "Traceback" in told["trace"]


def test_text_stays_text(grade: Grade, export: Path, capsys) -> None:
    assert grade("check", "customers", export) == 0
    err = capsys.readouterr().err
    assert "10 rows read = 10 accepted" in err
    assert not [line for line in err.splitlines() if line.startswith("{")]
