"""Dagster: the graded customers as an asset with a partition a month. Load it with `dagster dev -f grade_assets.py`."""

import json
import subprocess

import dagster as dg

HOME = "/srv/grade"
BUSY = 5  # the exit code of a database that somebody else is writing: the only one that trying again mends
MONTHS = dg.MonthlyPartitionsDefinition(start_date="2026-05", fmt="%Y-%m")


@dg.asset(partitions_def=MONTHS, group_name="grade", kinds={"duckdb"})
def graded_customers(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Customers on their grids: a workbook for head office, one a branch, the tables, and the month in the database."""
    command = [f"{HOME}/.venv/bin/grade", "run", "jobs/customers_monthly.toml", "--period", context.partition_key]
    ended = subprocess.run([*command, "--json"], cwd=HOME, check=False, stdout=subprocess.PIPE, encoding="utf-8")
    if ended.returncode == BUSY:
        raise dg.RetryRequested(max_retries=3, seconds_to_wait=600)
    if ended.returncode:
        raise dg.Failure(f"grade ended with exit code {ended.returncode}; the log says why", allow_retries=False)
    (run,) = json.loads(ended.stdout)["runs"]
    return dg.MaterializeResult(metadata={"status": run["status"], "run_id": run["run_id"] or "", **run["counts"]})


monthly = dg.define_asset_job("grade_customers_monthly", selection=[graded_customers], partitions_def=MONTHS)

defs = dg.Definitions(
    assets=[graded_customers],
    jobs=[monthly],
    schedules=[dg.build_schedule_from_partitioned_job(monthly, day_of_month=3, hour_of_day=6, minute_of_hour=15)],
)
