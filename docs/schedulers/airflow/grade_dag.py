"""Airflow 3: grades customers on the 3rd of each month. Put it in the DAGs folder of a worker that has /srv/grade.

To catch up, trigger it by hand with another period, such as 2026-05..2026-10; what is done already is skipped.
"""

from __future__ import annotations

import subprocess
from datetime import datetime, timedelta

from airflow.sdk import Param, dag, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException

HOME = "/srv/grade"
BUSY = 5  # the exit code of a database that somebody else is writing: the only one that trying again mends


@task(retries=3, retry_delay=timedelta(minutes=10))
def grade(job: str, params: dict[str, str] | None = None) -> None:
    """Run a job file for the period of the DAG run; its lines go to the task's log."""
    period = (params or {})["period"]
    command = [f"{HOME}/.venv/bin/grade", "run", job, "--period", period, "--log-format", "json"]
    code = subprocess.run(command, cwd=HOME, check=False).returncode
    if code == BUSY:
        raise AirflowException("the database is busy")
    if code:
        raise AirflowFailException(f"grade ended with exit code {code}; the log says why")


@dag(
    schedule="15 6 3 * *",
    start_date=datetime(2026, 5, 3),
    catchup=False,
    max_active_runs=1,
    params={"period": Param("previous-month", type="string", description="such as 2026-10 or 2026-05..2026-10")},
    tags=["grade"],
)
def grade_customers_monthly() -> None:
    """The customers of the month before."""
    grade("jobs/customers_monthly.toml")


grade_customers_monthly()
