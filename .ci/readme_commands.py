"""Runs the commands of the ```sh blocks of the files named (README.md where none is), in order, in this folder.

It stops at the first command that fails. A command that an earlier file has too isn't run again.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(names: list[str]) -> list[str]:
    """The commands of the files, those of later files that an earlier one lacks."""
    found: list[str] = []
    for name in names:
        blocks = BLOCK.findall(Path(name).read_text(encoding="utf-8"))
        lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines() if line]
        earlier = frozenset(found)
        found += [line for line in lines if line not in earlier]
    return found


def main() -> int:
    for command in commands(sys.argv[1:] or ["README.md"]):
        print(f"$ {command}", flush=True)
        began = time.perf_counter()
        code = subprocess.run(["bash", "-c", command], check=False, stdin=subprocess.DEVNULL).returncode
        print(f"  exit {code}, {time.perf_counter() - began:.1f} s", flush=True)
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
