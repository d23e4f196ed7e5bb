"""Writes to standard output and standard error. Control characters are shown as codes; a full stderr fails no run.

Headers, names and file names come from others. A control sequence in one could colour, move or hide what a person
reads, a line break could forge a line of the log, a mark of direction could turn a name round; each is shown as
``\\uXXXX``.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from typing import IO, Literal

from ninegrid.model.errors import OutputError

Colour = Literal["red", "yellow"]
_CODES: dict[Colour, str] = {"red": "31", "yellow": "33"}
_FORMATS = "\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
_UNSEEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff{_FORMATS}]")
_BREAKS = re.compile("[\t\n]")
# Each is set by one that understands codes: Windows Terminal, ConEmu and Cmder, ANSICON, those of editors, Git Bash.
_TERMINALS_OF_WINDOWS = ("WT_SESSION", "ConEmuANSI", "ANSICON", "TERM_PROGRAM", "TERM")


def visible(text: str) -> str:
    """The text with everything that moves, hides or turns text as its code; tabs and line ends stay."""
    return _UNSEEN.sub(_code, text)


def one_line(text: str) -> str:
    """The same, in one line whatever it holds."""
    return _BREAKS.sub(_code, visible(text))


def line(text: str, *, err: bool = False, colour: Colour | None = None) -> None:
    """Write one line to standard output, or to standard error."""
    stream, shown = sys.stderr if err else sys.stdout, one_line(text)
    if colour and colours(stream):
        shown = f"\x1b[{_CODES[colour]}m{shown}\x1b[0m"
        stream = getattr(stream, "plain", stream)
    _write(stream, f"{shown}\n", err=err)


def block(text: str, *, err: bool = False) -> None:
    """Write a text of several lines."""
    shown = visible(text)
    _write(sys.stderr if err else sys.stdout, shown if shown.endswith("\n") else f"{shown}\n", err=err)


def colours(stream: IO[str] | None) -> bool:
    """Whether a stream takes colours: a terminal, and nobody asked for none (https://no-color.org)."""
    asked_for_none = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream is not None and not asked_for_none and _understands_codes() and is_terminal(stream)


def _understands_codes() -> bool:
    """Whether a terminal takes codes of colour: the old console of Windows shows them as letters, others do."""
    return sys.platform != "win32" or any(os.environ.get(name) for name in _TERMINALS_OF_WINDOWS)


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether somebody looks at a stream as it is written."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # it is closed
        return False


def screen(*, err: bool) -> os.terminal_size | None:
    """Lines and columns of the terminal that standard output, or standard error, is shown on; None where it is none."""
    return shutil.get_terminal_size() if is_terminal(sys.stderr if err else sys.stdout) else None


def height(lines: Sequence[str], shown_on: os.terminal_size) -> int:
    """How many lines of a screen some lines of text take, once long ones are broken."""
    return sum(-(-max(width(one), 1) // shown_on.columns) for one in lines)


def width(text: str) -> int:
    """How many columns of a screen a text takes: a Chinese letter takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def side_by_side(texts: Sequence[str], columns: int, indent: str = "    ", between: str = "；") -> Iterator[str]:
    """The texts one after the other, in lines no wider than so many columns where they fit."""
    so_far = ""
    for text in texts:
        longer = f"{so_far}{between}{text}" if so_far else text
        if so_far and width(indent + longer) > columns:
            yield indent + so_far
            longer = text
        so_far = longer
    if so_far:
        yield indent + so_far


class _Escaping(io.TextIOWrapper):
    """A stream in the place of Python's own; whoever writes to it, the command line's parser too, is made visible."""

    plain: IO[str]

    def write(self, text: str) -> int:
        super().write(visible(text))
        return len(text)


def guard() -> None:
    """Put visible streams in the place of Python's own; a closed one leads nowhere.

    Otherwise the next file that is opened, such as the database, would get the closed one's number, and be written to
    by whatever still writes there.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - stays open
    sys.stdout, sys.stderr = _guarded(sys.stdout, 1), _guarded(sys.stderr, 2)


def _guarded(stream: IO[str] | None, number: int) -> _Escaping:
    """A character that the console doesn't have becomes a mark instead of an error.

    `open` and not FileIO: on a console of Windows it gives a stream that writes letters whatever the code page, while
    UTF-8 written to the file itself would be read as that of the code page (936).
    """
    encoding = getattr(stream, "encoding", None) or "utf-8"
    raw = open(number, "wb", buffering=0, closefd=False)  # noqa: SIM115 - stays open
    buffered = io.BufferedWriter(raw)
    seen = _Escaping(buffered, encoding=encoding, errors="replace", line_buffering=True)
    seen.plain = io.TextIOWrapper(buffered, encoding=encoding, errors="replace", write_through=True)
    return seen


def _code(found: re.Match[str]) -> str:
    """The character as JSON spells it, so that a line of JSON stays one."""
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _write(stream: IO[str] | None, text: str, *, err: bool) -> None:
    """Write; a standard error that is full or closed takes nothing, and that is all."""
    if stream is None:
        return
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        if not err:
            raise
    except (OSError, ValueError) as error:
        if not err:
            raise OutputError("cli.no_output", reason=getattr(error, "strerror", None) or error) from error
