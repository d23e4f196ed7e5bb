"""The sample data: the files are what the script makes, and hold what it says they hold."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils.cell import coordinate_to_tuple
from python_calamine import CalamineWorkbook

from ninegrid.model.period import Period

from .customers import Graded, grade
from .early_warnings import Walk, walk
from .sample import SAMPLE_DATA, maker

PERIODS = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
NEW_SYSTEM, WARNED = "2026-07", "2026-09"
FILES = SAMPLE_DATA / "customers"
Table = list[list[Any]]


def _sheets(path: Path) -> dict[str, Table]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


@pytest.fixture(scope="module")
def workbooks() -> dict[str, dict[str, Table]]:
    return {path.name: _sheets(path) for path in FILES.glob("*.xlsx")}


@pytest.fixture(scope="module")
def graded() -> dict[str, Graded]:
    return {period: grade(maker().truth(period), Period.parse(period).end) for period in PERIODS}


@pytest.fixture(scope="module")
def walked(graded: dict[str, Graded]) -> Walk:
    cuts = {scale: found for scale, (found, _, _) in graded[PERIODS[0]].cuts.items()}
    return walk([graded[period].customers for period in PERIODS], cuts)


@pytest.mark.thorough
def test_the_script_makes_these_very_files(tmp_path: Path, workbooks: dict[str, dict[str, Table]]) -> None:
    period = PERIODS[-1]  # one month is enough, and several times as fast
    workbook, statements, manifest, *others = maker().make(tmp_path, periods=[period])
    for other in others:
        assert other.read_bytes() == (FILES / other.name).read_bytes()
    assert statements.read_bytes() == (FILES / statements.name).read_bytes()
    assert json.loads(manifest.read_text("utf-8"))[period] == maker().planted(period)
    assert _sheets(workbook) == workbooks[workbook.name]


def test_the_files_are_small() -> None:
    assert sum(path.stat().st_size for path in FILES.iterdir()) < 4_500_000


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
    assert 0.008 < main["rejected"] / (main["read"] - main["merged"]) < 0.015
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


def test_the_last_month_alone_tells_products_and_targets() -> None:
    told = [period for period in PERIODS if {"products", "targets"} & maker().accounts(period).keys()]
    assert told == [PERIODS[-1]]


def test_product_lines_are_those_the_customer_has_in_use() -> None:
    truth = maker().truth(PERIODS[-1])
    customers = {row["customer_id"]: row for row in truth["customers"]}
    in_use = Counter(row["customer_id"] for row in truth["products"] if row["active"])
    assert 0.65 < len(in_use) / len(customers) < 0.75
    assert all(n == customers[key]["product_lines_active"] for key, n in in_use.items())


def test_what_products_bring_adds_up_to_the_income_of_a_year() -> None:
    truth = maker().truth(PERIODS[-1])
    customers = {row["customer_id"]: row for row in truth["customers"]}
    told: dict[str, list[int | None]] = {}
    for row in truth["products"]:
        if row["active"]:
            told.setdefault(row["customer_id"], []).append(row["income"])
    whole = {key: incomes for key, incomes in told.items() if None not in incomes and len(incomes) > 2}
    assert len(whole) > 500
    for key, incomes in whole.items():
        total, months = customers[key]["total_income"], customers[key]["months_observed"]
        assert total is None or abs(sum(incomes) - total * 12 / (months or 12)) < 50 * len(incomes)


def test_targets_are_set_for_every_branch_sub_branch_and_manager() -> None:
    truth = maker().truth(PERIODS[-1])
    for level, column in (("分行", "branch"), ("支行", "sub_branch"), ("客户经理", "relationship_manager")):
        set_for = {row["name"] for row in truth["targets"] if row["level"] == level}
        assert set_for == {row[column] for row in truth["customers"]} - {None}
    assert [row["name"] for row in truth["targets"] if row["level"] == "全行"] == ["全行"]


def test_the_months_of_a_target_add_up_to_the_year() -> None:
    targets = maker().truth(PERIODS[-1])["targets"]
    monthly = [row for row in targets if row["month_01"]]
    assert {row["level"] for row in monthly} == {"全行", "分行", "支行"}
    assert all(sum(row[f"month_{n:02}"] for n in range(1, 13)) == row["target"] for row in monthly)
    assert all(0 < row["base"] < row["target"] for row in targets if row["metric"] == "存款日均")


@pytest.mark.thorough
def test_customers_come_and_go(graded: dict[str, Graded]) -> None:
    for before, after in pairwise(PERIODS):
        then, now = graded[before].customers.keys(), graded[after].customers.keys()
        assert len(then - now) >= 30
        assert len(now - then) >= 30
        assert 1_950 < len(now) < 2_050


def test_most_customers_barely_move(walked: Walk) -> None:
    assert 0.002 < walked.bands[4].raroc < 0.004
    assert 0.01 < walked.bands[4].income < 0.03


def test_some_are_placed_that_were_not_and_the_other_way_round(graded: dict[str, Graded]) -> None:
    for before, after in pairwise(PERIODS):
        then, now = graded[before].customers, graded[after].customers
        cells = [(then[key]["value_cell"], now[key]["value_cell"]) for key in then.keys() & now.keys()]
        assert sum(was is None and is_now is not None for was, is_now in cells) >= 3
        assert sum(was is not None and is_now is None for was, is_now in cells) >= 3


def test_one_export_comes_from_another_system(workbooks: dict[str, dict[str, Table]]) -> None:
    usual, other = (workbooks[f"对公客户_{period}.xlsx"] for period in ("2026-06", NEW_SYSTEM))
    assert not usual.keys() & other.keys()
    headings = next(table[0] for name, table in other.items() if "客户价值" in name)
    common = {str(cell) for row in usual["客户"][3:5] for cell in row} & set(headings)
    assert not common
    assert "营业净收入(元)" in headings
    assert maker().accounts(NEW_SYSTEM)["customers"]["rejected"] == maker().accounts("2026-06")["customers"]["rejected"]


def walked_rows(period: str) -> dict[str, dict[str, object]]:
    """The customers of a month, by id, as they must be read."""
    return {row["customer_id"]: row for row in maker().truth(period)["customers"]}


def test_exactly_the_planted_customers_are_to_be_warned_about(walked: Walk) -> None:
    found = {
        (warned.subject_id, warned.severity, warned.cause, warned.metric)
        for warned in walked.warnings[PERIODS.index(WARNED)]
    }
    planted = maker().warnings(WARNED)
    late = {key for key, _, cause, _ in found if cause == "credit"}
    assert late == {key for key, row in walked_rows(WARNED).items() if row["overdue_balance"]} - {
        key for key, _, cause, _ in found if cause in ("two_levels_down", "raroc_negative")
    }
    told = {(w["customer_id"], w["severity"], w["cause"], w["metric"]) for w in planted}
    assert {row for row in found if row[2] != "credit"} == {row for row in told if row[0] not in late}
    assert Counter(w["cause"] for w in planted) == {
        "two_levels_down": 3,
        "raroc_negative": 2,
        "two_successive_downs": 2,
        "one_level_down": 6,
        "inside_dead_band": 4,
        "growing_apart": 1,
    }
    assert maker().planted(WARNED)["warnings"] == planted


def test_no_raroc_is_negative_but_the_planted_ones(graded: dict[str, Graded]) -> None:
    planted = {w["customer_id"] for w in maker().warnings(WARNED) if w["cause"] == "raroc_negative"}
    for period in PERIODS:
        negative = {key for key, row in graded[period].customers.items() if (row["raroc"] or 0) < 0}
        assert negative <= planted, period


@pytest.mark.parametrize("period", PERIODS)
def test_no_fault_befalls_who_is_to_be_warned_about(period: str) -> None:
    warned = {w["customer_id"] for w in maker().warnings(WARNED)}
    assert not warned & {str(fault["customer_id"]).strip() for fault in maker().planted(period)["faults"]}


def test_some_warnings_come_true(graded: dict[str, Graded]) -> None:
    red = {w["customer_id"] for w in maker().warnings(WARNED) if w["severity"] == "red"}
    later = graded[PERIODS[-1]].customers
    assert red - later.keys()
    assert sum(later[key]["overdue_balance"] > 0 for key in red & later.keys()) >= 2
