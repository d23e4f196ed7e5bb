"""Cells over several reviews: which way they go, and who joined or left between two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from ninegrid.grid.past import Past
from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.pipeline import grade_files, run
from ninegrid.result import Result
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.talent.review.cycles import cycles, movement
from tests.few_sheets import only

NOW = Period.parse("2026H2")
HALVES = [Period.parse(text) for text in ("2025H1", "2025H2", "2026H1", "2026H2")]
CELL = {"cell": pl.String, "performance_level": pl.Int8, "potential_level": pl.Int8}


def followed(path: Sequence[str | None], **parameters: float) -> dict[str, object]:
    """The movement of somebody with these cells, the last of them now (None: not placed), by an edited policy."""
    rows = [
        {"employee_id": "1", "cycle": str(half), "ends": half.end, "cell": cell}
        | ({"performance_level": int(cell[1]), "potential_level": int(cell[3])} if cell else {})
        for half, cell in zip(HALVES[-len(path) :], path, strict=True)
    ]
    frame = pl.DataFrame(rows, schema={"employee_id": pl.String, "cycle": pl.String, "ends": pl.Date, **CELL})
    now = frame.tail(1).select("employee_id", *CELL)
    policy = policy_for("talent")
    policy = replace(policy, parameters={**policy.parameters, **parameters})
    return movement(cycles(now, Past(cycles=frame.head(-1)), policy, NOW), policy).row(0, named=True)


@pytest.mark.parametrize(
    ("path", "trend", "why"),
    [
        (["P1T1", "P2T1", "P2T2"], "RISING", None),
        (["P1T1", "P2T1", "P2T1", "P2T2"], "RISING", None),
        (["P3T3", "P3T2", "P2T1"], "FALLING", None),
        (["P2T2", "P2T2", "P2T2"], "STEADY", None),
        (["P2T2", "P3T2", "P2T2"], "VOLATILE", None),
        (["P2T2", "P3T1", "P3T1"], "VOLATILE", None),  # up on one axis, as far down on the other
        (["P1T3", "P3T2", "P3T3"], "RISING", None),  # on balance up
        (["P2T2", "P2T2", "P3T2"], None, "ONE_MOVE"),
        (["P2T2", None, "P3T2"], None, "TOO_FEW_CYCLES"),
        (["P1T1", None, "P2T1", "P3T1"], "RISING", None),
        (["P2T2", "P3T3"], None, "TOO_FEW_CYCLES"),
        ([None], None, "TOO_FEW_CYCLES"),
    ],
)
def test_the_trend_of_a_path(path: Sequence[str | None], trend: str | None, why: str | None) -> None:
    found = followed(path)
    assert (found["trend"], found["trend_status"]) == (trend, why)


def test_how_many_cycles_a_trend_needs_is_the_policys() -> None:
    rising = ["P1T1", "P2T1", "P2T2"]
    assert followed(rising, trend_minimum=4)["trend_status"] == "TOO_FEW_CYCLES"
    assert followed(["P1T1", *rising], trend_minimum=4)["trend_status"] == "ONE_MOVE"
    assert followed([*rising, "P3T2"], trend_minimum=4)["trend"] == "RISING"


def test_the_path_is_told_in_words() -> None:
    assert followed(["P1T1", None, "P2T1"])["path"] == "2025H2 P1T1 → 2026H2 P2T1"


# ------------------------------------------------------------------------------------------------------- stored
LEVELS = {"1": "低", "2": "中", "3": "高"}
ROSTERS = {
    "2025H1": {"1": "11", "2": "33", "3": "22"},
    "2025H2": {"1": "21", "2": "32", "3": "22", "4": "22"},
    "2026H1": {"1": "22", "2": "22", "3": "22", "4": "33"},
    "2026H2": {"1": "32", "2": "21", "3": "22", "5": "11"},
}


@pytest.fixture(scope="module")
def last(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Four half-years, stored one after the other, and the result of the last; its workbook has the trends alone."""
    folder = tmp_path_factory.mktemp("halves")
    with only("tables"):
        for half, people in ROSTERS.items():
            book = openpyxl.Workbook()
            book.active.append(["员工号", "姓名", "部门", "绩效", "潜力"])
            for key, (one, two) in people.items():
                book.active.append([key, f"员工{key}", "销售部", LEVELS[one], LEVELS[two]])
            book.save(folder / f"盘点_{half}.xlsx")
            options = Options(db=str(folder / "g.duckdb"), out=folder / f"{half}.xlsx")
            result = run("talent", [folder / f"盘点_{half}.xlsx"], options).result
    return folder, result


