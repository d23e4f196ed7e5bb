"""Output files, all or nothing: everything is written beside its target, then everything is moved into place.

A file on its way is called ``.{target's name}.{process id}-{random}.partial``, so that nobody takes it for an output.
Whatever a killed run leaves under such a name goes when a later run puts the same target in place.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from ninegrid.messages import system_reason
from ninegrid.model.errors import OutputError, UsageError
from ninegrid.model.paths import is_same_file, refuse_strange, whole

_LONGEST = 180  # bytes of the target's name in a partial's; file systems allow 255 in all
_PARTIAL = re.compile(r"\.(\d+)-[0-9a-f]{8}\.partial(?:\.wal)?")
_RUST = re.compile(r"\(os error (\d+)\)")
_WINDOWS = os.name == "nt"
_A_DAY = 24 * 60 * 60.0

# Partials that this process is working on: of its own id, the others were left by an earlier process that had it.
_live: set[Path] = set()


class Outputs:
    """Files on their way: `stage` gives a path to write to, `publish` moves all into place or leaves all as it was."""

    def __init__(self, kept: Iterable[Path] = ()) -> None:
        """Nothing staged yet. kept: files, such as the inputs and the database, that no output may replace."""
        self._kept = tuple(kept)
        self._staged: dict[Path, Path] = {}
        self._made: list[Path] = []
        self._umask = os.umask(0o077)
        os.umask(self._umask)

    @property
    def targets(self) -> tuple[Path, ...]:
        """Where the staged files go."""
        return tuple(self._staged)

    @property
    def pairs(self) -> tuple[tuple[Path, Path], ...]:
        """Each staged file with its target."""
        return tuple((staged, target) for target, staged in self._staged.items())

    @property
    def made(self) -> tuple[Path, ...]:
        """The folders that were made for them, the inner ones first."""
        return tuple(self._made)

    def stage(self, target: Path) -> Path:
        """A fresh path in the target's folder, which is made if need be."""
        refuse_strange(target, UsageError)
        try:
            if target.is_dir():
                raise OutputError("files.is_folder", path=target)
            refuse_kept(target, self._kept)
            if any(whole(target) == whole(other) for other in self._staged):
                raise UsageError("files.twice", target=target)
            self._make_folder(target.parent)
            path = partial(target)
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except OSError as error:
            raise unwritable(target, error) from error
        _live.add(path.absolute())
        self._staged[target] = path
        return path

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
        if (standing := missing[-1].parent if missing else folder).is_file():
            raise OutputError("files.is_file", path=standing)
        folder.mkdir(parents=True, exist_ok=True)
        for made in missing:  # not with the mask of now, which keeps a database that is open to the owner
            made.chmod(0o777 & ~self._umask)
        self._made += missing

    @contextlib.contextmanager
    def writing(self, target: Path) -> Iterator[Path]:
        """The staged path; what the system refuses while it is written becomes an OutputError that names the target."""
        path = self.stage(target)
        try:
            yield path
        except Exception as error:
            if refused := refusal(error):
                raise unwritable(target, refused) from error
            raise

    def make_sure(self) -> None:
        """Bring the staged files to the disk, and raise OutputError when a target can't be replaced."""
        for target, staged in self._staged.items():
            try:
                _flush(staged)
                _refuse_irreplaceable(target)
            except OSError as error:
                raise unwritable(target, error) from error

    def publish(self) -> tuple[Path, ...]:
        """Move every staged file to its target, and say which; on failure put back what was there: OutputError."""
        self.make_sure()
        earlier: dict[Path, Path | None] = {}
        for target, staged in self._staged.items():
            try:
                if len(self._staged) > 1:
                    earlier[target] = _second_name(target)
                put_in_place(staged, target)
            except OSError as error:
                _restore(earlier)
                raise unwritable(target, error) from error
        for backup in filter(None, earlier.values()):
            _remove(backup)
        return self.hand_over()

    def hand_over(self) -> tuple[Path, ...]:
        """Let go of the staged files, which are someone else's to move or to remove from here on: their targets."""
        targets = self.targets
        _live.difference_update(staged.absolute() for staged in self._staged.values())
        self._staged.clear()
        return targets

    def discard(self) -> None:
        """Remove what was staged and not published, and the folders that were made for it."""
        for staged in self._staged.values():
            _remove(staged)
        self.hand_over()
        for folder in self._made:
            with contextlib.suppress(OSError):
                folder.rmdir()


