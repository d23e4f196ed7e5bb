"""Output files, all or nothing: everything is written beside its target, then everything is moved into place."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ninegrid.errors import OutputError

_HINT = "Close the file if it is open in Excel or WPS, check free space and your right to write there, or use --out."


class Outputs:
    """Files on their way: `stage` gives a path to write to, `publish` moves all into place or leaves all as it was."""

    def __init__(self) -> None:
        """Nothing staged yet."""
        self._staged: dict[Path, Path] = {}
        self._made: list[Path] = []

    @property
    def targets(self) -> tuple[Path, ...]:
        """Where the staged files go."""
        return tuple(self._staged)

    def stage(self, target: Path) -> Path:
        """A fresh path in the target's folder (made if need be), with the target's suffix."""
        if target.is_dir():
            raise OutputError(f"{target} can't be written: it is a folder.", "Name a file with --out.")
        try:
            if not target.parent.is_dir():
                target.parent.mkdir(parents=True, exist_ok=True)
                self._made.append(target.parent)
            handle, name = tempfile.mkstemp(prefix=f".{target.stem[:40]}-", suffix=target.suffix, dir=target.parent)
        except OSError as error:
            raise unwritable(target, error) from error
        os.close(handle)
        self._staged[target] = Path(name)
        return Path(name)

    @contextlib.contextmanager
    def writing(self, target: Path) -> Iterator[Path]:
        """The staged path; what the system refuses while it is written becomes an OutputError that names the target."""
        path = self.stage(target)
        try:
            yield path
        except OSError as error:
            raise unwritable(target, error) from error

    def publish(self) -> tuple[Path, ...]:
        """Move every staged file to its target, and say which; on failure put back what was there: OutputError."""
        kept: dict[Path, Path | None] = {}
        for target, staged in self._staged.items():
            try:
                kept[target] = _set_aside(target)
                staged.replace(target)
            except OSError as error:
                _restore(kept)
                raise unwritable(target, error) from error
        for backup in kept.values():
            if backup:
                backup.unlink(missing_ok=True)
        published = self.targets
        self._staged.clear()
        return published

    def discard(self) -> None:
        """Remove what was staged and not published, and a folder that was made for it."""
        for staged in self._staged.values():
            with contextlib.suppress(OSError):
                staged.unlink(missing_ok=True)
        for folder in self._made:
            with contextlib.suppress(OSError):
                folder.rmdir()


@contextlib.contextmanager
def outputs() -> Iterator[Outputs]:
    """Outputs that leave no staged file behind."""
    staged = Outputs()
    try:
        yield staged
    finally:
        staged.discard()


def unwritable(target: Path, error: OSError) -> OutputError:
    """The error for a file that can't be written."""
    return OutputError(f"{target} can't be written: {error.strerror or error}.", _HINT)


def _set_aside(target: Path) -> Path | None:
    if not target.exists():
        return None
    backup = target.with_name(f".{target.name[:60]}.{os.getpid()}.bak")
    target.replace(backup)
    return backup


def _restore(kept: dict[Path, Path | None]) -> None:
    for target, backup in kept.items():
        with contextlib.suppress(OSError):
            if backup:
                backup.replace(target)
            else:
                target.unlink(missing_ok=True)
