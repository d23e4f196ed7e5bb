"""The grading policy as frozen values, and its loading from TOML with errors that name the key and the line."""

from ninegrid.policy.load import load_policy, stored_policy
from ninegrid.policy.model import (
    Annualise,
    Axis,
    Cell,
    Gaps,
    Grid,
    ParameterLabel,
    Policy,
    Privacy,
    Scope,
    Strategy,
    StrategyRule,
    Tier,
    Tiering,
    Totals,
    View,
)
from ninegrid.policy.sheets import Attention, ColumnGroup, Entry, Sheet, TablePart

__all__ = [
    "Annualise",
    "Attention",
    "Axis",
    "Cell",
    "ColumnGroup",
    "Entry",
    "Gaps",
    "Grid",
    "ParameterLabel",
    "Policy",
    "Privacy",
    "Scope",
    "Sheet",
    "Strategy",
    "StrategyRule",
    "TablePart",
    "Tier",
    "Tiering",
    "Totals",
    "View",
    "load_policy",
    "stored_policy",
]
