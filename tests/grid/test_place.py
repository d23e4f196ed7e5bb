import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.grid.cuts import fit_cuts
from ninegrid.grid.decide import decide
from ninegrid.grid.place import place
from ninegrid.policy import Policy
from tests.grid.conftest import products_policy

amounts = st.one_of(st.none(), st.floats(-1e6, 1e6))


def placed(policy: Policy, rows: list[tuple[float | None, float | None]]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema={"sales": pl.Float64, "profit": pl.Float64}, orient="row")
    market = policy.grids[0]
    return place(frame, market, fit_cuts(frame, market, policy), policy)


def test_a_value_at_a_cut_goes_up(policy: Policy) -> None:
    got = placed(policy, [(9.99, 0.5), (10.0, 1.0), (20.0, 4.0), (19.99, 3.99)])
    assert got["cell"].to_list() == ["S1M1", "S2M2", "S3M3", "S2M2"]


def test_float_drift_does_not_keep_a_value_below_its_cut(policy: Policy) -> None:
    ten = 10 - 2e-15
    assert ten < 10
    assert placed(policy, [(ten, 5.0)])["sales_level"].to_list() == [2]


def test_what_can_not_be_placed_says_why(policy: Policy) -> None:
    got = placed(policy, [(None, 1.0), (0.0, 1.0), (-1.0, 1.0)])
    assert got["cell"].to_list() == [None, None, None]
    assert got["cell:reason"].to_list() == ["MISSING_INPUT", "ZERO_DENOMINATOR", "NEGATIVE_BASE"]


def test_the_first_rule_that_holds_decides(policy: Policy) -> None:
    frame = pl.DataFrame({"cell": ["S3M3", "S1M1", "S1M1", None], "share": [0.9, 0.9, 0.1, 0.1]})
    got = decide(frame, policy)
    assert got.select("tier", "strategy", "strategy_rule").rows() == [
        ("A", "invest", "cell"),
        ("D", "deepen", "shrinking"),
        ("D", "exit", "cell"),
        (None, "verify", "unplaced"),
    ]


@given(rows=st.lists(st.tuples(amounts, amounts), min_size=1, max_size=30))
def test_everyone_is_in_exactly_one_place(rows: list[tuple[float | None, float | None]]) -> None:
    policy = products_policy()
    known = {c.id for c in policy.grids[0].cells}
    for cell, reason in placed(policy, rows).select("cell", "cell:reason").iter_rows():
        assert (cell in known) != (reason is not None)


@given(low=st.floats(0.01, 1e6), more=st.floats(0, 1e6))
def test_raising_a_figure_never_lowers_its_level(low: float, more: float) -> None:
    levels = placed(products_policy(), [(low, 1.0), (low + more, 1.0)])["sales_level"].to_list()
    assert levels[0] <= levels[1]
