"""A policy grades and shows; each part has a digest, and earlier names of keys are still read."""

from __future__ import annotations

import tomllib

import pytest

from ninegrid.model.errors import PolicyError
from ninegrid.policy import Policy, load_policy
from ninegrid.resources import policy_text
from ninegrid.subjects.registry import SUBJECTS


def edited(own: str) -> Policy:
    return load_policy(policy_text("customers"), own, name="mine.toml")


BUILT_IN = load_policy(policy_text("customers"))


@pytest.mark.parametrize(
    "own",
    [
        '[[sheets]]\nkey = "value"\nzh = "九格图"',
        '[looks.tiers]\nA = { color = "000000", ink = "FFFFFF" }',
        '[[tiers]]\nkey = "A"\ncolor = "000000"',
        '[[severities]]\nkey = "red"\nink = "000000"',
        '[parameter_labels]\nhurdle = { zh = "门槛", en = "Hurdle" }',
        '[labels]\ntier = { zh = "档次", en = "Class" }',
    ],
)
def test_what_only_shows_leaves_the_digest_of_what_grades(own: str) -> None:
    assert edited(own).digest == BUILT_IN.digest
    assert edited(own).report_digest != BUILT_IN.report_digest


@pytest.mark.parametrize(
    "own", ["[parameters]\nhurdle = 0.12", '[[tiers]]\nkey = "A"\nzh = "甲"', "[way]\nadoption_rates = [0.0, 0.3]"]
)
def test_what_grades_leaves_the_digest_of_what_shows(own: str) -> None:
    assert edited(own).digest != BUILT_IN.digest
    assert edited(own).report_digest == BUILT_IN.report_digest


def test_a_tier_takes_its_colours_from_looks_unless_it_gives_its_own() -> None:
    policy = edited(
        '[looks.tiers]\nA = { color = "111111" }\nB = { color = "222222" }\n[[tiers]]\nkey = "B"\nink = "333333"'
    )
    a, b = policy.tiers[:2]
    assert (a.color, a.ink, b.color, b.ink) == ("111111", "FFFFFF", "222222", "333333")


def test_a_look_of_no_tier_is_refused_with_its_line() -> None:
    with pytest.raises(PolicyError, match=r"mine\.toml › line 2 › looks\.tiers\.Z: there is no such key"):
        edited('[looks.tiers]\nZ = { color = "111111", ink = "222222" }')


def test_earlier_names_of_keys_are_still_read() -> None:
    policy = edited(
        '[way]\nlanded = [0.0, 0.3]\nforbids = "orange"\n[[sheets]]\nkey = "views"\nclouds = ["branch"]\n'
        '[[grids]]\nkey = "value"\n[grids.axis1]\nmade_of = "fee_income + other_income"\n'
        'drivers = ["fee_income", "other_income"]'
    )
    assert (policy.way.adoption_rates, policy.way.blocked_by) == ((0.0, 0.3), "orange")
    assert policy.grid("value").axis1.formula == "fee_income + other_income"
    assert next(s for s in policy.sheets if s.key == "views").scatter_views == ("branch",)


def test_an_error_at_an_earlier_name_gives_its_line() -> None:
    with pytest.raises(PolicyError, match=r"line 3 › way\.adoption_rates: 50 is not a fraction"):
        edited("[way]\nmost = 10\nlanded = [50]")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_whole_policy_is_one_valid_file_with_a_line_before_each_part(subject: str) -> None:
    text = policy_text(subject)
    assert tomllib.loads(text)["subject"] == subject
    assert [line.split()[2] for line in text.splitlines() if line.startswith("# ---- ")][-1] == f"report/{subject}.toml"
    assert load_policy(text, text).digest == load_policy(text).digest


def test_a_new_sheet_stands_last_or_behind_the_one_it_names() -> None:
    new = '[[sheets]]\nkey = "mine"\nzh = "我的"\nen = "Mine"\nkind = "quality"\n'
    built_in = [sheet.key for sheet in BUILT_IN.sheets]
    assert [sheet.key for sheet in edited(new).sheets] == [*built_in, "mine"]
    at = built_in.index("growth") + 1
    behind = [sheet.key for sheet in edited(f'{new}after = "growth"\n').sheets]
    assert behind == [*built_in[:at], "mine", *built_in[at:]]
    assert [sheet.key for sheet in edited(f'{new}after = "gone"\n').sheets] == [*built_in, "mine"]
