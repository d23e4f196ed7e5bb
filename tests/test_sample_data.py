"""The sample data: the files are what the script makes, and hold what it says they hold."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils.cell import coordinate_to_tuple
from python_calamine import CalamineWorkbook

from tests.oracle.sample import SAMPLE_DATA, maker

PERIODS = ("2026-09", "2026-10")
FILES = SAMPLE_DATA / "customers"
Table = list[list[Any]]


def _sheets(path: Path) -> dict[str, Table]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


@pytest.fixture(scope="module")
def workbooks() -> dict[str, dict[str, Table]]:
    return {path.name: _sheets(path) for path in FILES.glob("*.xlsx")}


def test_the_script_makes_these_very_files(tmp_path: Path, workbooks: dict[str, dict[str, Table]]) -> None:
    period = PERIODS[-1]  # one month is enough, and twice as fast
    workbook, statements, manifest = maker().make(tmp_path, periods=[period])
    assert statements.read_bytes() == (FILES / statements.name).read_bytes()
    assert json.loads(manifest.read_text("utf-8"))[period] == maker().planted(period)
    assert _sheets(workbook) == workbooks[workbook.name]


def test_the_files_are_small() -> None:
    assert sum(path.stat().st_size for path in FILES.iterdir()) < 3_000_000


@pytest.mark.parametrize("period", PERIODS)
def test_faults_stand_where_the_manifest_says(period: str, workbooks: dict[str, dict[str, Table]]) -> None:
    statements = list(csv.reader((FILES / "财报.csv").read_text("gb18030").splitlines()))
    for fault in maker().planted(period)["faults"]:
        if fault["column"] is None:
            continue
        if fault["sheet"]:
            row, column = coordinate_to_tuple(fault["cell"])
            there = workbooks[fault["file"]][fault["sheet"]][row - 1][column - 1]
        else:
            line, column = map(int, fault["cell"].lstrip("L").split("C"))
            there = statements[line - 1][column - 1]
        assert _same(there, fault["written"]), fault


def _same(there: Any, written: Any) -> bool:
    """Whether a cell holds what was written; error cells read as nothing, a CSV holds numbers as formatted text."""
    if isinstance(written, int | float) and isinstance(there, str):
        number = float(there.strip("()").replace(",", ""))
        return (-number if there.startswith("(") else number) == written
    if there == "":
        return written in (None, "", "#DIV/0!", "#REF!")
    if isinstance(there, int | float):
        return float(there) == float(written)
    return bool(there == written)


@pytest.mark.parametrize("period", PERIODS)
def test_every_row_is_accounted_for(period: str) -> None:
    accounts = maker().accounts(period)
    for rows in accounts.values():
        assert rows["read"] == rows["accepted"] + rows["merged"] + rows["rejected"]
    main = accounts["customers"]
    assert 0.01 < main["rejected"] / (main["read"] - main["merged"]) < 0.015
    assert main["rejected"] == len(maker().refused(period))
    assert maker().planted(period)["accounts"] == accounts


@pytest.mark.parametrize("period", PERIODS)
def test_the_truth_hangs_together(period: str) -> None:
    truth = maker().truth(period)
    ids = [row["customer_id"] for row in truth["customers"]]
    assert len(ids) == len(set(ids))
    for child, key in {"groups": (), "income_history": ("fiscal_year",), "statements": ("fiscal_year",)}.items():
        keys = [(row["customer_id"], *(row[name] for name in key)) for row in truth[child]]
        assert len(keys) == len(set(keys))
        assert {row[0] for row in keys} <= set(ids)


@pytest.mark.parametrize("period", PERIODS)
def test_the_truth_of_a_row_is_plain(period: str) -> None:
    row = maker().truth(period)["customers"][0]
    assert isinstance(row["customer_id"], str)
    assert isinstance(row["deposit_avg"], int)
    assert isinstance(row["opened_on"], date)


def test_customers_come_and_go() -> None:
    before, after = ({row["customer_id"] for row in maker().truth(period)["customers"]} for period in PERIODS)
    assert len(before - after) >= 30
    assert len(after - before) >= 30
