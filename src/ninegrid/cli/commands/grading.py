"""``grade customers FILE…`` and ``grade talent FILE…``: the main jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import typer

from ninegrid.cli import options
from ninegrid.cli.display import display, print_json, print_summary, summary
from ninegrid.cli.shared_options import EVERY, run_options, taking
from ninegrid.subjects.registry import SUBJECTS


def register(app: typer.Typer) -> None:
    """Add a grading command for each subject."""
    for name, subject in SUBJECTS.items():
        spark = [] if subject.in_parts else ["engine", "master", "shared"]
        unused = [*spark, *([] if subject.decisions else ["calibration"]), *([] if subject.of_people else ["no_names"])]
        app.command(name, help=subject.help["en"])(taking(_command(name), EVERY - {"subject", *unused}))


def _command(subject: str) -> Callable[..., None]:
    def grade(
        *,
        files: Sequence[Path],
        log_format: options.LogLines,
        timings: bool,
        json: bool,
        quiet: bool,
        debug: bool,
        **flags: Any,
    ) -> None:
        """Grade: a workbook, and the period in the database."""
        from ninegrid.pipeline import run

        with display(quiet, log_format) as show:
            written = run(subject, files, run_options(show, **flags))
        print_summary(written.result, written.files, show)
        if timings:
            show.timings(written.result)
        if json:
            print_json(summary(written.result, written.files))

    return grade
