"""The list of planted faults that stands beside the files."""

from __future__ import annotations

import json
from typing import Any

from planting.spoiler import Planted


def described(fault: Planted, key: str, file: str, sheet: str, cell: str) -> dict[str, Any]:
    """A fault as the manifest tells it: where it is, whose row, what is written there, what must become of it."""
    return {
        "file": file,
        "sheet": sheet,
        "cell": cell,
        key: fault.line.cells[key],
        "column": fault.column,
        "written": None if fault.column is None else fault.line.cells.get(fault.column),
        "fault": fault.fault,
        "outcome": fault.outcome,
    }


def as_json(value: Any) -> str:
    """The manifest's text."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n"
