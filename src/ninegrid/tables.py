"""The result tables as files: one a table, parquet or CSV (UTF-8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import polars as pl

Writing = Callable[[Path], AbstractContextManager[Path]]


def write_tables(tables: Mapping[str, pl.DataFrame], folder: Path, form: str, writing: Writing) -> None:
    """Write each table to the path that `writing` gives for ``folder/<name>.<form>``.

    Levels are integers, missing is null (an empty field in CSV), money is yuan, ratios are fractions.
    """
    for name, frame in tables.items():
        with writing(folder / f"{name}.{form}") as path:
            if form == "parquet":
                frame.write_parquet(path)
            else:
                frame.write_csv(path)
