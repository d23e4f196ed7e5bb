"""Earlier names of policy keys: an edited file or a stored policy may still have them."""

from __future__ import annotations

import re
from typing import Any

_RENAMED = {
    "made_of": "formula",
    "forbids": "blocked_by",
    "landed": "adoption_rates",
    "clouds": "scatter_views",
    "stakes": "priority_tiers",
}
_WHERE = ("grids", "way", "sheets")
_KEY = re.compile(rf"^(\s*)({'|'.join(_RENAMED)})(?=\s*=)")
_TABLE = re.compile(r"^\s*\[+\s*[\"']?(\w+)")


def in_todays_words(data: dict[str, Any]) -> dict[str, Any]:
    """The policy's data with earlier keys under the names they have now."""
    return {key: _renamed(value) if key in _WHERE else value for key, value in data.items()}


def in_todays_keys(text: str) -> str:
    """The TOML text with earlier keys renamed on their lines, so that an error finds the line.

    Only in the tables that had them: elsewhere such a key is another one (``landed`` of actions).
    """
    lines, table = text.splitlines(keepends=True), ""
    for at, line in enumerate(lines):
        if found := _TABLE.match(line):
            table = found[1]
        elif table in _WHERE:
            lines[at] = _KEY.sub(lambda key: key[1] + _RENAMED[key[2]], line)
    return "".join(lines)


def _renamed(value: Any) -> Any:
    if isinstance(value, dict):
        return {_RENAMED.get(key, key): _renamed(inner) for key, inner in value.items()}
    return [_renamed(inner) for inner in value] if isinstance(value, list) else value
