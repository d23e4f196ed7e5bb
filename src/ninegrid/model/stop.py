"""Ctrl-C and SIGTERM. The first one ends the run; later ones are ignored, so that clean-up isn't interrupted."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(KeyboardInterrupt):
    """A person, or the system, ended the run. exit_code: 130 for Ctrl-C, 143 for SIGTERM."""

    def __init__(self, number: int) -> None:
        """The number of the signal."""
        super().__init__()
        self.number = number
        self.exit_code = 128 + number


_asked: list[int] = []


def listen() -> None:
    """From now on, a signal raises `Stopped` in the main thread; to be called there.

    Where a library drops what is raised in its callback, Python would print it; `check` raises it again.
    """
    _asked.clear()
    sys.unraisablehook = _told_unless_stopped
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, _stop)


def check() -> None:
    """Raise `Stopped` where a signal came and what it raised was lost, as in a callback of a library's."""
    if _asked:
        raise Stopped(_asked[0])


@contextmanager
def first() -> Iterator[None]:
    """Within it, an error that comes after a signal is `Stopped`: a library may have an error of its own for it."""
    try:
        yield
    except Exception as error:
        if _asked:
            raise Stopped(_asked[0]) from error
        raise


def _told_unless_stopped(unraisable: UnraisableHookArgs) -> None:
    if not isinstance(unraisable.exc_value, Stopped):
        sys.__unraisablehook__(unraisable)


def _stop(number: int, frame: FrameType | None) -> None:
    _asked.append(number)
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)
