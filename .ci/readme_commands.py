"""Runs every command of the README's ```sh blocks, in order, in this folder, and stops at the first that fails."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def main() -> int:
    text = Path("README.md").read_text(encoding="utf-8")
    for block in BLOCK.findall(text):
        for command in filter(None, block.replace("\\\n", " ").splitlines()):
            print(f"$ {command}", flush=True)
            began = time.perf_counter()
            code = subprocess.run(["bash", "-c", command], check=False, stdin=subprocess.DEVNULL).returncode
            print(f"  exit {code}, {time.perf_counter() - began:.1f} s", flush=True)
            if code:
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