def test_half_years_are_followed_one_after_another(last: tuple[Path, Result]) -> None:
    _, result = last
    assert str(result.period) == "2026H2"
    trends = dict(result.tables["movement"].select("employee_id", "trend").rows())
    assert trends == {"1": "RISING", "2": "FALLING", "3": "STEADY", "5": None}
    people = result.tables["employees"].select("employee_id", "last_cell", "cell_before_last").rows()
    assert {key: cells for key, *cells in people} == {
        "1": ["P2T2", "P2T1"], "2": ["P2T2", "P3T2"], "3": ["P2T2", "P2T2"], "5": [None, None],
    }  # fmt: skip


def test_who_joined_and_who_left(last: tuple[Path, Result]) -> None:
    folder, result = last
    told = result.tables["turnover"].select("cause", "employee_id", "name", "from_cell", "to_cell").rows()
    assert told == [("NEW", "5", "员工5", None, "P1T1"), ("GONE", "4", "员工4", "P3T3", None)]
    page = openpyxl.load_workbook(folder / "2026H2.xlsx")["走势"]
    rows = [[cell for cell in row if cell is not None] for row in page.iter_rows(values_only=True)]
    assert ["1 员工1", "上升", 3, 0, 4, "2025H1 P1T1 → 2025H2 P2T1 → 2026H1 P2T2 → 2026H2 P3T2"] in rows
    assert ["4", "员工4", "离开", "销售部", "P3T3"] in rows


def test_a_first_review_has_no_sheet_of_trends(last: tuple[Path, Result]) -> None:
    folder, _ = last
    assert "走势" not in openpyxl.load_workbook(folder / "2025H1.xlsx").sheetnames


# ---------------------------------------------------------------------------------------------- years side by side
def with_years(path: Path) -> Path:
    """A roster of 2025 with the grades of three years, and of one person only two."""
    book = openpyxl.Workbook()
    book.active.append(
        ["员工号", "姓名", "部门", "2023年绩效", "2024年绩效", "2025年绩效", "2023潜力", "2024潜力", "2025潜力"]
    )
    book.active.append(["1", "员工1", "销售部", "低", "中", "高", "低", "低", "低"])
    book.active.append(["2", "员工2", "销售部", None, "B", "A", None, "中", "中"])
    book.active.append(["3", "员工3", "销售部", "S", "S", "B", "高", "中", "中"])
    book.save(path)
    return path


def test_years_side_by_side_in_one_file_are_cycles(tmp_path: Path) -> None:
    result = grade_files("talent", [with_years(tmp_path / "花名册_2025年.xlsx")])
    assert str(result.period) == "2025"
    assert (result.counts["placed"], result.inputs.counts["past_reviews"].accepted) == (3, 5)
    told = {row[0]: row[1:] for row in result.tables["movement"].select("employee_id", "trend", "path").rows()}
    assert told == {
        "1": ("RISING", "2023 P1T1 → 2024 P2T1 → 2025 P3T1"),
        "2": (None, "2024 P2T2 → 2025 P3T2"),
        "3": ("FALLING", "2023 P3T3 → 2024 P3T2 → 2025 P2T2"),
    }
    last = result.tables["employees"].select("employee_id", "last_cell", "cell_before_last").sort("employee_id").rows()
    assert last == [("1", "P2T1", "P1T1"), ("2", "P2T2", None), ("3", "P3T2", "P3T3")]
    assert not [notice for notice in result.notices if notice.code == "intake.preferred"]
    aside = [column.header for sheet in result.inputs.reading.sheets for column in sheet.columns if not column.meaning]
    assert aside == []


@pytest.mark.thorough
def test_a_stored_cycle_is_told_before_the_files_year(tmp_path: Path) -> None:
    with only("list"):
        for year, levels in {"2024": ("高", "高"), "2025": ("中", "中")}.items():
            book = openpyxl.Workbook()
            head = ["2023年绩效", "2023潜力"] if year == "2024" else ["2024年绩效", "2024潜力"]
            book.active.append(["员工号", "姓名", "部门", *head, f"{year}年绩效", f"{year}潜力"])
            book.active.append(["1", "员工1", "销售部", "低", "低", *levels])
            book.save(tmp_path / f"盘点_{year}.xlsx")
            options = Options(db=str(tmp_path / "g.duckdb"), out=tmp_path / "o.xlsx")
            result = run("talent", [tmp_path / f"盘点_{year}.xlsx"], options).result
    assert result.tables["movement"]["path"].to_list() == ["2024 P3T3 → 2025 P2T2"]
