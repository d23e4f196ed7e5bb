"""TOML to Policy: merge over the built-in policy, build the frozen values, and say what is wrong by key and line."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import tomllib
import types
import typing
from collections.abc import Collection, Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ninegrid.errors import PolicyError
from ninegrid.policy.lines import IDENTITY, identity, line_of
from ninegrid.policy.model import Policy
from ninegrid.policy.rules import broken_rules

Path = tuple[str | int, ...]
# Fields of a policy that say where it came from.
_NOT_WRITTEN = {"source", "text", "digest"}
# What an axis says of the metric it had; with another metric it does not hold.
_OF_THE_METRIC = ("value", "fallback", "reason", "override")


def load_policy(
    built_in: str,
    edited: str | None = None,
    *,
    name: str = "policy",
    columns: Collection[str] | None = None,
    rules: type | None = None,
) -> Policy:
    """The policy in force: the built-in text, overridden by an edited one where it says something.

    `columns`: names that SQL expressions may use, checked when given. `rules`: the dataclass of the subject's own
    `[rules]`. Raises PolicyError naming the file, key and line.
    """
    base = tomllib.loads(built_in)
    own = _parse(edited, name) if edited is not None else {}
    blame = _Blame(name, edited if edited is not None else built_in)
    _check_keys({k: v for k, v in own.items() if k != "rules"}, Policy, (), blame)
    _check_keys(own.get("rules", {}), rules, ("rules",), blame)
    _check_parameters(own, base, blame)
    if own.get("subject", base["subject"]) != base["subject"]:
        raise blame(("subject",), f"this is a policy for {own['subject']}, not for {base['subject']}.")
    merged = merge(base, own)
    policy = _built(merged, rules, blame)
    for path, problem in broken_rules(policy, columns):
        raise blame(path, problem)
    return _signed(policy, merged, ("built-in",) if edited is None else ("built-in", name))


def stored_policy(text: str, source: tuple[str, ...], rules: type | None = None) -> Policy:
    """The policy kept with a run: `text` is the JSON that `Policy.text` held."""
    data = json.loads(text)
    return _signed(_built(data, rules, _Blame("stored policy", "")), data, source)


def _built(data: dict[str, Any], rules: type | None, blame: _Blame) -> Policy:
    common = {key: value for key, value in data.items() if key != "rules"}
    policy = typing.cast(Policy, _build(Policy, common, (), blame))
    if rules is None:
        return policy
    return dataclasses.replace(policy, rules=_build(rules, data.get("rules", {}), ("rules",), blame))


def _signed(policy: Policy, data: dict[str, Any], source: tuple[str, ...]) -> Policy:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return dataclasses.replace(policy, source=source, text=text, digest=hashlib.sha256(text.encode()).hexdigest())


def merge(base: Any, own: Any) -> Any:
    """`own` laid over `base`: tables by key, lists of tables by their identity, everything else replaced."""
    if isinstance(base, dict) and isinstance(own, dict):
        if own.get("metric", base.get("metric")) != base.get("metric"):
            base = {k: v for k, v in base.items() if k not in _OF_THE_METRIC}
        return {
            k: merge(base[k], own[k]) if k in base and k in own else own.get(k, base.get(k)) for k in {**base, **own}
        }
    if _is_tables(base) and _is_tables(own):
        name = next((k for k in IDENTITY if all(k in row for row in (*base, *own))), None)
        if name:
            return _merged_tables(base, own, name)
    return own


def _merged_tables(base: list[Any], own: list[Any], name: str) -> list[Any]:
    """Both lists by identity, in the order of the own one where it has all; new rules go first, or never decide."""
    merged = {row[name]: row for row in base}
    merged |= {row[name]: merge(merged.get(row[name]), row) for row in own}
    mine, theirs = [row[name] for row in own], [row[name] for row in base]
    if set(theirs) <= set(mine):
        return [merged[key] for key in dict.fromkeys(mine)]
    new = [key for key in mine if key not in theirs]
    order = [*new, *theirs] if name == "rule" else [*theirs, *new]
    return [merged[key] for key in order]


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{name} is not valid TOML: {error}.") from error


@dataclasses.dataclass(frozen=True)
class _Blame:
    """Makes the error for a key: which file, which line, which key."""

    name: str
    text: str

    def __call__(self, path: Path, problem: str, hint: str = "") -> PolicyError:
        line = line_of(self.text, path)
        where = f"{self.name} › line {line}" if line else f"{self.name}"
        return PolicyError(f"{where} › {_dotted(path)}: {problem}", hint)


def _dotted(path: Path) -> str:
    return ".".join(str(p + 1) if isinstance(p, int) else p for p in path)


def _check_keys(data: Any, kind: Any, path: Path, blame: _Blame) -> None:
    """Unknown keys in the edited text, reported at their own line before anything is merged."""
    if dataclasses.is_dataclass(kind) and isinstance(data, dict):
        hints = get_type_hints(kind)
        for key, value in data.items():
            if key not in hints or key in _NOT_WRITTEN:
                raise blame((*path, key), "there is no such key.", _nearest(key, set(hints) - _NOT_WRITTEN))
            _check_keys(value, hints[key], (*path, key), blame)
    elif get_origin(kind) is tuple and isinstance(data, list):
        for i, row in enumerate(data):
            _check_keys(row, get_args(kind)[0], (*path, i), blame)


def _check_parameters(own: dict[str, Any], base: dict[str, Any], blame: _Blame) -> None:
    """A parameter that nothing knows is a slip of the pen, unless it is new and labelled."""
    labelled = own.get("parameter_labels", {})
    for key in own.get("parameters", {}):
        if key not in base["parameters"] and key not in labelled:
            raise blame(("parameters", key), "there is no such parameter.", _nearest(key, base["parameters"]))
        given, built_in = own["parameters"][key], base["parameters"].get(key)
        if built_in is not None and isinstance(given, bool) != isinstance(built_in, bool):
            raise blame(("parameters", key), f"{json.dumps(given)} is no value like {json.dumps(built_in)}.")


def _nearest(key: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(key, known, 1)
    return f"Did you mean '{close[0]}'?" if close else f"Known here: {', '.join(known)}."


def _build(kind: Any, data: Any, path: Path, blame: _Blame) -> Any:
    """`data` as a value of `kind`, or a PolicyError at its line."""
    origin = get_origin(kind)
    if dataclasses.is_dataclass(kind):
        return _build_dataclass(kind, data, path, blame)
    if origin is tuple:
        items = _expect(data, list, "a list", path, blame)
        return tuple(_build(get_args(kind)[0], row, (*path, _name(row, i)), blame) for i, row in enumerate(items))
    if origin in (dict, Mapping) or origin is typing.get_origin(Mapping[str, int]):
        table = _expect(data, dict, "a table", path, blame)
        return {k: _build(get_args(kind)[1], v, (*path, k), blame) for k, v in table.items()}
    if origin is Literal:
        if data not in get_args(kind):
            raise blame(path, f"'{data}' is not one of {', '.join(get_args(kind))}.")
        return data
    return _build_scalar(kind, data, path, blame)


def _name(row: Any, position: int) -> str | int:
    return identity(row, position) if isinstance(row, dict) else position


def _build_dataclass(kind: Any, data: Any, path: Path, blame: _Blame) -> Any:
    table = _expect(data, dict, "a table", path, blame)
    hints = get_type_hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind)}
    for name, f in fields.items():
        if name not in table and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            raise blame(path, f"'{name}' is missing{_as_new(path)}.")
    return kind(**{k: _build(hints[k], v, (*path, k), blame) for k, v in table.items() if k in fields})


def _as_new(path: Path) -> str:
    """What to think of when a table of a list lacks something: its name may be meant to be a built-in one's."""
    return "; no built-in one has this name" if len(path) > 1 and isinstance(path[-1], str) else ""


def _build_scalar(kind: Any, data: Any, path: Path, blame: _Blame) -> Any:
    allowed = get_args(kind) if isinstance(kind, types.UnionType) or get_origin(kind) is Union else (kind,)
    if bool not in allowed and isinstance(data, bool):
        raise blame(path, f"{str(data).lower()} is not {_named(allowed)}.")
    if float in allowed and isinstance(data, int) and not isinstance(data, bool) and int not in allowed:
        return float(data)
    if not isinstance(data, allowed):
        raise blame(path, f"{data!r} is not {_named(allowed)}.")
    return data


def _named(kinds: tuple[Any, ...]) -> str:
    names = {str: "a text", float: "a number", int: "a number", bool: "true or false"}
    return " or ".join(dict.fromkeys(names.get(k, str(k)) for k in kinds))


def _expect(data: Any, kind: type, name: str, path: Path, blame: _Blame) -> Any:
    if not isinstance(data, kind):
        raise blame(path, f"{data!r} is not {name}.")
    return data
