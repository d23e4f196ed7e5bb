"""Profiles: the table's figures in their place, coloured by distance from the whole in the good direction."""

from __future__ import annotations

import polars as pl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy.metrics import Metric
from ninegrid.report.kit.heated import better_by
from ninegrid.result import Result

LABEL = 2


@pytest.fixture
def page(workbook: Workbook) -> Worksheet:
    return workbook["长相"]


def rows_of(page: Worksheet, label: str) -> list[int]:
    return [row for row in range(1, page.max_row + 1) if page.cell(row, LABEL).value == label]


def test_medians_then_ratios_then_numbers(page: Worksheet, result: Result) -> None:
    known = result.tables["profile"].filter(grid="value", cell="I3R3", scope="bank", indicator="cross_sell_rate")
    figures = known.row(0, named=True)
    column = next(c.column for c in page[rows_of(page, "中位数")[0]] if c.value == "I3R3")
    median, ratio, n = (page.cell(row, column).value for row in rows_of(page, "交叉销售率")[:3])
    assert (median, ratio, n) == (figures["median"], figures["ratio"], figures["n"])


def test_basis_points_say_so(page: Worksheet, result: Result) -> None:
    row = rows_of(page, "存款利差（bp）")[0]
    whole = result.tables["indicators"].filter(scope="bank", indicator="deposit_spread")["median"].item()
    assert page.cell(row, 4).value == pytest.approx(whole * 10_000)


def test_a_cell_without_anyone_is_empty_with_a_remark(page: Worksheet) -> None:
    row = rows_of(page, "交叉销售率")[-3]  # the last grid has no profile in the invented result
    assert page.cell(row, 5).value is None
    assert page.cell(row, 5).comment.text


@pytest.mark.parametrize(
    ("direction", "value", "expected"),
    [("higher", 0.3, 0.5), ("lower", 0.3, -0.5), ("higher", 9.0, 1.0), ("band", 0.5, 0.0), ("band", 1.0, -1.0)],
)
def test_heat_is_the_distance_in_the_good_direction(direction: str, value: float, expected: float) -> None:
    band = (0.1, 0.8) if direction == "band" else ()
    metric = Metric("m", "指标", "m", "a", "percent", direction, band=band)
    frame = pl.DataFrame({"indicator": ["m"], "value": [value], "whole": [0.2], "iqr": [0.2]})
    assert frame.select(better_by("value", "whole", "iqr", [metric])).item() == pytest.approx(expected)


def test_no_spread_no_heat() -> None:
    metric = Metric("m", "指标", "m", "a", "percent", "higher")
    frame = pl.DataFrame({"indicator": ["m"], "value": [0.3], "whole": [0.2], "iqr": [0.0]})
    assert frame.select(better_by("value", "whole", "iqr", [metric])).item() is None


def test_the_sign_of_the_distance_gives_the_colour(page: Worksheet, result: Result) -> None:
    rows = result.tables["profile"].filter(grid="value", indicator="credit_cost", scope="bank")
    whole = result.tables["indicators"].filter(scope="bank", indicator="credit_cost").row(0, named=True)
    line, ids = rows_of(page, "信用成本率")[0], page[rows_of(page, "中位数")[0]]
    for cell, n, median in rows.select("cell", "n", "median").iter_rows():
        far = abs(median - whole["median"]) / (whole["p75"] - whole["p25"]) > 0.1 if n else False
        if cell != "all" and n >= 5 and far:
            column = next(c.column for c in ids if c.value == cell)
            red, _, blue = (int(page.cell(line, column).fill.start_color.rgb[-6:][i : i + 2], 16) for i in (0, 2, 4))
            assert (blue > red) == (median < whole["median"])  # lower cost is better: teal
