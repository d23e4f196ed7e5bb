import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.grid.official import held_back, official
from ninegrid.grid.past import Past
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy
from tests.grid.conftest import products_policy
from tests.grid.two_periods import banded_policy, cuts_of, graded, inputs, past

sales = st.integers(0, 160).map(lambda quarters: quarters / 4)  # exact at the cuts


HELD_BACK = result_table("held_back").schema()


def walk(values: list[float | None], policy: Policy | None = None, **columns: list[object]) -> list[int | None]:
    """The official sales level of one product, period by period, with a dead-band of 2."""
    policy, before, levels = policy or banded_policy(), None, []
    for i, value in enumerate(values):
        frame = inputs([(value, value)], **{name: [given[i]] for name, given in columns.items()})
        before = graded(frame, policy, past(before) if before is not None else Past())
        levels.append(before["sales_level"].item())
    return levels


@pytest.mark.parametrize(
    ("values", "levels"),
    [
        ([15, 9, 15, 9, 11], [2, 2, 2, 2, 2]),  # flaps around the cut
        ([15, 9, 9], [2, 2, 1]),  # below it a second time
        ([15, 8.0, 15], [2, 2, 2]),  # not beyond the dead-band
        ([15, 7.9], [2, 1]),  # beyond it
        ([25, 9, 9], [3, 2, 1]),  # two cuts passed, one of them clearly
        ([25, 19, 9], [3, 3, 2]),  # both periods agree on no more than the middle
        ([15, 21, 19], [2, 2, 2]),
        ([15, 21, 21], [2, 2, 3]),
        ([15, 22], [2, 3]),
        ([5, 21], [1, 2]),
        ([15, None, 9], [2, None, 1]),  # nothing to hold on to
    ],
)
def test_a_cut_is_passed_beyond_the_dead_band_or_for_a_second_period(
    values: list[float | None], levels: list[int | None]
) -> None:
    assert walk(values) == levels


def test_the_raw_cell_stands_beside_the_official_one() -> None:
    first = graded(inputs([(15.0, 6.0)]), banded_policy())
    then = graded(inputs([(9.0, 6.0)]), banded_policy(), past(first))
    assert first.select("cell", "raw_cell").row(0) == ("S2M3", "S2M3")
    assert then.select("cell", "raw_cell").row(0) == ("S2M3", "S1M3")


def test_a_relative_dead_band_is_a_share_of_the_cut() -> None:
    policy = banded_policy(dead_band_relative=True)
    before = graded(inputs([(15.0, 1.0), (25.0, 1.0)]), policy)
    now = graded(inputs([(9.1, 1.0), (17.9, 1.0)]), policy, past(before, band=0.1))
    assert now["sales_level"].to_list() == [2, 2]  # 9 and 18 are a tenth below the cuts


def test_who_is_exempt_moves_at_once() -> None:
    policy = banded_policy()
    assert walk([15, 9], policy, overdue_balance=[0.0, 0.0]) == [2, 2]
    assert walk([15, 9], policy, overdue_balance=[0.0, 5.0]) == [2, 1]
    assert walk([15, 9], policy, overdue_balance=[0.0, None]) == [2, 2]


def test_a_level_that_no_figure_gave_is_not_held() -> None:
    policy = banded_policy(override="CASE WHEN profit = 9 THEN 1 END")
    assert walk([15, 9], policy) == [2, 1]


def test_who_is_unplaced_on_the_other_axis_is_not_held() -> None:
    before = graded(inputs([(15.0, 6.0)]), banded_policy())
    now = graded(inputs([(9.0, None)]), banded_policy(), past(before))
    assert now.select("sales_level", "cell", "raw_cell").row(0) == (1, None, None)


def test_a_cut_that_moved_is_followed_at_once() -> None:
    policy = banded_policy()
    before = graded(inputs([(15.0, 6.0)]), policy)
    now = graded(inputs([(15.0, 6.0)]), policy, past(before), cuts_of(policy, (16.0, 20.0)))
    assert now["sales_level"].item() == 1


