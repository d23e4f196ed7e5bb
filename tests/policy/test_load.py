from pathlib import Path

import pytest

from ninegrid import resources
from ninegrid.model.errors import PolicyError
from ninegrid.policy import load_policy, stored_policy
from ninegrid.subjects.policies import policy_for

BUILT_IN = resources.policy_text("customers")


def test_what_an_edited_policy_does_not_set_is_inherited() -> None:
    base, edited = load_policy(BUILT_IN), load_policy(BUILT_IN, "[parameters]\nhurdle = 0.12\n", name="my.toml")
    assert (edited.number("hurdle"), edited.number("target")) == (0.12, 0.18)
    assert edited.metrics == base.metrics
    assert edited.digest != base.digest
    assert edited.source == ("built-in", "my.toml")


def test_one_table_of_a_list_can_be_edited_by_its_key() -> None:
    text = '[[metrics]]\nkey = "wallet_share"\nnumerator = "deposit_avg - margin_deposit_avg"\n'
    metric = load_policy(BUILT_IN, text).metric("wallet_share")
    assert (metric.numerator, metric.denominator, metric.indicator) == ("deposit_avg - margin_deposit_avg", "cash", 5)


def test_a_new_rule_decides_before_the_built_in_ones() -> None:
    mine = """[[strategy_rules]]\nrule = "mine"\nwhen = "base = 'exit'"\nstrategy = "deepen"\nzh = "我"\nen = "me"\n"""
    assert [r.rule for r in load_policy(BUILT_IN, mine).strategy_rules][:2] == ["mine", "unplaced"]
    reordered = BUILT_IN.replace("[[strategy_rules]]", mine + "[[strategy_rules]]", 1)
    assert load_policy(BUILT_IN, reordered).strategy_rules[0].rule == "mine"


def test_a_stored_policy_is_the_policy() -> None:
    policy = load_policy(BUILT_IN)
    assert stored_policy(policy.text, policy.source) == policy


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[parameters]\n\nhurdel = 0.1", 3, "Did you mean 'hurdle'?"),
        ("\n[paramters]\nhurdle = 0.1", 2, "Did you mean 'parameters'?"),
        ('[parameters]\nhurdle = "high"', 2, "is not a number"),
        ('[[metrics]]\nkey = "wallet_share"\nnumerator = "deposit_avg +* 2"', 3, "can't be read as an SQL expression"),
        ('[[metrics]]\nkey = "wallet_share"\nnumerator = "deposits"', 3, "there is no column deposits"),
        ('[[grids]]\nkey = "value"\n[grids.axis1]\ncuts = [0.9, 0.2]', 4, "the cuts must rise"),
        ('[[grids]]\nkey = "value"\n[grids.axis1]\ncuts = [0.5, 1.2]', 4, "between 0 and 1"),
        ('[[grids]]\nkey = "value"\n[grids.axis1]\nmethod = "jenks"', 4, "is not one of absolute"),
        ('[[grids]]\nkey = "value"\n[[grids.cells]]\nid = "I3R3"\ntier = "Z"', 5, "there is no tier 'Z'"),
        ('[[grids]]\nkey = "value"\n[[grids.cells]]\nid = "I4R3"\nzh="x"\nen="x"', 1, "is no cell of this grid"),
        ('[[strategy_rules]]\nrule = "value"\nstrategy = "sell"', 3, "there is no strategy 'sell'"),
        ("[parameters", None, "not valid TOML"),
        ("[parameters]\ntax_rate = 25", 2, "is not a fraction"),
        ('[gaps]\nunit = "brnch"', 2, "there is no column 'brnch'"),
        ('[[tiers]]\nkey = "A"\ncolor = "red"', 3, "is not a colour"),
        ('[[views]]\nkey = "branch"\nkeys = ["brunch"]', 3, "there is no column 'brunch'"),
        ('[[strategy_rules]]\nrule = "value"\nwhen = "foo = 1"', 3, "there is no column foo"),
        ("[history]\n\nremembered = 3", 3, "fewer than the 4 that a dead-band takes"),
        ("[history]\ntrend = 0", 2, "a whole number from 1 on"),
        ("[privacy]\nfewest = 1", 2, "a whole number from 2 on"),
        ("[campaign]\ncontrol = 0.95", 2, "a fraction from 0 to 0.9"),
        ("[campaign]\ncontrol_most = 90", 2, "is not a fraction"),
    ],
)
def test_an_error_names_the_file_the_line_and_the_key(text: str, line: int | None, says: str) -> None:
    with pytest.raises(PolicyError) as error:
        load_policy(BUILT_IN, text, name="my.toml", columns={"deposit_avg", "cash", *_columns()})
    assert says in str(error.value)
    assert "my.toml" in error.value.message
    if line:
        assert f"line {line}" in error.value.message


def _columns() -> frozenset[str]:
    from ninegrid.subjects.customers.columns import computable  # noqa: PLC0415

    return computable()


@pytest.mark.parametrize(
    "text",
    [
        '[[grids]]\nkey = "value"\n[grids.axis1]\nvalue = "nosuch"',
        '[totals]\nsums = ["total_income", "nosuch"]',
        *(
            pytest.param(text, marks=pytest.mark.thorough)
            for text in (
                '[[grids]]\nkey = "value"\n[grids.axis1]\npeer = "brnch"',
                '[[metrics]]\nkey = "wallet_share"\nnumerator = "branch"',
                '[[strategy_rules]]\nrule = "value"\nwhen = "raroc"',
            )
        ),
    ],
)
def test_what_can_not_be_run_is_said_before_any_data_is_read(text: str, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match=r"my\.toml"):
        policy_for("customers", tmp_path / "my.toml")


def test_an_axis_with_another_metric_forgets_what_held_for_the_old_one() -> None:
    text = '[[grids]]\nkey = "value"\n[grids.axis2]\nmetric = "exposure_yield"\ncuts = [0.02, 0.04]\n'
    axis = load_policy(BUILT_IN, text).grid("value").axis2
    assert (axis.fallback, axis.reason, axis.override) == ("", "", "")
