"""The application, its commands, and the one place where an error becomes an exit code."""

from __future__ import annotations

import json
import sys
import traceback
from functools import cache
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
    map,
    options,
    policy,
    portrait,
    run,
    speech,
    template,
    terminal,
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

        terminal.line(f"grade {version('ninegrid')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="help.version")
    ] = False,
) -> None:
    """Grade customers on nine-grids: say where each one stands, then show the way up."""


@cache
def command(lang: Lang) -> Any:
    """The command line with its help in a language; made once in a process."""
    return in_language(get_command(app), lang)


def main() -> NoReturn:
    """Run the command; exit with its code. Whatever is no GradeError is a bug and exits with 1."""
    try:
        command(speech.spoken())(options.with_optional_values(sys.argv[1:]))
    except GradeError as error:
        _report(*speech.problem(error), error.exit_code)
        _trace_if_asked()
        sys.exit(error.exit_code)
    except KeyboardInterrupt as stop:
        _say_stopped(stop)
        sys.exit(getattr(stop, "exit_code", 130))
    except BrokenPipeError:
        sys.exit(0)  # who read our lines asked for no more of them
    except BaseException as error:  # a panic of a library written in Rust is no Exception
        if isinstance(error, SystemExit | GeneratorExit):
            raise
        bug = GradeError("common.bug", kind=type(error).__name__, error=str(error))
        _report(*speech.problem(bug), bug.exit_code)
        _trace_if_asked()
        sys.exit(1)
    sys.exit(0)


def _say_stopped(stop: KeyboardInterrupt) -> None:
    """One line."""
    code = getattr(stop, "exit_code", 130)
    text = speech.phrase("cli.terminated" if code == 143 else "cli.stopped")
    if log.asked_for(sys.argv):
        log.write("stopped", text, level="error", exit_code=code)
    else:
        terminal.line(text, err=True)


def _report(message: str, hint: str, code: int) -> None:
    if log.asked_for(sys.argv):
        trace: dict[str, Any] = {"trace": traceback.format_exc()} if "--debug" in sys.argv else {}
        log.write("error", message, level="error", exit_code=code, hint=hint, **trace)
    else:
        terminal.line(speech.phrase("cli.error", text=message), err=True, colour="red")
        if hint:
            terminal.line(f"  {hint}", err=True)
    if "--json" in sys.argv:
        terminal.line(json.dumps({"exit_code": code, "error": message, "hint": hint}, ensure_ascii=False))


def _trace_if_asked() -> None:
    if "--debug" in sys.argv and not log.asked_for(sys.argv):
        terminal.block(traceback.format_exc(), err=True)
