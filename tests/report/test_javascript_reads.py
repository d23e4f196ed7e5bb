"""Each kind of workbook holds the same values for openpyxl, calamine, SheetJS and exceljs; the last two are JavaScript.

Runs where Node.js finds the packages: `npm install --no-save xlsx exceljs` in the checkout.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import fastexcel
import pytest
from openpyxl import load_workbook
from openpyxl.utils.datetime import to_excel

from ninegrid.report import write_portrait, write_template, write_workbook
from ninegrid.report.division import members, unit_column
from ninegrid.report.unit_reports import part
from ninegrid.result import Result
from ninegrid.subjects.registry import relations

pytestmark = pytest.mark.long

CHECKOUT = Path(__file__).parents[2]
READ = """
const book = require('xlsx').readFile(process.argv[1], {cellDates: false, cellText: false});
const errors = {0: '#NULL!', 7: '#DIV/0!', 15: '#VALUE!', 23: '#REF!', 29: '#NAME?', 36: '#NUM!', 42: '#N/A'};
const told = {};
for (const name of book.SheetNames) {
  told[name] = {};
  for (const [at, cell] of Object.entries(book.Sheets[name]))
    if (at[0] !== '!' && cell.t !== 'z') told[name][at] = cell.t === 'e' ? errors[cell.v] : cell.v;
}
process.stdout.write(JSON.stringify(told));
"""

READ_EXCELJS = """
const book = new (require('exceljs').Workbook)();
const moment = value => value instanceof Date ? value.getTime() / 86400000 + 25569 : value;
const plain = value => {
  if (value === null || typeof value !== 'object' || value instanceof Date) return moment(value);
  if (value.richText) return value.richText.map(part => part.text).join('');
  if ('error' in value) return value.error;
  if ('text' in value) return plain(value.text);
  return plain(value.result ?? null);
};
book.xlsx.readFile(process.argv[1]).then(() => {
  const told = {};
  for (const sheet of book.worksheets) {
    told[sheet.name] = {};
    sheet.eachRow(row => row.eachCell(cell => {
      if (cell.master === cell) told[sheet.name][cell.address] = plain(cell.value);
    }));
  }
  process.stdout.write(JSON.stringify(told));
});
"""

DAY = re.compile(r"\d{4}-\d\d-\d\d")

Cells = dict[str, Any]
"""By reference, the value of each cell that has one: text, number or boolean; a day or a time as Excel counts it."""


@cache
def missing(package: str) -> str:
    """Why a JavaScript package can't read the workbooks; nothing where it can."""
    node = shutil.which("node")
    if node is None:
        return "no Node.js"
    found = subprocess.run([node, "-e", f"require('{package}')"], cwd=CHECKOUT, capture_output=True, check=False)
    return f"Node.js has no package {package}: npm install --no-save {package}" if found.returncode else ""


def by_javascript(path: Path, read: str) -> dict[str, Cells]:
    told = subprocess.run(["node", "-e", read, str(path)], cwd=CHECKOUT, capture_output=True, check=True).stdout
    return {
        sheet: {at: value for at, value in cells.items() if value not in ("", None)}
        for sheet, cells in json.loads(told).items()
    }


def by_openpyxl(path: Path) -> dict[str, Cells]:
    return {sheet.title: dict(_told(sheet)) for sheet in load_workbook(path, data_only=True)}


def _told(sheet: Any) -> Iterator[tuple[str, Any]]:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value not in (None, ""):
                moment = isinstance(cell.value, dt.date | dt.time | dt.timedelta)
                yield cell.coordinate, to_excel(cell.value) if moment else cell.value


def by_calamine(path: Path) -> dict[str, list[list[str]]]:
    """Row by row as text: where the used cells begin is not told."""
    book = fastexcel.read_excel(path)
    sheets = {name: book.load_sheet(name, header_row=None, dtypes="string").to_polars() for name in book.sheet_names}
    return {name: [[c for c in row if c] for row in frame.iter_rows() if any(row)] for name, frame in sheets.items()}


def in_rows(cells: Cells) -> list[list[Any]]:
    """Row by row, without errors, which calamine gives as empty."""
    rows: dict[int, list[Any]] = {}
    for at, value in cells.items():
        if value == "#N/A":
            continue
        rows.setdefault(int(at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), []).append(value)
    return [rows[row] for row in sorted(rows)]


def same(one: Any, other: Any) -> bool:
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return math.isclose(one, other, rel_tol=1e-12) if numbers else bool(one == other)


def alike(value: Any, text: str) -> bool:
    if isinstance(value, bool):
        return text.lower() in ("true", "1") if value else text.lower() in ("false", "0")
    if isinstance(value, int | float):
        told = to_excel(dt.datetime.fromisoformat(text)) if DAY.match(text) else float(text)
        return bool(told == pytest.approx(value, rel=1e-6, abs=1e-9))  # nine digits are told behind the point
    return text == str(value)


def _telling(cells: Cells) -> Cells:
    return {at: value for at, value in cells.items() if value not in (0, "#N/A")}


KINDS = ["customers", "unit", "talent", "checked", "portrait", "template"]


def written(kind: str, request: pytest.FixtureRequest, path: Path) -> Path:
    """A workbook of the kind, in the file given."""
    whole: Result = request.getfixturevalue("talent" if kind == "talent" else "ways")
    if kind == "template":
        write_template(relations("customers"), path, "zh")
    elif kind == "portrait":
        one = whole.tables["customers"].drop_nulls("value_cell").head(1)
        write_portrait(dataclasses.replace(whole, tables={**whole.tables, "customers": one}), path)
    elif kind == "unit":
        write_workbook(part(whole, members(whole, unit_column(whole.policy))[0].label), path)
    elif kind == "checked":
        tables = {name: whole.tables[name] for name in ("findings", "reading")}
        write_workbook(dataclasses.replace(whole, tables=tables), path)
    else:
        write_workbook(whole, path)
    return path


@pytest.mark.parametrize(("package", "read"), [("xlsx", READ), ("exceljs", READ_EXCELJS)])
@pytest.mark.parametrize("kind", KINDS)
def test_javascript_sees_the_same(
    kind: str, package: str, read: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if why := missing(package):
        pytest.skip(why)
    path = written(kind, request, tmp_path / "x.xlsx")
    expected, javascript = by_openpyxl(path), by_javascript(path, read)
    if package == "exceljs":  # does not tell a formula's value that is 0 or an error
        expected, javascript = (
            {sheet: _telling(cells) for sheet, cells in book.items()} for book in (expected, javascript)
        )
    assert list(javascript) == list(expected)
    for sheet, cells in expected.items():
        told = javascript[sheet]
        assert told.keys() == cells.keys(), sheet
        # openpyxl counts a moment in microseconds, which are a little more than the digits of its day.
        assert not [at for at, value in cells.items() if not same(told[at], value)], sheet


@pytest.mark.parametrize("kind", KINDS)
def test_calamine_sees_the_same(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    path = written(kind, request, tmp_path / "x.xlsx")
    expected, calamine = by_openpyxl(path), by_calamine(path)
    assert list(calamine) == list(expected)
    for sheet, cells in expected.items():
        rows = in_rows(cells)
        assert [len(row) for row in calamine[sheet]] == [len(row) for row in rows], sheet
        pairs = [
            pair for row, texts in zip(rows, calamine[sheet], strict=True) for pair in zip(row, texts, strict=True)
        ]
        assert not [pair for pair in pairs if not alike(*pair)], sheet
