"""The portrait: whom it offers, what it looks up, and that LibreOffice computes what the engine says."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.parts import part
from ninegrid.policy import Privacy
from ninegrid.result import Result
from ninegrid.workbook.book import build_workbook, write_workbook
from ninegrid.workbook.saving import save
from tests.thorough import thorough
from tests.workbook import way_bank

PAGE, TRIAL, DATA = "客户画像", "试算", "画像数据"
# All of Excel 2016, of WPS and of LibreOffice.
KNOWN = {"ABS", "AND", "CHOOSE", "IF", "IFERROR", "INDEX", "ISNUMBER", "MATCH", "MAX", "MIN", "N", "OR", "ROWS", "SUM"}
KNOWN |= {"SUBSTITUTE", "SUMPRODUCT", "TEXT"}
_NEEDED = ("list", "leads", "portrait", "try_it", "method")
CUSTOMERS = ("00000004", "00000009", "00000042")


def formulas(workbook: Workbook) -> list[str]:
    return [c.value for s in workbook for row in s.iter_rows() for c in row if c.data_type == "f"]


def listed(workbook: Workbook, name: str) -> list[Any]:
    (title, area) = next(iter(workbook.defined_names[name].destinations))
    return [cell.value for (cell,) in workbook[title][area]]


def beside(page: Worksheet, label: str, columns: int = 1) -> Any:
    """What stands to the right of a label."""
    cell = next(c for row in page.iter_rows() for c in row if c.value == label)
    return page.cell(cell.row, cell.column + columns).value


def test_every_customer_is_offered_by_id_and_name(ways: Result, ways_workbook: Workbook) -> None:
    offered = listed(ways_workbook, "data_pick")
    assert len(offered) == way_bank.SIZE
    assert "00000004  示例004有限公司" in offered
    (rule,) = ways_workbook[PAGE].data_validations.dataValidation
    assert (rule.type, rule.formula1, str(rule.sqref)) == ("list", "data_pick", "C5")


def test_without_names_ids_are_offered(ways: Result) -> None:
    policy = dataclasses.replace(ways.policy, privacy=Privacy(name="customer_name"))
    workbook = build_workbook(dataclasses.replace(ways, policy=policy), names=False)
    assert listed(workbook, "data_pick") == sorted(ways.tables["customers"]["customer_id"])


def test_the_data_are_hidden_and_exact(ways: Result, ways_workbook: Workbook) -> None:
    assert ways_workbook[DATA].sheet_state == "hidden"
    held = dict(
        zip(listed(ways_workbook, "data_customer_id"), listed(ways_workbook, "data_try_total_income"), strict=True)
    )
    assert held == dict(ways.tables["customers"].select("customer_id", "total_income").iter_rows())


def test_formulas_use_old_functions_and_names_that_are_there(ways_workbook: Workbook) -> None:
    texts = [re.sub(r'"[^"]*"', "", text) for text in formulas(ways_workbook)]
    assert {name for text in texts for name in re.findall(r"([A-Z.]+)\(", text)} <= KNOWN
    used = {name for text in texts for name in re.findall(r"\b[a-z][a-z0-9_]+\b", text)}
    assert used <= set(ways_workbook.defined_names)
    assert ways_workbook.calculation.fullCalcOnLoad


def test_a_unit_looks_up_its_own_customers_only(ways: Result, tmp_path: Path) -> None:
    own = part(ways, way_bank.BRANCHES[0])
    strangers = ways.tables["customers"].filter(pl.col("branch") != way_bank.BRANCHES[0])
    write_workbook(own, tmp_path / "own.xlsx")
    workbook = load_workbook(tmp_path / "own.xlsx")
    said = {c.value for s in workbook for row in s.iter_rows() for c in row if isinstance(c.value, str)}
    text = "\n".join(said)
    assert len(listed(workbook, "data_pick")) == own.tables["customers"].height
    assert not [key for key in (*strangers["customer_id"], *strangers["customer_name"]) if key in text]


@pytest.fixture(scope="module")
def computed(ways: Result, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workbook]:
    """The workbook for three customers, each tried with 5 million more deposits, as LibreOffice computes it."""
    if way_bank.OFFICE is None:
        pytest.skip("there is no LibreOffice here")
    folder = tmp_path_factory.mktemp("computed")
    sheets = tuple(sheet for sheet in ways.policy.sheets if sheet.kind in _NEEDED)
    own = dataclasses.replace(ways, policy=dataclasses.replace(ways.policy, sheets=sheets))
    workbook, files = build_workbook(own), {}
    picks = {text[:8]: text for text in listed(workbook, "data_pick")}
    for customer in CUSTOMERS:
        workbook[PAGE]["C5"], workbook[TRIAL]["D9"] = picks[customer], 5_000_000
        workbook[PAGE]["C5"].data_type = "s"
        files[customer] = folder / f"{customer}.xlsx"
        save(workbook, files[customer])
    found = way_bank.recalculated(files, folder)
    return {customer: load_workbook(path, data_only=True) for customer, path in found.items()}


@thorough
@pytest.mark.parametrize("customer", CUSTOMERS)
def test_libreoffice_shows_the_customers_own_figures(
    ways: Result, computed: dict[str, Workbook], customer: str
) -> None:
    page, row = (
        computed[customer][PAGE],
        ways.tables["customers"].row(by_predicate=pl.col("customer_id") == customer, named=True),
    )
    assert beside(page, "客户号") == customer
    assert beside(page, "客户名称") == row["customer_name"]
    assert beside(page, "总收入（万元）") == pytest.approx(row["total_income"] / 1e4, abs=1e-6)
    assert beside(page, "RAROC") == pytest.approx(row["raroc"])
    assert beside(page, "交叉销售率") is None or beside(page, "交叉销售率") == ""
    assert beside(page, "贷款利差（bp）") == pytest.approx(row["loan_spread"] * 1e4)


@thorough
@pytest.mark.parametrize("customer", CUSTOMERS)
def test_libreoffice_shows_its_own_way_up(ways: Result, computed: dict[str, Workbook], customer: str) -> None:
    page, tables = computed[customer][PAGE], ways.tables
    best = tables["leads"].filter(subject_id=customer).row(0, named=True)
    lever = next(one.zh for one in ways.policy.levers if one.key == best["lever"])
    lead = next(c for row in page.iter_rows(min_col=2, max_col=2) for c in row if c.value == lever)
    assert page.cell(lead.row, lead.column + 3).value == pytest.approx(best["uplift_eva"] / 1e4, abs=1e-6)
    factors = tables["attribution"].filter(subject_id=customer, scope="customer")
    assert beside(page, "同类 RAROC", 2) == pytest.approx(factors["benchmark_raroc"][0], abs=1e-6)
    assert beside(page, "信用成本率", 2) == pytest.approx(
        factors.filter(factor="credit_cost")["share_raroc"][0], abs=1e-6
    )
    path = tables["paths"].filter(subject_id=customer, axis="total_income")
    assert (beside(page, "目标格") or "")[:4] == ("" if path.is_empty() else path["target_cell"][0])


@thorough
@pytest.mark.parametrize("customer", CUSTOMERS)
def test_libreoffice_tries_as_the_engine_grades(ways: Result, computed: dict[str, Workbook], customer: str) -> None:
    page, row = (
        computed[customer][TRIAL],
        ways.tables["customers"].row(by_predicate=pl.col("customer_id") == customer, named=True),
    )
    gained = 5_000_000 * row["deposit_spread"]
    earned = gained * (1 - row["operating_cost"] / row["total_income"]) * 0.75
    assert beside(page, "总收入（元）", 3) == pytest.approx(row["total_income"] + gained)
    assert beside(page, "风险调整后净收入（元）", 3) == pytest.approx(row["rani"] + earned)
    assert beside(page, "RAROC", 3) == pytest.approx((row["rani"] + earned) / row["economic_capital"])
    assert beside(page, "价值格")[:4] == row["value_cell"]


@thorough
def test_libreoffice_checks_itself(computed: dict[str, Workbook]) -> None:
    page = computed[CUSTOMERS[0]][TRIAL]
    said = [c.value for row in page.iter_rows() for c in row if isinstance(c.value, str)]
    assert f"核对 {way_bank.SIZE} 户，不一致 0 户" in said
