"""The command, run in this process in a folder of its own, and a small clean workbook to run it on."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import openpyxl
import pytest

from ninegrid.cli import main
from tests.few_sheets import only
from tests.short_runs import grading_alone, leave_out

HEADERS = (
    "客户号", "客户名称", "分行", "行业", "规模", "客户经理", "总收入", "营业费用", "预期损失", "经济资本", "集团号",
    "总收入_2024", "总收入_2025",
)  # fmt: skip
Grade = Callable[..., int]


@pytest.fixture
def grade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Grade:
    """Runs ``grade …`` in a fresh folder and returns its exit code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRADE_DB", raising=False)

    def run(*words: str | Path) -> int:
        monkeypatch.setattr(sys, "argv", ["grade", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            main()
        return int(stop.value.code or 0)

    return run


def customer(number: int, income: float = 100.0, **changes: object) -> list[object]:
    row = dict(
        zip(
            HEADERS,
            (
                f"{number:06d}",
                f"示例{number}公司",
                "甲分行",
                "制造业",
                "中型",
                "示例经理",
                income,
                30.0,
                10.0,
                300.0,
                "G1",
                90.0,
                99.0,
            ),
            strict=True,
        )
    )
    return list({**row, **changes}.values())


def write_customers(path: Path, rows: Sequence[Sequence[object]], headers: Sequence[str] = HEADERS) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "客户"
    for row in (["单位：万元"], headers, *rows):
        page.append(list(row))
    book.save(path)
    return path


@pytest.fixture(autouse=True)
def _workbook(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is tested here is the command; workbook, way up and cards, most of a small run's time, are left out."""
    sheets = request.node.get_closest_marker("sheets")
    if request.node.get_closest_marker("whole_workbook") is None:
        leave_out(monkeypatch)
        if sheets is None:
            monkeypatch.setattr("ninegrid.report.write.write_workbook", lambda result, path, **_: path.write_bytes(b""))
    with only(*sheets.args) if sheets else nullcontext():
        yield


EXPORT = "客户_202610.xlsx"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Ten clean customers of one group."""
    return write_customers(tmp_path / EXPORT, [customer(i, 60.0 + 10 * i) for i in range(1, 11)])


def stored_in(folder: Path, *words: str) -> Path:
    """A folder with the export, graded by ``grade customers`` with further words; its workbook is an empty file."""
    write_customers(folder / EXPORT, [customer(i, 60.0 + 10 * i) for i in range(1, 11)])
    return run_in(folder, EXPORT, *words)


def run_in(folder: Path, *words: str) -> Path:
    """The folder, in which ``grade customers`` with these words went well; its workbook is an empty file."""
    with grading_alone(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("ninegrid.report.write.write_workbook", lambda result, path, **_: path.write_bytes(b""))
        patch.chdir(folder)
        patch.delenv("GRADE_DB", raising=False)
        patch.setattr(sys, "argv", ["grade", "customers", "--quiet", *words])
        with pytest.raises(SystemExit) as stop:
            main()
        assert stop.value.code == 0
    return folder


@pytest.fixture(scope="package")
def graded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored_in(tmp_path_factory.mktemp("graded"))


@pytest.fixture
def stored(grade: Grade, graded_folder: Path, tmp_path: Path) -> Grade:
    """``grade`` in a folder with the export and grade.duckdb, in which its period is stored."""
    shutil.copytree(graded_folder, tmp_path, dirs_exist_ok=True)
    return grade
