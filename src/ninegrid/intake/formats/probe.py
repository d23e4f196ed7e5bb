"""Reading a file once in a child process, to see whether its reader survives it.

The readers of old and binary formats panic, abort or ask for all memory where a damaged file leads them, and then the
whole program ends without a word. The child reads every sheet, within a limit of memory; where it ends badly, its
parent says so and goes on. It costs a tenth of a second for a workbook and a third for a parquet file. Workbooks of
the plain kind (.xlsx), text and markup are not read so: their parts are checked beforehand.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys

from ninegrid.messages import Message, message
from ninegrid.model.errors import InputError

_LEAST_MEMORY = 4 << 30
_MEMORY_A_BYTE = 64
_SECONDS = 600
_PROGRAMMERS = re.compile(r"[`{}]|::|\bpanick|out of (range|bounds)|unwrap")
"""What stands in the words of a program that has come upon what its author thought impossible."""
_LIMITED = """
import io, json, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
except (ImportError, ValueError, OSError):
    pass
"""
_WORKBOOK = """
from python_calamine import CalamineWorkbook, SheetTypeEnum
book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
sheets = [s.name for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
ends = {{name: book.get_sheet_by_name(name).end for name in sheets}}
print(json.dumps({{name: (end[0] + 1 if end else 0) for name, end in ends.items()}}))
"""
_PARQUET = """
import polars as pl
pl.read_parquet(io.BytesIO(sys.stdin.buffer.read()), glob=False)
print("{{}}")
"""


def probed_workbook(data: bytes, name: str) -> dict[str, int]:
    """The sheets of a workbook with the last row that the reader sees in each. InputError where the reader fails."""
    return _child(_WORKBOOK, data, name)


def probe_parquet(data: bytes, name: str) -> None:
    """InputError where reading a parquet file fails."""
    _child(_PARQUET, data, name, "formats.parquet_fails")


def _child(program: str, data: bytes, name: str, code: str = "formats.reader_fails") -> dict[str, int]:
    memory = _LEAST_MEMORY + _MEMORY_A_BYTE * len(data)
    command = [sys.executable, "-P", "-c", (_LIMITED + program).format(memory=memory)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise InputError("formats.reader_hangs", file=name, seconds=_SECONDS) from error
    if done.returncode:
        raise InputError(code, file=name, why=_reason(done))
    found: dict[str, int] = json.loads(done.stdout)
    return found


def _reason(done: subprocess.CompletedProcess[bytes]) -> str | Message:
    """The last line that the child wrote, in plain words where it is a programmer's, or the signal that ended it."""
    lines = done.stderr.decode("utf-8", errors="replace").strip().splitlines()
    last = lines[-1].partition(": ")[2].strip() if lines else ""
    if _PROGRAMMERS.search(last):
        return message("formats.contradicts_itself")
    return last[:120] or f"signal {-done.returncode}"
