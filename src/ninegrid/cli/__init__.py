"""The `grade` command: flags to a call, a result to lines, an error to an exit code. Nothing else."""

from ninegrid.cli.main import main

__all__ = ["main"]
