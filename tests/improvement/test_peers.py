from tests.improvement.invented import PEER_I1R2, leads_of, path, policy, ways


def peers(*changes: dict[str, object]) -> list[dict[str, object]]:
    return [{**PEER_I1R2, **change} for change in changes]


def test_peers_are_matched_as_finely_as_their_number_allows() -> None:
    here, scale, any_ = {}, {"industry": "零售业"}, {"industry": "零售业", "scale": "大型"}
    rows = [{}, *peers(here, here, scale, scale, any_, any_)]
    said = {
        n: tuple(path(ways(rows, policy(peer_minimum=n)), "0", "raroc")[c] for c in ("peers", "peer_n", "reason"))
        for n in (2, 4, 6, 7)
    }
    assert said == {
        2: ("I1R2 · 中型 · 制造业", 2, None),
        4: ("I1R2 · 中型", 4, None),
        6: ("I1R2", 6, None),
        7: ("I1R2", 6, "FEW_PEERS"),
    }


def test_a_customer_without_industry_has_peers_by_scale() -> None:
    rows = [{"industry": None}, *peers({"industry": None}, {"industry": None}, {})]
    assert path(ways(rows, policy(peer_minimum=2)), "0", "raroc")["peers"] == "I1R2 · 中型"


def test_no_peers_no_levers() -> None:
    alone = path(ways([{}], policy()), "0", "raroc")
    assert (alone["peers"], alone["peer_n"], alone["levers"], alone["uplift_rani"]) == (None, None, None, None)
    assert (alone["reason"], alone["reaches"], alone["reached_cell"]) == ("NO_PEERS", False, "I1R1")
    assert "cost=NO_PEERS" in alone["levers_missing"]


def test_benchmark_and_ceiling_are_the_median_and_the_good_quartile() -> None:
    costs = [400_000.0, 300_000.0, 200_000.0, 190_000.0, 300_000.0]
    rows = [{}, *peers(*({"operating_cost": c} for c in costs))]
    cost = leads_of(ways(rows, policy(peer_minimum=1)), "0")["cost"]
    assert (cost["from_value"], cost["peer_median"], cost["peer_p75"], cost["to_value"]) == (0.4, 0.3, 0.2, 0.2)
    assert (cost["peer_n"], cost["indicator_n"]) == (5, 5)


def test_peers_that_lack_the_indicator_are_no_evidence_for_it() -> None:
    rows = [{}, *peers({"cash": 5_000_000.0}, {"cash": None}, {"cash": None})]
    deposits = leads_of(ways(rows, policy(peer_minimum=3)), "0")["deposits"]
    assert (deposits["peer_n"], deposits["indicator_n"], deposits["caution"]) == (3, 1, "TOO_FEW")
