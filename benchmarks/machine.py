"""On what it was measured: the machine, and the versions of what ran."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path

from benchmarks.plan import Programs
from benchmarks.results import GIB

_OURS = ("ninegrid", "polars", "duckdb", "pandera", "openpyxl", "fastexcel", "isal")
_PEERS = ("pandas", "numpy", "polars", "openpyxl", "xlsxwriter", "fastexcel")
_ASK = """
import json, platform, sys
from importlib.metadata import PackageNotFoundError, version
found = {"python": platform.python_version()}
for name in sys.argv[1:]:
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        pass
print(json.dumps(found))
"""


def machine() -> dict[str, object]:
    """system, processor, cores that may be used, memory in GiB (None where the system does not tell)."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"system": platform.platform(), "processor": _processor(), "cores": usable, "memory_gib": _memory()}


def versions(programs: Programs) -> dict[str, dict[str, str]]:
    """The versions of Python and of the packages that matter, for us and for the peers."""
    return {"ours": _versions(programs.python, _OURS), "peers": _versions(programs.peers, _PEERS)}


def _versions(python: Path, names: tuple[str, ...]) -> dict[str, str]:
    told = subprocess.run([str(python), "-c", _ASK, *names], capture_output=True, text=True, check=True)
    return dict(json.loads(told.stdout))


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> float | None:
    try:
        return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / GIB, 1)
    except (AttributeError, OSError, ValueError):
        return None
