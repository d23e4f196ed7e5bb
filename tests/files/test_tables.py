"""Result tables as files, and what is said when there is no room for them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from ninegrid.files.outputs import outputs
from ninegrid.files.tables import write_tables
from ninegrid.model.errors import OutputError

WIDE = pl.DataFrame({f"column_{n}": ["x"] * 50 for n in range(100)})


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes, as on a disk that is full."""
    import resource  # noqa: PLC0415 - not there on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.skipif(sys.platform == "win32", reason="limits of Unix")
@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_wherever_the_room_ends_it_is_said(tmp_path: Path, form: str) -> None:
    with outputs() as staged:
        write_tables({"wide": WIDE}, tmp_path, form, staged.writing)
        (written,) = staged.publish()
    before = written.read_bytes()
    for size in range(1, len(before), len(before) // 12):
        with outputs() as staged, pytest.raises(OutputError, match="File too large"), largest_file(size):
            write_tables({"wide": WIDE}, tmp_path, form, staged.writing)
    assert written.read_bytes() == before
    assert list(tmp_path.iterdir()) == [written]


def test_an_excel_safe_csv_holds_no_formula(tmp_path: Path) -> None:
    texts = ["=1+1", " +2", "-3", "@a", "＝1", "甲公司", "a=b", None]
    frame = pl.DataFrame({"name": texts, "rani": [-1.5] * len(texts)})
    with outputs() as staged:
        write_tables({"plain": frame}, tmp_path, "csv", staged.writing)
        write_tables({"safe": frame}, tmp_path, "csv", staged.writing, excel_safe=True)
        staged.publish()
    plain, safe = (pl.read_csv(tmp_path / f"{name}.csv")["name"].to_list() for name in ("plain", "safe"))
    assert plain == texts
    assert safe == ["'=1+1", "' +2", "'-3", "'@a", "'＝1", "甲公司", "a=b", None]
    assert (pl.read_csv(tmp_path / "safe.csv")["rani"] == -1.5).all()  # numbers are numbers
