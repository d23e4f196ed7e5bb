"""A small job in a folder of its own, and a run that only leaves what a real one would: a workbook and a line."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from ninegrid.jobs import Job, Outcome, Session, load_job, run_jobs
from ninegrid.messages import Message, say
from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.store.database import open_database

JOB = """\
name = "monthly"
subject = "customers"
root = "."
[sources]
folder = "drop"
files = ["customers_{period}.csv", "statements.csv"]
[outputs]
workbook = "out/{period}/all.xlsx"
tables = "out/{period}/tables"
"""
MakeJob = Callable[..., Job]


@pytest.fixture
def make_job(tmp_path: Path) -> MakeJob:
    """Writes a job file, with lines added to its tables, and loads it."""

    def make(top: str = "", **tables: str) -> Job:
        text = JOB.replace("[sources]", f"{top}\n[sources]", 1)
        for table, lines in tables.items():
            head = f"[{table}]\n"
            text = text.replace(head, f"{head}{lines}\n") if head in text else f"{text}{head}{lines}\n"
        path = tmp_path / "monthly.toml"
        path.write_text(text, encoding="utf-8")
        return load_job(path)

    return make


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """The drop folder: three months and the statements."""
    folder = tmp_path / "drop"
    folder.mkdir()
    for month in ("2026-08", "2026-09", "2026-10"):
        (folder / f"customers_{month}.csv").write_text(month, encoding="utf-8")
    (folder / "statements.csv").write_text("all years", encoding="utf-8")
    return folder


class FakeRun:
    """Leaves the workbook and the period in the database; raises what it is told to for a period."""

    def __init__(self) -> None:
        """Nothing run yet."""
        self.calls: list[tuple[str, tuple[str, ...], Options]] = []
        self.fails: dict[str, Exception] = {}

    def __call__(self, subject: str, paths: Sequence[Path], options: Options) -> Any:
        period = str(options.period)
        self.calls.append((period, tuple(path.name for path in paths), options))
        if period in self.fails:
            raise self.fails[period]
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(f"{period} graded", encoding="utf-8")
        run_id, counts = f"run-{len(self.calls)}", {"placed": 2, "unplaced": 1, "rejected": 0}
        line = {
            "run_id": run_id,
            "subject": subject,
            "period": period,
            "started": dt.datetime(2026, 11, 1) + dt.timedelta(seconds=len(self.calls)),
            "job": options.job,
            "key": options.key,
            "counts": json.dumps(counts),
            "outputs": json.dumps([str(options.out)]),
        }
        with open_database(options.db) as database, database.transaction():
            tables = {"customers": pl.DataFrame({"customer_id": ["1"]})}
            database.replace_period(subject, period, run_id, tables)
            database.replace_period(subject, period, run_id, tables, schema="input")
            database.record_run(line)
        result = SimpleNamespace(run_id=run_id, counts=counts, notices=(), lang="zh")
        return SimpleNamespace(result=result, files=(options.out,))

    @property
    def periods(self) -> list[str]:
        """The periods that were run, in order."""
        return [period for period, *_ in self.calls]


@pytest.fixture
def fake() -> FakeRun:
    return FakeRun()


@pytest.fixture
def said() -> list[str]:
    """The notices of a session."""
    return []


@pytest.fixture
def run_periods(fake: FakeRun, said: list[str]) -> Callable[..., list[Outcome]]:
    """Runs periods of a job with the fake run."""

    def run(job: Job, *periods: str, force: bool = False) -> list[Outcome]:
        def tell(told: Message) -> None:
            said.append(say(told, "en"))

        session = Session(Options(on_notice=tell), force=force, on_problem=tell, run=fake)
        return run_jobs([(job, [Period.parse(text) for text in periods])], session)

    return run
