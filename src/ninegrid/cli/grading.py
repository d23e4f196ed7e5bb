"""``grade customers FILE…``: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ninegrid.cli import options
from ninegrid.cli.display import display, print_json, print_summary, summary


def register(app: typer.Typer) -> None:
    """Add the grading commands."""
    app.command("customers", help="Grade customers and groups.")(customers)


def customers(
    files: options.Files,
    policy: options.PolicyFile = None,
    period: options.PeriodText = None,
    db: options.DatabaseFile = "grade.duckdb",
    out: options.Out = None,
    tables: Annotated[
        Path | None, typer.Option("--tables", metavar="DIR", help="Also write the result tables here.")
    ] = None,
    tables_format: Annotated[options.TableFormat, typer.Option("--tables-format")] = options.TableFormat.parquet,
    lang: options.Lang = options.Language.auto,
    map_: options.Mapping = None,
    max_rejected: Annotated[
        str, typer.Option("--max-rejected", metavar="SHARE", help="Allowed share of rejected rows.")
    ] = "5%",
    password_env: options.PasswordEnv = None,
    refit_cuts: Annotated[
        bool, typer.Option("--refit-cuts", help="Fit new cuts instead of reusing stored ones.")
    ] = False,
    wait: options.Wait = 10,
    json: options.AsJson = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Grade customers and groups: a workbook, and the period in the database."""
    from ninegrid.run import Options, run

    with display(quiet) as show:
        written = run(
            "customers",
            files,
            Options(
                policy=policy,
                period=options.period(period),
                db=db,
                out=out,
                tables=tables,
                tables_format=tables_format.value,
                lang=options.language(lang),
                mapping=options.mapping(map_),
                max_rejected=options.share(max_rejected),
                password=options.password(password_env),
                refit_cuts=refit_cuts,
                wait=wait,
                on_step=show.step,
                on_notice=show.say,
            ),
        )
    print_summary(written.result, written.files, show)
    if json:
        print_json(summary(written.result, written.files))
