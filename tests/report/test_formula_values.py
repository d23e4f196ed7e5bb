"""The values stored beside formulas: Excel's rules on small sheets, and of a whole page what the engine says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.report.kit.defined_names import define, found
from ninegrid.report.xlsx.formula_functions import FormulaError, in_small_letters, match, place_in, places
from ninegrid.report.xlsx.formula_values import FormulaValues
from ninegrid.result import Result
from tests.few_sheets import built
from tests.report.portrait_told import Portrait
from tests.report.told import differing
from tests.report.trial_told import TRIALS, TrialPage

PAGE, TRIAL = "客户画像", "试算"
CUSTOMERS = (
    *("00000004", "00000005", "00000006", "00000007", "00000009"),
    pytest.param("00000042", marks=pytest.mark.thorough),
)
"""One in full; without a cost; without capital; with a given RAROC; with odd characters in its name; one more."""


def comes_to(formula: str, cells: Mapping[str, Any]) -> Any:
    """The value of a formula on a sheet with these cells; A1:A4 is also called ``figures``."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    define(workbook, "figures", sheet.title, "A1:A4")
    define(workbook, "one", sheet.title, "A1")
    for place, value in cells.items():
        sheet[place] = value
    sheet["Z9"] = formula
    value = FormulaValues(workbook).of(sheet.title, 9, 26)
    return str(value) if isinstance(value, FormulaError) else value


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("=1+2*3-4/2", 5),
        ("=-2*3+10", 4),
        ("=(1+2)*3", 9),
        ("=10-4-3", 3),
        ("=1E-12*1000000000000", 1),
        ('="a"&1.50&"b"', "a1.5b"),
        ('=0.1+0.2&""', "0.3"),
        ('=1/3&""', "0.333333333333333"),
        ('=100000000&""', "100000000"),
        ('="say ""no"""', 'say "no"'),
        ('="A"="a"', True),
        ('=2<"10"', True),
        ("=1<=1", True),
        ("=1<>1", False),
        ("=B1=0", True),
        ('=B1=""', True),
        ("=B1", 0),
        ("=A1", 1),
        ("=one+A2", 3),
        ("=1/B1", "#DIV/0!"),
        ('="x"+1', "#VALUE!"),
        ('="3"+1', 4),
        ('=IF(A1>5,1/0,"small")', "small"),
        ('=IFERROR(1/0,"none")', "none"),
        ("=ISNUMBER(1/0)", False),
        ("=ISNUMBER(A1)", True),
        ("=ISNUMBER(B1)", False),
        ("=ISNUMBER(A1>0)", False),
        ("=N(C1)+N(A2)", 2),
        ("=MAX(A1:D1)", 1),
        ("=MAX(A1:A4,0)", 40),
        ("=MIN(A1,A2,-3)", -3),
        ("=SUM(A1:A4)", 43),
        ("=ABS(-2.5)", 2.5),
        ('=AND(A1,C1="text")', True),
        ("=OR(A1>5,A2>5)", False),
        ('=CHOOSE(A2,1/0,"two")', "two"),
        ('=CHOOSE(3,"a","b")', "#VALUE!"),
        ("=INDEX(figures,4)", 40),
        ("=INDEX(A1:D1,3)", "text"),
        ("=INDEX(figures,5)", "#REF!"),
        ("=MATCH(40,figures,0)", 4),
        ("=MATCH(41,figures,0)", "#N/A"),
        ("=MATCH(C1,A1:A4,0)", "#N/A"),
        ("=MATCH(A4,{2,40},0)", 2),
        ("=ISNUMBER(MATCH(A1,{2,40},0))", False),
        ("=SUMPRODUCT((one=1)*(one>0))", 1),
        ("=ROWS(figures)", 4),
        ("=SUMPRODUCT((figures>=2)*figures)", 42),
        ("=SUMPRODUCT((figures=0)*1)", 1),
        ("=SUMPRODUCT(ISNUMBER(figures)*(figures<5))", 2),
        ("=SUMPRODUCT(ISNUMBER(MATCH(figures,{2,40},0))*10)", 20),
        ('=TEXT(1234567.5,"#,##0")', "1,234,568"),
        ('=SUBSTITUTE("a~b","~","~~")', "a~~b"),
        ("='Sheet'!$A$2*10", 20),
    ],
)
def test_formulas_come_to_what_excel_makes_of_them(formula: str, wanted: Any) -> None:
    cells = {"A1": 1, "A2": 2, "A4": 40, "C1": "text"}
    assert comes_to(formula, cells) == wanted


