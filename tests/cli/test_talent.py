"""``grade talent`` as a person runs it: short form, calibration, names left out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from ninegrid.options import Options
from ninegrid.pipeline import run
from tests.cli.conftest import Grade
from tests.few_sheets import only

ROSTER, GRADED = "盘点_2026Q3.xlsx", "盘点_2026Q3-graded.xlsx"


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine people, one a cell, graded once: the roster, the workbook with its sheet of calibration, the database."""
    folder = tmp_path_factory.mktemp("graded")
    book = openpyxl.Workbook()
    book.active.append(["员工号", "姓名", "部门", "绩效", "潜力"])
    levels = [(p, t) for p in (1, 2, 3) for t in (1, 2, 3)]
    for (performance, potential), name in zip(levels, "甲乙丙丁戊己庚辛壬", strict=True):
        book.active.append([f"000{performance}{potential}", f"示例{name}", "一部", performance, potential])
    book.save(folder / ROSTER)
    with only("calibration"):
        run("talent", [folder / ROSTER], Options(db=str(folder / "grade.duckdb"), out=folder / GRADED))
    return folder


@pytest.fixture
def roster(graded_once: Path, tmp_path: Path) -> Path:
    """The roster alone."""
    return Path(shutil.copy(graded_once / ROSTER, tmp_path))


@pytest.fixture
def graded(graded_once: Path, tmp_path: Path) -> Path:
    """The roster, in a folder with the workbook and the database of its run."""
    shutil.copytree(graded_once, tmp_path, dirs_exist_ok=True)
    return tmp_path / ROSTER


def decide(source: Path, target: Path, employee: str, *decision: str | None) -> None:
    """Type a decision (cell, reason, decided by) into a copy of the workbook."""
    book = openpyxl.load_workbook(source)
    cells = {cell.value: cell for row in book["校准"].iter_rows() for cell in row}
    for heading, value in zip(("校准后格", "理由", "决定人"), decision, strict=True):
        book["校准"].cell(cells[employee].row, cells[heading].column, value)
    book.save(target)


def texts(path: Path) -> str:
    book = openpyxl.load_workbook(path)
    return "\n".join(str(cell.value) for page in book for row in page.iter_rows() for cell in row if cell.value)


