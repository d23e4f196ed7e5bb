"""The columns of the graded employee frame that policies may name."""

from __future__ import annotations

from ninegrid import resources
from ninegrid.subjects.talent.rules import AXES

_DERIVED = ("score", "weight")
_OVER_TIME = ("last_cell", "cycles_in_cell", "review_ready", "readiness", "competency_gaps")


def computable() -> frozenset[str]:
    """Names a policy's SQL may use: the roster's columns, what scoring adds, and what earlier reviews give."""
    scored = (f"{axis}_{derived}" for axis in AXES for derived in _DERIVED)
    return frozenset((*resources.relation("employees").names, *scored, "unplaced_reason", *_OVER_TIME))
