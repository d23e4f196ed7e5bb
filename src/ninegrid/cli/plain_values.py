"""Words of the command line as texts, paths, choices and numbers, without pydantic.

typer turns every value into its type by pydantic, which takes a tenth of a second to load. What a word plainly is needs
none; whatever isn't plain, typer reads and refuses. Where typer keeps what reads a value is its own affair: where it
isn't found, typer reads every value.
"""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin

try:
    from typer._coercion import build_runtime_param
except ImportError:  # of another version
    build_runtime_param = None  # type: ignore[assignment]

_NOT_PLAIN = object()


def read_plainly(param: Any) -> None:
    """Have an option or argument of a command read its values so."""
    if build_runtime_param is not None:
        param._runtime_param = _Plain()


class _Plain:
    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value, as typer's own reader gives it, which is asked where it isn't plain."""
        wanted = param.type_descriptor
        several = get_origin(wanted.annotation) is list
        if value is None:
            return () if several else None
        if several and isinstance(value, list | tuple):
            plain = [_plain(one, get_args(wanted.annotation)[0]) for one in value]
            if not any(one is _NOT_PLAIN for one in plain):
                return plain
        elif (plain_one := _plain(value, wanted.annotation)) is not _NOT_PLAIN:
            return plain_one
        return build_runtime_param(wanted).coerce(value, param=param, ctx=ctx)


def _plain(value: object, kind: Any) -> Any:
    if type(value) is kind:
        return value
    if kind is float and type(value) is int:  # a default
        return float(value)
    if isinstance(value, str):
        if kind is Path and (os.access(value, os.R_OK) or not os.path.lexists(value)):
            return Path(value)
        if isinstance(kind, type) and issubclass(kind, Enum) and value in {choice.value for choice in kind}:
            return kind(value)
    return _NOT_PLAIN
