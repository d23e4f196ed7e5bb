"""Two values for an option that asks for files are refused: the first would be left out in silence."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Grade


@pytest.mark.parametrize(
    "words",
    [
        ("customers", "c.csv", "--unit-workbooks", "branch", "--unit-workbooks", "relationship_manager"),
        ("customers", "c.csv", "--unit-workbooks", "--each=sub_branch"),
        ("talent", "t.csv", "--unit-workbooks=department", "--unit-workbooks", "location"),
    ],
)
def test_two_values_for_one_option_are_refused(
    grade: Grade, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert grade(*words) == 2
    assert "takes one value, not two" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("--map", "甲=aside", "--map", "乙=aside"),  # of many values
        ("--quiet", "--quiet"),  # of none
        ("--lang", "zh", "--lang", "zh"),  # the same again
        ("--lang", "en", "--lang", "zh"),  # of which the last counts
        ("--unit-workbooks", "branch", "--each", "branch"),  # the same under two names
    ],
)
def test_what_may_stand_twice_may(grade: Grade, words: tuple[str, ...]) -> None:
    assert grade("customers", "none.csv", *words) == 3
