import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ninegrid.jobs import Outcome, Session, exit_code, plan_job, run_jobs
from ninegrid.model import stop
from ninegrid.model.errors import InputError, StoreError
from ninegrid.model.period import Period
from ninegrid.options import Options
from tests.jobs.conftest import FakeRun, MakeJob

RunPeriods = Callable[..., list[Outcome]]
MONTHS = ("2026-08", "2026-09", "2026-10")


def statuses(outcomes: list[Outcome]) -> list[str]:
    return [outcome.status for outcome in outcomes]


def test_the_second_time_all_is_skipped_and_no_byte_changes(
    make_job: MakeJob, drop: Path, run_periods: RunPeriods, fake: FakeRun, tmp_path: Path
) -> None:
    job = make_job()
    assert statuses(run_periods(job, *reversed(MONTHS))) == ["done"] * 3
    assert fake.periods == list(MONTHS)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    again = run_periods(job, *MONTHS)
    assert statuses(again) == ["skipped"] * 3
    assert [outcome.run_id for outcome in again] == ["run-1", "run-2", "run-3"]
    assert again[0].counts == {"placed": 2, "unplaced": 1, "rejected": 0}
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert statuses(run_periods(job, "2026-10", force=True)) == ["done"]


def test_a_run_is_told_what_the_job_says(
    make_job: MakeJob,
    drop: Path,
    run_periods: RunPeriods,
    fake: FakeRun,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOCK", "secret")
    each = 'each = "out/{period}/{branch}.xlsx"'
    job = make_job(
        outputs=f'{each}\nlang = "en"\ntables_format = "csv"\nexcel_safe = true\nnames = false\nencrypt_env = "LOCK"',
        limits="max_rejected = 0.2\nwait = 3",
        **{"sources.map": '"Kunde" = "customer_id"'},
    )
    assert statuses(run_periods(job, "2026-10")) == ["done"]
    ((period, files, told),) = fake.calls
    home = tmp_path.resolve()
    assert (period, files) == ("2026-10", ("customers_2026-10.csv", "statements.csv"))
    assert (told.out, told.tables) == (home / "out/2026-10/all.xlsx", home / "out/2026-10/tables")
    assert told.each == str(home / "out/2026-10/{unit}.xlsx")
    assert (told.lang, told.tables_format, told.names, told.encrypt) == ("en", "csv", False, "secret")
    assert (told.excel_safe, told.memory) == (True, True)
    assert (told.max_rejected, told.wait, told.maps) == (0.2, 3, ("Kunde=customer_id",))
    assert (told.db, told.job) == (str(home / "grade.duckdb"), "monthly")


def test_outputs_are_masked_where_the_job_says_so(
    make_job: MakeJob, drop: Path, run_periods: RunPeriods, fake: FakeRun
) -> None:
    for job in (make_job(), make_job(outputs="mask = true")):
        assert statuses(run_periods(job, "2026-10", force=True)) == ["done"]
    assert [options.mask for *_, options in fake.calls] == [False, True]


@pytest.mark.parametrize("change", ["input", "shared", "output", "settings", "policy", "outside"])
def test_what_a_period_depends_on_makes_it_run_again(
    make_job: MakeJob, drop: Path, run_periods: RunPeriods, fake: FakeRun, tmp_path: Path, change: str
) -> None:
    job = make_job()
    run_periods(job, "2026-10")
    if change == "input":
        (drop / "customers_2026-10.csv").write_text("changed", encoding="utf-8")
    elif change == "shared":
        (drop / "statements.csv").write_text("changed", encoding="utf-8")
    elif change == "output":
        (tmp_path / "out/2026-10/all.xlsx").unlink()
    elif change == "settings":
        job = make_job(outputs='lang = "en"')
    elif change == "policy":
        (tmp_path / "mine.toml").write_text("[parameters]\nhurdle = 0.1\n", encoding="utf-8")
        job = make_job('policy = "mine.toml"')
    else:  # someone graded the same period by hand
        fake(
            "customers", [], Options(period=Period.parse("2026-10"), out=tmp_path / "x.xlsx", db=str(job.database_file))
        )
    assert statuses(run_periods(job, "2026-10")) == ["done"]
    assert statuses(run_periods(job, "2026-10")) == ["skipped"]


def test_what_changes_no_output_makes_nothing_run_again(make_job: MakeJob, drop: Path, run_periods: RunPeriods) -> None:
    run_periods(make_job(), "2026-10")
    other = make_job('on_success = ["true"]', limits="wait = 5", retention="keep = 9")
    assert statuses(run_periods(other, "2026-10")) == ["skipped"]


def test_a_changed_period_takes_the_later_ones_with_it(make_job: MakeJob, drop: Path, run_periods: RunPeriods) -> None:
    job = make_job()
    run_periods(job, *MONTHS)
    (drop / "customers_2026-09.csv").write_text("corrected", encoding="utf-8")
    assert statuses(run_periods(job, *MONTHS)) == ["skipped", "done", "done"]
    assert statuses(run_periods(job, *MONTHS)) == ["skipped"] * 3


def test_a_failure_stops_its_job_but_not_the_others(
    make_job: MakeJob, drop: Path, fake: FakeRun, said: list[str]
) -> None:
    fake.fails["2026-09"] = StoreError("store.busy", path="g.duckdb")
    job, periods = make_job(), [Period.parse(month) for month in MONTHS]
    told: list[Outcome] = []
    session = Session(run=fake, on_outcome=told.append)
    outcomes = run_jobs([(job, periods), (job, periods[:1])], session)
    assert statuses(outcomes) == ["done", "failed", "not_run", "skipped"]
    assert told == outcomes
    assert (outcomes[1].exit_code, outcomes[1].error) == (5, fake.fails["2026-09"])
    assert exit_code(outcomes) == 5
    del fake.fails["2026-09"]
    assert exit_code(run_jobs([(job, periods)], session)) == 0


def test_a_bug_is_a_failure_too(make_job: MakeJob, drop: Path, fake: FakeRun) -> None:
    fake.fails["2026-10"] = ZeroDivisionError("oops")
    bugs: list[Exception] = []
    (outcome,) = run_jobs([(make_job(), [Period.parse("2026-10")])], Session(run=fake, on_bug=bugs.append))
    assert (outcome.status, outcome.exit_code) == ("failed", 1)
    assert "bug in the program: ZeroDivisionError at " in str(outcome.error)
    assert "oops" not in str(outcome.error)
    assert bugs == [fake.fails["2026-10"]]


@pytest.mark.parametrize(("when", "code"), [("ok", 0), ("error", 3)])
def test_nothing_to_read_is_what_the_job_says(
    make_job: MakeJob, drop: Path, run_periods: RunPeriods, fake: FakeRun, when: str, code: int
) -> None:
    outcomes = run_periods(make_job(f'when_nothing = "{when}"'), "2026-07", "2026-08")
    assert (outcomes[0].status, outcomes[0].exit_code) == ("nothing", code)
    assert statuses(outcomes[1:]) == (["done"] if when == "ok" else ["not_run"])


def test_a_part_of_the_files_is_an_error_however(make_job: MakeJob, drop: Path, run_periods: RunPeriods) -> None:
    (drop / "statements.csv").unlink()
    job = make_job()
    (outcome,) = run_periods(job, "2026-10")
    assert (outcome.status, outcome.exit_code) == ("failed", 3)
    assert outcome.error.message.endswith("there is no statements.csv.")
    (plan,) = plan_job(job, [Period.parse("2026-10")])
    assert (plan.verdict, plan.missing) == ("incomplete", ("statements.csv",))


def test_a_password_that_is_not_set_is_said(make_job: MakeJob, drop: Path, run_periods: RunPeriods) -> None:
    (outcome,) = run_periods(make_job(sources='password_env = "NO_SUCH_VARIABLE"'), "2026-10")
    assert (outcome.exit_code, "NO_SUCH_VARIABLE" in str(outcome.error)) == (2, True)


def test_inputs_move_when_they_are_stored_and_only_those_of_the_period(
    make_job: MakeJob, drop: Path, run_periods: RunPeriods, fake: FakeRun, tmp_path: Path
) -> None:
    job = make_job('when_nothing = "error"', afterwards='inputs = "move"')
    fake.fails["2026-10"] = InputError("broken")
    run_periods(job, "2026-10")
    assert (drop / "customers_2026-10.csv").exists()
    fake.fails.clear()
    run_periods(job, "2026-10")
    assert not (drop / "customers_2026-10.csv").exists()
    assert (tmp_path / "done/2026-10/customers_2026-10.csv").exists()
    assert (drop / "statements.csv").exists()
    (again,) = run_periods(job, "2026-10")
    assert (again.status, again.exit_code, again.run_id) == ("skipped", 0, "run-2")


def test_a_correction_that_comes_after_the_move_replaces_the_period(
    make_job: MakeJob, drop: Path, run_periods: RunPeriods, tmp_path: Path
) -> None:
    job = make_job(afterwards='inputs = "move"')
    run_periods(job, "2026-10")
    (drop / "customers_2026-10.csv").write_text("corrected", encoding="utf-8")
    assert statuses(run_periods(job, "2026-10")) == ["done"]
    moved = sorted(path.name for path in (tmp_path / "done/2026-10").iterdir())
    assert moved == ["customers_2026-10 (2).csv", "customers_2026-10.csv"]


def test_a_file_that_cannot_be_moved_is_a_notice(
    make_job: MakeJob, drop: Path, run_periods: RunPeriods, said: list[str], tmp_path: Path
) -> None:
    (tmp_path / "done").write_text("in the way", encoding="utf-8")
    (outcome,) = run_periods(make_job(afterwards='inputs = "move"'), "2026-10")
    assert outcome.status == "done"
    assert [line for line in said if "stays where it is" in line]
    assert (drop / "customers_2026-10.csv").exists()


def test_old_periods_leave_the_database_and_stay_in_the_ledger(
    make_job: MakeJob, drop: Path, run_periods: RunPeriods, said: list[str]
) -> None:
    job = make_job(retention="keep = 2")
    assert statuses(run_periods(job, *MONTHS)) == ["done"] * 3
    assert said == [f"Removed 2026-08 from {job.database_file}: it keeps 2."]
    with duckdb.connect(str(job.database_file), read_only=True) as database:
        for table in ("customers", "input.customers"):
            kept = database.sql(f"SELECT period FROM {table} ORDER BY period").fetchall()
            assert kept == [("2026-09",), ("2026-10",)]
        assert database.sql("SELECT count(*) FROM runs").fetchall() == [(3,)]
    assert statuses(run_periods(job, *MONTHS)) == ["skipped"] * 3


def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    make_job: MakeJob, drop: Path, run_periods: RunPeriods, tmp_path: Path
) -> None:
    job, periods = make_job(), [Period.parse(text) for text in ("2026-07", *MONTHS)]
    plans = list(plan_job(job, periods))
    assert [plan.verdict for plan in plans] == ["nothing", "run", "run", "run"]
    assert plans[1].outputs == tuple(str(tmp_path.resolve() / "out/2026-08" / name) for name in ("all.xlsx", "tables"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["drop", "monthly.toml"]
    run_periods(job, *MONTHS)
    assert [plan.verdict for plan in plan_job(job, periods)] == ["nothing", "skip", "skip", "skip"]
    (drop / "customers_2026-09.csv").write_text("corrected", encoding="utf-8")
    assert [plan.verdict for plan in plan_job(job, periods)] == ["nothing", "skip", "run", "run"]
    assert [plan.verdict for plan in plan_job(job, periods[1:], force=True)] == ["run"] * 3


def test_a_hook_gets_the_password_of_no_job_of_the_call(
    make_job: MakeJob, drop: Path, fake: FakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OURS_LOCK", "THEIRS_LOCK"):
        monkeypatch.setenv(name, "correct horse battery")
    theirs = make_job(outputs='encrypt_env = "THEIRS_LOCK"')
    code = "import os, pathlib; pathlib.Path('seen').write_text(' '.join(os.environ))"
    ours = make_job(f'on_success = ["{sys.executable}", "-c", "{code}"]', outputs='encrypt_env = "OURS_LOCK"')
    run_jobs([(ours, [Period.parse("2026-10")]), (theirs, [])], Session(run=fake))
    seen = (drop.parent / "seen").read_text().split()
    assert "PATH" in seen
    assert not {"OURS_LOCK", "THEIRS_LOCK"} & set(seen)


def test_after_a_signal_no_later_period_and_no_later_job_runs(
    make_job: MakeJob, drop: Path, run_periods: RunPeriods, fake: FakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB says of an interrupted query that it was interrupted, which is an error like any other."""
    monkeypatch.setattr(stop, "_asked", [2])
    fake.fails["2026-08"] = RuntimeError("Query interrupted")
    with pytest.raises(stop.Stopped):
        run_periods(make_job(), *MONTHS)
    assert fake.periods == ["2026-08"]


def test_a_job_takes_decisions_a_map_to_save_and_cuts_to_fit_anew(
    make_job: MakeJob, drop: Path, run_periods: RunPeriods, fake: FakeRun, tmp_path: Path
) -> None:
    decided = drop / "decided_2026-10.xlsx"
    decided.write_text("one", encoding="utf-8")
    job = make_job('refit_cuts = "value"', outputs='save_map = "out/{period}/map.toml"')
    job = replace(job, sources=replace(job.sources, decisions=("decided_{period}.xlsx",)))
    assert statuses(run_periods(job, "2026-09", "2026-10")) == ["done"] * 2
    earlier, told = (options for *_, options in fake.calls)
    assert (earlier.decisions, told.decisions) == ((), (decided.resolve(),))
    assert (told.refit_cuts, told.save_map) == ("value", tmp_path.resolve() / "out/2026-10/map.toml")
    assert statuses(run_periods(job, "2026-10")) == ["skipped"]
    decided.write_text("another", encoding="utf-8")
    assert statuses(run_periods(job, "2026-10")) == ["done"]
