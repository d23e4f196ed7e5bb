"""A company in which one manager is a point of five generous: that one is shown first, with the people it moved."""

import random
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from ninegrid.pipeline import grade_files

MANAGERS, TEAM = 8, 15


def company(path: Path, extra: float) -> Path:
    """Eight teams of fifteen of the same make; manager M0 rates `extra` points too high."""
    rng = random.Random(5)
    book = openpyxl.Workbook()
    roster = book.active
    roster.title = "员工"
    ratings, kpis = book.create_sheet("评分"), book.create_sheet("绩效指标")
    roster.append(["员工号", "姓名", "部门", "入职日期"])
    ratings.append(["员工号", "评价人", "来源", "维度", "题目", "评分", "最低分", "最高分"])
    kpis.append(["员工号", "指标", "权重", "目标值", "实际值"])
    for manager in range(MANAGERS):
        for member in range(TEAM):
            person = f"E{manager}{member:02d}"
            roster.append([person, f"示例{person}", f"部门{manager % 3}", "2020-01-01"])
            kpis.append([person, "产出", 100, 100, round(rng.gauss(85, 12), 2)])
            for dimension in ("绩效", "潜力"):
                true = 2.0 + 1.5 * (member + 0.5) / TEAM
                for item in ("甲", "乙", "丙"):
                    score = min(6.0, max(0.0, true + rng.gauss(0, 0.2) + (extra if manager == 0 else 0)))
                    ratings.append([person, f"M{manager}", "上级", dimension, item, round(score, 2), 0, 6])
            ratings.append([person, f"A{member % 4}", "测评", "潜力", "甲", round(true + rng.gauss(0, 0.2), 2), 0, 6])
    book.save(path)
    return path


def test_a_generous_manager_comes_first_and_names_the_people_it_moved(tmp_path: Path) -> None:
    tables = grade_files("talent", [company(tmp_path / "generous_2026Q3.xlsx", 1.0)]).tables
    first = tables["raters"].row(0, named=True)
    assert (first["rater_id"], first["source"], first["flagged"]) == ("M0", "manager", True)
    assert first["leniency"] == pytest.approx(100 / 6 * (1 - 1 / MANAGERS), abs=1.5)
    moved = tables["moves"]
    assert moved["rater_id"].unique().to_list() == ["M0"]
    assert moved["employee_id"].str.starts_with("E0").all()
    assert (
        moved.height
        == first["moved_at_full"] + moved.filter(pl.col("system_cell").eq_missing(pl.col("cell_at_full"))).height
    )
    assert moved.height > 0


@pytest.mark.thorough
def test_where_nobody_is_generous_nobody_is_named(tmp_path: Path) -> None:
    tables = grade_files("talent", [company(tmp_path / "even_2026Q3.xlsx", 0.0)]).tables
    assert not tables["raters"]["flagged"].any()
    assert tables["moves"].is_empty()
