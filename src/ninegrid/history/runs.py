"""What ran, read back from the ledger: all runs, or everything that is known of one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from ninegrid.model.errors import UsageError
from ninegrid.store.database import Database

Run = dict[str, Any]
"""A line of the ledger by column, JSON decoded; a column that an earlier version did not write is missing or None."""

_JSON = ("inputs", "counts", "outputs", "steps", "timings")


def runs(database: Database, *, subject: str | None = None, period: str | None = None) -> list[Run]:
    """The runs of the ledger, newest first; of a subject and of a period where they are given."""
    if not database.has("runs"):
        return []
    wanted = {name: value for name, value in (("subject", subject), ("period", period)) if value is not None}
    lines = database.select("history/runs", {}).to_dicts()
    return [_decoded(line) for line in lines if all(line[name] == value for name, value in wanted.items())]


def one_run(recorded: Sequence[Run], run_id: str) -> Run:
    """The run of that id or of the one id that begins so; UsageError when there is none or more than one."""
    found = [run for run in recorded if run["run_id"] == run_id] or [
        run for run in recorded if run["run_id"].startswith(run_id)
    ]
    if not found:
        raise UsageError("history.no_run", run_id=run_id)
    if len(found) > 1:
        ids = [run["run_id"] for run in found[:3]]
        raise UsageError(
            "history.several_runs",
            n=len(found),
            run_id=run_id,
            ids=ids,
            more=" …" if found[3:] else "",
        )
    return found[0]


def everything(database: Database, run: Run) -> Run:
    """A run with `in_force` (whether its period still holds what it stored), `findings` (counts by kind and reason;
    None when the period was graded again) and `outputs` as paths that are there or not.
    """
    columns = ("run_id", "kind", "reason")
    found = database.rows("findings", run["subject"], run["period"], columns)
    newest = runs(database, subject=run["subject"], period=run["period"])[0]
    in_force = newest["run_id"] == run["run_id"]
    outputs = [{"path": path, "there": Path(path).exists()} for path in run["outputs"]]
    return {**run, "outputs": outputs, "in_force": in_force, "findings": _counted(found) if in_force else None}


def _counted(findings: pl.DataFrame) -> list[dict[str, Any]]:
    if findings.is_empty():
        return []
    counted = findings.group_by("kind", "reason").agg(pl.len().alias("n"))
    return counted.sort("kind", "n", "reason", descending=[False, True, False]).to_dicts()


def _decoded(line: dict[str, Any]) -> Run:
    texts = {key: json.loads(line[key]) for key in _JSON if line.get(key) is not None}
    started = line["started"].replace(tzinfo=dt.UTC).astimezone().isoformat(timespec="seconds")
    return {**line, **texts, "started": started}
