"""The log as JSON, one object a line on standard error, for programs that collect it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from contextvars import ContextVar

from ninegrid.cli import terminal

_FLAG = "--log-format"
# The run that the process is at: an error ends a run without knowing which.
_run_id: ContextVar[str | None] = ContextVar("run_id", default=None)


def asked_for(words: Sequence[str]) -> bool:
    """Whether the words of a command line ask for JSON lines."""
    pairs = zip(words, [*words[1:], ""], strict=True)
    return f"{_FLAG}=json" in words or (_FLAG, "json") in pairs


def begin(run_id: str | None = None) -> None:
    """The run that the lines from now on belong to; None while it has no id yet."""
    _run_id.set(run_id)


def write(
    event: str,
    message: str,
    *,
    level: str = "info",
    step: str | None = None,
    rows: int | None = None,
    seconds: float | None = None,
    **more: object,
) -> None:
    """One line: time (ISO 8601, UTC), run_id, level, event, step, rows, seconds, message, and what `more` holds."""
    line = {
        "time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
        "run_id": _run_id.get(),
        "level": level,
        "event": event,
        "step": step,
        "rows": rows,
        "seconds": None if seconds is None else round(seconds, 3),
        "message": message,
        **more,
    }
    terminal.line(json.dumps(line, ensure_ascii=False), err=True)
