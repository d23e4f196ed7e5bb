"""The columns of the graded employee frame that policies may name."""

from __future__ import annotations

from ninegrid import resources
from ninegrid.subjects.talent.rules import AXES

_DERIVED = ("score", "weight")


def computable() -> frozenset[str]:
    """Names a metric's SQL may use: the roster's columns and what scoring adds."""
    scored = (f"{axis}_{derived}" for axis in AXES for derived in _DERIVED)
    return frozenset((*resources.relation("employees").names, *scored, "unplaced_reason"))
