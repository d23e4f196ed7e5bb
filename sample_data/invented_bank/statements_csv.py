"""Writes the statements the way an old reporting system does: GB18030, thousands separators, losses in brackets."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from planting.lines import Line, Written

from invented_bank.exports import STATEMENTS_FILE
from invented_bank.layout import STATEMENTS


def write(lines: list[Line], folder: Path) -> Path:
    """Write the CSV and note on each line the row it stands in."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.heading for column in STATEMENTS])
    for number, line in enumerate(lines, 2):
        line.number = number
        writer.writerow([_text(line.cells.get(column.name), column.kind) for column in STATEMENTS])
    path = folder / STATEMENTS_FILE
    path.write_bytes(text.getvalue().encode("gb18030"))
    return path


def _text(value: Written, kind: str) -> str:
    if value is None or isinstance(value, str) or kind != "money":
        return "" if value is None else str(value)
    text = f"{abs(value):,}"
    return f"({text})" if value < 0 else text
