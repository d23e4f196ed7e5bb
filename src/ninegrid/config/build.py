"""Plain data to frozen dataclasses, whose fields are the keys, and what is wrong with it by key and line."""

from __future__ import annotations

import dataclasses
import difflib
import types
import typing
from collections.abc import Collection, Mapping
from functools import cache, reduce
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ninegrid.config.lines import identity, line_of
from ninegrid.messages import Message, message
from ninegrid.model.errors import GradeError, PolicyError

Path = tuple[str | int, ...]


@dataclasses.dataclass(frozen=True)
class Blame:
    """Makes the error for a key: which file, which line, which key."""

    name: str
    text: str
    error: type[GradeError] = PolicyError

    def __call__(self, path: Path, problem: Message) -> GradeError:
        """The error, to be raised; what to do is the problem's own advice."""
        line = line_of(self.text, path)
        code = f"policy.at{'_line' if line else ''}{'_key' if path else ''}"
        return self.error(message(code, name=self.name, line=line, key=_dotted(path), problem=problem))


def _dotted(path: Path) -> str:
    return ".".join(str(p + 1) if isinstance(p, int) else p for p in path)


def check_keys(data: Any, kind: Any, path: Path, blame: Blame, hidden: frozenset[str] = frozenset()) -> None:
    """Raises the error for the first key that `kind` doesn't have; `hidden`: fields that nobody writes."""
    if dataclasses.is_dataclass(kind) and isinstance(data, dict):
        hints = _hints(typing.cast(Any, kind))
        for key, value in data.items():
            if key not in hints or key in hidden:
                raise blame((*path, key), message("policy.no_such_key", near=nearest(key, set(hints) - hidden)))
            check_keys(value, hints[key], (*path, key), blame, hidden)
    elif get_origin(kind) is tuple and isinstance(data, list):
        for i, row in enumerate(data):
            check_keys(row, get_args(kind)[0], (*path, i), blame, hidden)


def nearest(key: str, known: Collection[str]) -> Message:
    """What to do about a key that isn't known: the one it resembles, or all there are."""
    close = difflib.get_close_matches(key, known, 1)
    return message("policy.did_you_mean", name=close[0]) if close else message("policy.known_here", known=tuple(known))


def build(kind: Any, data: Any, path: Path, blame: Blame) -> Any:
    """`data` as a value of `kind`, or the error at its line."""
    if type(data) is kind:  # a text, number or flag as it should be, as most of a policy is
        return data
    origin = get_origin(kind)
    if dataclasses.is_dataclass(kind):
        return _build_dataclass(kind, data, path, blame)
    if origin in (types.UnionType, Union) and isinstance(data, list):
        kind = next((arm for arm in get_args(kind) if get_origin(arm) is tuple), kind)
        origin = get_origin(kind)
    if origin is tuple:
        items, one = _expect(data, list, "list", path, blame), get_args(kind)[0]
        return tuple(build(one, row, (*path, _name(row, i)), blame) for i, row in enumerate(items))
    if origin in (dict, Mapping) or origin is typing.get_origin(Mapping[str, int]):
        table = _expect(data, dict, "table", path, blame)
        return {k: build(get_args(kind)[1], v, (*path, k), blame) for k, v in table.items()}
    if origin is Literal:
        if data not in get_args(kind):
            raise blame(path, message("policy.not_one_of", value=data, known=get_args(kind)))
        return data
    return _build_scalar(kind, data, path, blame)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """By key the type of its field; a field whose key is a word of Python's (``from``) has a ``_`` behind its name."""
    return {name.rstrip("_"): hint for name, hint in get_type_hints(kind).items()}


@cache
def _fields(kind: Any) -> Mapping[str, dataclasses.Field[Any]]:
    """By key the fields."""
    return {f.name.rstrip("_"): f for f in dataclasses.fields(kind)}


def _name(row: Any, position: int) -> str | int:
    return identity(row, position) if isinstance(row, dict) else position


def _build_dataclass(kind: Any, data: Any, path: Path, blame: Blame) -> Any:
    table = _expect(data, dict, "table", path, blame)
    hints = _hints(kind)
    fields = _fields(kind)
    for name, f in fields.items():
        if name not in table and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            raise blame(path, message(_missing(path), name=name))
    return kind(**{fields[k].name: build(hints[k], v, (*path, k), blame) for k, v in table.items() if k in fields})


def _missing(path: Path) -> str:
    """The code for a key that is missing; a table of a list may be meant to have a built-in one's name."""
    is_named = len(path) > 1 and isinstance(path[-1], str)
    return "policy.missing_in_new" if is_named else "policy.missing"


def _build_scalar(kind: Any, data: Any, path: Path, blame: Blame) -> Any:
    allowed = get_args(kind) if isinstance(kind, types.UnionType) or get_origin(kind) is Union else (kind,)
    if bool not in allowed and isinstance(data, bool):
        raise blame(path, message("policy.other_kind", value=str(data).lower(), kind=_named(allowed)))
    if float in allowed and isinstance(data, int) and not isinstance(data, bool) and int not in allowed:
        return float(data)
    if not isinstance(data, allowed):
        raise blame(path, message("policy.other_kind", value=repr(data), kind=_named(allowed)))
    return data


def _named(kinds: tuple[Any, ...]) -> Message:
    names = {str: "text", float: "number", int: "number", bool: "flag"}
    notices = [message(f"policy.kind.{name}") for name in dict.fromkeys(names[kind] for kind in kinds if kind in names)]
    return reduce(lambda one, other: message("policy.kind.either", one=one, other=other), notices)


def _expect(data: Any, kind: type, name: str, path: Path, blame: Blame) -> Any:
    if not isinstance(data, kind):
        raise blame(path, message("policy.other_kind", value=repr(data), kind=message(f"policy.kind.{name}")))
    return data
