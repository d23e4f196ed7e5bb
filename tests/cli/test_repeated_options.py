"""An option of one value that is given two is refused: the first would be left out in silence."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Grade


@pytest.mark.parametrize(
    "words",
    [
        ("customers", "c.csv", "--unit-workbooks", "branch", "--unit-workbooks", "relationship_manager"),
        ("customers", "c.csv", "--unit-workbooks", "--each=sub_branch"),
        ("talent", "t.csv", "--period", "2026-09", "--period=2026-10"),
        ("policy", "init", "customers", "--out", "a.toml", "--out", "b.toml"),
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
        ("--accept", "--lang", "--lang", "zh"),  # a value that reads like an option
    ],
)
def test_what_may_stand_twice_may(grade: Grade, words: tuple[str, ...]) -> None:
    assert grade("customers", "none.csv", *words) == 3
