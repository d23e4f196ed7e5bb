"""Which part of a policy grades and which part shows: each has a digest of its own, so that a tab can be renamed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OF_STUDIES = ("campaign", "prospects", "coverage", "price", "allocate", "canvas")
"""The keys of a policy that studies go by: what is asked of a stored period, not how it was graded."""

REPORT = ("looks", "parameter_labels", "labels", "privacy", "sheets", "targets", "scorecards", *OF_STUDIES)
"""The keys of a policy that change no grade, only what is told of it: the workbook, its texts, targets, scorecards, and
how campaigns, prospects, coverage, deals, allocations and canvases are judged.
"""

_LOOKS = ("color", "ink")


def with_looks(data: Mapping[str, Any]) -> dict[str, Any]:
    """The policy's data with the colours of ``[looks]`` in the tables they are for, unless these give their own."""
    looks, found = data.get("looks", {}), dict(data)
    for key, rows in _coloured(data, looks).items():
        found[key] = [{**looks[key].get(row.get("key", ""), {}), **row} for row in rows]
    return found


def _coloured(data: Mapping[str, Any], looks: Any) -> dict[str, list[dict[str, Any]]]:
    """The lists of tables that ``[looks]`` has colours for; what is malformed is left to be named by key and line."""
    if not isinstance(looks, dict):
        return {}
    named = {key: data.get(key) for key in looks if isinstance(looks[key], dict)}
    return {
        key: rows
        for key, rows in named.items()
        if isinstance(rows, list)
        and all(isinstance(row, dict) for row in rows)
        and all(isinstance(look, dict) for look in looks[key].values())
    }


def divided(data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What grades and what shows, the colours of tiers and severities among the latter."""
    graded = {key: value for key, value in data.items() if key not in REPORT}
    shown = {key: value for key, value in data.items() if key in REPORT and key != "looks"}
    for key in ("tiers", "severities"):
        rows = data.get(key, [])
        graded[key] = [{k: v for k, v in row.items() if k not in _LOOKS} for row in rows]
        shown[key] = [{k: v for k, v in row.items() if k in _LOOKS} for row in rows]
    return graded, shown
