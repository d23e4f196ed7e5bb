"""Whether two checkouts grade alike: ``python -m benchmarks.compare_checkouts BEFORE AFTER [--rows N] [--keep DIR]``.

BEFORE and AFTER are folders of checkouts, each with its own installation in ``.venv``; or give the interpreters with
``--pythons BEFORE_PYTHON AFTER_PYTHON``. Both grade the sample's six months and three quarters, period after period in
one database, and a made book of N customers. Then every result table is compared, row by row in its order: texts,
codes, levels and dates exactly, figures to 1e-9 of their size; and every cell of the workbooks. Not compared: the
run's id, times and versions (the last section of the sheet 口径) and the digest of the policy. Each difference is
printed; the exit code is 1 when there is one. It takes some two minutes with 2,000 rows; `--periods 2` grades the
sample's two newest months and quarters only.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import polars as pl
from openpyxl import load_workbook

from benchmarks.customers import Table
from benchmarks.make import make

_SAMPLE = Path(__file__).resolve().parent.parent / "sample_data"
_TOLERANCE = 1e-9
_RUN_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{6}")
_DIGEST = re.compile(r"\b[0-9a-f]{12}\b")
_SHOWN = 5  # differences of one table or sheet


@dataclass(frozen=True)
class Run:
    """One run of `grade`, named by what it leaves: NAME.xlsx and the folder NAME of tables."""

    name: str
    subject: str
    files: tuple[Path, ...]
    database: str = ":memory:"

    def do(self, python: Path, folder: Path) -> None:
        """Grade into the folder; CalledProcessError when that fails."""
        outputs = ["--out", f"{self.name}.xlsx", "--tables", self.name, "--db", self.database]
        options = ["--quiet", "--max-rejected", "20%"]
        command = [str(python), "-m", "ninegrid", self.subject, *map(str, self.files), *outputs, *options]
        subprocess.run(command, cwd=folder, check=True, env={**os.environ, "PYTHONPATH": ""})


def main(words: Sequence[str] | None = None) -> int:
    """The exit code: 0 when both grade alike, 1 when they don't."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare_checkouts", description=__doc__)
    parser.add_argument("checkouts", nargs="*", type=Path, metavar="CHECKOUT", help="before, after")
    parser.add_argument("--pythons", nargs=2, type=Path, metavar="PYTHON", help="interpreters in place of checkouts")
    parser.add_argument("--rows", type=int, default=2_000, metavar="N", help="customers of the made book (2000)")
    parser.add_argument("--periods", type=int, default=6, metavar="N", help="newest periods of the sample (6)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where the outputs stay")
    asked = parser.parse_args(words)
    pythons = [p.absolute() for p in asked.pythons or [c / ".venv" / "bin" / "python" for c in asked.checkouts]]
    if len(pythons) != 2:
        parser.error("name two checkouts")
    with tempfile.TemporaryDirectory() as temporary:
        home = (asked.keep or Path(temporary)).absolute()
        before, after = home / "before", home / "after"
        wanted = runs(home, asked.rows, asked.periods)
        for python, folder in zip(pythons, (before, after), strict=True):
            folder.mkdir(parents=True)
            for run in wanted:
                run.do(python, folder)
        found = [line for run in wanted for line in differences(run.name, before, after)]
    print("\n".join(found) or f"Both grade alike: {len(wanted)} runs.")
    return 1 if found else 0


def runs(home: Path, rows: int, periods: int) -> list[Run]:
    """The sample's newest periods, oldest first, and the made book."""
    book = home / f"made_2026-10_{rows}.xlsx"
    make(Table(rows, 0.05), book)
    months = sorted((_SAMPLE / "customers").glob("*.xlsx"))[-periods:]
    statements = _SAMPLE / "customers" / "财报.csv"
    quarters = sorted((_SAMPLE / "talent").glob("*.xlsx"))[-periods:]
    return [
        *(Run(file.stem, "customers", (file, statements), "sample.duckdb") for file in months),
        *(Run(file.stem, "talent", (file,), "sample.duckdb") for file in quarters),
        Run("made", "customers", (book,)),
    ]


