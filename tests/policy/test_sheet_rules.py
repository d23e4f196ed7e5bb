"""What an edited policy may not say of the workbook's sheets."""

from __future__ import annotations

import pytest

from ninegrid import resources
from ninegrid.model.errors import PolicyError
from ninegrid.policy import load_policy

BUILT_IN = resources.policy_text("customers")


@pytest.mark.parametrize(
    ("edited", "problem"),
    [
        ('[[sheets]]\nkey = "views"\nviews = ["postcode"]', "there is no view 'postcode'"),
        ('[[sheets]]\nkey = "value"\ngrid = "worth"', "there is no grid 'worth'"),
        ('[[sheets]]\nkey = "value"\nfigures = ["profit"]', "there is no figure 'profit'"),
        ('[[sheets]]\nkey = "value"\nzh = "价值/成长"', "can't name a sheet"),
        (f'[[sheets]]\nkey = "value"\nen = "{"x" * 32}"', "can't name a sheet"),
        ('[[sheets]]\nkey = "value"\nen = "growth GRID"', "there are two sheets"),
        ('[[sheets]]\nkey = "views"\nfigures = ["raroc"]', "the first must be a sum"),
        ('[[sheets]]\nkey = "overview"\nfigures = ["total_income"]', "needs one of raroc"),
        ('[[sheets]]\nkey = "trend"\nlimits = { rows = 0 }', "0 can't be a limit"),
        ('[[sheets]]\nkey = "gains"\nlimits = { units = 9 }', "kind gains has no such limit; it has: sums"),
        ('[[sheets]]\nkey = "scorecards"\nbook = ["n", "profit"]', "there is no column 'profit'"),
    ],
)
def test_a_sheet_that_cant_be_made_is_refused(edited: str, problem: str) -> None:
    with pytest.raises(PolicyError, match=problem):
        load_policy(BUILT_IN, edited)


TABLE = '[[sheets]]\nkey = "new"\nzh = "表"\nen = "Tables"\nkind = "tables"\n'
PART = f'{TABLE}[[sheets.tables]]\nkey = "x"\nzh = "x"\nen = "x"\ntable = "raters"'


@pytest.mark.parametrize(
    ("edited", "problem"),
    [
        (TABLE, "the sheet shows no table"),
        (PART, "give either columns, or rows"),
        (f'{PART}\ncolumns = ["n"]\nwhere = "n >"', "can't be read as an SQL expression"),
        ('[[sheets]]\nkey = "new"\nzh = "校"\nen = "Agenda"\nkind = "calibration"', "needs a grid and entries"),
        ('[[sheets]]\nkey = "list"\nstakes = ["Z"]', "there is no tier 'Z'"),
        ('[[sheets]]\nkey = "new"\nzh = "移"\nen = "Moves"\nkind = "migration"', "there is no grid ''"),
        ('[[sheets]]\nkey = "migration"\ngrids = ["growth", "wallet"]', "there is no grid 'wallet'"),
    ],
)
def test_tables_and_an_agenda_that_cant_be_made_are_refused(edited: str, problem: str) -> None:
    with pytest.raises(PolicyError, match=problem):
        load_policy(BUILT_IN, edited)


@pytest.mark.parametrize(
    ("edited", "problem"),
    [
        ('key = "capital_hungry"\ncell = "I9R9"', "the grid has no cell 'I9R9'"),
        ('key = "losing_wallet"\ngrid = "wallet"', "there is no grid 'wallet'"),
        ('key = "low_branch"\nview = "postcode"', "there is no view 'postcode'"),
        ('key = "red"\ncode = "purple"', "there is no severity 'purple'"),
        ('key = "falls"\ngrid = "wallet"', "there is no grid 'wallet'"),
        ('key = "stale"\nzh = "{customers} 户"', r"there is no \{customers\}"),
        ('key = "stale"\nzh = "{n 户"', "braces"),
    ],
)
def test_a_sentence_that_cant_be_filled_in_is_refused(edited: str, problem: str) -> None:
    with pytest.raises(PolicyError, match=problem):
        load_policy(BUILT_IN, f'[[sheets]]\nkey = "overview"\n[[sheets.attention]]\n{edited}')


def test_an_edited_sentence_keeps_the_others() -> None:
    edited = '[[sheets]]\nkey = "overview"\n[[sheets.attention]]\nkey = "stale"\nzh = "财报过期：{n} 户"'
    overview = load_policy(BUILT_IN, edited).sheets[0]
    assert [a.zh for a in overview.attention if a.key == "stale"] == ["财报过期：{n} 户"]
    assert len(overview.attention) == len(load_policy(BUILT_IN).sheets[0].attention)


def test_a_sheet_of_warnings_needs_rules_to_warn_by() -> None:
    sheet = '[[sheets]]\nkey = "new"\nzh = "警"\nen = "Alarm"\nkind = "warnings"'
    with pytest.raises(PolicyError, match="needs warning_rules"):
        load_policy(resources.policy_text("talent"), sheet)
    assert load_policy(BUILT_IN, sheet).sheets[-1].kind == "warnings"


def test_a_line_of_a_portraits_facts_has_one_column_or_two() -> None:
    with pytest.raises(PolicyError, match=r"sheets\.portrait\.facts: a line has one column or two"):
        load_policy(BUILT_IN, '[[sheets]]\nkey = "portrait"\nfacts = [["tier", "raroc", "rani"]]')
