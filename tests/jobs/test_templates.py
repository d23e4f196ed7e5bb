import pytest

from ninegrid.jobs.templates import fill, places, tells_period
from ninegrid.model.period import Period


@pytest.mark.parametrize(
    ("template", "period", "filled"),
    [
        ("对公客户_{period}.xlsx", "2026-10", "对公客户_2026-10.xlsx"),
        ("{year}{month}/{period}/{unit}.xlsx", "2026-03", "202603/2026-03/{unit}.xlsx"),
        ("{year}年第{quarter}季度.csv", "2026Q3", "2026年第3季度.csv"),
        ("{year}H{half}.csv", "2026H1", "2026H1.csv"),
        ("{year}.csv", "2026", "2026.csv"),
    ],
)
def test_places_are_filled(template: str, period: str, filled: str) -> None:
    assert fill(template, Period.parse(period)) == filled


def test_a_path_tells_periods_apart_or_not() -> None:
    assert tells_period("{period}.xlsx", "month")
    assert tells_period("{year}{month}.xlsx", "month")
    assert tells_period("{year}.xlsx", "year")
    assert not tells_period("{year}.xlsx", "month")
    assert not tells_period("{year}.xlsx", "quarter")
    assert not tells_period("all.xlsx", "year")


@pytest.mark.parametrize("template", ["{period", "period}", "{}", "{a b}"])
def test_braces_that_do_not_pair_are_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        places(template)
    assert str(refused.value) == template
