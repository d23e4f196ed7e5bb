"""Where the command `grade` and ``python -m ninegrid`` start and end."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import NoReturn

from ninegrid.model import stop

_BETWEEN_COLLECTIONS = 1_000_000  # objects


def start() -> NoReturn:
    """Run the command and end the process with its exit code.

    It ends at once. Python would first take all that is in memory apart, object by object, which takes as long as a
    tenth of a small run; the system takes it back in one piece. Nothing is open any more: files and the database are
    closed where they were opened.

    A run makes hundreds of thousands of objects that stay, and hardly a cycle: looking for those every 50,000 objects
    costs a fiftieth of a run, as often as Python does by itself more, and gives no memory back.
    """
    gc.set_threshold(_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
    # A library loads numpy, which would start a thread a core for products of matrices, and there are none here.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        stop.listen()
        from ninegrid.cli import main, terminal  # noqa: PLC0415 - a signal may come while they are loaded

        terminal.guard()
        main()
    except SystemExit as end:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(end.code if isinstance(end.code, int) else 0 if end.code is None else 1)
    except KeyboardInterrupt as stopped:  # before the command had begun
        with contextlib.suppress(Exception):
            from ninegrid.cli.main import say_stopped  # noqa: PLC0415 - what was being loaded then

            say_stopped(stopped)
            sys.stderr.flush()
        os._exit(getattr(stopped, "exit_code", 130))


if __name__ == "__main__":
    start()
