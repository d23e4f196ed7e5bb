"""``grade history``: what ran, on what, with what result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from ninegrid.cli import options, terminal
from ninegrid.cli.display import accounting, print_json
from ninegrid.cli.speech import phrase
from ninegrid.messages import Message, message

_NAMED = 2  # input files that a run's line names
_HASH = 16  # digits of a hash that a person is shown; --json gives all


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("history", help="help.history")(history)


def history(
    run: Annotated[str | None, typer.Argument(metavar="RUN", help="help.run_id")] = None,
    subject: Annotated[str | None, typer.Option("--subject", metavar="SUBJECT", help="help.only_subject")] = None,
    period: Annotated[str | None, typer.Option("--period", metavar="P", help="help.only_period")] = None,
    last: Annotated[int | None, typer.Option("--last", metavar="N", min=1, help="help.last")] = None,
    db: options.DatabaseFile = "grade.duckdb",
    wait: options.Wait = 10,
    json: options.AsJson = False,
    debug: options.Debug = False,
) -> None:
    """What ran, on what, with what result."""
    from ninegrid.history.runs import everything, one_run, runs
    from ninegrid.store.database import open_database
    from ninegrid.subjects.registry import subject_named

    if subject:
        subject_named(subject)  # an unknown subject is said
    asked = options.period(period)
    with open_database(db, read_only=True, wait=wait) as database:
        recorded = runs(database, subject=subject, period=str(asked) if asked else None)[:last]
        told = everything(database, one_run(recorded, run)) if run else None
    if json:
        print_json(told or {"runs": recorded})
    elif told:
        _print(_details(told))
    elif recorded:
        _print(map(_line, recorded))
    else:
        terminal.line(phrase("history.none_for_that" if subject or period else "history.none", db=db), err=True)


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        terminal.line(line)


def _line(run: dict[str, Any]) -> str:
    counts = run["counts"]
    return phrase(
        "history.line",
        started=_minute(run["started"]),
        subject=run["subject"],
        period=run["period"],
        counted=tuple(message(f"cli.rows.{name}", n=counts[name]) for name in ("placed", "unplaced", "rejected")),
        seconds=run["seconds"],
        names=_names([file["name"] for file in run["inputs"]]),
        run_id=run["run_id"],
    )


def _minute(started: str) -> str:
    return f"{dt.datetime.fromisoformat(started):%Y-%m-%d %H:%M}"


def _names(names: Sequence[str]) -> Message:
    more = len(names) - _NAMED
    return message("history.names_more" if more > 0 else "history.names", names=names[:_NAMED], more=more)


def _details(run: dict[str, Any]) -> Iterator[str]:
    """Everything about a run: a title, then what is known under its heading."""
    yield f"{run['run_id']}  {run['subject']} {run['period']}"
    values = {
        "started": [_started(run)],
        "job": [run["job"]] if run.get("job") else [],
        "compared": [phrase("history.with", period=run["compared_with"])] if run.get("compared_with") else [],
        "program": [f"ninegrid {run['program_version']}"],
        "policy": [f"{run['policy_source']}  [{run['policy_digest'][:_HASH]}]"],
        "rows": [accounting(run["counts"])],
        "inputs": [
            phrase("history.input", name=f["name"], bytes=f["bytes"], digest=f["sha256"][:_HASH]) for f in run["inputs"]
        ],
        "findings": list(_findings(run)),
        "outputs": [o["path"] if o["there"] else phrase("history.output_gone", path=o["path"]) for o in run["outputs"]],
    }
    for heading, lines in values.items():
        for number, line in enumerate(lines):
            yield f"  {'' if number else phrase(f'history.heading.{heading}'):<9} {line}"


def _started(run: dict[str, Any]) -> str:
    return phrase("history.started", at=run["started"], seconds=run["seconds"], steps=_steps(run.get("steps")))


def _steps(steps: dict[str, float] | None) -> str:
    return ": " + ", ".join(f"{step} {seconds:.1f}" for step, seconds in steps.items()) if steps else ""


def _findings(run: dict[str, Any]) -> Iterator[str]:
    if run["findings"] is None:
        yield phrase("history.findings_gone")
        return
    for found in run["findings"]:
        yield f"{phrase('cli.kind.' + found['kind'], n=found['n'])}  {found['reason']}"
    if not run["findings"]:
        yield phrase("history.no_findings")
