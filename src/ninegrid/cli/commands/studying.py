"""``grade price …`` and the other studies: a command each, made of the options that all of them share and their own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from inspect import Parameter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ninegrid.cli.display import display, print_json, print_summary, summary
from ninegrid.cli.shared_options import COMMON, OF_READING, own_option, run_options, taking
from ninegrid.model.study import Study, StudyOption
from ninegrid.study_registry import STUDIES

if TYPE_CHECKING:
    from ninegrid.options import Options
    from ninegrid.result import Written

    Run = Callable[[Sequence[Path], Options, Mapping[str, object]], Sequence[Written]]
    """What a command does: its files, the shared options, and by name what its own options say."""

_SHOWN = {
    "period": Annotated[str | None, typer.Option("--period", metavar="P", help="help.stored_period")],
    "out": Annotated[Path | None, typer.Option("--out", metavar="FILE.xlsx", help="help.study_out")],
}
"""What studies say of options that other commands have too."""


def register(app: typer.Typer) -> None:
    """Add a command for each study that has none of its own."""
    for name, study in STUDIES.items():
        if study.answer is not None:
            app.command(name, help=study.help["en"])(_command_of(study))


def _command_of(study: Study) -> Callable[..., None]:
    def run(files: Sequence[Path], asked: Options, said: Mapping[str, object]) -> Sequence[Written]:
        from ninegrid.studies import ask

        return (ask(study.name, files, asked, said),)

    return study_command(run, left_out=() if study.relations else OF_READING, own=list(map(_parameter, study.options)))


def _parameter(option: StudyOption) -> Parameter:
    """An option of a study's own, as typer reads it."""
    flag = f"--{option.name.replace('_', '-')}"
    if option.kind == "text":
        text = Annotated[str | None, typer.Option(flag, metavar=option.metavar, help=option.help)]
        return own_option(option.name, text)
    return own_option(option.name, Annotated[bool, typer.Option(flag, help=option.help)], default=False)


def study_command(
    run: Run,
    *,
    left_out: Collection[str] = (),
    own: Sequence[Parameter] = (),
    shown: Mapping[str, Any] | None = None,
) -> Callable[..., None]:
    """A command with the options that studies share, without those left out, and its own.

    shown: annotations in the place of the shared ones, where a command says something else of an option.
    """
    names = [option.name for option in own]

    def ask(*, files: Sequence[Path] = (), json: bool, quiet: bool, debug: bool, **flags: Any) -> None:
        """Ask a stored period: a workbook, and nothing stored but what is to be kept."""
        said = {name: flags.pop(name) for name in names}
        with display(quiet) as show:
            written = run(files, run_options(show, **flags), said)
        for one in written:
            print_summary(one.result, one.files, show)
            if json:
                print_json(summary(one.result, one.files))

    return taking(ask, (COMMON | {"wait"}) - {*left_out}, own, _SHOWN | dict(shown or {}))
