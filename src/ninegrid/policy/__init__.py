"""The grading policy as frozen values, and its loading from TOML with errors that name the key and the line."""

from ninegrid.policy.load import load_policy, stored_policy
from ninegrid.policy.model import (
    Annualise,
    Attention,
    Axis,
    Cell,
    ColumnGroup,
    Gaps,
    Grid,
    ParameterLabel,
    Policy,
    Scope,
    Sheet,
    Strategy,
    StrategyRule,
    Tier,
    Tiering,
    Totals,
    View,
)

__all__ = [
    "Annualise",
    "Attention",
    "Axis",
    "Cell",
    "ColumnGroup",
    "Gaps",
    "Grid",
    "ParameterLabel",
    "Policy",
    "Scope",
    "Sheet",
    "Strategy",
    "StrategyRule",
    "Tier",
    "Tiering",
    "Totals",
    "View",
    "load_policy",
    "stored_policy",
]
