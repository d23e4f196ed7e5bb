"""The shipped scheduler files do what they say: run, parse, verify or load."""

import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

FILES = Path(__file__).parents[2] / "docs" / "schedulers"
HOME = "/srv/grade"
NAMES = ("minute", "hour", "day", "month", "weekday")
RANGES = dict(zip(NAMES, ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7)), strict=True))
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
needs_sh = pytest.mark.skipif(shutil.which("sh") is None, reason="no sh")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder like /srv/grade: an environment with the command, and the example jobs, which find no export."""
    command = tmp_path / ".venv" / "bin" / "grade"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ninegrid "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    for subject in ("customers", "talent"):
        (tmp_path / "sample_data" / subject).mkdir(parents=True)
    shutil.copytree(Path(__file__).parents[2] / "pipelines" / "jobs", tmp_path / "jobs")
    return tmp_path


def cron_lines() -> Iterator[tuple[list[str], str]]:
    """Schedule and command of each line."""
    for line in (FILES / "cron" / "grade.crontab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#") and not re.match(r"\w+=", line):
            *schedule, command = line.split(maxsplit=5)
            yield schedule, command


def test_cron_schedules_are_within_range() -> None:
    lines = list(cron_lines())
    assert len(lines) == 2
    for schedule, command in lines:
        for name, field in zip(NAMES, schedule, strict=True):
            low, high = RANGES[name]
            assert all(low <= int(number) <= high for number in re.findall(r"\d+", field)), (name, field)
            assert re.fullmatch(r"\*|\d+(-\d+)?(,\d+(-\d+)?)*", field)
        assert "%" not in command  # cron reads it as a line's end


@needs_sh
@pytest.mark.parametrize(
    ("line", "code", "says"), [pytest.param(0, 3, "There are no files of", marks=pytest.mark.thorough), (1, 0, "")]
)
def test_a_cron_command_runs_as_it_is_written(home: Path, line: int, code: int, says: str) -> None:
    command = list(cron_lines())[line][1].replace(HOME, str(home))
    ran = subprocess.run(["sh", "-c", command], capture_output=True, check=False, encoding="utf-8")
    assert (ran.returncode, ran.stdout) == (code, "")
    assert says in ran.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd")
def test_systemd_takes_the_service_and_the_timer(home: Path, tmp_path: Path) -> None:
    units = tmp_path / "units"
    units.mkdir()
    for file in sorted((FILES / "systemd").iterdir()):
        (units / file.name).write_text(file.read_text(encoding="utf-8").replace(HOME, str(home)), encoding="utf-8")
    names = sorted(str(path) for path in units.iterdir())
    assert [Path(name).suffix for name in names] == [".service", ".timer"]
    ran = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, check=False, encoding="utf-8")
    assert (ran.returncode, ran.stderr) == (0, "")
    (calendar,) = re.findall(r"^OnCalendar=(.*)$", (FILES / "systemd/grade-customers.timer").read_text(), re.MULTILINE)
    subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, check=True)


@pytest.mark.thorough
@needs_sh
def test_the_services_command_runs_as_it_is_written(home: Path) -> None:
    text = (FILES / "systemd" / "grade-customers.service").read_text(encoding="utf-8").replace(HOME, str(home))
    keys = dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))
    ran = subprocess.run(
        keys["ExecStart"].split(), cwd=keys["WorkingDirectory"], capture_output=True, check=False, encoding="utf-8"
    )
    (line,) = ran.stderr.splitlines()
    assert (ran.returncode, json.loads(line)["level"]) == (3, "error")


def test_the_windows_task_runs_the_same_job() -> None:
    task = ET.parse(FILES / "windows" / "grade-customers.xml").getroot()
    action = task.find(f"{TASK}Actions/{TASK}Exec")
    assert task.tag == f"{TASK}Task"
    assert action is not None
    parts = {part.tag.removeprefix(TASK): part.text or "" for part in action}
    assert parts["Command"].startswith(parts["WorkingDirectory"])
    assert parts["Arguments"].split()[:2] == ["run", r"jobs\customers_monthly.toml"]
    days = [int(day.text or "") for day in task.iter(f"{TASK}Day")]
    assert all(1 <= day <= 28 for day in days)
    assert len(task.findall(f".//{TASK}Months/*")) == 12


@pytest.mark.parametrize("name", ["airflow/grade_dag.py", "dagster/grade_assets.py"])
def test_the_python_examples_compile_and_name_a_shipped_job(name: str) -> None:
    text = (FILES / name).read_text(encoding="utf-8")
    compile(text, name, "exec")
    (job,) = re.findall(r"jobs/(\w+\.toml)", text)
    assert (Path(__file__).parents[2] / "pipelines" / "jobs" / job).is_file()


def loaded(path: Path) -> ModuleType:
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.filterwarnings("ignore")
def test_airflow_loads_the_dag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    monkeypatch.setenv("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
    pytest.importorskip("airflow.sdk")
    dag = loaded(FILES / "airflow" / "grade_dag.py").grade_customers_monthly()
    assert dag.dag_id == "grade_customers_monthly"
    assert [task.task_id for task in dag.tasks] == ["grade"]


@pytest.mark.filterwarnings("ignore")
def test_dagster_loads_the_asset() -> None:
    dagster = pytest.importorskip("dagster")
    definitions = loaded(FILES / "dagster" / "grade_assets.py").defs
    dagster.Definitions.validate_loadable(definitions)
    schedule = definitions.resolve_schedule_def("grade_customers_monthly_schedule")
    assert schedule.cron_schedule == "15 6 3 * *"
