"""The commands of a job that are told how a run ended."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import Any

TIMEOUT = 60.0


def tell(
    command: tuple[str, ...],
    message: dict[str, Any],
    folder: Path,
    timeout: float = TIMEOUT,
    secrets: Collection[str] = (),
) -> str | None:
    """Give the message as JSON to the command's standard input; what went wrong with that, if anything.

    The command is run as it is, without a shell, in `folder`; its standard error is ours, its standard output is lost.
    secrets: the environment variables that it doesn't get, such as those that hold passwords.
    """
    text = json.dumps(message, ensure_ascii=False)
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
        return f"the hook {command[0]} was stopped after {timeout:g} s"
    except OSError as error:
        return f"the hook {command[0]} can't be run: {error.strerror or error}"
    return f"the hook {command[0]} ended with exit code {ended.returncode}" if ended.returncode else None
