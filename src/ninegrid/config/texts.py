"""The text of a file in which people declare something: UTF-8, with or without a byte order mark, and TOML.

A file may come from anybody. What Python's parser answers with something else than an error of TOML (tables nested
without end, numbers of thousands of digits) and numbers that are none (nan, inf, more than 64 bits) are refused here,
once for policies, jobs, maps and campaigns.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ninegrid.config.build import Blame
from ninegrid.config.lines import identity
from ninegrid.messages import message, system_reason
from ninegrid.model.errors import GradeError
from ninegrid.model.paths import refuse_strange

DEEPEST = 20
"""Tables within tables."""
_BITS = 63


def read_text(path: Path, what: str, error: type[GradeError]) -> str:
    """The text; the error given when the file can't be read or is not UTF-8. what: ``policy``, ``job``, ``map`` …"""
    refuse_strange(path, error)
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as refused:
        raise error(f"policy.unreadable.{what}", path=path, reason=system_reason(refused)) from refused
    except UnicodeDecodeError as other:
        raise error(f"policy.not_utf8.{what}", path=path) from other


def parse_toml(text: str, name: str, code: str, error: type[GradeError]) -> dict[str, Any]:
    """What a text says; the error given, with the code for what is no TOML, else with key and line.

    code: of a message with `name` and `reason`.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as broken:  # a number of too many digits is a ValueError of Python's own
        reason = broken if isinstance(broken, tomllib.TOMLDecodeError) else message("policy.no_toml_value")
        raise error(code, name=name, reason=reason) from broken
    for path, value in _values(data, ()):
        if len(path) > DEEPEST:
            raise error(code, name=name, reason=message("policy.no_toml_value"))
        if not _is_number(value):
            raise Blame(name, text, error)(path, message("policy.no_number", value=str(value)[:_BITS]))
    return data


def _values(data: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value that is no table or list, with its place; of what is nested too deep the first table."""
    if not isinstance(data, dict | list) or len(path) > DEEPEST:
        yield path, data
        return
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _values(value, (*path, key))
    else:
        for at, value in enumerate(data):
            yield from _values(value, (*path, identity(value, at) if isinstance(value, dict) else at))


def _is_number(value: Any) -> bool:
    """Whether what is written as a number is one that can be computed with; texts, flags and days are as they are."""
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or abs(value) < 2**_BITS