def refuse_kept(target: Path, kept: Iterable[Path]) -> None:
    """UsageError when an output would replace a file that is to stay, under whatever name it is known."""
    for path in kept:
        if is_same_file(target, path):
            raise UsageError("files.kept", target=target, path=path)


def refuse_held(target: Path) -> None:
    """OutputError where a file stands that can't be replaced, as on Windows one that is open in Excel."""
    if target.is_file():
        try:
            _refuse_irreplaceable(target)
        except OSError as error:
            raise unwritable(target, error) from error


@contextlib.contextmanager
def outputs(kept: Iterable[Path] = ()) -> Iterator[Outputs]:
    """Outputs that leave no staged file behind; kept: files that none of them may replace."""
    staged = Outputs(kept)
    try:
        yield staged
    finally:
        staged.discard()


def unwritable(target: Path, error: OSError) -> OutputError:
    """The error for a file that can't be written."""
    return OutputError("files.not_written", path=target, reason=system_reason(error))


def refusal(error: Exception) -> OSError | None:
    """What the system refused, if it did; a library written in Rust may say so in the words of its own error."""
    if isinstance(error, OSError):
        return error
    found = _RUST.search(str(error))
    return OSError(int(found[1]), os.strerror(int(found[1]))) if found else None


def partial(target: Path) -> Path:
    """A name beside the target, not taken yet, for the file on its way."""
    return target.with_name(f"{_stem(target)}.{os.getpid()}-{secrets.token_hex(4)}.partial")


def is_partial_of(staged: Path, target: Path) -> bool:
    """Whether a path is what `partial` calls a file on its way to the target."""
    stem = _stem(target)
    return (
        staged.parent == target.parent
        and staged.name.startswith(stem)
        and bool(_PARTIAL.fullmatch(staged.name, len(stem)))
    )


def is_own_file(path: Path) -> bool:
    """Whether it is a file itself, no link to one, and this user's; OSError when there is none."""
    found = path.lstat()
    return stat.S_ISREG(found.st_mode) and (_WINDOWS or found.st_uid == os.geteuid())


def put_in_place(staged: Path, target: Path) -> None:
    """Move one complete file onto its target in one step, and clear away what killed runs left beside it."""
    staged.replace(target)
    clear_abandoned(target)


def clear_abandoned(target: Path) -> None:
    """Remove the partials of the target whose process is gone; nobody needs them once the target is newer."""
    stem = _stem(target)
    with contextlib.suppress(OSError):
        for name in os.listdir(target.parent):  # noqa: PTH208 - names alone: the folder may hold thousands
            if name.startswith(stem) and (found := _PARTIAL.fullmatch(name, len(stem))):
                path = target.with_name(name)
                if _is_abandoned(path, int(found[1])):
                    path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk, on systems that can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _stem(target: Path) -> str:
    return "." + target.name.encode(errors="replace")[:_LONGEST].decode(errors="ignore")


def _is_abandoned(path: Path, pid: int) -> bool:
    """Whether the process that made a partial is gone. Windows has no harmless way to ask: there a day must pass."""
    if not is_own_file(path):
        return False
    if pid == os.getpid():
        return path.absolute() not in _live
    if _WINDOWS:
        return time.time() - path.stat().st_mtime > _A_DAY
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False  # it lives, and belongs to someone else
    return False


def _flush(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _refuse_irreplaceable(target: Path) -> None:
    """OSError when the target is a folder, is held by a program that locks files, or its folder may not be written."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    try:
        with target.open("r+b"):  # of a file system that may not be written, the error says so
            pass
    except FileNotFoundError:
        pass
    except PermissionError as error:
        if _WINDOWS or error.errno != errno.EACCES:  # elsewhere a file without the right to write may be replaced
            raise
    if not os.access(target.parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _second_name(target: Path) -> Path | None:
    """Another name for the file that stands at the target, to put it back from; None when there is no file."""
    if not target.exists():
        return None
    backup = partial(target)
    _live.add(backup.absolute())
    try:
        backup.hardlink_to(target)
    except OSError:  # a file system without links
        target.replace(backup)
    return backup


def _restore(earlier: dict[Path, Path | None]) -> None:
    for target, backup in earlier.items():
        with contextlib.suppress(OSError):
            if backup:
                backup.replace(target)
            else:
                target.unlink(missing_ok=True)
        if backup:
            _remove(backup)  # still there when both are names of one file: then nothing had changed


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
    _live.discard(path.absolute())
