"""After a signal every error is a stop, whatever a library makes of its interrupted work."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest

from ninegrid.model import stop


@pytest.fixture(autouse=True)
def _listening() -> Iterator[None]:
    earlier = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    hook = sys.unraisablehook
    for number in earlier:
        signal.signal(number, signal.default_int_handler)  # a job in the background begins with them ignored
    stop.listen()
    yield
    sys.unraisablehook = hook
    for number, handler in earlier.items():
        signal.signal(number, handler)
    stop._asked.clear()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_error_after_a_signal_is_a_stop(number: int, code: int) -> None:
    with suppress(stop.Stopped):  # as where a library takes what a signal raises, and raises its own
        os.kill(os.getpid(), number)
    with pytest.raises(stop.Stopped) as stopped, stop.first():
        raise RuntimeError("Query interrupted")
    assert stopped.value.exit_code == code


class _Dropping:
    """What it raises as it is deleted, Python can give to nobody."""

    def __init__(self, raised: BaseException) -> None:
        self.raised = raised

    def __del__(self) -> None:
        raise self.raised


def test_a_stop_that_a_library_drops_is_not_printed_and_is_raised_again(capsys: pytest.CaptureFixture[str]) -> None:
    with suppress(stop.Stopped):
        os.kill(os.getpid(), signal.SIGINT)
    _Dropping(stop.Stopped(signal.SIGINT))
    assert capsys.readouterr().err == ""
    with pytest.raises(stop.Stopped):
        stop.check()
    _Dropping(ValueError("a fault"))
    assert "ValueError: a fault" in capsys.readouterr().err


def test_without_a_signal_an_error_stays_what_it_is() -> None:
    with pytest.raises(RuntimeError), stop.first():
        raise RuntimeError("Query interrupted")
