"""The result tables as files: one a table, parquet or CSV (UTF-8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

FORMATS = ("parquet", "csv")


def write_tables(tables: Mapping[str, pl.DataFrame], folder: Path, form: str, stage: Callable[[Path], Path]) -> None:
    """Write each table to the path that `stage` gives for ``folder/<name>.<form>``.

    Levels are integers, missing is null (an empty field in CSV), money is yuan, ratios are fractions.
    """
    for name, frame in tables.items():
        path = stage(folder / f"{name}.{form}")
        if form == "parquet":
            frame.write_parquet(path)
        else:
            frame.write_csv(path)
