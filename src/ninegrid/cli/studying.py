"""``grade price …`` and the other studies: a command each, made of the options that all of them share and their own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from ninegrid.cli import options
from ninegrid.cli.display import display, print_json, print_summary, summary
from ninegrid.cli.run_options import run_options
from ninegrid.model.study import Study, StudyOption
from ninegrid.study_registry import STUDIES

if TYPE_CHECKING:
    from ninegrid.options import Options
    from ninegrid.result import Written

    Run = Callable[[Sequence[Path], Options, Mapping[str, object]], Sequence[Written]]
    """What a command does: its files, the shared options, and by name what its own options say."""

OF_FILES = ("files", "map_", "max_rejected", "allow_cut", "allow_unused", "password_env")
"""The options that only a command has which reads files."""


def register(app: typer.Typer) -> None:
    """Add a command for each study that has none of its own."""
    for name, study in STUDIES.items():
        if study.answer is not None:
            app.command(name, help=study.help["en"])(_command_of(study))


def _command_of(study: Study) -> Callable[..., None]:
    def run(files: Sequence[Path], asked: Options, said: Mapping[str, object]) -> Sequence[Written]:
        from ninegrid.studies import ask

        return (ask(study.name, files, asked, said),)

    return study_command(run, left_out=() if study.relations else OF_FILES, own=list(map(_parameter, study.options)))


def _parameter(option: StudyOption) -> inspect.Parameter:
    """An option of a study's own, as typer reads it."""
    flag = f"--{option.name.replace('_', '-')}"
    if option.kind == "text":
        text = Annotated[str | None, typer.Option(flag, metavar=option.metavar, help=option.help)]
        return own_option(option.name, text)
    return own_option(option.name, Annotated[bool, typer.Option(flag, help=option.help)], default=False)


def own_option(name: str, annotation: Any, default: object = None) -> inspect.Parameter:
    """An option or argument that only one command has."""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def study_command(
    run: Run,
    *,
    left_out: Collection[str] = (),
    own: Sequence[inspect.Parameter] = (),
    shown: Mapping[str, Any] | None = None,
) -> Callable[..., None]:
    """A command with the options that studies share, without those left out, and its own.

    shown: annotations in the place of the shared ones, where a command says something else of an option.
    """
    command = _shared(run)
    whole, hints = inspect.signature(command), get_type_hints(command, include_extras=True) | dict(shown or {})
    shared = [
        parameter.replace(annotation=hints[name], default=parameter.empty if name == "files" else parameter.default)
        for name, parameter in whole.parameters.items()
        if name != "said" and name not in left_out
    ]
    command.__signature__ = whole.replace(parameters=[*shared, *own])  # type: ignore[attr-defined]
    return command


def _shared(run: Run) -> Callable[..., None]:
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
        """Ask a stored period: a workbook, and nothing stored but what is to be kept."""
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
            written = run(files, asked, said)
        for one in written:
            print_summary(one.result, one.files, show)
            if json:
                print_json(summary(one.result, one.files))

    return ask