@pytest.mark.parametrize(
    "formula", ["=VLOOKUP(1,A1:B2,2)", "=1+", "=1 2", "=(1", '=TEXT(1,"0.0")', '=MATCH("a*",A1:A4,0)']
)
def test_what_no_page_uses_is_refused(formula: str) -> None:
    with pytest.raises(ValueError, match=r"not (known|expected|understood)|many texts|ends"):
        comes_to(formula, {"A1": "a", "A2": "b", "A3": "c", "A4": "d"})


@pytest.mark.parametrize(
    ("sought", "cells"),
    [("ÄB", ["x", None, "äb", "ÄB"]), ("华北", ["华东", "华北"]), ("no", ["x"]), (2.0, [1.0, None, 2.0, 2.0]),
     (2.0, ["2"]), ("2", [2.0]), (None, [None, 1.0]), (True, [0.0, 1.0])],
)  # fmt: skip
def test_a_value_stands_in_the_rows_of_a_list_where_it_stands_in_cells(sought: Any, cells: list[Any]) -> None:
    def place(look: Callable[[], float]) -> float | str:
        try:
            return look()
        except FormulaError as error:
            return str(error)

    column = in_small_letters(pl.Series(cells))
    assert place(lambda: place_in(sought, column)) == place(lambda: match(sought, places(cells)))


@pytest.mark.parametrize("text", ["a*", "a?", "a~", "~*", "a~?b", "AB"])
def test_a_text_is_found_exactly_whatever_characters_it_has(text: str) -> None:
    cells = {"A1": "abc", "A2": "a", "A3": text, "A4": "ax", "C1": text}
    assert comes_to(f"={found('C1', 'figures')}", cells) == 3


def _page(values: FormulaValues, sheet: Worksheet) -> list[list[Any]]:
    """What a sheet shows; "" for what is empty."""
    rows = [[values.of(sheet.title, row, column) for column in range(1, 44)] for row in range(1, sheet.max_row + 1)]
    return [["" if value is None else value for value in row] for row in rows]


@pytest.fixture(scope="module")
def pages(ways: Result) -> Workbook:
    """The portrait, the trial and what they look into."""
    return built(ways, "list", "leads", "portrait", "try_it", "method")


@pytest.mark.parametrize("customer", CUSTOMERS)
def test_a_page_says_of_a_customer_what_the_engine_says(ways: Result, pages: Workbook, customer: str) -> None:
    names = dict(ways.tables["customers"].select("customer_id", "customer_name").iter_rows())
    page, trial = pages[PAGE], pages[TRIAL]
    page["C5"].value = f"{customer}  {names[customer]}"
    wanted = list(Portrait(ways, customer).told())
    assert not list(differing(_page(FormulaValues(pages), page), wanted))
    tried = TrialPage(ways, customer)
    for changes in TRIALS:
        for address, value in tried.cells(changes).items():
            trial[address].value = None if value == "" else value
        wanted = list(tried.told(changes))
        assert not list(differing(_page(FormulaValues(pages), trial), wanted))


def test_a_reader_of_values_sees_every_figure(ways: Result, ways_file: Path) -> None:
    with ZipFile(ways_file) as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if name.endswith(".xml")}
    sheets = [xml for name, xml in parts.items() if name.startswith("xl/worksheets/")]
    assert sum(xml.count("<f>") for xml in sheets) == sum(xml.count("</f><v>") for xml in sheets) > 300
    charts = [xml for name, xml in parts.items() if name.startswith("xl/charts/")]
    assert any("<cat><strRef>" in xml for xml in charts)
    for xml in charts:
        assert xml.count("<f>") == xml.count("<numCache>") + xml.count("<strCache>")
        assert re.search(r"<numCache>.*?<pt idx=.\d+.><v>-?\d", xml)
    page = load_workbook(ways_file, data_only=True)[PAGE]
    customer = str(page["C5"].value).split("  ")[0]
    shown = [["" if value is None else value for value in (*row, *[None] * 20)] for row in page.values]
    wanted = list(Portrait(ways, customer).told())
    assert len(wanted) > 100
    assert not list(differing(shown, wanted))
