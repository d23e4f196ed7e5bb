"""The talent sample: the files are what the script makes, and hold what it says they hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils.cell import coordinate_to_tuple
from python_calamine import CalamineWorkbook

from ninegrid.model.period import Period

from .sample import SAMPLE_DATA, maker
from .talent_placing import place, scaled, too_new

FILES = SAMPLE_DATA / "talent"
PERIODS = ("2026Q1", "2026Q2", "2026Q3")
Table = list[list[Any]]
Rows = list[dict[str, Any]]


def _sheets(path: Path) -> dict[str, Table]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


@pytest.fixture(scope="module", params=PERIODS)
def period(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def sheets(period: str) -> dict[str, Table]:
    return _sheets(FILES / f"人才盘点_{period}.xlsx")


@pytest.fixture(scope="module")
def truth(period: str) -> dict[str, Rows]:
    return dict(maker("make_talent").truth(period))


@pytest.fixture(scope="module")
def placed() -> list[dict[str, dict[str, Any]]]:
    """The employees of each quarter with their cells, by employee number."""
    quarters = ((maker("make_talent").truth(period), Period.parse(period).end) for period in PERIODS)
    return [place(rows["employees"], scaled(rows["ratings"]), rows["kpis"], end) for rows, end in quarters]


@pytest.mark.thorough
def test_the_script_makes_these_very_files(tmp_path: Path) -> None:
    workbook, manifest = maker("make_talent").make(tmp_path, periods=PERIODS[:1])  # each depends on the ones after
    assert manifest.read_bytes() == (FILES / manifest.name).read_bytes()
    assert _sheets(workbook) == _sheets(FILES / workbook.name)


def test_the_files_are_small() -> None:
    assert sum(path.stat().st_size for path in FILES.iterdir()) < 2_000_000


def test_faults_stand_where_the_manifest_says(period: str, sheets: dict[str, Table]) -> None:
    for fault in maker("make_talent").planted(period)["faults"]:
        if fault["column"] is not None:
            row, column = coordinate_to_tuple(fault["cell"])
            assert _same(sheets[fault["sheet"]][row - 1][column - 1], fault["written"]), fault


def _same(there: Any, written: Any) -> bool:
    """Whether a cell holds what was written; an error cell reads as nothing, the manifest holds days as text."""
    if there == "":
        return written in (None, "", "#DIV/0!", "#REF!")
    return bool(there == written)


def test_every_row_is_accounted_for(period: str) -> None:
    accounts = maker("make_talent").accounts(period)
    for rows in accounts.values():
        assert rows["read"] == rows["accepted"] + rows["merged"] + rows["rejected"]
    roster = accounts["employees"]
    assert 0.008 < roster["rejected"] / roster["read"] < 0.02
    assert maker("make_talent").planted(period)["accounts"] == accounts


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
    assert len({row["department"] for row in truth["employees"]} - {None}) == 12
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


def test_people_join_and_leave(placed: list[dict[str, dict[str, Any]]]) -> None:
    for then, now in pairwise(placed):
        hired = {key for key, row in now.items() if row["unplaced_reason"] == "TOO_NEW"}
        assert len(then.keys() - now.keys()) >= 8
        assert len(hired - then.keys()) >= 5
        assert len(then.keys() & now.keys()) > 560


def test_a_few_move_to_another_cell(placed: list[dict[str, dict[str, Any]]]) -> None:
    for then, now in pairwise(placed):
        both = [(then[key]["cell"], now[key]["cell"]) for key in then.keys() & now.keys()]
        moved = sum(before != after for before, after in both if before and after)
        assert 0.03 < moved / len(both) < 0.25
        assert any(before is None and after for before, after in both)


def test_who_is_new_was_hired_within_three_months(period: str, truth: dict[str, Rows]) -> None:
    end = Period.parse(period).end
    new = {row["employee_id"] for row in truth["employees"] if too_new(row["hired_on"], end)}
    assert new == set(maker("make_talent").people(period)["too_new"])
    assert all(row["hired_on"] is None or row["hired_on"] <= end for row in truth["employees"])
