"""``grade backtest``: how good the warning rules would have been over the stored periods."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ninegrid.cli import options, terminal
from ninegrid.cli.display import print_json
from ninegrid.cli.speech import hear, spoken
from ninegrid.messages import Lang, message, say

if TYPE_CHECKING:
    from ninegrid.history.backtest import Backtest

_COLUMNS = ("rule", "outcome", "outcomes", "flagged", "lead", "warnings", "followed", "warnings_per_owner")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("backtest", help="help.backtest")(backtest)


def backtest(
    subject: Annotated[str, typer.Argument(metavar="[SUBJECT]", help="help.what_is_graded")] = "customers",
    rule: Annotated[
        list[str] | None,
        typer.Option("--rule", metavar="RULE", help="help.rule"),
    ] = None,
    policy: Annotated[Path | None, typer.Option("--policy", metavar="FILE.toml", help="help.policy_to_try")] = None,
    db: options.DatabaseFile = "grade.duckdb",
    lang: options.Spoken = options.Language.auto,
    wait: options.Wait = 10,
    json: options.AsJson = False,
    debug: options.Debug = False,
) -> None:
    """How many of the later bad outcomes each rule had flagged, how early, and how many warnings that cost."""
    from ninegrid.history.backtest import backtest as tried
    from ninegrid.model.errors import UsageError
    from ninegrid.store.database import open_database

    with open_database(db, read_only=True, wait=wait) as database:
        backtest = tried(database, subject, policy)
    known = backtest.table["rule"].unique(maintain_order=True).to_list()
    if unknown := [name for name in rule or () if name not in known]:
        raise UsageError("history.no_rule", unknown=unknown, known=known)
    rows = [row for row in backtest.table.iter_rows(named=True) if not rule or row["rule"] in rule]
    if json:
        print_json({"subject": subject, "periods": list(backtest.periods), "rules": rows})
        return
    hear(backtest.lang)
    for line in _lines(backtest, rows, spoken()):
        terminal.line(line)


def _lines(backtest: Backtest, rows: list[dict[str, Any]], lang: Lang) -> list[str]:
    rules = {r.rule: getattr(r, lang) for r in backtest.policy.warning_rules}
    rules["any"] = say(message("cli.backtest.any"), lang)
    outcomes = {o.key: getattr(o, lang) for o in backtest.policy.outcomes}
    table = [[say(message(f"cli.backtest.{name}"), lang) for name in _COLUMNS]]
    for row in rows:
        flagged = f"{row['flagged']}" + (f" ({row['recall']:.0%})" if row["recall"] is not None else "")
        followed = f"{row['followed']}" + (f" ({row['precision']:.0%})" if row["precision"] is not None else "")
        lead = "—" if row["lead"] is None else f"{row['lead']:g}"
        each = "—" if row["warnings_per_owner"] is None else f"{row['warnings_per_owner']:.2f}"
        named = [rules[row["rule"]], outcomes[row["outcome"]]]
        table.append([*named, f"{row['outcomes']:,}", flagged, lead, f"{row['warnings']:,}", followed, each])
    return [f"{backtest.periods[0]} … {backtest.periods[-1]} ({len(backtest.periods)})", *_aligned(table)]


def _aligned(table: list[list[str]]) -> list[str]:
    """Columns as wide as their widest text; a Chinese character takes two places."""
    widths = [max(_places(row[at]) for row in table) for at in range(len(table[0]))]
    return [
        "  ".join(text + " " * (width - _places(text)) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]


def _places(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
