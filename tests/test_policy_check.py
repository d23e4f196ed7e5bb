"""`grade policy check` runs an edited policy through every table and sheet, and names what can't be run."""

from __future__ import annotations

from pathlib import Path

import pytest

from ninegrid.model.errors import PolicyError
from ninegrid.policy.edited import Edited
from ninegrid.policy_check import check_policy
from ninegrid.subjects import policies
from tests.few_sheets import only
from tests.grid_text import AxisText, grid_text
from tests.short_runs import grading_alone

SPAN = (
    grid_text(
        "span",
        (
            AxisText("S", "wallet_share", "absolute", (0.15, 0.40), "span_share_level"),
            AxisText("G", "customer_growth", "quantile", (0.3333, 0.6667), "span_growth_level"),
        ),
        over="customers",
    )
    + """
[[sheets]]
key = "span"
zh = "SPAN 九宫格"
en = "SPAN grid"
kind = "grid"
grid = "span"
count_zh = "户"
count_en = "customers"
figures = ["income_share", "total_income", "raroc"]
"""
)


def checked(tmp_path: Path, text: str, subject: str = "customers") -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    check_policy(subject, path)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            SPAN + '[gaps]\nunit = "relationship_manager"',
            id="a further grid with a sheet, and gaps by manager",
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            SPAN.replace('over = "customers"', 'over = "groups"')
            .replace('"wallet_share"', '"total_income"')
            .replace('"customer_growth"', '"raroc"'),
            id="a second grid over groups",
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            '[[grids]]\nkey = "value"\n[grids.axis1]\ndead_band = 0.0\n[grids.axis2]\ndead_band = 0.0\n'
            '[[grids]]\nkey = "growth"\n[grids.axis1]\ndead_band = 0.02',
            id="other dead-bands",
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_what_can_be_run_passes(tmp_path: Path, text: str) -> None:
    checked(tmp_path, text)


def test_a_talent_policy_passes(tmp_path: Path) -> None:
    checked(tmp_path, "[parameters]\nlow_cut = 55.0", "talent")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(
            '[parameters]\nhurdle = 0.12\n[[sheets]]\nkey = "list"\norder = ["planet"]',
            r"mine\.toml › line 3 › sheets\.list: .*there is no 'planet'",
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            '[[sheets]]\nkey = "x"\nzh = "x"\nen = "x"\nkind = "tables"\n'
            '[[sheets.tables]]\nkey = "y"\nzh = "y"\nen = "y"\ntable = "planets"\ncolumns = ["mass"]',
            r"mine\.toml › line 1 › sheets\.x: .*there is no 'planets'",
            marks=pytest.mark.thorough,
        ),
        (
            '[totals]\nsums = ["total_income", "rani", "eva", "deposit_avg", "loan_avg"]',
            r"mine\.toml › line 2 › totals\.sums: .*economic_capital",
        ),
    ],
)
def test_what_cannot_be_run_is_refused_with_key_and_line(tmp_path: Path, text: str, says: str) -> None:
    with grading_alone(), only("list", "tables"), pytest.raises(PolicyError, match=says):
        checked(tmp_path, text)


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ('over = "customers"', 'over = "industries"', r"line 6 › grids\.span\.over: .*customers, groups"),
        ('cell = "span_cell"', 'cell = "value_cell"', r"line 7 › grids\.span\.cell: .*'value_cell' is taken"),
        ('cell = "span_cell"', 'cell = "tier"', r"line 7 › grids\.span\.cell: .*'tier' is taken"),
        ('"span_share_level"', '"growth_bank_level"', r"line 11 › grids\.span\.axis1\.level: .*is taken"),
        ('"span_growth_level"', '"span_share_level"', r"line 19 › grids\.span\.axis2\.level: .*is taken"),
        ('"span_growth_level"', '"total_income"', r"line 19 › grids\.span\.axis2\.level: .*is taken"),
    ],
)
def test_a_grid_with_a_column_that_is_taken_or_over_nothing_is_refused(was: str, now: str, says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        policies._load("customers", Edited.parsed(SPAN.replace(was, now), "mine.toml"))
