"""Finds the line of a key in a TOML text, which the standard parser doesn't give. Errors in policies name the line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

_HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.\-\"]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([\w.\-\"]+)\s*=")


# What tells the tables of a list apart, so that an edited one is laid over the built-in one of the same name.
IDENTITY = ("key", "id", "rule", "relation")


def identity(row: Mapping[str, Any], position: int) -> str | int:
    """The name of a table in a list, or its position where it has none."""
    return next((str(row[k]) for k in IDENTITY if k in row), position)


def line_of(text: str, path: tuple[str | int, ...]) -> int | None:
    """The 1-based line of the key at `path`, or of the nearest part above it; tables of a list go by their identity."""
    lines, path = _lines(text), _positions(text, path)
    for end in range(len(path), 0, -1):
        if (found := lines.get(path[:end])) is not None:
            return found
    return None


def _positions(text: str, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path with identities turned to positions, cut where this text has no such table."""
    here: Any = tomllib.loads(text)
    found: list[str | int] = []
    for part in path:
        if isinstance(here, list):
            names = [identity(row, i) if isinstance(row, dict) else i for i, row in enumerate(here)]
            if part not in names and not isinstance(part, int):
                break
            position = names.index(part) if part in names else int(part)
            found.append(position)
            here = here[position]
        else:
            found.append(part)
            here = here.get(part) if isinstance(here, dict) else None
    return tuple(found)


def _lines(text: str) -> dict[tuple[str | int, ...], int]:
    found: dict[tuple[str | int, ...], int] = {}
    counts: dict[tuple[str | int, ...], int] = {}
    here: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            here = _enter(_split(header[2]), header[1] == "[[", counts)
            found.setdefault(here, number)
        elif key := _KEY.match(line):
            for depth in range(1, len(_split(key[1])) + 1):
                found.setdefault((*here, *_split(key[1])[:depth]), number)
    return found


def _enter(names: tuple[str, ...], is_list: bool, counts: dict[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    """The path a header opens: names inside a list of tables go to its latest entry."""
    path: tuple[str | int, ...] = ()
    for i, name in enumerate(names):
        path = (*path, name)
        last = i == len(names) - 1
        if last and is_list:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _split(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip('"') for part in dotted.split("."))
