"""A further cut method: its name in `grids.py`, how it fits in `cuts.py`, its label in `results.toml`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from tests.cli.conftest import customer, write_customers
from tests.extending.content_copy import copied

START = "def _fitted(known: pl.Series, axis: Axis, policy: Policy) -> tuple[float | None, float | None]:"
FITS = """
    if axis.method == "range":  # at shares of the way from the least figure to the greatest
        least, span = known.min(), known.max() - known.min()
        low, high = (least + share * span for share in policy.cut_values(axis))
        return low, high
"""
AXIS = 'method = "peer_quantile"\npeer = "scale"\ncuts = [0.5, 0.8]'


@pytest.mark.thorough
def test_it_cuts_a_grid_and_is_named_in_the_workbook(tmp_path: Path) -> None:
    program = copied(tmp_path / "program")
    program.replace("policy/values/grids.py", '"natural", "scored"]', '"natural", "scored", "range"]')
    program.replace("policy/values/grids.py", '"peer_quantile", "cum_share")', '"peer_quantile", "cum_share", "range")')
    program.replace("grid/cuts.py", START, START + FITS)
    label = 'range = { zh = "全距等分", en = "Shares of the range" }'
    program.replace("schemas/results.toml", "\nnatural = {", f"\n{label}\nnatural = {{")
    program.replace("pipelines/policy/customers/grids.toml", AXIS, 'method = "range"\ncuts = [0.25, 0.75]')
    write_customers(tmp_path / "客户_202610.xlsx", [customer(i, 60.0 + 10 * i) for i in range(1, 11)])
    (graded,) = program.grade(tmp_path, "customers 客户_202610.xlsx")
    assert graded.code == 0, graded
    with duckdb.connect(str(tmp_path / "grade.duckdb"), read_only=True) as database:
        rows = "SELECT low_cut, high_cut, status FROM cuts WHERE method = 'range'"
        incomes = "SELECT min(total_income), max(total_income) FROM customers"
        ((low, high, status),), ((least, most),) = database.sql(rows).fetchall(), database.sql(incomes).fetchall()
    assert (low, high) == pytest.approx((least + (most - least) / 4, least + (most - least) * 3 / 4))
    assert status == "FITTED"
    with closing(load_workbook(tmp_path / "客户_202610-graded.xlsx", read_only=True)) as workbook:
        cells = {str(cell) for row in workbook["口径"].iter_rows(values_only=True) for cell in row}
    assert any("全距等分" in text for text in cells)
