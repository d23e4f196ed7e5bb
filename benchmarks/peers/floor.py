"""The bare floor: read with calamine, write the same cells back: ``IN.xlsx OUT.xlsx``.

Nothing is checked, graded or given looks; the rows go out as XML text that polars joins, deflated on a second thread.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from benchmarks.plain_workbook import write_plain, write_sheets


def main(source: str, target: str) -> None:
    sheets = pl.read_excel(source, sheet_id=0, engine="calamine")
    if len(sheets) > 1:
        write_sheets(Path(target), sheets)
    else:
        write_plain(Path(target), sheets.values())


if __name__ == "__main__":
    main(*sys.argv[1:])
