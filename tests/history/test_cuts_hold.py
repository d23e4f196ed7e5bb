"""Each grid's cuts hold for a year, whatever happens to the others: nobody moves because cuts moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.report import write as writing
from ninegrid.result import Result

HEADERS = "客户号,客户名称,分行,行业,规模,客户经理,总收入,营业费用,预期损失,经济资本,集团号"
GROUPS = 12
COSTS = """
[[grids]]
key = "span"
zh = "费用九宫格"
en = "Cost grid"
over = "customers"
cell = "span_cell"
[grids.axis1]
letter = "S"
metric = "cost_income_ratio"
level = "span_cost_level"
method = "quantile"
cuts = [0.3, 0.6]
zh = ["低", "中", "高"]
en = ["Low", "Mid", "High"]
[grids.axis2]
letter = "G"
metric = "raroc"
level = "span_raroc_level"
method = "absolute"
cuts = ["hurdle", "target"]
reason = "raroc_status"
zh = ["低", "中", "高"]
en = ["Low", "Mid", "High"]
"""
CELLS = "".join(
    f'[[grids.cells]]\nid = "S{a}G{b}"\nzh = "{a}{b}"\nen = "{a}{b}"\ntier = "C"\n' for a in "123" for b in "123"
)
Month = Callable[..., Result]


def _month(folder: Path, number: int, *, growth: float = 1.0, grouped: bool = False, **options: object) -> Result:
    """24 customers whose incomes grow month by month, graded into the folder's database."""
    path = folder / "客户.csv"
    incomes = [(100 + 10 * i) * growth * (1 + number / 20) for i in range(24)]
    lines = [
        f"{i:03d},客户{i},甲,制造业,中型,经理,{income},30,10,500,{_group(i, grouped)}"
        for i, income in enumerate(incomes)
    ]
    path.write_text("\n".join([HEADERS, *lines]), encoding="utf-8")
    kept = {"db": str(folder / "g.duckdb"), "out": folder / "g.xlsx", "accept_break": "invented", **options}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ninegrid.improvement.improvement", lambda *_: {})
        patch.setattr(writing, "write_workbook", lambda result, path, **_: path.write_bytes(b""))
        period = Period.parse(f"2026-{number:02d}")
        return run("customers", [path], Options(period=period, **kept)).result  # type: ignore[arg-type]


def _group(i: int, grouped: bool) -> str:
    return f"G{i % GROUPS}" if grouped else ""


@pytest.fixture
def month(tmp_path: Path) -> Month:
    return partial(_month, tmp_path)


def _cuts(result: Result, grid: str = "value") -> list[tuple[object, ...]]:
    own = result.tables["cuts"].filter(pl.col("grid") == grid, pl.col("method") != "absolute")
    return own.select("axis", "peer_group", "low_cut", "high_cut", "version", "fitted_period").rows()


def _moved(results: list[Result]) -> Iterator[tuple[str, int]]:
    for result in results:
        moves = result.tables["migration"]
        yield str(result.period), moves.filter(pl.any_horizontal(pl.col("cuts_axis1", "cuts_axis2") != 0)).height


def test_a_year_of_disturbances_moves_no_cuts(month: Month, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(COSTS + CELLS, encoding="utf-8")
    results = [month(1), month(2)]  # an empty group grid
    results += [month(n, grouped=True) for n in (3, 4)]  # groups come, are cut, and kept
    results += [month(n, grouped=True, policy=tmp_path / "p.toml") for n in (5, 6)]  # a third grid over customers
    corrected = month(1, growth=1.3)  # the fitting month again, with corrected data
    results += [month(n, grouped=True, policy=tmp_path / "p.toml") for n in (7, 8)]
    results += [month(n) for n in (9, 10, 11, 12)]  # groups and the third grid are gone
    first = _cuts(results[0])
    assert all(_cuts(result) == first for result in [*results, corrected])
    assert dict(_moved(results)) == dict.fromkeys((str(result.period) for result in results), 0)
    assert {tuple(_cuts(result, "group_value")) for result in results[2:8]} == {tuple(_cuts(results[2], "group_value"))}
    assert {tuple(_cuts(result, "span")) for result in results[4:8]} == {tuple(_cuts(results[4], "span"))}
    assert [n.code for n in corrected.notices if n.code == "pipeline.cuts_data_changed"]
    assert not [n.code for result in results for n in result.notices if n.code == "pipeline.cuts_data_changed"]


def test_one_grid_is_refitted_by_its_name_and_no_other(month: Month) -> None:
    first = month(1, grouped=True)
    refitted = month(2, grouped=True, growth=2.0, refit_cuts="group_value")
    assert _cuts(refitted) == _cuts(first)
    assert _cuts(refitted, "group_value") != _cuts(first, "group_value")
    everything = month(3, grouped=True, growth=3.0, refit_cuts="all")
    assert {row[-1] for row in _cuts(everything)} == {"2026-03"}


def test_a_rerun_on_the_same_data_says_nothing_and_changes_nothing(month: Month) -> None:
    first, again = month(1), month(1)
    assert (
        first.tables["cuts"]
        .sort("grid", "axis", "peer_group")
        .equals(again.tables["cuts"].sort("grid", "axis", "peer_group"))
    )
    assert not [n.code for n in again.notices if n.code == "pipeline.cuts_data_changed"]
