"""``grade history``: what ran, on what, with what result."""

from __future__ import annotations

import datetime as dt
import json as json_text
from typing import Any

import typer

from ninegrid.cli import options
from ninegrid.cli.display import print_json


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("history", help="What ran, on what, with what result.")(history)


def history(
    db: options.DatabaseFile = "grade.duckdb",
    wait: options.Wait = 10,
    json: options.AsJson = False,
    debug: options.Debug = False,
) -> None:
    """What ran, on what, with what result."""
    from ninegrid.store.database import open_database

    with open_database(db, read_only=True, wait=wait) as database:
        rows = database.select("history/runs", {}).to_dicts() if database.has("runs") else []
    runs = [_decoded(row) for row in rows]
    if json:
        print_json({"runs": runs})
        return
    for run in runs:
        typer.echo(_line(run))


def _decoded(row: dict[str, Any]) -> dict[str, Any]:
    texts = {key: json_text.loads(row[key]) for key in ("inputs", "counts", "outputs")}
    return {**row, **texts, "started": row["started"].replace(tzinfo=dt.UTC).astimezone().isoformat(timespec="seconds")}


def _line(run: dict[str, Any]) -> str:
    counts, names = run["counts"], ", ".join(f["name"] for f in run["inputs"])
    return (
        f"{run['started']}  {run['subject']} {run['period']}  {counts['placed']:,} placed, "
        f"{counts['unplaced']:,} unplaced, {counts['rejected']:,} rejected  {run['seconds']:.1f} s  {names}  "
        f"[{run['run_id']}]"
    )