def test_a_month_taken_for_want_of_any_is_a_warning_that_says_what_to_do(
    grade: Grade, roster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = roster.rename("盘点.xlsx")
    assert grade("check", "talent", roster, "--lang", "zh") == 0
    told = capsys.readouterr().err
    assert "警告：没有找到期间，暂用本月 20" in told
    assert "不对请加 --period 20" in told


@pytest.mark.thorough
@pytest.mark.sheets("calibration")
def test_decisions_are_read_back_and_applied_again(
    grade: Grade, graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decide(Path("盘点_2026Q3-graded.xlsx"), Path("a.xlsx"), "00011", "P2T1", "数据有误", "示例壬")
    capsys.readouterr()
    assert grade("talent", graded, "--calibration", "a.xlsx", "--json", "--quiet") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"]["calibrated"] == 1
    assert (told["tiers"]["5"], told["cells"]["talent"]["P1T1"]) == (0, 0)
    assert grade("talent", graded) == 0
    assert "stored earlier for this period applied again: 1" in capsys.readouterr().err


@pytest.mark.sheets("calibration")
def test_explain_tells_the_final_cell_with_the_systems_beside_it(
    grade: Grade, graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decide(Path("盘点_2026Q3-graded.xlsx"), Path("a.xlsx"), "00011", "P2T1", "数据有误", "示例壬")
    assert grade("talent", graded, "--calibration", "a.xlsx") == 0
    capsys.readouterr()
    assert grade("explain", "talent", "00011", "--lang", "zh") == 0
    out = capsys.readouterr().out
    assert "P2T1 稳定贡献者  (校准决定，系统格 P1T1：数据有误 — 示例壬)" in out
    assert "→ 中绩效" in out
    assert "系统按得分为 低绩效" in out
    assert grade("explain", "talent", "00011", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["grids"]["talent"]["cell"] == told["row"]["final_cell"] == "P2T1"
    assert told["grids"]["talent"]["decision"]["system_cell"] == "P1T1"


@pytest.mark.sheets("calibration")
def test_the_edited_workbook_is_never_written_over(grade: Grade, graded: Path) -> None:
    edited = Path("盘点_2026Q3-graded.xlsx")
    decide(edited, edited, "00011", "P2T1", "数据有误", "示例壬")
    before = edited.read_bytes()
    assert grade("talent", graded, "--calibration", edited) == 0
    assert Path("盘点_2026Q3-calibrated.xlsx").exists()
    assert grade("talent", graded, "--calibration", edited, "--out", edited) == 2
    assert edited.read_bytes() == before


@pytest.mark.sheets("calibration", "quality")
def test_a_refused_move_stands_in_the_data_quality_sheet(grade: Grade, graded: Path) -> None:
    decide(Path("盘点_2026Q3-graded.xlsx"), Path("a.xlsx"), "00033", "P2T1", None, "示例壬")
    assert grade("talent", graded, "--calibration", "a.xlsx") == 0
    assert "未写理由" in texts(Path("盘点_2026Q3-graded.xlsx"))


@pytest.mark.thorough
@pytest.mark.whole_workbook
def test_no_names_writes_ids_only_and_can_still_be_calibrated(grade: Grade, roster: Path) -> None:
    assert grade("talent", roster, "--no-names", "--db", ":memory:") == 0
    workbook = Path("盘点_2026Q3-graded.xlsx")
    assert "示例" not in texts(workbook)
    decide(workbook, Path("a.xlsx"), "00022", "P2T3", "理由", "决定")
    assert grade("talent", roster, "--calibration", "a.xlsx", "--db", ":memory:") == 0
    assert "示例甲" in texts(workbook)


def test_customers_know_nothing_of_calibration(grade: Grade, roster: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade("customers", "--help") == 0
    told = capsys.readouterr().out
    assert "--calibration" not in told
    assert "--no-names" not in told
    assert grade("customers", roster, "--calibration", "a.xlsx") == 2


def test_explain_shows_the_parts_their_weights_and_the_smallest_change(grade: Grade, tmp_path: Path, capsys) -> None:
    book = openpyxl.Workbook()
    roster = book.active
    roster.append(["员工号", "姓名", "部门"])
    roster.append(["E1", "示例甲", "一部"])
    ratings, kpis = book.create_sheet("评分"), book.create_sheet("绩效指标")
    ratings.append(["员工号", "评价人", "来源", "维度", "评分"])
    for source, dimension, score in (("上级", "绩效", 3), ("上级", "潜力", 4), ("测评", "潜力", 3)):
        ratings.append(["E1", "M1", source, dimension, score])
    kpis.append(["员工号", "指标", "权重", "目标值", "实际值"])
    kpis.append(["E1", "产出", 100, 100, 72])
    book.save(tmp_path / "one_2026Q3.xlsx")
    assert grade("talent", "one_2026Q3.xlsx", "--quiet") == 0
    assert grade("explain", "talent", "E1", "--lang", "zh") == 0
    out = capsys.readouterr().out
    # KPI 72/1.2 = 60 × 60 and manager 50 × 30 make 56.67; 3.33 points are missing, 5.0 of them as KPI alone
    assert "KPI 60 × 60; 单独升档需 +5.0" in out
    assert "上级 50 × 30; 单独升档需 +10.0" in out
    assert "最小的改变: KPI +5.0" in out
    assert grade("explain", "talent", "E1", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["grids"]["talent"]["cell"] == "P1T2"
    ratings.append(["E1", "P1", "同级", "绩效", 5])
    book.save(tmp_path / "one_2026Q3.xlsx")
    assert grade("talent", "one_2026Q3.xlsx", "--quiet") == 0
    assert grade("explain", "talent", "E1", "--lang", "zh") == 0
    performance, potential = capsys.readouterr().out.split("潜力", 1)
    assert "KPI × 60, 上级 × 30, 同级 × 10" in performance
    assert "不足 3 人" in performance  # one peer: the parts would tell what this one said
    assert "上级 75 × 50" in potential
