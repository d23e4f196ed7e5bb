import pytest

from ninegrid import content
from ninegrid.errors import PolicyError
from ninegrid.policy import load_policy, stored_policy

BUILT_IN = content.policy_text("customers")


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
    from ninegrid.customers.columns import computable  # noqa: PLC0415

    return computable()
