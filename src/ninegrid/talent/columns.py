"""The columns of the graded employee frame that policies may name."""

from __future__ import annotations

from ninegrid import content
from ninegrid.talent.rules import AXES

_DERIVED = ("score", "weight")


def computable() -> frozenset[str]:
    """Names a metric's SQL may use: the roster's columns and what scoring adds."""
    return frozenset((*content.relation("employees").names, *(f"{a}_{d}" for a in AXES for d in _DERIVED), "reason"))
