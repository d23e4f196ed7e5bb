"""The result tables as files: one a table, parquet or CSV (UTF-8)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from ninegrid.files.spill import LongTable, Writing
from ninegrid.model.form_version import FORM_VERSION, program_version
from ninegrid.model.packed import Tables, together

_VERSION = {"form_version": str(FORM_VERSION)}
_REFUSED = 1 << 20  # bytes: more than a disk that is full for a table has left

_FORMULA = r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]"


def write_tables(
    tables: Mapping[str, pl.DataFrame],
    folder: Path,
    file_format: str,
    writing: Writing,
    long: Mapping[str, LongTable] | None = None,
    *,
    excel_safe: bool = False,
) -> None:
    """Write each table to the path that `writing` gives for ``folder/<name>.<file_format>``.

    Levels are integers, missing is null (an empty field in CSV), money is yuan, ratios are fractions.
    long: tables that are too long to hold, in the place of those of their names; their rows come in no order.
    excel_safe: whether a text in CSV that a spreadsheet would take for a formula gets a ' before it.
    The metadata of each parquet file says its version (`form_version`).
    """
    safe = formula_safe if excel_safe else pl.DataFrame.clone
    for name, frame in tables.items():
        target = folder / f"{name}.{file_format}"
        if long and name in long:
            long[name].write_out(target, writing, partial(_write_long, file_format=file_format, safe=safe))
            continue
        with writing(target) as path:
            if file_format == "parquet":
                _write_parquet(frame, path)
            else:
                safe(frame).write_csv(path)


def with_version(tables: Mapping[str, pl.DataFrame]) -> Tables:
    """The tables, and `form_version` as the database has it: a row with form_version and program_version."""
    version = pl.DataFrame({"form_version": [FORM_VERSION], "program_version": [program_version()]})
    return together(tables, {"form_version": version})


def formula_safe(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with a ' before every text that begins a formula (=, +, -, @, a tab or line end), spaces aside."""
    texts = pl.col(pl.String, pl.Categorical, pl.Enum).cast(pl.String)
    return frame.with_columns(texts.str.replace(_FORMULA, "'${0}"))


def _write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """The table as parquet. OSError when the system refuses it, which polars doesn't say of every write that fails."""
    try:
        frame.write_parquet(path, metadata=_VERSION)
    except pl.exceptions.ComputeError:
        with path.open("ab") as file:  # asked once more, the system says why
            file.write(bytes(_REFUSED))
            os.fsync(file.fileno())
        raise


def _write_long(
    parts: Sequence[Path], path: Path, *, file_format: str, safe: Callable[[pl.DataFrame], pl.DataFrame]
) -> None:
    """The table part by part, so that no more than one is held."""
    if file_format == "parquet":
        from pyarrow.parquet import ParquetWriter  # noqa: PLC0415  with what it needs, a fiftieth of the start

        schema = pl.read_parquet_schema(parts[0])
        told = pl.DataFrame(schema=schema).to_arrow().schema.with_metadata(_VERSION)
        with ParquetWriter(path, told, compression="zstd") as file:
            for part in parts:
                file.write_table(pl.read_parquet(part, glob=False).to_arrow())
        return
    with path.open("wb") as file:
        for number, part in enumerate(parts):
            safe(pl.read_parquet(part, glob=False)).write_csv(file, include_header=number == 0)
