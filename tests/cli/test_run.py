import json
from pathlib import Path

import duckdb
import pytest

from ninegrid import resources
from ninegrid.pipeline import RECIPE
from tests.cli.conftest import Grade

HEADER = "客户号,客户名称,分行,行业,规模,客户经理,总收入,营业费用,预期损失,经济资本\n"
JOB = """
name = "monthly"
subject = "customers"
root = "."
when_nothing = "error"
[sources]
folder = "drop"
files = ["客户_{period}.csv"]
[outputs]
workbook = "out/{period}/全行.xlsx"
tables = "out/{period}/tables"
lang = "zh"
"""


def export(folder: Path, period: str, raise_by: int = 0) -> None:
    rows = (
        f"{i:04d},示例{i}公司,{'甲乙'[i % 2]}分行,制造业,中型,示例经理,{900 * i + raise_by},{90 * i},{9 * i},{97 * i}\n"
        for i in range(1, 31)
    )
    (folder / f"客户_{period}.csv").write_text(HEADER + "".join(rows), encoding="utf-8")


@pytest.fixture
def job(tmp_path: Path) -> Path:
    """A job with two months of thirty customers."""
    (tmp_path / "drop").mkdir()
    export(tmp_path / "drop", "2026-09")
    export(tmp_path / "drop", "2026-10", 500)
    path = tmp_path / "monthly.toml"
    path.write_text(JOB, encoding="utf-8")
    return path


@pytest.mark.thorough
def test_every_period_there_is_and_again_changes_no_byte(grade: Grade, job: Path, tmp_path: Path, capsys) -> None:
    assert grade("run", job, "--period", "all", "--json", "--quiet") == 0
    first = json.loads(capsys.readouterr().out)
    assert [(run["period"], run["status"]) for run in first["runs"]] == [("2026-09", "done"), ("2026-10", "done")]
    assert first["runs"][0]["counts"]["placed"] == 30
    assert Path("out/2026-10/全行.xlsx").exists()
    assert Path("out/2026-10/tables/customers.parquet").exists()
    with duckdb.connect("grade.duckdb", read_only=True) as database:
        jobs, keys = zip(*database.sql("SELECT job, key FROM runs").fetchall(), strict=True)
    assert (set(jobs), len(set(keys))) == ({"monthly"}, 2)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert grade("run", job, "--period", "all", "--json") == 0
    said = capsys.readouterr()
    assert [run["status"] for run in json.loads(said.out)["runs"]] == ["skipped", "skipped"]
    assert f"monthly 2026-09: nothing changed since run {first['runs'][0]['run_id']}; skipped (--force" in said.err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_failure_has_its_exit_code_and_one_line(grade: Grade, job: Path, tmp_path: Path, capsys) -> None:
    (tmp_path / "drop" / "客户_2026-10.csv").write_text("foo,bar,baz\n1,2,3\n", encoding="utf-8")
    assert grade("run", job, "--period", "2026-10", "--json", "--quiet") == 3
    said = capsys.readouterr()
    (run,) = json.loads(said.out)["runs"]
    assert (run["status"], run["exit_code"]) == ("failed", 3)
    assert said.err.startswith("error: monthly 2026-10: ")
    assert not Path("out").exists()
    assert grade("run", job, "--period", "2026-08", "--quiet") == 3
    assert "error: monthly 2026-08: There are no files of 2026-08" in capsys.readouterr().err


def test_a_log_in_json_lines_names_job_period_and_run(grade: Grade, job: Path, capsys) -> None:
    assert grade("run", job, "--period", "2026-08", "--log-format", "json") == 3
    (line,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert (line["event"], line["level"], line["job"], line["period"]) == ("nothing", "error", "monthly", "2026-08")
    assert grade("run", job, "--period", "2026-09", "--log-format", "json") == 0
    lines = [json.loads(text) for text in capsys.readouterr().err.splitlines()]
    assert {line["step"] for line in lines if line["event"] == "step"} >= {step.__name__ for step in RECIPE}
    assert lines[-1]["event"] == "done"
    assert lines[-1]["counts"]["placed"] == lines[-1]["rows"] == 30
    assert lines[-1]["run_id"]


def test_a_dry_run_reads_and_writes_nothing(grade: Grade, job: Path, capsys) -> None:
    assert grade("run", job, "--period", "2026-10", "--dry-run") == 0
    said = capsys.readouterr().out
    assert "monthly 2026-10: would run" in said
    assert "客户_2026-10.csv" in said
    assert "全行.xlsx" in said
    assert not Path("out").exists()
    assert grade("run", job, "--period", "2026-10..2026-11", "--dry-run", "--json") == 0
    plans = json.loads(capsys.readouterr().out)["plans"]
    assert [plan["verdict"] for plan in plans] == ["run", "nothing"]


def test_every_job_file_is_checked_before_anything_runs(grade: Grade, job: Path, capsys) -> None:
    wrong = job.with_name("wrong.toml")
    wrong.write_text(JOB.replace("workbook", "workbok"), encoding="utf-8")
    assert grade("run", job, wrong, "--period", "2026-10") == 2
    assert "wrong.toml › line 10 › outputs.workbok: there is no such key." in capsys.readouterr().err
    assert not Path("out").exists()
    assert grade("run", "--check", wrong, job) == 2
    said = capsys.readouterr().err
    assert "Did you mean 'workbook'?" in said
    assert "monthly.toml is a valid job" in said
    assert grade("run", "--check", job, "--quiet") == 0
    assert grade("run", "--check", wrong, job, "--json") == 2
    told = json.loads(capsys.readouterr().out)
    assert [checked["exit_code"] for checked in told["jobs"]] == [2, 0]


def test_a_period_of_another_kind_is_wrong_usage(grade: Grade, job: Path, capsys) -> None:
    assert grade("run", job, "--period", "2026Q3") == 2
    assert "2026Q3 is a quarter, and monthly runs by the month" in capsys.readouterr().err
    assert grade("run", job, "--period", "soon") == 2
    assert grade("run") == 2


def test_the_examples_are_copied_but_never_over_a_file(grade: Grade, tmp_path: Path, capsys) -> None:
    mine = tmp_path / "jobs" / "talent_quarterly.toml"
    mine.parent.mkdir()
    mine.write_text("# mine", encoding="utf-8")
    assert grade("run", "--init") == 0
    said = capsys.readouterr().err
    assert f"wrote {Path('jobs/customers_monthly.toml')}" in said
    assert "talent_quarterly.toml is already there" in said
    assert mine.read_text(encoding="utf-8") == "# mine"
    assert grade("run", "--init", "elsewhere", "--quiet") == 0
    copied = {path.name: path.read_text(encoding="utf-8") for path in Path("elsewhere").iterdir()}
    assert copied == resources.example_jobs()
    assert grade("run", "--check", *sorted(Path("elsewhere").iterdir())) == 0
