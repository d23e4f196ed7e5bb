"""``grade customers FILE…`` and ``grade talent FILE…``: the main jobs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, get_type_hints

import typer

from ninegrid.cli import options
from ninegrid.cli.display import display, print_json, print_summary, summary
from ninegrid.cli.run_options import run_options
from ninegrid.subjects.registry import SUBJECTS


def register(app: typer.Typer) -> None:
    """Add a grading command for each subject."""
    for name, subject in SUBJECTS.items():
        spark = [] if subject.in_parts else ["engine", "master", "shared"]
        unused = [*spark, *([] if subject.decisions else ["calibration"]), *([] if subject.of_people else ["no_names"])]
        app.command(name, help=subject.help["en"])(_without(_command(name), unused))


def _without(command: Callable[..., None], options_left_out: Sequence[str]) -> Callable[..., None]:
    """The command without some of its options, which keep their defaults."""
    whole, hints = inspect.signature(command), get_type_hints(command, include_extras=True)
    kept = [p.replace(annotation=hints[n]) for n, p in whole.parameters.items() if n not in options_left_out]
    command.__signature__ = whole.replace(parameters=kept)  # type: ignore[attr-defined]
    return command


def _command(subject: str) -> Callable[..., None]:
    def grade(
        files: options.Files,
        policy: options.PolicyFile = None,
        period: options.PeriodText = None,
        db: options.DatabaseFile = "grade.duckdb",
        out: options.Out = None,
        each: options.Each = None,
        tables: options.TablesFolder = None,
        tables_format: options.TablesFormat = options.TableFormat.parquet,
        excel_safe: options.ExcelSafe = False,
        lang: options.Lang = options.Language.auto,
        map_: options.Mapping = None,
        save_map: options.SaveMap = None,
        no_memory: options.NoMemory = False,
        max_rejected: options.MaxRejected = "5%",
        allow_cut: options.AllowCut = False,
        allow_unused: options.AllowUnused = False,
        accept: options.Accept = None,
        accept_break: options.AcceptBreak = None,
        password_env: options.PasswordEnv = None,
        encrypt_env: options.EncryptEnv = None,
        refit_cuts: options.RefitCuts = "",
        compare_with: options.CompareWith = None,
        calibration: Annotated[
            list[Path] | None,
            typer.Option("--decisions", "--calibration", metavar="EDITED.xlsx", help="help.calibration"),
        ] = None,
        no_names: Annotated[bool, typer.Option("--no-names", help="help.no_names")] = False,
        mask: options.Mask = False,
        engine: options.Engine = options.Engines.auto,
        master: options.Master = None,
        shared: options.Shared = None,
        wait: options.Wait = 10,
        log_format: options.LogFormat = options.LogLines.text,
        timings: options.Timings = False,
        json: options.AsJson = False,
        quiet: options.Quiet = False,
        debug: options.Debug = False,
    ) -> None:
        """Grade: a workbook, and the period in the database."""
        from ninegrid.pipeline import run

        with display(quiet, log_format) as show:
            asked = run_options(
                show,
                policy=policy,
                period=period,
                db=db,
                out=out,
                each=each,
                tables=tables,
                tables_format=tables_format,
                excel_safe=excel_safe,
                lang=lang,
                map_=map_,
                save_map=save_map,
                no_memory=no_memory,
                max_rejected=max_rejected,
                allow_cut=allow_cut,
                allow_unused=allow_unused,
                accept=accept,
                accept_break=accept_break,
                password_env=password_env,
                encrypt_env=encrypt_env,
                refit_cuts=refit_cuts,
                compare_with=compare_with,
                calibration=calibration,
                no_names=no_names,
                mask=mask,
                engine=engine,
                master=master,
                shared=shared,
                wait=wait,
            )
            written = run(subject, files, asked)
        print_summary(written.result, written.files, show)
        if timings:
            show.timings(written.result)
        if json:
            print_json(summary(written.result, written.files))

    return grade
