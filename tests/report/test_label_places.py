"""Names of bubbles stand where they hide no other name."""

from __future__ import annotations

import pytest

from ninegrid.report.kit.label_places import Spot, label_places

WIDTH, HEIGHT = 600.0, 220.0


def test_a_name_stands_in_its_bubble_where_it_fits_else_beside_it() -> None:
    assert label_places([Spot("贷款", 0.5, 0.5, 1.0)], WIDTH, HEIGHT) == ["ctr"]
    assert label_places([Spot("信息传输业", 0.5, 0.5, 0.05)], WIDTH, HEIGHT) == ["r"]


def test_names_of_bubbles_near_each_other_stand_on_different_sides() -> None:
    spots = [Spot(f"批发和零售业{n}", 0.5, 0.5, area) for n, area in enumerate((0.2, 0.15, 0.1, 0.05))]
    assert len(set(label_places(spots, WIDTH, HEIGHT))) == len(spots)


@pytest.mark.parametrize(("x", "place"), [(0.99, {"t", "b", "l"}), (0.01, {"r", "t", "b"})])
def test_a_name_does_not_leave_the_chart(x: float, place: set[str]) -> None:
    (found,) = label_places([Spot("科学研究和技术服务业", x, 0.5, 0.1)], WIDTH, HEIGHT)
    assert found in place
    assert found == ("l" if x > 0.5 else "r")


def test_the_larger_bubble_chooses_first_whatever_the_order() -> None:
    small, large = Spot("住宿和餐饮业", 0.52, 0.5, 0.05), Spot("批发和零售业", 0.5, 0.5, 0.3)
    one, two = label_places([small, large], WIDTH, HEIGHT), label_places([large, small], WIDTH, HEIGHT)
    assert one == two[::-1]
    assert one[0] != one[1]
