"""Commands of a job that get the outcome of a run as JSON."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import Any

from ninegrid.messages import Message, message, system_reason

TIMEOUT = 60.0


def tell(
    command: tuple[str, ...],
    outcome: dict[str, Any],
    folder: Path,
    timeout: float = TIMEOUT,
    secrets: Collection[str] = (),
) -> Message | None:
    """Give the outcome as JSON to the command's standard input; what went wrong with that, if anything.

    The command is run as it is, without a shell, in `folder`; its standard error is ours, its standard output is lost.
    secrets: the environment variables that it doesn't get, such as those that hold passwords.
    """
    text = json.dumps(outcome, ensure_ascii=False)
    try:
        ended = subprocess.run(
            command,
            input=text.encode(errors="backslashreplace"),
            stdout=subprocess.DEVNULL,
            cwd=folder,
            env={name: value for name, value in os.environ.items() if name not in secrets},
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return message("jobs.hook_stopped", hook=command[0], seconds=timeout)
    except OSError as error:
        return message("jobs.hook_not_run", hook=command[0], reason=system_reason(error))
    return message("jobs.hook_failed", hook=command[0], code=ended.returncode) if ended.returncode else None
