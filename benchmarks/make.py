"""Makes one of the files that are graded: ``python -m benchmarks.make ROWS BAD_SHARE FILE [MONTHS_AGO | talent]``.

FILE ends in .xlsx (texts in their cells), .shared.xlsx (texts in a part of their own), .csv (UTF-8) or .gb18030.csv; of
employees in .xlsx. A file that is there already is left. It is a program of its own so that the one that measures stays
small: where a process begins, its peak memory counts that of who began it.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from benchmarks.customers import UNREADABLE, Table
from benchmarks.employees import company
from benchmarks.plain_workbook import write_plain, write_sheets


def make(table: Table, path: Path) -> None:
    """The table as a file, which appears whole or not at all."""
    if path.exists():
        return
    unfinished = _beside(path)
    if path.suffix == ".xlsx":
        write_plain(unfinished, table.chunks(), UNREADABLE, shared=".shared" in path.suffixes)
    else:
        _write_text(table, unfinished, "gb18030" if ".gb18030" in path.suffixes else "utf-8")
    unfinished.replace(path)


def make_company(employees: int, path: Path) -> None:
    """The same of a company."""
    if not path.exists():
        write_sheets(_beside(path), company(employees))
        _beside(path).replace(path)


def _beside(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f"{path.name}.part")


def _write_text(table: Table, path: Path, encoding: str) -> None:
    with path.open("wb") as file:
        for number, chunk in enumerate(table.chunks()):
            text = BytesIO()
            chunk.fill_nan(None).write_csv(text, include_header=number == 0)
            file.write(text.getvalue() if encoding == "utf-8" else text.getvalue().decode().encode(encoding))


if __name__ == "__main__":
    rows, bad, name, *more = sys.argv[1:]
    if more == ["talent"]:
        make_company(int(rows), Path(name))
    else:
        make(Table(int(rows), float(bad), *map(int, more)), Path(name))
