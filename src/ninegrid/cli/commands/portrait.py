"""``grade portrait SUBJECT ID``: the page of one customer alone, for a visit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ninegrid.cli import options, terminal
from ninegrid.cli.speech import phrase


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("portrait", help="help.portrait")(portrait)


def portrait(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="help.portrait_subject")],
    subject_id: Annotated[str, typer.Argument(metavar="ID", help="help.customer_id")],
    period: options.PeriodText = None,
    db: options.DatabaseFile = "grade.duckdb",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.xlsx", help="help.portrait_out")] = None,
    lang: options.Lang = options.Language.auto,
    mask: options.Mask = False,
    encrypt_env: options.EncryptEnv = None,
    wait: options.Wait = 10,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """The page of one customer alone, for a visit: nobody else's figures in it."""
    from ninegrid.portrait import portrait as written

    asked, spoken = options.period(period), options.language(lang)
    told, key = str(asked) if asked else None, options.encryption(encrypt_env)
    path = written(db, subject, subject_id, told, out, spoken, mask=mask, encrypt=key, wait=wait)
    if not quiet:
        terminal.line(phrase("cli.wrote", path=path), err=True)
