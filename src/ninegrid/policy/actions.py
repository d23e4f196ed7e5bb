"""What becomes of actions: from which share of a promise on they have landed, how long they are judged and kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ActionRules:
    """How actions are judged.

    landed, partly: from which share of the promise on what was delivered is YES, and PARTLY. judged_months: months
    after an action was done, when it is judged for the last time. kept_months: months after its end in which an action
    is told, and counts for its lever's attainment.
    """

    landed: float = 0.8
    partly: float = 0.2
    judged_months: int = 6
    kept_months: int = 12
