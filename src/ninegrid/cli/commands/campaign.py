"""``grade campaign plan|review``: whom a campaign takes and holds out, and whether it worked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ninegrid.cli.commands.studying import study_command
from ninegrid.cli.shared_options import OF_READING, own_option

if TYPE_CHECKING:
    from ninegrid.options import Options
    from ninegrid.result import Written

_OF_ROWS = ("max_rejected", "allow_cut", "allow_unused")
"""Options that a plan does without: one row that can't be meant refuses them all."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    below = typer.Typer(help="help.campaign", no_args_is_help=True)
    each = Annotated[str | None, typer.Option("--each", metavar="", help="help.campaign_each")]
    shown = {
        "files": Annotated[list[Path], typer.Argument(metavar="CAMPAIGN.toml|FILE…", help="help.campaign_files")],
        "period": Annotated[str | None, typer.Option("--period", metavar="P", help="help.campaign_period")],
        "out": Annotated[Path | None, typer.Option("--out", metavar="FILE.xlsx", help="help.campaign_out")],
    }
    plan = study_command(_plan, left_out=_OF_ROWS, own=[own_option("each", each)], shown=shown)
    below.command("plan", help="help.campaign_plan")(plan)
    which = Annotated[str | None, typer.Argument(metavar="[ID]", help="help.campaign_id")]
    shown = {"out": Annotated[Path | None, typer.Option("--out", metavar="FILE.xlsx", help="help.campaign_review_out")]}
    review = study_command(
        _review, left_out=(*OF_READING, "period"), own=[own_option("campaign_id", which)], shown=shown
    )
    below.command("review", help="help.campaign_review")(review)
    app.add_typer(below, name="campaign")


def _plan(files: Sequence[Path], options: Options, said: Mapping[str, object]) -> Sequence[Written]:
    """Pick customers, hold some out at random, write the packs, and keep who is who."""
    from ninegrid.studies.campaign_plan import plan

    each = said["each"]
    return plan(files, replace(options, each=None if each is None else str(each)))


def _review(_: Sequence[Path], options: Options, said: Mapping[str, object]) -> Sequence[Written]:
    """What the runs have judged of each campaign, with the cells of its review."""
    from ninegrid.studies.campaign_review import review

    wanted = said["campaign_id"]
    return (review(None if wanted is None else str(wanted), options),)
