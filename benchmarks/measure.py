"""What a command costs: wall time, CPU time and peak memory, each run in a fresh process.

Only the standard library is loaded here: where a process begins, its peak memory counts that of who began it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

_TOLD = 2000  # characters of what a failed command said
_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes that ru_maxrss counts in


class CommandFailedError(Exception):
    """A command that was to be measured failed."""


@dataclass(frozen=True)
class Cost:
    """What a run cost: seconds by the wall clock, seconds of CPU over all threads, bytes of memory at the peak.

    cpu and memory are None where the system does not tell them of a process that ended (Windows). output: what it
    wrote to standard output.
    """

    wall: float
    cpu: float | None
    memory: int | None
    output: str = ""


def measured(command: Sequence[str]) -> Cost:
    """Run the command to its end. CommandFailedError, with the end of what it said, when it fails."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as complaint:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=complaint, env=_usual())
        code, cpu, memory = _waited(process)
        wall = time.perf_counter() - began
        output.seek(0)
        complaint.seek(0)
        if code:
            said = complaint.read().decode(errors="replace")[-_TOLD:]
            raise CommandFailedError(f"{' '.join(command)} ended with {code}:\n{said}")
        return Cost(wall, cpu, memory, output.read().decode(errors="replace"))


def _usual() -> dict[str, str]:
    """The environment, but that Python keeps the modules it has compiled, as it does on everybody's machine."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _waited(process: subprocess.Popen[bytes]) -> tuple[int, float | None, int | None]:
    """The exit code, the CPU time and the peak memory, those of the process's own children included."""
    if not hasattr(os, "wait4"):
        return process.wait(), None, None
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)  # so that nobody waits for it again
    return process.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss * _UNIT
