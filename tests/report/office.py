"""One LibreOffice that holds a workbook open while its cells are set and its sheets are read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

OFFICE = shutil.which("soffice")
Values = Sequence[Sequence[Any]]
"""The rows of an area from A1: numbers, texts, and "" for what is empty."""


@cache
def python() -> str | None:
    """A Python that speaks to LibreOffice: this one, the system's or LibreOffice's own; None where there is none."""
    if OFFICE is None:
        return None
    own = Path(OFFICE).resolve().parent / "python"
    programs = filter(None, (sys.executable, shutil.which("python3", path=os.defpath), shutil.which(own)))
    return next((program for program in programs if _speaks(program)), None)


def _speaks(program: str) -> bool:
    tried = subprocess.run([program, "-c", "import uno"], capture_output=True, check=False)
    return tried.returncode == 0


def step(cells: Mapping[str, Mapping[str, Any]], areas: Mapping[str, str]) -> dict[str, Any]:
    """What to set, by sheet and cell, and then what to read, by sheet."""
    return {"set": cells, "read": areas}


def answers(workbook: Path, steps: Sequence[Mapping[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """What LibreOffice shows after each step; `folder` is for what it keeps."""
    program = python()
    assert program is not None
    profile = folder / f"office{os.getpid()}"
    asked = {"office": OFFICE, "profile": str(profile), "workbook": str(workbook), "steps": steps}
    script = Path(__file__).with_name("office_pages.py")
    done = subprocess.run(
        [program, script], input=json.dumps(asked), capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
