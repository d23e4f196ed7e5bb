"""File names made from data: safe on Linux, macOS and Windows whatever the data holds, and distinct."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from string import Formatter

from ninegrid.model.errors import UsageError

MOST_BYTES = 255
"""What a name may take on the common file systems, in UTF-8 (Windows counts UTF-16 units, of which there are fewer)."""

# What file systems refuse, and code points that are no characters, such as U+FFFE, which XML refuses.
_NO_CHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr(plane + end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)
)
_FORBIDDEN = re.compile(rf'[<>:"/\\|?*{_NO_CHARACTERS}]')
# Controls, invisible marks that turn the direction of text, line and paragraph separators, halves of surrogate pairs.
_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")
# Windows keeps these for devices, with any ending; so they are compared up to the first dot.
_PORTS = tuple(f"{port}{number}" for port in ("COM", "LPT") for number in range(10))
_DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", *_PORTS}
# Beginnings of an option, where a folder's files are given by a pattern, and of the lock files that Excel leaves.
_TAKEN_FOR_OTHERS = ("-", "~$")
_STEP = re.compile(r"[/\\]")
_NAMELESS = "_"

Pieces = Sequence[tuple[str, str | None]]


def safe_name(text: str, most: int = MOST_BYTES) -> str:
    """The text as one step of a path, of at most so many bytes in UTF-8.

    Unicode in its composed form; what a file system refuses or can't show becomes ``_``; dots and spaces at either end
    go (``..``, hidden files, what Windows drops by itself); a device's name such as ``NUL`` gets a ``_`` before it,
    and so does what begins like an option or a lock file.
    """
    composed = unicodedata.normalize("NFC", text)
    shown = "".join("_" if unicodedata.category(letter) in _INVISIBLE else letter for letter in composed)
    name = _FORBIDDEN.sub("_", shown).strip(" .")
    if _is_device(name) or name.startswith(_TAKEN_FOR_OTHERS):
        name = f"_{name}"
    return _within(name, most) or _NAMELESS


def numbered(texts: Iterable[str], most: int = MOST_BYTES) -> dict[str, str]:
    """Each text's safe name; of those that a file system may take for the same, all but the first get ``(2)``, …

    Same are names that differ in case or in the form of their letters alone.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for text in dict.fromkeys(texts):
        name = next(n for n in _candidates(text, most) if _folded(n) not in taken)
        taken.add(_folded(name))
        names[text] = name
    return names


def filled(template: str, **places: str) -> Path:
    """The path of a template such as ``out/{unit}/{unit}_{period}.xlsx``, every place filled with its safe name.

    UsageError for a place that isn't given, or braces that don't match.
    """
    return Path("/".join(_filled_step(step, template, places) for step in _STEP.split(template)))


def filled_each(template: str, place: Sequence[str], values: Iterable[str], **places: str) -> dict[str, Path]:
    """A path a value, all distinct: the template with the value in each `place`, which are names for the same.

    No step gets longer than a file system takes. UsageError when the template has none of the places.
    """
    used = [name for _, name in _pieces(template, template) if name in place]
    if not used:
        raise UsageError("files.same_for_all", template=repr(template), place=place[0])
    room = min(_room(step, template, place, places) for step in _STEP.split(template))
    names = numbered(values, room)
    return {value: filled(template, **places, **dict.fromkeys(place, name)) for value, name in names.items()}


def places_in(template: str) -> tuple[str, ...]:
    """The names of the places of a template, once each; UsageError for braces that don't match."""
    return tuple(dict.fromkeys(name for _, name in _pieces(template, template) if name is not None))


def _is_device(name: str) -> bool:
    return unicodedata.normalize("NFKC", name.partition(".")[0]).strip().upper() in _DEVICES


def _within(name: str, most: int) -> str:
    """As much of the name's beginning as fits."""
    return name.encode("utf-8", "replace")[:most].decode("utf-8", "ignore").rstrip(" .")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _candidates(text: str, most: int) -> Iterator[str]:
    yield safe_name(text, most)
    number = 2
    while True:
        ending = f" ({number})"
        yield safe_name(text, max(most - len(ending), 1)) + ending
        number += 1


def _pieces(step: str, template: str) -> Iterator[tuple[str, str | None]]:
    """Text and the name of the place behind it; None for no place. A format or conversion makes no place we know."""
    try:
        for text, name, form, conversion in Formatter().parse(step):
            yield text, name if not form and not conversion else f"{name}:{form or conversion}"
    except ValueError as error:
        raise UsageError("files.braces", template=repr(template), error=error) from error


def _filled_step(step: str, template: str, places: Mapping[str, str]) -> str:
    pieces = list(_pieces(step, template))
    unknown = next((name for _, name in pieces if name is not None and name not in places), None)
    if unknown is not None:
        raise UsageError(
            "files.unknown_place", template=repr(template), place=unknown, known=[f"{{{name}}}" for name in places]
        )
    if all(name is None for _, name in pieces):
        return "".join(text for text, _ in pieces)
    whole = _joined(pieces, places, MOST_BYTES)
    if len(whole.encode()) > MOST_BYTES:
        whole = _joined(pieces, places, _each(pieces))
    return f"_{whole}" if _is_device(whole) else whole


def _joined(pieces: Pieces, places: Mapping[str, str], most: int) -> str:
    return "".join(text + ("" if name is None else safe_name(places[name], most)) for text, name in pieces)


def _each(pieces: Pieces) -> int:
    """How many bytes each place of a step may take, the room shared evenly."""
    taken = sum(len(text.encode()) for text, _ in pieces)
    return max((MOST_BYTES - taken) // sum(name is not None for _, name in pieces), 1)


def _room(step: str, template: str, place: Sequence[str], places: Mapping[str, str]) -> int:
    """How many bytes a value may take in a step, the other places filled."""
    pieces = list(_pieces(step, template))
    times = sum(name in place for _, name in pieces)
    if not times:
        return MOST_BYTES
    others = _joined([(text, None if name in place else name) for text, name in pieces], places, MOST_BYTES)
    return max((MOST_BYTES - len(others.encode())) // times, len(_NAMELESS))
