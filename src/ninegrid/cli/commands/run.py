"""``grade run JOB.toml…``: batch jobs."""

from __future__ import annotations

import datetime as dt
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ninegrid.cli import options, speech, terminal
from ninegrid.cli.display import display, print_json
from ninegrid.cli.job_lines import JobLines, plan_lines, say_error
from ninegrid.messages import system_reason
from ninegrid.model.errors import GradeError, OutputError, UsageError

if TYPE_CHECKING:
    from ninegrid.jobs import Job
    from ninegrid.model.period import Period

    Wanted = Sequence[tuple[Job, Sequence[Period]]]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run", help="help.run")(run)


def run(
    jobs: Annotated[list[Path] | None, typer.Argument(metavar="JOB.toml…", help="help.jobs")] = None,
    period: Annotated[
        list[str] | None,
        typer.Option(
            "--period",
            metavar="P",
            help="help.job_periods",
        ),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="help.job_check")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="help.dry_run")] = False,
    force: Annotated[bool, typer.Option("--force", help="help.force")] = False,
    init: Annotated[bool, typer.Option("--init", help="help.job_init")] = False,
    log_format: options.LogFormat = options.LogLines.text,
    json: options.AsJson = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Run batch jobs: what a job file says, for one period or several."""
    if init:
        _copy_examples(jobs or [Path("jobs")], quiet)
        return
    if not jobs:
        raise UsageError("jobs.which")
    if check:
        raise typer.Exit(_check(jobs, json, quiet))
    wanted = _wanted(jobs, period or ())
    if dry_run:
        _say_plans(wanted, force, json)
        return
    raise typer.Exit(_run(wanted, log_format, force=force, json=json, quiet=quiet, debug=debug))


def _wanted(files: Sequence[Path], texts: Sequence[str]) -> Wanted:
    """Every job with its periods; all of them are read, and so checked, before any is run."""
    from ninegrid.jobs import asked_for, load_job

    today = dt.date.today()
    return [(job, asked_for(job, texts, today)) for job in [load_job(file) for file in files]]


def _run(wanted: Wanted, log_format: options.LogLines, *, force: bool, json: bool, quiet: bool, debug: bool) -> int:
    """The exit code."""
    from ninegrid.jobs import Session, exit_code, run_jobs
    from ninegrid.options import Options

    with display(quiet, log_format) as show:
        lines = JobLines(show, quiet=quiet, as_json=log_format is options.LogLines.json)
        session = Session(
            base=Options(on_step=show.step, on_notice=show.tell, on_unit=show.unit, on_done=show.done),
            force=force,
            on_outcome=lines.outcome,
            on_problem=lines.problem,
            lang=speech.spoken,
            on_bug=lambda error: traceback.print_exception(error) if debug else None,
        )
        outcomes = run_jobs(wanted, session)
    code = exit_code(outcomes)
    if json:
        print_json({"exit_code": code, "runs": [outcome.as_json(speech.spoken()) for outcome in outcomes]})
    return code


def _check(files: Sequence[Path], json: bool, quiet: bool) -> int:
    """The exit code; every file is checked, whatever is wrong with the first."""
    checked = [_checked(file) for file in files]
    code = next((told["exit_code"] for told in checked if told["exit_code"]), 0)
    for told in checked:
        if told["exit_code"]:
            say_error(told["error"], told["hint"])
        elif not quiet:
            terminal.line(speech.phrase("jobs.valid", **told), err=True)
    if json:
        print_json({"exit_code": code, "jobs": checked})
    return code


def _checked(file: Path) -> dict[str, Any]:
    from ninegrid.jobs import load_job

    try:
        job = load_job(file)
    except GradeError as error:
        said, hint = speech.problem(error)
        return {"file": str(file), "exit_code": error.exit_code, "error": said, "hint": hint}
    return {"file": str(file), "exit_code": 0, "job": job.name, "subject": job.subject, "period": job.period}


def _say_plans(wanted: Wanted, force: bool, json: bool) -> None:
    from ninegrid.jobs import plan_job

    plans = [(job, plan) for job, periods in wanted for plan in plan_job(job, periods, force=force)]
    if json:
        print_json({"plans": [plan.as_json(job) for job, plan in plans]})
        return
    for job, plan in plans:
        for line in plan_lines(job, plan):
            terminal.line(line)


def _copy_examples(folders: Sequence[Path], quiet: bool) -> None:
    """The example jobs in a folder; what is there already stays as it is."""
    from ninegrid.resources import example_jobs

    if len(folders) > 1:
        raise UsageError("jobs.one_folder")
    for name, text in example_jobs().items():
        target = folders[0] / name
        is_there = target.exists()
        if not is_there:
            _write(target, text)
        if not quiet:
            terminal.line(speech.phrase("cli.is_there" if is_there else "cli.wrote", path=target), err=True)


def _write(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError("jobs.not_written", path=target, reason=system_reason(error)) from error
