"""``grade check SUBJECT FILE…``: read and check only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ninegrid.cli import options
from ninegrid.cli.display import Display, display, print_json, print_summary, summary
from ninegrid.cli.reading_lines import show_reading
from ninegrid.cli.run_options import run_options
from ninegrid.cli.speech import phrase

_SHOWN = 20


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
    from ninegrid.refusals import refuse_too_many_rejected
    from ninegrid.report.write import workbook_path, write_checked
    from ninegrid.subjects.registry import subject_named

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
    show_reading(result, show)
    if result.refusal is not None:
        for path in written:
            show.say(phrase("cli.wrote", path=path))
        if json:
            print_json({**summary(result, written), "exit_code": result.refusal.exit_code})
        raise result.refusal
    print_summary(result, written, show)
    _print_findings(result.tables["findings"], show)
    refuse_too_many_rejected(result.inputs, subject_named(subject).relations[0], asked)
    if json:
        print_json(summary(result, written))


def _print_findings(found: object, show: Display) -> None:
    """The first refused values, one a line, and how many more there are."""
    import polars as pl

    assert isinstance(found, pl.DataFrame)
    refused = found.filter(pl.col("kind") == "rejected")
    for row in refused.head(_SHOWN).iter_rows(named=True):
        show.say(f"  {row['file']} › {row['sheet']} › {row['cell']}  {row['reason']}  {row['message']}")
    if refused.height > _SHOWN:
        show.say(phrase("cli.more_refused", n=refused.height - _SHOWN))
