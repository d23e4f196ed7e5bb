"""The bare floor: read with calamine, write the same cells back: ``IN.xlsx OUT.xlsx``.

Nothing is checked, graded or given looks; the rows go out as XML text that polars joins, deflated on a second thread.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from benchmarks.plain_workbook import write_plain


def main(source: str, target: str) -> None:
    write_plain(Path(target), [pl.read_excel(source, engine="calamine", schema_overrides={"客户号": pl.String})])


if __name__ == "__main__":
    main(*sys.argv[1:])
