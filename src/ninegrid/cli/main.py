"""The application, its commands, and the one place where an error becomes an exit code."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import sys
import traceback
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, NoReturn

import typer
from typer._click.exceptions import ClickException, NoArgsIsHelpError
from typer.main import get_command

from ninegrid.cli import log, options, speech, terminal
from ninegrid.cli.commands import (
    backtest,
    campaign,
    check,
    explain,
    forget,
    grading,
    history,
    map,
    policy,
    portrait,
    run,
    studying,
    template,
)
from ninegrid.cli.help import Grouped, in_language
from ninegrid.cli.job_lines import say_error
from ninegrid.cli.repeated import refuse_repeated
from ninegrid.cli.usage import usage_error
from ninegrid.messages import Lang
from ninegrid.model import stop
from ninegrid.model.errors import GradeError, OutputError, UsageError, bug

_THREADS = "POLARS_MAX_THREADS"

app = typer.Typer(
    name="grade",
    cls=Grouped,
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
studying.register(app)
campaign.register(app)
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
def command(lang: Lang, named: str | None = None) -> Any:
    """The command line with its help in a language, or no more of it than one command; made once in a process."""
    wanted = copy.copy(app)
    if named is not None:
        wanted.registered_groups = []
        wanted.registered_commands = [one for one in app.registered_commands if one.name == named]
    return in_language(get_command(wanted), lang)


def main() -> NoReturn:
    """Run the command; exit with its code. Whatever is no GradeError is a bug and exits with 1.

    After a signal every error is a stop: what a library makes of an interrupted query or write is its own.
    """
    try:
        _refuse_no_threads()
        with stop.first():
            _follow(options.with_optional_values(options.with_each_file(sys.argv[1:])))
    except GradeError as error:
        _fail(error)
    except typer.Exit as end:
        sys.exit(end.exit_code)
    except (KeyboardInterrupt, typer.Abort) as ended:  # typer's own is a Ctrl-C, or the end of the input, at a question
        say_stopped(ended)
        sys.exit(getattr(ended, "exit_code", 130))
    except BrokenPipeError:
        sys.exit(0)  # who read our lines asked for no more of them
    except BaseException as error:  # a panic of a library written in Rust is no Exception
        if isinstance(error, SystemExit | GeneratorExit):
            raise
        _fail(bug(error))
    sys.exit(0)


def _refuse_no_threads() -> None:
    """UsageError for a number of threads with which polars, which reads it as it is loaded, panics."""
    said = os.environ.get(_THREADS, "").strip()
    if said and not said.strip("0"):
        raise UsageError("cli.no_threads", name=_THREADS, value=said)


def _fail(error: GradeError) -> NoReturn:
    """Say what is wrong, and exit with its code; an error whose sentence can't be made is a bug as any other."""
    try:
        _report(*speech.problem(error), error.exit_code, speech.details(error))
    except (KeyError, AttributeError, ValueError, IndexError, TypeError) as unsaid:
        error = bug(unsaid)
        _report(*speech.problem(error), error.exit_code)
    _trace_if_asked()
    sys.exit(error.exit_code)


def _follow(words: list[str]) -> None:
    """Run the command of a command line; not by typer's own `main`, which makes every stop an exit 130 in silence."""
    named = words[0] if words and words[0] in {one.name for one in app.registered_commands} else None
    root = command(speech.spoken(), named)
    refuse_repeated(root, words)
    try:
        with root.make_context("grade", words) as context:
            root.invoke(context)
    except NoArgsIsHelpError as page:
        terminal.block(page.format_message(), err=True)
        sys.exit(page.exit_code)
    except ClickException as error:
        raise usage_error(error) from error


def say_stopped(ended: BaseException) -> None:
    """Say in one line that a run was stopped."""
    code = getattr(ended, "exit_code", 130)
    text = speech.phrase("cli.terminated" if code == 143 else "cli.stopped")
    if log.asked_for(sys.argv):
        log.write("stopped", text, level="error", exit_code=code)
    else:
        terminal.line(text, err=True)


def _report(message: str, hint: str, code: int, details: Sequence[str] = ()) -> None:
    if log.asked_for(sys.argv):
        trace: dict[str, Any] = {"trace": traceback.format_exc()} if "--debug" in sys.argv else {}
        log.write("error", message, level="error", exit_code=code, hint=hint, details=details, **trace)
    else:
        say_error(message, hint, details)
    if "--json" in sys.argv:
        values = {"exit_code": code, "error": message, "hint": hint, "details": details}
        with contextlib.suppress(OutputError):  # it may be standard output itself that can't be written
            terminal.line(json.dumps(values, ensure_ascii=False))


def _trace_if_asked() -> None:
    if "--debug" in sys.argv and not log.asked_for(sys.argv):
        terminal.block(traceback.format_exc(), err=True)
