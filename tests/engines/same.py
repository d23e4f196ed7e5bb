"""Two runs side by side: whatever they tell, they tell the same."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import polars as pl
import polars.selectors as cs
from polars.testing import assert_frame_equal

from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.result import Result
from ninegrid.store.database import open_database

LINES = 200 * 300
"""Bytes of some two hundred lines."""


def both(path: Path, folder: Path, **told: object) -> tuple[Result, Result]:
    """A file graded in memory and in blocks, with tables and database, each in a folder of its own."""
    whole = _graded(path, folder / "memory", **told)
    return whole, _graded(path, folder / "blocks", large=1, block_bytes=LINES, **told)


def _graded(path: Path, folder: Path, **told: object) -> Result:
    folder.mkdir()
    options = Options(out=folder / "out.xlsx", tables=folder / "tables", db=str(folder / "grade.duckdb"), **told)  # type: ignore[arg-type]
    return run("customers", [path], options).result


def assert_same_tables(folder: Path, apart: Collection[str] = (), without: Collection[str] = ()) -> None:
    """Every table file of both runs holds the same rows, but the tables and columns named."""
    names = {path.name for path in (folder / "memory" / "tables").iterdir()}
    assert names == {path.name for path in (folder / "blocks" / "tables").iterdir()}
    for name in sorted(names - {f"{table}.parquet" for table in apart}):
        read = (pl.read_parquet(folder / way / "tables" / name) for way in ("memory", "blocks"))
        one, other = (_in_order(rows.drop(without, strict=False)) for rows in read)
        _assert_same(one, other, name)


def assert_same_database(folder: Path) -> None:
    """Every stored table of both runs holds the same rows, but for the run's id."""
    found = []
    for way in ("memory", "blocks"):
        with open_database(str(folder / way / "grade.duckdb"), read_only=True) as database:
            tables = database._connection.execute(
                "SELECT table_schema, table_name FROM information_schema.tables "
                "WHERE table_name <> 'runs' AND table_schema <> 'packed' ORDER BY ALL"  # their views show them
            ).fetchall()
            found.append({(s, t): database._connection.sql(f'SELECT * FROM "{s}"."{t}"').pl() for s, t in tables})
    one, other = found
    assert one.keys() == other.keys()
    for name in one:
        left, right = (_in_order(frame.drop("run_id", strict=False)) for frame in (one[name], other[name]))
        _assert_same(left, right, ".".join(name))


def _assert_same(one: pl.DataFrame, other: pl.DataFrame, name: str) -> None:
    try:
        assert_frame_equal(one, other, rel_tol=1e-9, abs_tol=1e-9)
    except AssertionError as differing:
        raise AssertionError(f"{name}: {differing}") from differing


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Sorted by all that is no float, then by the floats as far as both runs agree on them."""
    exact = [pl.col(name) for name, kind in rows.schema.items() if not kind.is_float()]
    return rows.sort(*exact, cs.float().round(4), nulls_last=True)
