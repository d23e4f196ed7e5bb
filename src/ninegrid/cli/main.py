"""The application, its commands, and the one place where an error becomes an exit code."""

from __future__ import annotations

import json
import sys
import traceback
from typing import Annotated, Any, NoReturn

import typer
from typer.main import get_command

from ninegrid.cli import (
    backtest,
    check,
    explain,
    forget,
    grading,
    history,
    log,
    options,
    policy,
    portrait,
    run,
    speech,
    template,
)
from ninegrid.cli.help import in_language
from ninegrid.messages import Lang
from ninegrid.model.errors import GradeError

app = typer.Typer(
    name="grade",
    help="help.app",
    epilog="help.exit_codes",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
grading.register(app)
check.register(app)
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
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="help.version")
    ] = False,
) -> None:
    """Grade customers on nine-grids: say where each one stands, then show the way up."""


def command(lang: Lang) -> Any:
    """The command line with its help in a language."""
    return in_language(get_command(app), lang)


def main() -> NoReturn:
    """Run the command; exit with its code. Whatever is no GradeError is a bug and exits with 1."""
    _write_any_text()
    try:
        command(speech.spoken())(options.with_optional_values(sys.argv[1:]))
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
