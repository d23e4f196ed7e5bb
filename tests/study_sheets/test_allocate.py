"""The page of an allocation: one page, a live hurdle, and words for what holds the plan back."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from ninegrid.messages import Lang
from ninegrid.model.errors import UsageError
from ninegrid.result import Result
from ninegrid.study_sheets.allocate import GAIN, KEY_ROW, NOW, PLAN
from ninegrid.subjects.policies import policy_for
from tests.report import office
from tests.study_sheets.asked import answered, workbook

POLICY = policy_for("customers")
FREE = dataclasses.replace(POLICY, allocate=dataclasses.replace(POLICY.allocate, industry=1.0))
"""Without caps of industries, of which there are but two."""
_STRATEGY = {"I3R3": "invest", "I2R2": "deepen", "I1R1": "exit"}


def stored() -> dict[str, pl.DataFrame]:
    """A bank of two branches, three cells and two industries; a customer of each, and one on red."""
    rows = [
        {"customer_id": f"{branch}{cell}{industry}", "branch": branch, "industry": industry, "value_cell": cell,
         "strategy": _STRATEGY[cell], "rani": r * 1e7, "economic_capital": 1e7, "total_income": 4e6, "ead": 1e8,
         "overdue_balance": 0.0}
        for branch in ("东分行", "西分行") for industry in ("制造业", "建筑业")
        for cell, r in (("I3R3", 0.25), ("I2R2", 0.15), ("I1R1", 0.05))
    ]  # fmt: skip
    return {
        "customers": pl.DataFrame(rows),
        "warnings": pl.DataFrame({"subject_id": ["东分行I3R3制造业"], "severity": ["red"]}),
    }


def allocated(lang: Lang = "zh", **said: object) -> Result:
    return answered("allocate", stored(), {}, lang, FREE, **said)


def test_customers_on_red_get_no_more_and_exits_give_capital_back() -> None:
    table = allocated(budget="+20%").tables["allocation"]
    red = table.filter(pl.col("branch") == "东分行", pl.col("industry") == "制造业", pl.col("cell") == "I3R3")
    assert red["ec_high"].to_list() == red["ec_now"].to_list() == [1e7]
    others = table.filter(pl.col("cell") == "I3R3", pl.col("ec_high") > 1e7)
    assert others["ec_high"].to_list() == pytest.approx([1.2e7] * 3)
    assert table.filter(pl.col("strategy") == "exit")["ec_plan"].to_list() == pytest.approx([5e6] * 4)


def test_a_small_cell_is_told_by_its_value_cell_too() -> None:
    frame = stored()
    better = pl.when(pl.col("customer_id") == "东分行I2R2制造业").then(2.6e6).otherwise("rani")
    frame["customers"] = frame["customers"].with_columns(rani=better)
    table = answered("allocate", frame, {}).tables["allocation"]
    one = table.filter(pl.col("cell") == "I2R2", pl.col("raroc_now") > 0.2).row(0, named=True)
    whole = (0.26 + 3 * 0.15) / 4
    assert one["marginal"] == pytest.approx(0.26 / 11 + whole * 10 / 11)


def test_the_frontier_has_the_policys_budgets_and_the_one_asked() -> None:
    frontier = allocated(budget="118000000").tables["allocation_frontier"]
    assert frontier["budget_change"].to_list() == [-0.1, -0.05, None, 0.0, 0.05, 0.1, 0.2]
    assert frontier["eva"].drop_nulls().is_sorted()
    assert frontier["price"].drop_nulls().is_sorted(descending=True)


@pytest.mark.parametrize("text", ["much", "-3", "5 %%"])
def test_a_budget_is_an_amount_or_a_change(text: str) -> None:
    with pytest.raises(UsageError, match="neither an amount"):
        allocated(budget=text)


@pytest.mark.parametrize(
    ("text", "yuan"), [("1.2亿", 1.2e8), ("12,000万", 1.2e8), ("120000000", 1.2e8), ("-0%", 1.2e8)]
)
def test_budgets_as_people_write_them(text: str, yuan: float) -> None:
    assert allocated(budget=text).notices[0].values["budget"] == pytest.approx(yuan)


def test_no_plan_is_told_with_the_least_budget() -> None:
    with pytest.raises(UsageError, match="INFEASIBLE") as told:
        allocated(budget="-40%")
    assert "the least is 108,000,000" in told.value.message  # the floors of both branches


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_fits_and_follows_its_hurdle(lang: Lang, tmp_path: Path) -> None:
    path = workbook(allocated(lang, budget="-9.5%"), tmp_path / "b.xlsx", "allocation")
    page, live = load_workbook(path, data_only=True).worksheets[0], load_workbook(path).worksheets[0]
    assert page.page_setup.fitToHeight == 1
    assert page.cell(KEY_ROW + 1, GAIN).value == 0.11
    hurdle = live.cell(KEY_ROW + 1, GAIN).coordinate.replace("G", "$G$")
    for column in (NOW, PLAN):
        assert hurdle in live.cell(KEY_ROW + 2, column).value
    scale = 1e4 if lang == "zh" else 1e6
    assert page.cell(KEY_ROW + 2, NOW).value * scale == pytest.approx(4 * 1e7 * (0.25 + 0.15 + 0.05 - 0.33))
    texts = [cell.value for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert any(("不是预测" if lang == "zh" else "no forecast") in text for text in texts)
    assert any(("预算用满" if lang == "zh" else "budget is used up") in text for text in texts)


@pytest.mark.thorough
def test_libreoffice_follows_the_hurdle(tmp_path: Path) -> None:
    if office.python() is None:
        pytest.skip("there is no LibreOffice here that Python can speak to")
    plan = allocated(budget="-9.5%")
    path = workbook(plan, tmp_path / "b.xlsx", "allocation")
    cell = load_workbook(path).worksheets[0].cell(KEY_ROW + 1, GAIN).coordinate
    steps = [office.step({"资源配置": {cell: hurdle}}, {"资源配置": "A1:H12"}) for hurdle in (0.11, 0.2)]
    for hurdle, shown in zip((0.11, 0.2), office.answers(path, steps, tmp_path), strict=True):
        rows, cells = shown["资源配置"], plan.tables["allocation"]
        has = cells.select((pl.col("rani_now") - hurdle * pl.col("ec_now")).sum()).item()
        gained = cells.select(((pl.col("marginal") - hurdle) * pl.col("delta")).sum()).item()
        assert rows[KEY_ROW + 1][NOW - 1] * 1e4 == pytest.approx(has)
        assert rows[KEY_ROW + 1][PLAN - 1] * 1e4 == pytest.approx(has + gained)
