"""``grade price …`` and the other studies: a command each, with the options that all of them share."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from ninegrid.cli import options
from ninegrid.cli.display import display, print_json, print_summary, summary
from ninegrid.cli.run_options import run_options
from ninegrid.model.study import Study, StudyOption
from ninegrid.study_registry import STUDIES


def register(app: typer.Typer) -> None:
    """Add a command for each study that has none of its own."""
    for name, study in STUDIES.items():
        if study.answer is None:
            continue
        app.command(name, help=study.help["en"])(command_of(study))


def command_of(study: Study) -> Callable[..., None]:
    """The command of a study: its files, the options of every study, and its own."""
    command = _command(study)
    whole, hints = inspect.signature(command), get_type_hints(command, include_extras=True)
    shared = [
        parameter.replace(annotation=hints[name], default=parameter.empty if name == "files" else parameter.default)
        for name, parameter in whole.parameters.items()
        if name != "said" and (study.relations or name not in _OF_FILES)
    ]
    own = [_parameter(option) for option in study.options]
    command.__signature__ = whole.replace(parameters=[*shared, *own])  # type: ignore[attr-defined]
    return command


_OF_FILES = ("files", "map_", "max_rejected", "allow_cut", "allow_unused", "password_env")
"""What only a study that reads files has."""


def _parameter(option: StudyOption) -> inspect.Parameter:
    """An option of a study's own, as typer reads it."""
    flag = f"--{option.name.replace('_', '-')}"
    kind: Any = Annotated[bool, typer.Option(flag, help=option.help)]
    default: object = False
    if option.kind == "text":
        kind, default = Annotated[str | None, typer.Option(flag, metavar=option.metavar, help=option.help)], None
    return inspect.Parameter(option.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _command(study: Study) -> Callable[..., None]:
    def ask(
        files: options.Files = (),  # type: ignore[assignment]  # no default where it is shown
        policy: options.PolicyFile = None,
        period: Annotated[str | None, typer.Option("--period", metavar="P", help="help.stored_period")] = None,
        db: options.DatabaseFile = "grade.duckdb",
        out: Annotated[Path | None, typer.Option("--out", metavar="FILE.xlsx", help="help.study_out")] = None,
        tables: options.TablesFolder = None,
        tables_format: options.TablesFormat = options.TableFormat.parquet,
        excel_safe: options.ExcelSafe = False,
        lang: options.Lang = options.Language.auto,
        map_: options.Mapping = None,
        max_rejected: options.MaxRejected = "5%",
        allow_cut: options.AllowCut = False,
        allow_unused: options.AllowUnused = False,
        password_env: options.PasswordEnv = None,
        encrypt_env: options.EncryptEnv = None,
        mask: options.Mask = False,
        wait: options.Wait = 10,
        json: options.AsJson = False,
        quiet: options.Quiet = False,
        debug: options.Debug = False,
        **said: object,
    ) -> None:
        """Ask a stored period: a workbook, and nothing stored."""
        from ninegrid.studies import ask as answered

        with display(quiet) as show:
            asked = run_options(
                show,
                policy=policy,
                period=period,
                db=db,
                out=out,
                tables=tables,
                tables_format=tables_format,
                excel_safe=excel_safe,
                lang=lang,
                map_=map_,
                max_rejected=max_rejected,
                allow_cut=allow_cut,
                allow_unused=allow_unused,
                accept=None,
                password_env=password_env,
                encrypt_env=encrypt_env,
                mask=mask,
                wait=wait,
            )
            written = answered(study.name, files, asked, said)
        print_summary(written.result, written.files, show)
        if json:
            print_json(summary(written.result, written.files))

    return ask
