"""Runs of the command in processes of their own, which can be killed, stopped or starved at a chosen point.

`Runs` starts one process that imports the program once; every run is a fork of it, so that it takes the time of the
work alone.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import hypothesis  # noqa: F401 - these four are imported late, which every fork would do anew
import pandera.polars  # noqa: F401
import pyarrow  # noqa: F401

import ninegrid.pipeline  # noqa: F401
from ninegrid.cli import main
from ninegrid.files.outputs import Outputs
from ninegrid.store import connection, journal
from ninegrid.subjects.registry import relations
from tests.few_sheets import only
from tests.short_runs import grading_alone

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code, negative for a signal, and what it said."""

    code: int
    said: str

    @property
    def errors(self) -> list[str]:
        """The lines that say what is wrong."""
        return [line for line in self.said.splitlines() if line.startswith("error: ")]


class Runs:
    """A process that makes runs, one at a time."""

    def __init__(self) -> None:
        command = [sys.executable, "-W", "ignore", "-m", "tests.forked_runs"]  # forks beside threads are warned of
        self._server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._folder = tempfile.TemporaryDirectory()
        self._said, self._pid = Path(self._folder.name) / "said", 0

    def __enter__(self) -> Runs:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.communicate()
        self._folder.cleanup()

    def start(
        self,
        folder: Path,
        words: Sequence[str],
        *,
        at: str | None = None,
        send: signal.Signals = signal.SIGKILL,
        largest_file: int | None = None,
    ) -> int:
        """Begin ``grade WORDS`` in the folder, and say its process id. At the step `at` it sends itself a signal."""
        asked = {"folder": str(folder), "words": list(words), "at": at, "send": int(send), "largest": largest_file}
        print(json.dumps(asked | {"said": str(self._said)}), file=self._pipe("stdin"), flush=True)
        self._pid = int(self._pipe("stdout").readline())
        return self._pid

    def ended(self) -> Ended | None:
        """How the run that was begun has ended, once it has; None when it has stopped at its step instead."""
        code = json.loads(self._pipe("stdout").readline())
        return None if code is None else Ended(code, self.said)

    @property
    def said(self) -> str:
        """What the run that was begun has said so far."""
        return self._said.read_text(encoding="utf-8") if self._said.exists() else ""

    def has_ended_within(self, seconds: float) -> bool:
        """Wait for the run that was begun, but not longer; whether it has ended or stopped."""
        return bool(select.select([self._pipe("stdout")], [], [], seconds)[0])

    def code(self) -> int:
        """The exit code of the run, which ends."""
        ended = self.ended()
        assert ended
        return ended.code

    def go_on(self) -> None:
        """Let the run that has stopped at its step go on."""
        os.kill(self._pid, signal.SIGCONT)

    def run(self, folder: Path, words: Sequence[str], **how: Any) -> Ended:
        """A whole run."""
        self.start(folder, words, **how)
        ended = self.ended()
        assert ended, f"stopped at {how}"
        return ended

    def _pipe(self, name: str) -> Any:
        return getattr(self._server, name)


def _serve() -> None:
    """Fork a run for each line. Its workbook is a list alone, and nothing is sought but places: files are the point."""
    relations("customers")
    gc.freeze()  # a fork looks through what it made itself
    with only("list"), grading_alone():
        for line in sys.stdin:
            _run(json.loads(line))


def _run(asked: dict[str, Any]) -> None:
    pid = os.fork()
    if pid == 0:
        _grade(asked)
    print(pid, flush=True)
    _, status = os.waitpid(pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        print("null", flush=True)
        _, status = os.waitpid(pid, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)


def _grade(asked: dict[str, Any]) -> None:
    """The run itself, in the fork; never returns."""
    code = 1
    try:
        said = os.open(asked["said"], os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
        for stream in (0, 1, 2):
            os.dup2(os.open(os.devnull, os.O_RDONLY) if stream == 0 else said, stream)
        os.chdir(asked["folder"])
        if asked["largest"]:
            _limit_files(asked["largest"])
        if asked["at"]:
            _interrupt(asked["at"], asked["send"])
        sys.argv = ["grade", *asked["words"]]
        main()
    except SystemExit as stop:
        code = int(stop.code or 0)
    finally:
        gc.collect()  # what complains when it is thrown away is heard
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _limit_files(size: int) -> None:
    import resource  # noqa: PLC0415 - not there on Windows

    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _interrupt(step: str, number: int) -> None:
    """Have this process send itself a signal when it comes to a step for the first time."""

    def send(*_: object) -> None:
        os.kill(os.getpid(), number)

    def is_output(_: Path, target: Path) -> bool:
        return target.suffix in (".xlsx", ".parquet")

    {
        "database made and not named": lambda: _wrap(connection, "_name", before=send),
        "before the journal": lambda: _wrap(Outputs, "make_sure", before=send),
        "journal written": lambda: _wrap(journal, "announce", after=send),
        "committed": lambda: _wrap(journal, "settle", before=send),
        "one file moved": lambda: _wrap(journal, "put_in_place", after=send, when=is_output),
        "all files moved": lambda: _wrap(journal, "_end", before=send),
    }[step]()


def _wrap(
    owner: Any,
    name: str,
    *,
    before: Callable[..., None] | None = None,
    after: Callable[..., None] | None = None,
    when: Callable[..., bool] = lambda *_: True,
) -> None:
    """Have the first call of a function preceded or followed by another."""
    wrapped, pending = getattr(owner, name), [True]

    def call(*given: Any) -> Any:
        first = pending[0] and when(*given)
        pending[0] = pending[0] and not first
        if first and before:
            before()
        result = wrapped(*given)
        if first and after:
            after()
        return result

    setattr(owner, name, call)


if __name__ == "__main__":
    _serve()
