"""``grade template SUBJECT``: an empty workbook to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ninegrid.cli import options, terminal
from ninegrid.cli.speech import phrase


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("template", help="help.template")(template)


def template(
    subject: options.SubjectName,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.xlsx", help="help.form_out")] = None,
    lang: options.Lang = options.Language.auto,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """An empty workbook to fill in."""
    from ninegrid.report.write import write_form

    path = out or Path(f"{subject}-template.xlsx")
    write_form(subject, path, "en" if lang is options.Language.en else "zh")
    if not quiet:
        terminal.line(phrase("cli.wrote", path=path), err=True)
