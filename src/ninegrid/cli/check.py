"""``grade check SUBJECT FILE…``: read and check only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ninegrid.cli import options
from ninegrid.cli.display import display, print_json, refused_lines, summary, written_lines
from ninegrid.cli.reading_lines import READING_TELLS, show_nobody_placed, show_reading
from ninegrid.cli.run_options import run_options
from ninegrid.cli.speech import hear
from ninegrid.model.errors import TooManyRejectedError

if TYPE_CHECKING:
    from ninegrid.options import Options
    from ninegrid.result import Result


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", help="help.check")(check)


def check(
    subject: options.SubjectName,
    files: options.Files,
    policy: options.PolicyFile = None,
    period: options.PeriodText = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.xlsx", help="help.report_out")] = None,
    tables: options.TablesFolder = None,
    tables_format: options.TablesFormat = options.TableFormat.parquet,
    excel_safe: options.ExcelSafe = False,
    max_rejected: options.MaxRejected = "5%",
    db: options.DatabaseFile = "grade.duckdb",
    lang: options.Lang = options.Language.auto,
    map_: options.Mapping = None,
    no_memory: options.NoMemory = False,
    allow_cut: options.AllowCut = False,
    allow_unused: options.AllowUnused = False,
    accept: options.Accept = None,
    password_env: options.PasswordEnv = None,
    encrypt_env: options.EncryptEnv = None,
    mask: options.Mask = False,
    json: options.AsJson = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Read and check only: the data-quality report."""
    from ninegrid.pipeline import check_files
    from ninegrid.report.write import workbook_path, write_checked

    target = workbook_path(out, files) if out else None
    with display(quiet) as show:
        asked = run_options(
            show,
            policy=policy,
            period=period,
            tables=tables,
            tables_format=tables_format,
            excel_safe=excel_safe,
            lang=lang,
            map_=map_,
            no_memory=no_memory,
            db=db,
            max_rejected=max_rejected,
            allow_cut=allow_cut,
            allow_unused=allow_unused,
            accept=accept,
            password_env=password_env,
            encrypt_env=encrypt_env,
            mask=mask,
        )
        result, written = write_checked(check_files(subject, files, asked), target, asked)
    hear(result.lang)
    nobody = show_nobody_placed(result, show) if result.refusal is None else False
    if result.refusal is None:
        show.begin(result, told=READING_TELLS)
    ending = [*_refused(result, written), *written_lines(written)]
    show_reading(result, show, below=ending, grids=not nobody)
    for line in ending:
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
