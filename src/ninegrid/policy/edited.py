"""An edited policy file: what it sets, which of that differs from the built-in policy, and copies with less of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ninegrid.config import IDENTITY
from ninegrid.config.texts import parse_toml
from ninegrid.dataclass import dataclass
from ninegrid.model.errors import PolicyError
from ninegrid.policy.words import in_todays_keys, in_todays_words

Path = tuple[str, ...]


@dataclass(frozen=True)
class Edited:
    """name: what the file is called. text: as it was written, earlier keys under today's names. data: what it says."""

    name: str
    text: str
    data: Mapping[str, Any]

    @classmethod
    def parsed(cls, text: str, name: str) -> Edited:
        """PolicyError for text that is no TOML."""
        data = parse_toml(text, name, "policy.no_toml", PolicyError)
        return cls(name, in_todays_keys(text), in_todays_words(data))

    def changed(self, built_in: str) -> list[Path]:
        """The tables of lists, and the keys of tables, that the built-in policy has not or has otherwise."""
        return list(_changed(self.data, tomllib.loads(built_in)))

    def without(self, path: Path) -> Edited:
        """The same file without what stands at a path of `changed`."""
        key, *rest = path
        inner = self.data[key]
        if not rest:
            return replace(self, data={k: v for k, v in self.data.items() if k != key})
        if isinstance(inner, list):
            kept: Any = [row for row in inner if _identity(row) != rest[0]]
        else:
            kept = {k: v for k, v in inner.items() if k != rest[0]}
        rest_of_file = {k: v for k, v in self.data.items() if k != key}
        return replace(self, data={**rest_of_file, key: kept} if kept else rest_of_file)


def _changed(own: Mapping[str, Any], base: Mapping[str, Any]) -> Iterator[Path]:
    for key, value in own.items():
        known = base.get(key)
        if value == known:
            continue
        if isinstance(value, dict):
            there = known if isinstance(known, dict) else {}
            yield from ((key, name) for name, given in value.items() if given != there.get(name))
        elif isinstance(value, list) and value and all(_identity(row) for row in value):
            rows = known if isinstance(known, list) else []
            yield from ((key, _identity(row)) for row in value if row not in rows)
        else:
            yield (key,)


def _identity(row: Any) -> str:
    return next((str(row[name]) for name in IDENTITY if name in row), "") if isinstance(row, dict) else ""
