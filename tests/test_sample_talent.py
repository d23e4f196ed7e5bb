"""The talent sample: the files are what the script makes, and hold what it says they hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils.cell import coordinate_to_tuple
from python_calamine import CalamineWorkbook

from tests.oracle.sample import SAMPLE_DATA, maker

FILES = SAMPLE_DATA / "talent"
BOOK = "人才盘点_2026Q3.xlsx"
Table = list[list[Any]]
Rows = list[dict[str, Any]]


def _sheets(path: Path) -> dict[str, Table]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


@pytest.fixture(scope="module")
def sheets() -> dict[str, Table]:
    return _sheets(FILES / BOOK)


@pytest.fixture(scope="module")
def truth() -> dict[str, Rows]:
    return dict(maker("make_talent").truth())


def test_the_script_makes_these_very_files(tmp_path: Path, sheets: dict[str, Table]) -> None:
    workbook, manifest = maker("make_talent").make(tmp_path)
    assert manifest.read_bytes() == (FILES / manifest.name).read_bytes()
    assert _sheets(workbook) == sheets


def test_the_files_are_small() -> None:
    assert sum(path.stat().st_size for path in FILES.iterdir()) < 2_000_000


def test_faults_stand_where_the_manifest_says(sheets: dict[str, Table]) -> None:
    for fault in maker("make_talent").planted()["faults"]:
        if fault["column"] is not None:
            row, column = coordinate_to_tuple(fault["cell"])
            assert _same(sheets[fault["sheet"]][row - 1][column - 1], fault["written"]), fault


def _same(there: Any, written: Any) -> bool:
    """Whether a cell holds what was written; an error cell reads as nothing, the manifest holds days as text."""
    if there == "":
        return written in (None, "", "#DIV/0!", "#REF!")
    return bool(there == written)


def test_every_row_is_accounted_for() -> None:
    accounts = maker("make_talent").accounts()
    for rows in accounts.values():
        assert rows["read"] == rows["accepted"] + rows["merged"] + rows["rejected"]
    roster = accounts["employees"]
    assert 0.01 < roster["rejected"] / roster["read"] < 0.02
    assert maker("make_talent").planted()["accounts"] == accounts


def test_the_truth_hangs_together(truth: dict[str, Rows]) -> None:
    ids = [row["employee_id"] for row in truth["employees"]]
    assert len(ids) == len(set(ids))
    for child, key in {
        "ratings": ("rater_id", "source", "dimension", "item"),
        "kpis": ("kpi",),
        "competencies": ("competency",),
    }.items():
        keys = [(row["employee_id"], *(row[name] for name in key)) for row in truth[child]]
        assert len(keys) == len(set(keys)), child
        assert {row[0] for row in keys} <= set(ids), child


def test_managers_form_a_tree(truth: dict[str, Rows]) -> None:
    above = {row["employee_id"]: row["manager_id"] for row in truth["employees"]}
    (own_manager,) = maker("make_talent").people()["own_manager"]
    assert above.pop(own_manager) == own_manager
    for employee in above:
        chain = [employee]
        while above[chain[-1]] is not None:
            chain.append(above[chain[-1]])
            assert len(chain) <= 4
    assert sum(manager is None for manager in above.values()) == 1


def test_the_company_is_a_company(truth: dict[str, Rows]) -> None:
    assert len(truth["employees"]) == pytest.approx(600, abs=15)
    assert len({row["department"] for row in truth["employees"]}) == 12
    places = Counter(row["location"] for row in truth["employees"])
    assert places.most_common()[-1][1] < 5
    posts = {row["critical_post"] for row in truth["employees"]} - {None}
    covered = {post for row in truth["employees"] for post in (row["successor_for"] or "").split("、")} - {""}
    assert covered < posts


def test_sources_and_scales(truth: dict[str, Rows]) -> None:
    scales = defaultdict(set)
    for row in truth["ratings"]:
        scales[row["source"]].add((row["scale_min"], row["scale_max"]))
    assert scales.pop("assessment") == {(1, 10)}
    assert scales == {s: {(None, None)} for s in ("self", "manager", "second_level", "peer", "report")}
    assert 30 <= sum(isinstance(row["score"], str) for row in truth["ratings"]) <= 50
