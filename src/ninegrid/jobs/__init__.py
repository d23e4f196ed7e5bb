"""Batch jobs: a job file says what is read, how it is graded and where it goes; a run of it is safe to repeat."""

from ninegrid.jobs.load import load_job
from ninegrid.jobs.model import Job
from ninegrid.jobs.outcome import Outcome, exit_code
from ninegrid.jobs.period_selection import asked_for
from ninegrid.jobs.plan import Plan, plan_job
from ninegrid.jobs.runner import Session, run_jobs

__all__ = [
    "Job",
    "Outcome",
    "Plan",
    "Session",
    "asked_for",
    "exit_code",
    "load_job",
    "plan_job",
    "run_jobs",
]
