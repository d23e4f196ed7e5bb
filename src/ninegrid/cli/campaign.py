"""``grade campaign plan|review``: whom a campaign takes and holds out, and whether it worked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ninegrid.cli import options
from ninegrid.cli.display import display, print_json, print_summary, summary
from ninegrid.cli.run_options import run_options


def register(app: typer.Typer) -> None:
    """Add the commands."""
    below = typer.Typer(help="help.campaign", no_args_is_help=True)
    below.command("plan", help="help.campaign_plan")(plan)
    below.command("review", help="help.campaign_review")(review)
    app.add_typer(below, name="campaign")


def plan(
    files: Annotated[list[Path], typer.Argument(metavar="CAMPAIGN.toml|FILE…", help="help.campaign_files")],
    policy: options.PolicyFile = None,
    period: Annotated[str | None, typer.Option("--period", metavar="P", help="help.campaign_period")] = None,
    db: options.DatabaseFile = "grade.duckdb",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.xlsx", help="help.campaign_out")] = None,
    each: Annotated[str | None, typer.Option("--each", metavar="", help="help.campaign_each")] = None,
    tables: options.TablesFolder = None,
    tables_format: options.TablesFormat = options.TableFormat.parquet,
    excel_safe: options.ExcelSafe = False,
    lang: options.Lang = options.Language.auto,
    map_: options.Mapping = None,
    password_env: options.PasswordEnv = None,
    encrypt_env: options.EncryptEnv = None,
    mask: options.Mask = False,
    wait: options.Wait = 10,
    json: options.AsJson = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Pick customers, hold some out at random, write the pack, and keep who is who."""
    from ninegrid.campaigning import plan as planned

    with display(quiet) as show:
        asked = run_options(
            show, policy=policy, period=period, db=db, out=out, each=each, tables=tables, tables_format=tables_format,
            excel_safe=excel_safe, lang=lang, map_=map_, max_rejected="5%", allow_cut=False, allow_unused=False,
            accept=None, password_env=password_env, encrypt_env=encrypt_env, mask=mask, wait=wait,
        )  # fmt: skip
        written = planned(files, asked)
    for one in written:
        print_summary(one.result, one.files, show)
        if json:
            print_json(summary(one.result, one.files))


def review(
    campaign_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="help.campaign_id")] = None,
    policy: options.PolicyFile = None,
    db: options.DatabaseFile = "grade.duckdb",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.xlsx", help="help.campaign_review_out")] = None,
    tables: options.TablesFolder = None,
    tables_format: options.TablesFormat = options.TableFormat.parquet,
    excel_safe: options.ExcelSafe = False,
    lang: options.Lang = options.Language.auto,
    encrypt_env: options.EncryptEnv = None,
    mask: options.Mask = False,
    wait: options.Wait = 10,
    json: options.AsJson = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """What the runs have judged of each campaign, with the cells of its review."""
    from ninegrid.campaigning import review as reviewed

    with display(quiet) as show:
        asked = run_options(
            show, policy=policy, period=None, db=db, out=out, tables=tables, tables_format=tables_format,
            excel_safe=excel_safe, lang=lang, map_=None, max_rejected="5%", allow_cut=False, allow_unused=False,
            accept=None, password_env=None, encrypt_env=encrypt_env, mask=mask, wait=wait,
        )  # fmt: skip
        written = reviewed(campaign_id, asked)
    print_summary(written.result, written.files, show)
    if json:
        print_json(summary(written.result, written.files))
