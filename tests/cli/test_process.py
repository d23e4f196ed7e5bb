"""The command as a process of its own: what a scheduler sees of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def grade(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ninegrid", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)


def test_all_of_its_lines_come_through_a_pipe(tmp_path: Path) -> None:
    done = grade("policy", "show", "customers", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("#")
    assert "[[sheets]]" in done.stdout
    assert done.stdout.endswith("\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(["nope"], 2, "There is no command", marks=pytest.mark.thorough),
        pytest.param(["check", "customers", "none.xlsx"], 3, "none.xlsx", marks=pytest.mark.thorough),
    ],
)
def test_its_exit_code_says_how_it_ended(words: list[str], code: int, said: str, tmp_path: Path) -> None:
    done = grade(*words, folder=tmp_path)
    assert done.returncode == code
    assert said in done.stderr
