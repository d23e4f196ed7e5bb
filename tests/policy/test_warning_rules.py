"""What an edited policy may say of dead-bands and early warnings."""

from __future__ import annotations

import pytest

from ninegrid import resources
from ninegrid.model.errors import PolicyError
from ninegrid.policy import Policy, load_policy
from ninegrid.subjects.customers.columns import computable

BUILT_IN = resources.policy_text("customers")


def loaded(edited: str) -> Policy:
    return load_policy(BUILT_IN, edited, columns=computable())


def axis(said: str, number: int = 2) -> str:
    return f'[[grids]]\nkey = "value"\n[grids.axis{number}]\n{said}'


def rule(said: str, name: str = "one_level_down") -> str:
    return f'[[warning_rules]]\nrule = "{name}"\n{said}'


@pytest.mark.parametrize(
    ("edited", "problem"),
    [
        (axis("dead_band = -0.01"), r"axis2\.dead_band: -0\.01 is no distance"),
        (axis("dead_band = inf"), "inf is no number"),
        (axis("dead_band = nan"), "nan is no number"),
        (axis('dead_band = "past"'), "'past' is neither a number nor \"history\""),
        (axis("dead_band = true"), "true is not a number or a text"),
        (axis("drivers = []"), "go together"),
        (axis('formula = ""'), "go together"),
        (axis('formula = "exposure_yield -"'), r"axis2\.formula: .* can't be read as an SQL expression"),
        (axis('formula = "rani / economic_capital"'), "there is no column economic_capital, rani"),
        (axis('drivers = ["raroc"]\nformula = "raroc + 0 * eva"'), "there is no column eva"),
        (axis('drivers = ["raroc", "eva"]\nformula = "raroc"'), "'eva' is not named in formula"),
        (axis('drivers = ["luck"]\nformula = "luck"'), "there is no metric or column 'luck'"),
        ("[dead_band]\nquantile = 1.5", r"dead_band\.quantile: 1\.5 is no share"),
        ("[dead_band]\nperiods = 1", "changes are seen over 2 periods"),
        ('[dead_band]\nexempt = "overdue >"', r"dead_band\.exempt: .* can't be read"),
        ('[dead_band]\nexempt = "overdue > 0"', "there is no column overdue"),
        ('[warnings]\ngrid = "worth"', "there is no grid 'worth' over customers; known: value, growth"),
        ('[warnings]\ngrid = "group_value"', "there is no grid 'group_value' over customers"),
        ('[warnings]\ngrid = ""', "there is no grid ''"),
        ('[warnings]\nowner = "boss"', r"warnings\.owner: there is no column 'boss'"),
        ('[[severities]]\nkey = "red"\ncolor = "crimson"', r"severities\.red\.color: 'crimson' is not a colour"),
        ('[[severities]]\nkey = "red"\nink = "fff"', "'fff' is not a colour"),
        ('[[severities]]\nkey = "red"\ndue_days = -1', "-1 days: nothing is due in the past"),
        (rule('severity = "purple"'), "there is no severity 'purple'; known: red, orange, yellow"),
        (rule('when = "falls ="'), r"one_level_down\.when: .* can't be read as an SQL expression"),
        (rule('when = "fells = 1"'), "there is no column fells"),
        (rule('when = "raw_growth_cell IS NULL"'), "there is no column raw_growth_cell"),
        (rule('metric = "luck"'), r"one_level_down\.metric: there is no metric or column 'luck'"),
        ('[[outcomes]]\nkey = "lowest"\nwhen = "falls = 1"', r"outcomes\.lowest\.when: .*no column falls"),
        (rule('when = "falls > 1"', "unheard_of"), "'severity' is missing; no built-in one has this name"),
    ],
)
def test_what_makes_no_sense_is_refused(edited: str, problem: str) -> None:
    with pytest.raises(PolicyError, match=problem):
        loaded(edited)


def test_an_edited_rule_keeps_the_others_and_its_own_rest() -> None:
    policy, built_in = loaded(rule('severity = "red"')), load_policy(BUILT_IN)
    assert [r.rule for r in policy.warning_rules] == [r.rule for r in built_in.warning_rules]
    edited = {r.rule: (r.severity, r.when) for r in policy.warning_rules}
    assert edited["one_level_down"] == ("red", "falls = 1")


def test_a_new_rule_goes_first() -> None:
    edited = 'severity = "red"\nwhen = "tier = \'A\' AND raw_value_cell <> value_cell_before"\nzh = "新"\nen = "New"'
    assert loaded(rule(edited, "unsteady")).warning_rules[0].rule == "unsteady"


def test_an_edited_severity_keeps_its_place_and_its_rest() -> None:
    policy = loaded('[[severities]]\nkey = "orange"\ndue_days = 14')
    assert [(s.key, s.due_days) for s in policy.severities] == [("red", 7), ("orange", 14), ("yellow", 90)]


def test_another_metric_on_an_axis_takes_neither_dead_band_nor_drivers_along() -> None:
    changed = loaded(axis('metric = "wallet_share"')).grid("value").axis2
    assert (changed.dead_band, changed.drivers, changed.formula) == (0.0, (), "")
    kept = loaded(axis("dead_band = 0.01")).grid("value").axis2
    assert (kept.dead_band, kept.drivers) == (0.01, load_policy(BUILT_IN).grid("value").axis2.drivers)


def test_a_whole_number_is_a_dead_band() -> None:
    assert loaded(axis("dead_band = 0", 1)).grid("value").axis1.dead_band == 0.0
