"""Runs the commands of the ```sh blocks of the files named (README.md where none is), in order, in this folder.

Of blocks that begin with ```sh and a word, those of the word that `--of` gives, and no others. It stops at the first
command that fails. A command that an earlier file has too isn't run again.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

BLOCK = re.compile(r"^```sh *(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(names: list[str], word: str = "") -> list[str]:
    """The commands of the files, those of later files that an earlier one lacks."""
    found: list[str] = []
    for name in names:
        blocks = [block for of, block in BLOCK.findall(Path(name).read_text(encoding="utf-8")) if of == word]
        lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines() if line]
        earlier = frozenset(found)
        found += [line for line in lines if line not in earlier]
    return found


def main() -> int:
    told = argparse.ArgumentParser()
    told.add_argument("--of", default="")
    told.add_argument("files", nargs="*", default=["README.md"])
    asked = told.parse_args()
    for command in commands(asked.files, asked.of):
        print(f"$ {command}", flush=True)
        began = time.perf_counter()
        code = subprocess.run(["bash", "-c", command], check=False, stdin=subprocess.DEVNULL).returncode
        print(f"  exit {code}, {time.perf_counter() - began:.1f} s", flush=True)
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
