"""What a run leaves in the database: the result tables, the accepted inputs, and its line in the ledger."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from ninegrid.model.packed import Packed, as_packed
from ninegrid.model.result_tables import result_table
from ninegrid.model.steps import timed
from ninegrid.model.subject import Decisions
from ninegrid.result import Result
from ninegrid.store.database import Database


def store_rows(database: Database, result: Result) -> int:
    """Put the rows of the result in the place of what its period held; how many. Belongs inside a transaction."""
    subject, period = result.subject, str(result.period)
    if result.parts:
        database.spare_memory(result.parts.folder)
    with timed("results") as work:
        kept = {name: _to_keep(result, name, period) for name in result.tables}
        database.replace_period(subject, period, result.run_id, kept, long=result.long)
        work.rows = rows = sum(result.height(name) for name in result.tables)
    with timed("inputs") as work:
        tables, long = result.inputs.tables, result.long_inputs
        database.replace_period(subject, period, result.run_id, tables, schema="input", long=long)
        work.rows = sum(long[name].height if name in long else table.height for name, table in tables.items())
    return rows + work.rows


def record(
    database: Database,
    result: Result,
    written: Sequence[Path],
    decisions: Decisions | None = None,
    waited: float = 0.0,
) -> None:
    """Record the run, and people's decisions, once its rows are stored. Belongs inside a transaction.

    waited: seconds that its last step, which is still under way, waited for the rows.
    """
    database.record_run(_line(result, written, waited))
    if decisions:
        _append(database, result, decisions)


def _to_keep(result: Result, name: str, period: str) -> pl.DataFrame | Packed:
    """The rows of a table that are the run's own, those of earlier periods stand under these; packed where the table is
    declared so.
    """
    about = result_table(name)
    if about.packed:
        return as_packed(result.tables, name, about.packed)
    table = result.tables[name]
    return table.filter(pl.col("period") == period) if about.by_period else table


def _append(database: Database, result: Result, decisions: Decisions) -> None:
    """Add the decisions of this run to their table, which only grows, keyed by run and period."""
    run_id, period = pl.lit(result.run_id).alias("run_id"), pl.lit(str(result.period)).alias("period")
    rows = decisions.recorded(result.inputs, result.tables)
    database.append(decisions.made, decisions.ledger, rows.select(run_id, period, pl.all()))


def add_said(database: Database, result: Result, table: str, made: str, rows: pl.DataFrame) -> None:
    """Add what people said on forms of this run to their table, which only grows, keyed by run and period.

    made: the definition of the table, in sql/.
    """
    if rows.height:
        run_id, period = pl.lit(result.run_id).alias("run_id"), pl.lit(str(result.period)).alias("period")
        database.append(made, table, rows.select(run_id, period, pl.all()))


def _line(result: Result, written: Sequence[Path], waited: float) -> dict[str, object]:
    """The run's line; the commit is still to come."""
    steps = {**result.seconds, "publish": waited}
    files = [{"name": f.name, "sha256": f.sha256, "bytes": f.size} for f in result.inputs.files]
    return {
        "run_id": result.run_id,
        "subject": result.subject,
        "period": str(result.period),
        "lang": result.lang,
        "started": result.started,
        "seconds": sum(steps.values()),
        "steps": json.dumps({step: round(seconds, 3) for step, seconds in steps.items()}),
        "timings": json.dumps([part.as_json() for step in result.steps for part in step.flat()]),
        "program_version": result.versions["ninegrid"],
        "policy_source": " + ".join(result.policy.source),
        "policy_digest": result.policy.digest,
        "report_digest": result.policy.report_digest,
        "policy": result.policy.text,
        "inputs": json.dumps(files, ensure_ascii=False),
        "counts": json.dumps(dict(result.counts)),
        "outputs": json.dumps([str(path.absolute()) for path in written], ensure_ascii=False),
        "job": result.job,
        "compared_with": result.compared_with,
        "accepted_break": result.accepted_break,
        "key": result.key,
    }
