"""The application, its commands, and the one place where an error becomes an exit code."""

from __future__ import annotations

import json
import sys
import traceback
from typing import Annotated, Any, NoReturn

import typer

from ninegrid.cli import (
    backtest,
    check,
    explain,
    forget,
    grading,
    history,
    log,
    map,
    policy,
    portrait,
    run,
    speech,
    template,
)
from ninegrid.model.errors import GradeError

_EPILOG = (
    "Exit codes: 0 done, 1 a bug, 2 wrong usage or policy, 3 an input that can't be read, 4 too many rejected rows, "
    "5 the database is busy, 6 an output can't be written."
)

app = typer.Typer(
    name="grade",
    help="Grade customers on nine-grids: say where each one stands, then show the way up.",
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
grading.register(app)
check.register(app)
map.register(app)
template.register(app)
explain.register(app)
portrait.register(app)
policy.register(app)
history.register(app)
backtest.register(app)
run.register(app)
forget.register(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"grade {version('ninegrid')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Grade customers on nine-grids: say where each one stands, then show the way up."""


def main() -> NoReturn:
    """Run the command; exit with its code. Whatever is no GradeError is a bug and exits with 1."""
    _write_any_text()
    try:
        app()
    except GradeError as error:
        _report(*speech.problem(error), error.exit_code)
        _trace_if_asked()
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        bug = GradeError("common.bug", kind=type(error).__name__, error=str(error))
        _report(*speech.problem(bug), bug.exit_code)
        _trace_if_asked()
        sys.exit(1)
    sys.exit(0)


def _report(message: str, hint: str, code: int) -> None:
    if log.asked_for(sys.argv):
        trace: dict[str, Any] = {"trace": traceback.format_exc()} if "--debug" in sys.argv else {}
        log.write("error", message, level="error", exit_code=code, hint=hint, **trace)
    else:
        typer.secho(speech.phrase("cli.error", text=message), fg="red", err=True)
        if hint:
            typer.echo(f"  {hint}", err=True)
    if "--json" in sys.argv:
        typer.echo(json.dumps({"exit_code": code, "error": message, "hint": hint}, ensure_ascii=False))


def _trace_if_asked() -> None:
    if "--debug" in sys.argv and not log.asked_for(sys.argv):
        traceback.print_exc()


def _write_any_text() -> None:
    """A console that can't show a character shows a mark for it instead of failing (Windows code pages)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
