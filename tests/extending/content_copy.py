"""A copy of the program and its content that a test may add files to, run as a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


_EACH = """
import contextlib, io, json, shlex, sys
from ninegrid.cli.main import main

told = []
for line in sys.argv[1:]:
    sys.argv, out, code = ["grade", *shlex.split(line)], io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    told.append((code, out.getvalue()))
print(json.dumps(told))
"""


class Said(NamedTuple):
    """What a command left: its exit code, and what it said."""

    code: int
    text: str


@dataclass(frozen=True)
class Copy:
    """The package in a folder, laid out as it is installed."""

    home: Path

    @property
    def package(self) -> Path:
        return self.home / "ninegrid"

    def add(self, path: str, text: str) -> None:
        """A new file, below the package."""
        target = self.package / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def append(self, path: str, text: str) -> None:
        """Further lines of a declaration file."""
        with (self.package / path).open("a", encoding="utf-8") as file:
            file.write(text)

    def replace(self, path: str, old: str, new: str) -> None:
        """One line changed."""
        file = self.package / path
        text = file.read_text(encoding="utf-8")
        assert old in text, (path, old)
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def grade(self, folder: Path, *commands: str) -> list[Said]:
        """Command lines of the copy, one after the other in a folder: in one process, as each takes a second to
        start.
        """
        environment = {**os.environ, "PYTHONPATH": str(self.home), "GRADE_LANG": "en"}
        command = [sys.executable, "-c", _EACH, *commands]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return [Said(*one) for one in json.loads(done.stdout)]


def copied(home: Path) -> Copy:
    """The package with its policy, schemas and SELECTs."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "ninegrid", home / "ninegrid", ignore=ignored)
    for content in ("pipelines", "schemas", "sql"):
        shutil.copytree(ROOT / content, home / "ninegrid" / content, ignore=ignored)
    return Copy(home)
