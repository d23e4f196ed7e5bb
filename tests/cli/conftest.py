"""The command, run in this process in a folder of its own, and a small clean workbook to run it on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import openpyxl
import pytest

from ninegrid.cli import main
from tests.few_sheets import only
from tests.short_runs import leave_out

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


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Ten clean customers of one group."""
    return write_customers(tmp_path / "客户_202610.xlsx", [customer(i, 60.0 + 10 * i) for i in range(1, 11)])
