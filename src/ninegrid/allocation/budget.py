"""A budget as people write it: an amount of money, or a change of what there is."""

from __future__ import annotations

import math
import re

from ninegrid.model.errors import UsageError

_MOST = 1e18  # yuan: more than there is
_TIMES = {"": 1.0, "万": 1e4, "亿": 1e8}
_AMOUNT = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?(?:[eE][0-9]+)?)(万|亿)?元?")
_CHANGE = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)[%％]")


def budget(text: str, now: float, option: str) -> float:
    """The budget in yuan; now: what there is. UsageError for a text that is neither an amount nor a percentage."""
    plain = text.strip().replace("＋", "+").replace("－", "-").replace("−", "-")
    if found := _CHANGE.fullmatch(plain):
        wanted = now * (1 + float(found[1]) / 100)
    elif found := _AMOUNT.fullmatch(plain):
        wanted = float(found[1].replace(",", "")) * _TIMES[found[2] or ""]
    else:
        wanted = math.inf
    if not wanted < _MOST:
        raise UsageError("studies.no_budget", option=option, text=text)
    return max(wanted, 0.0)
