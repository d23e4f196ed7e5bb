"""``grade check SUBJECT FILE…``: read and check only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ninegrid.cli.display import display, print_json, refused_lines, summary, written_lines
from ninegrid.cli.reading_lines import READING_TELLS, show_nobody_placed, show_reading
from ninegrid.cli.shared_options import COMMON, run_options, taking
from ninegrid.cli.speech import hear
from ninegrid.model.errors import TooManyRejectedError

if TYPE_CHECKING:
    from ninegrid.options import Options
    from ninegrid.result import Result


def register(app: typer.Typer) -> None:
    """Add the command."""
    out = Annotated[Path | None, typer.Option("--out", metavar="FILE.xlsx", help="help.report_out")]
    command = taking(_check, COMMON | {"subject", "no_memory", "accept"}, shown={"out": out})
    app.command("check", help="help.check")(command)


def _check(
    *, subject: str, files: Sequence[Path], out: Path | None, json: bool, quiet: bool, debug: bool, **flags: Any
) -> None:
    """Read and check only: the data-quality report."""
    from ninegrid.pipeline import check_files
    from ninegrid.report.write import workbook_path, write_checked

    target = workbook_path(out, files) if out else None
    with display(quiet) as show:
        asked = run_options(show, **flags, wait=0)
        result, written = write_checked(check_files(subject, files, asked), target, asked)
    hear(result.lang)
    nobody = show_nobody_placed(result, show) if result.refusal is None else False
    if result.refusal is None:
        show.begin(result, elsewhere=READING_TELLS)
    say = show.say if json else show.answer  # what was asked for; notices and progress are on standard error
    refused, paths = _refused(result, written), written_lines(written)
    show_reading(result, say, on_output=not json, below=(*refused, *paths), grids=not nobody)
    for line in refused:
        say(line)
    for line in paths:
        show.say(line)
    if result.refusal is not None:
        if json:
            print_json({**summary(result, written), "exit_code": result.refusal.exit_code})
        raise result.refusal
    _refuse(result, asked)
    if json:
        print_json(summary(result, written))


def _refused(result: Result, written: Sequence[Path]) -> list[str]:
    return list(refused_lines(result.tables["findings"], written, sheets=result.inputs.sheets))


def _refuse(result: Result, asked: Options) -> None:
    """TooManyRejectedError as of a run, without what has just been listed."""
    from ninegrid.refusals import refuse_too_many_rejected
    from ninegrid.subjects.registry import subject_named

    try:
        refuse_too_many_rejected(result.inputs, subject_named(result.subject).relations[0], asked)
    except TooManyRejectedError as error:
        error.details, error.lang = (), result.lang
        raise