def differences(name: str, before: Path, after: Path) -> Iterator[str]:
    """What differs in the tables and the workbook of a run, as lines to read."""
    tables = {path.stem for folder in (before, after) for path in (folder / name).glob("*.parquet")}
    for table in sorted(tables):
        paths = [folder / name / f"{table}.parquet" for folder in (before, after)]
        if missing := [path for path in paths if not path.exists()]:
            yield f"{name} › {table}: only {'after' if missing[0] == paths[0] else 'before'}"
        else:
            yield from (f"{name} › {table}: {line}" for line in of_tables(*map(pl.read_parquet, paths)))
    yield from (f"{name}.xlsx › {line}" for line in of_workbooks(*(f / f"{name}.xlsx" for f in (before, after))))


def of_tables(before: pl.DataFrame, after: pl.DataFrame) -> Iterator[str]:
    """What differs between two tables, row by row."""
    if before.columns != after.columns:
        gone, new = ([c for c in a.columns if c not in b.columns] for a, b in ((before, after), (after, before)))
        yield f"columns gone {gone}, new {new}" if gone or new else "columns in another order"
    if before.height != after.height:
        yield f"{before.height} rows before, {after.height} after"
        return
    for column in [name for name in before.columns if name in after.columns]:
        old, new = before[column], after[column]
        if old.dtype != new.dtype:
            yield f"{column}: {old.dtype} before, {new.dtype} after"
            continue
        unlike = pl.DataFrame({"old": old, "new": new}).with_row_index("row", 1).filter(_unlike(old.dtype))
        if unlike.height:
            row, was, now = unlike.row(0)
            yield f"{column}: {unlike.height} rows differ, first row {row}: {was!r} before, {now!r} after"


def _unlike(dtype: pl.DataType) -> pl.Expr:
    old, new = pl.col("old"), pl.col("new")
    if not dtype.is_float():
        return old.ne_missing(new)
    far = (old - new).abs() > _TOLERANCE * pl.max_horizontal(old.abs(), new.abs(), 1e-3)
    return far.fill_null(False) | (old.is_null() != new.is_null()) | (old.is_nan() != new.is_nan()).fill_null(False)


def of_workbooks(before: Path, after: Path) -> Iterator[str]:
    """What differs between the cells of two workbooks, sheet by sheet."""
    old, new = (load_workbook(path, read_only=True) for path in (before, after))
    if old.sheetnames != new.sheetnames:
        yield f"sheets {old.sheetnames} before, {new.sheetnames} after"
    for sheet in [name for name in old.sheetnames if name in new.sheetnames]:
        found = [
            f"{sheet}, row {row}: {was} before, {now} after"
            for row, (was, now) in enumerate(zip_longest(_rows(old[sheet]), _rows(new[sheet])), 1)
            if was != now
        ]
        yield from found[:_SHOWN]
        if len(found) > _SHOWN:
            yield f"{sheet}: {len(found) - _SHOWN} more rows differ"


def _rows(sheet: object) -> Iterator[list[object]]:
    """The values of each row up to the one that holds the run's id, figures rounded, without empty cells at the end."""
    for row in sheet.iter_rows(values_only=True):  # type: ignore[attr-defined]
        if any(isinstance(value, str) and _RUN_ID.fullmatch(value) for value in row):
            return
        values = [_plain(value) for value in row]
        while values and values[-1] is None:
            values.pop()
        yield values


def _plain(value: object) -> object:
    if isinstance(value, str):
        return _DIGEST.sub("…", _RUN_ID.sub("…", value))
    return float(f"{value:.9g}") if isinstance(value, float) else value


if __name__ == "__main__":
    sys.exit(main())