def test_a_held_level_outlives_cuts_that_make_no_difference() -> None:
    policy = banded_policy()
    first = graded(inputs([(15.0, 6.0)]), policy)
    held = graded(inputs([(9.0, 6.0)]), policy, past(first))
    up = graded(inputs([(9.9, 6.0)]), policy, past(held, rebased=graded(inputs([(9.0, 6.0)]), policy)))
    assert (held["sales_level"].item(), up["sales_level"].item()) == (2, 1)  # held once, then below a second time


def test_a_grid_without_a_dead_band_passes_unchanged() -> None:
    policy = products_policy()
    frame = graded(inputs([(15.0, 6.0)]), policy)
    assert official(frame, policy.grids[0], cuts_of(policy), past(frame), policy) is frame
    assert "raw_cell" not in frame.columns


def test_new_and_no_products_at_all() -> None:
    policy = banded_policy()
    nobody = graded(inputs([]), policy, None, cuts_of(policy))
    assert graded(inputs([(9.0, 6.0)]), policy, past(nobody))["cell"].to_list() == ["S1M3"]
    assert graded(inputs([]), policy, past(graded(inputs([(9.0, 6.0)]), policy)), cuts_of(policy)).is_empty()


def test_held_back_says_by_how_much_the_cut_was_passed() -> None:
    policy = banded_policy()
    before = graded(inputs([(15.0, 6.0), (25.0, 6.0), (15.0, 6.0), (5.0, 6.0), (25.0, 6.0)]), policy)
    frame = inputs([(9.0, 6.0), (19.0, 6.0), (21.0, 6.0), (11.0, 6.0), (7.0, 6.0)])
    now = graded(frame, policy, past(before))
    got = held_back(now, cuts_of(policy), past(before), policy)
    assert dict(got.schema) == HELD_BACK
    assert got.rows() == [
        ("a", "market", "sales", 2, 1, 9.0, 10.0, 2.0),
        ("b", "market", "sales", 3, 2, 19.0, 20.0, 2.0),
        ("c", "market", "sales", 2, 3, 21.0, 20.0, 2.0),
        ("d", "market", "sales", 1, 2, 11.0, 10.0, 2.0),
    ]


def test_nothing_is_held_back_without_a_past_or_a_dead_band() -> None:
    for policy in (banded_policy(), products_policy()):
        got = held_back(graded(inputs([(9.0, 6.0)]), policy), cuts_of(policy), Past(), policy)
        assert (got.height, dict(got.schema)) == (0, HELD_BACK)


@given(values=st.lists(st.one_of(st.none(), sales), min_size=1, max_size=20))
def test_without_a_past_official_is_raw(values: list[float | None]) -> None:
    got = graded(inputs([(value, 1.0) for value in values]), banded_policy(), None, cuts_of(banded_policy()))
    assert got["cell"].equals(got["raw_cell"], null_equal=True)


@given(values=st.lists(sales, min_size=2, max_size=6))
def test_official_is_between_where_it_was_and_raw(values: list[float]) -> None:
    official = walk(values)
    raw = [1 + (value >= 10) + (value >= 20) for value in values]
    for was, now, alone in zip(official, official[1:], raw[1:], strict=False):
        assert min(was, alone) <= now <= max(was, alone)


@given(start=sales, end=sales)
def test_well_past_the_cuts_or_twice_in_a_band_it_moves(start: float, end: float) -> None:
    raw = 1 + (end >= 10) + (end >= 20)
    assert walk([start, end, end])[-1] == raw
    if min(abs(end - cut) for cut in (10, 20)) > 2:
        assert walk([start, end])[-1] == raw


@given(rows=st.lists(st.tuples(sales, sales), min_size=1, max_size=20))
def test_what_is_held_back_is_within_the_dead_band_of_the_cut(rows: list[tuple[float, float]]) -> None:
    policy = banded_policy()
    before = graded(inputs([(start, 1.0) for start, _ in rows]), policy)
    now = graded(inputs([(end, 1.0) for _, end in rows]), policy, past(before))
    got = held_back(now, cuts_of(policy), past(before), policy)
    assert set(got["subject_id"]) == set(now.filter(pl.col("cell").ne_missing(pl.col("raw_cell")))["product"])
    assert (got.select((pl.col("figure") - pl.col("passed_cut")).abs() - pl.col("dead_band")).to_series() < 1e-9).all()
