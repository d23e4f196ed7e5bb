"""The grading policy as frozen values, and its loading from TOML with errors that name the key and the line."""

from ninegrid.policy.load import StudyReport, load_policy, stored_policy, study_report
from ninegrid.policy.model import Policy
from ninegrid.policy.values.grids import Axis, Cell, Grid, Pool, Strategy, StrategyRule, Tier, Tiering
from ninegrid.policy.values.inputs import Annualise
from ninegrid.policy.values.portraits import PortraitList, Series, Trail, Trial, TrialInput
from ninegrid.policy.values.sheets import Attention, ColumnGroup, Entry, Matrix, Sheet, TablePart
from ninegrid.policy.values.shown import ParameterLabel, Privacy
from ninegrid.policy.values.totals import Gaps, Scope, Totals, View
from ninegrid.policy.values.warnings import DeadBand, Outcome, Severity, Warned, WarningRule

__all__ = [
    "Annualise",
    "Attention",
    "Axis",
    "Cell",
    "ColumnGroup",
    "DeadBand",
    "Entry",
    "Gaps",
    "Grid",
    "Matrix",
    "Outcome",
    "ParameterLabel",
    "Policy",
    "Pool",
    "PortraitList",
    "Privacy",
    "Scope",
    "Series",
    "Severity",
    "Sheet",
    "Strategy",
    "StrategyRule",
    "StudyReport",
    "TablePart",
    "Tier",
    "Tiering",
    "Totals",
    "Trail",
    "Trial",
    "TrialInput",
    "View",
    "Warned",
    "WarningRule",
    "load_policy",
    "stored_policy",
    "study_report",
]
