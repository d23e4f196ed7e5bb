"""What a policy may say of the way up, and what is said when it can't."""

import dataclasses

import pytest

from ninegrid import resources
from ninegrid.model.errors import PolicyError
from ninegrid.policy import load_policy
from ninegrid.policy.values.improvement import Way
from ninegrid.subjects.customers.columns import computable
from tests.improvement.invented import bounded, leads_of, policy, ways

BUILT_IN = resources.policy_text("customers")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[way]\ngrid = "valu"', "there is no grid 'valu'"),
        ("[[never]]\nrule = 'a'\nwhen = 'industri = 1'\nzh = ''\nen = ''", "there is no column industri"),
        ("[campaign]\ncontrol = 20", "write 0.2 for 20%"),
        ("[coverage.intervals]\nE = 30", "tiers"),
        ("[way]\nladder = []", "there is no step to find peers by"),
        ('[way]\nladder = [["brunch"]]', "there is no column 'brunch'"),
        ('[way]\nown_peers = "brunch"', "there is no column 'brunch'"),
        ("[way]\nceiling = 0.25", "no quantile from the median up"),
        ("[way]\nlanded = [10]", "write 0.1 for 10%"),
        ('[way]\nforbids = "purple"', "there is no severity 'purple'"),
        ('[way]\ncautions = [{ when = "overdue >", code = "OVERDUE" }]', "can't be read as an SQL expression"),
        ('[[levers]]\nkey = "fees"\nindicator = "fee_share"', "there is no metric 'fee_share'"),
        ('[[levers]]\nkey = "fees"\nindicator = "limit_usage"', "best within a band"),
        ('[[levers]]\nkey = "fees"\nheadroom = "ceiling * revenues"', "there is no column revenues"),
        ('[[levers]]\nkey = "fees"\nincome = "ceiling"', "there is no column ceiling"),
        ('[[levers]]\nkey = "fees"\noverlaps = ["loans"]', "there is no other lever 'loans'"),
        ('[[levers]]\nkey = "fees"\noverlaps = ["fees"]', "there is no other lever 'fees'"),
        ('[[levers]]\nkey = "credit_cost"\nacts = true', "has an effect on income, cost or capital"),
    ],
)
def test_an_error_says_what_is_wrong_with_a_way(text: str, says: str) -> None:
    with pytest.raises(PolicyError) as error:
        load_policy(BUILT_IN, text, name="my.toml", columns=computable())
    assert says in str(error.value)
    assert "my.toml › line" in str(error.value)


def test_some_lever_has_to_act() -> None:
    keys = [lever.key for lever in policy().levers if lever.acts]
    text = "".join(f'[[levers]]\nkey = "{key}"\nacts = false\n' for key in keys)
    with pytest.raises(PolicyError, match="0 levers act"):
        load_policy(BUILT_IN, text, columns=computable())


def test_a_policy_without_a_grid_for_it_has_no_way() -> None:
    none = dataclasses.replace(policy(), way=Way())
    assert ways([{}], none) == {}


def test_a_bank_sets_its_own_ceiling_and_levers() -> None:
    text = """
[way]
ceiling = 1.0
peer_minimum = 1
cautions = []
[[levers]]
key = "fees"
acts = false
[[levers]]
key = "settlement"
zh = "结算归行"
en = "Win settlement"
indicator = "settlement_share"
headroom = "(ceiling - settlement_share) * operating_revenue"
income = "delta * 0.001"
who_zh = "客户经理"
who_en = "Relationship manager"
"""
    own = load_policy(BUILT_IN, text, columns=computable())
    peers = [{"settlement_credits": 1e8 * k, "fee_income": 250_000.0, "official_cell": "I3R2"} for k in (1.1, 1.2, 1.5)]
    found = leads_of(ways([{"official_cell": "I3R1"}, *peers], own), "0")
    # from 50% to the best peer's 75% of revenue of 200 million, 0.1% of it
    assert found["settlement"]["uplift_income"] == pytest.approx(50_000)
    assert "fees" not in found


def test_every_result_column_is_there_even_with_nobody_to_guide() -> None:
    for rows in ([{"total_income": None}], [{"total_income": 4e6}]):
        tables = ways(rows, policy())
        for name, table in tables.items():
            assert table.columns == resources.result_columns(name, policy()), name
        assert tables["paths"].is_empty()


def test_of_customers_of_whom_nothing_is_asked_there_is_no_lead_and_no_path() -> None:
    text = """
[way]
peer_minimum = 1
[[never]]
rule = "restricted"
when = "industry = '房地产业' AND value_cell = 'I3R1'"
zh = "限制行业"
en = "Restricted industry"
"""
    own = load_policy(BUILT_IN, text, columns=computable())
    asked = {"official_cell": "I3R1", "fee_income": 50_000.0}
    rows = [asked, {**asked, "industry": "房地产业"}, {"official_cell": "I3R2", "fee_income": 300_000.0}]
    found = ways(rows, own)
    assert set(found["leads"]["subject_id"]) == {"0"}
    assert "1" not in set(found["paths"]["subject_id"])
    assert set(ways(rows, bounded(peer_minimum=1))["leads"]["subject_id"]) == {"0", "1"}
