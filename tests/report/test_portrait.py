"""The portrait: whom it offers, what it looks up, and that LibreOffice computes what the engine says."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import polars as pl
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Privacy
from ninegrid.report.book import write_workbook
from ninegrid.report.unit_reports import part
from ninegrid.result import Result
from tests.few_sheets import built
from tests.report import way_bank

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
    workbook = built(dataclasses.replace(ways, policy=policy), "portrait", names=False)
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
