"""What a run leaves in the database: the result tables, the accepted inputs, and its line in the ledger."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from ninegrid.result import Result
from ninegrid.store.database import Database


def store(database: Database, result: Result, written: Sequence[Path]) -> None:
    """Put the result in the place of what its period held, and record the run. Belongs inside a transaction."""
    subject, period = result.subject, str(result.period)
    database.replace_period(subject, period, result.run_id, result.tables)
    database.replace_period(subject, period, result.run_id, result.inputs.tables, schema="input")
    database.record_run(_line(result, written))


def append(database: Database, result: Result, definition: str, table: str, rows: pl.DataFrame) -> None:
    """Add rows to a table that only grows, keyed by run and period. Belongs inside a transaction."""
    run_id, period = pl.lit(result.run_id).alias("run_id"), pl.lit(str(result.period)).alias("period")
    database.append(definition, table, rows.select(run_id, period, pl.all()))


def _line(result: Result, written: Sequence[Path]) -> dict[str, object]:
    files = [{"name": f.name, "sha256": f.sha256, "bytes": f.size} for f in result.inputs.files]
    return {
        "run_id": result.run_id,
        "subject": result.subject,
        "period": str(result.period),
        "lang": result.lang,
        "started": result.started,
        "seconds": sum(result.seconds.values()),
        "program_version": result.versions["ninegrid"],
        "policy_source": " + ".join(result.policy.source),
        "policy_digest": result.policy.digest,
        "policy": result.policy.text,
        "inputs": json.dumps(files, ensure_ascii=False),
        "counts": json.dumps(dict(result.counts)),
        "outputs": json.dumps([str(path) for path in written], ensure_ascii=False),
    }
