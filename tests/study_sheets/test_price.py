"""The page of a deal: its stored values are the engine's, and LibreOffice computes the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from ninegrid.messages import Lang
from ninegrid.result import Result
from ninegrid.study_sheets.price.page import (
    GROUP_AT,
    NEEDS,
    NEEDS_AT,
    RELATION_AT,
    STEPS,
    SUMS,
    TABLE_AT,
    TERMS,
    VERDICT_AT,
    WORTH,
    WORTH_AT,
    At,
)
from tests.pricing.deals import deals, stored
from tests.report import office
from tests.study_sheets.asked import answered, workbook

GROUP = {"group_id": "G1", "total_income": 8e6, "rani": 2e6, "economic_capital": 1e7}
RICH = {"upfront_fee": 3e5, "tenor_years": 3.0, "yearly_fee": 5e4, "drawn": 0.8, "maturity": 4.0, "fixed_cost": 2e4,
        "deposits_promised": 1e7, "replaces_amount": 5e7, "replaces_spread": 0.01, "at_risk_deposits": 2e7,
        "at_risk_income": 1e5, "spread": 0.021, "pd": 0.004}  # fmt: skip
ROWS = ({}, RICH, {"customer_id": None, "prospect_id": "P1"}, {"pd": 0.0001}, {"spread": 0.05, "cost_ratio": None})


def result(*rows: dict[str, object], lang: Lang = "zh") -> Result:
    period = stored({"group_id": "G1"}, groups=pl.DataFrame([GROUP]))
    read = deals(*rows).with_columns(pl.lit(0, pl.UInt16).alias("_source"), pl.lit(0, pl.UInt32).alias("_row"))
    return answered("price", period, {"deals": read}, lang)


def told(priced: Result, n: int) -> dict[str, Any]:
    """What the page should show of the nth deal, by the address of the cell."""
    row = priced.tables["deals"].row(n, named=True)
    cells = {f"E{WORTH_AT + at}": row[name] for at, name in enumerate(WORTH)}
    names = {"deposits_needed": "deposits_needed", "fee_needed": "fee_needed"}
    for at, name in enumerate(NEEDS):
        hurdle = names.get(name, f"{name}_hurdle")
        pair = row[hurdle], row[f"{name}_target"]
        factor = 1e4 if name == "min_spread" else 1
        cells |= {f"{c}{NEEDS_AT + at}": v and v * factor for c, v in zip("CD", pair, strict=True)}
    for before, top in (("", RELATION_AT), ("group_", GROUP_AT)):
        for column, scenario in zip("HIJ", ("now", "win", "lose"), strict=True):
            cells |= {f"{column}{top + at}": row[f"{before}{scenario}_{name}"] for at, name in enumerate(SUMS)}
            cell, labels = row[f"{before}cell_{scenario}"], priced.policy
            grid = labels.grid("group_value" if before else "value")
            cells[f"{column}{top + len(SUMS)}"] = cell and f"{cell} {getattr(grid.by_id(cell), priced.lang)}"
    return cells


def differing(page: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """The cells that show something else."""
    wrong = []
    for at, value in expected.items():
        shown = page[at] if page[at] != "" else None
        same = shown == (pytest.approx(value, rel=1e-9, abs=1e-6) if isinstance(value, float) else value)
        wrong += [] if same else [f"{at}: {shown} for {value}"]
    return wrong


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.thorough)])
def test_stored_values_are_the_engines(lang: Lang, tmp_path: Path) -> None:
    for n, row in enumerate(ROWS[:3]):
        priced = result(row, lang=lang)
        page = load_workbook(workbook(priced, tmp_path / f"{n}.xlsx", "deal"), data_only=True).worksheets[0]
        assert differing({at: page[at].value for at in told(priced, 0)}, told(priced, 0)) == []
        assert (
            page[f"H{VERDICT_AT}"].value
            == {"zh": ["例外审批", "通过", "不通过"], "en": ["Exception", "Pass", "Fail"]}[lang][n]
        )


def test_the_table_holds_the_deal_and_its_neighbours(tmp_path: Path) -> None:
    priced = result({})
    page = load_workbook(workbook(priced, tmp_path / "b.xlsx", "deal"), data_only=True).worksheets[0]
    ratings = priced.policy.price.ratings
    others = [{"pd": rating.pd, "spread": 0.012 + step * 0.0025} for rating in ratings for step in STEPS]
    expected = result(*others).tables["deals"]["raroc"].to_list()
    shown = [page[f"{column}{TABLE_AT + at}"].value for at in range(len(ratings)) for column in "IJKLMNO"]
    assert shown == pytest.approx(expected, rel=1e-9)


def test_terms_that_may_be_tried_are_empty_and_take_numbers(tmp_path: Path) -> None:
    page = load_workbook(workbook(result({}), tmp_path / "b.xlsx", "deal")).worksheets[0]
    cells = [page[At.term(name, "D").replace("$", "")] for name, _ in TERMS]
    assert {cell.value for cell in cells} == {None}
    ruled = {str(rule.sqref) for rule in page.data_validations.dataValidation}
    assert {cell.coordinate for cell in cells} <= ruled


def test_nothing_that_could_be_priced_is_said(tmp_path: Path) -> None:
    page = load_workbook(workbook(result(), tmp_path / "b.xlsx", "deal")).worksheets[0]
    assert page["B5"].value == "没有可以定价的业务"


@pytest.mark.thorough
def test_libreoffice_computes_what_the_engine_does(tmp_path: Path) -> None:
    if office.python() is None:
        pytest.skip("there is no LibreOffice here that Python can speak to")
    priced = result(*ROWS)
    path = workbook(priced, tmp_path / "b.xlsx")
    tried = {name: value for name, value in RICH.items() if name not in ("replaces_spread", "spread")}
    changes = {At.term(name, "D").replace("$", ""): value for name, value in tried.items()}
    changes |= {"D10".replace("10", At.term("spread").split("$")[-1]): 210.0}
    changes[At.term("replaces_spread", "D").replace("$", "")] = 100.0
    steps = [office.step({"定价": {"C5": f"D{n}"}}, {"定价": "A1:O60"}) for n in range(1, len(ROWS) + 1)]
    steps.append(office.step({"定价": {"C5": "D1", **changes}}, {"定价": "A1:O60"}))
    shown = office.answers(path, steps, tmp_path)
    again = result(RICH)
    for n, answer in enumerate(shown):
        source, which = (priced, n) if n < len(ROWS) else (again, 0)
        expected = told(source, which)
        letters = "ABCDEFGHIJKLMNO"
        page = {at: answer["定价"][int(at[1:]) - 1][letters.index(at[0])] for at in expected}
        assert differing(page, expected) == [], n
