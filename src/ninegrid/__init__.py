"""Grades subjects on nine-grids: where each one stands, and the way up.

The verbs of the command line as functions:

    import ninegrid

    result = ninegrid.grade("customers", ["对公客户_2026-10.xlsx", "财报.csv"])
    result.tables["customers"]  # a polars frame, a row a customer
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ninegrid.explanation import Explanation
    from ninegrid.result import Result

__all__ = ["check", "explain", "grade"]


def grade(
    subject: str,
    files: Sequence[str | Path],
    *,
    out: str | Path | None = None,
    db: str | Path = ":memory:",
    tables: str | Path | None = None,
    **options: Any,
) -> Result:
    """Grade the files of a subject, and return every result table and finding as one frozen value.

    With `out`, `tables` or a database file the workbook, the tables and the stored period are written as `grade SUBJECT
    FILE…` writes them; without any of them nothing is. options: as in `ninegrid.options.Options`, a period as text too
    (`period="2026-10"`). Raises the errors of `ninegrid.model.errors`, each with the exit code the command line would
    end with.
    """
    from ninegrid.options import Options
    from ninegrid.pipeline import grade_files, run

    paths, options = [Path(file) for file in files], _with_period(options)
    if out is None and tables is None and str(db) == ":memory:":
        return grade_files(subject, paths, Options(**options))
    places = {"out": out and Path(out), "tables": tables and Path(tables)}
    return run(subject, paths, Options(db=str(db), **(places | options))).result


def check(subject: str, files: Sequence[str | Path], **options: Any) -> Result:
    """Read and check the files only: findings, counts and typed relations. options: as in `grade`."""
    from ninegrid.options import Options
    from ninegrid.pipeline import check_files

    return check_files(subject, [Path(file) for file in files], Options(**_with_period(options)))


def explain(
    subject: str, subject_id: str, *, db: str | Path = "grade.duckdb", period: str | None = None
) -> Explanation:
    """Why a stored subject is in its cells: figures, the cuts they met, the distance to each, the rule that decided."""
    from ninegrid.explanation import explain as explained
    from ninegrid.store.database import open_database

    with open_database(str(db), read_only=True) as database:
        return explained(database, subject, subject_id, period)


def _with_period(options: dict[str, Any]) -> dict[str, Any]:
    from ninegrid.model.period import Period

    period = options.get("period")
    return {**options, "period": Period.parse(period)} if isinstance(period, str) else options


def __getattr__(name: str) -> str:
    """`__version__`, read when it is asked for: reading it takes as long as the rest of the start."""
    if name == "__version__":
        from importlib.metadata import version

        return version("ninegrid")
    raise AttributeError(f"module 'ninegrid' has no attribute {name!r}")
