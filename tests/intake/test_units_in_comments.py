"""The unit that a comment says of a header is that of its column, and of no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

import ninegrid
from ninegrid.messages import say

PLAIN = [["客户号", "总收入", "经济资本"]]


def read(path: Path, comments: Mapping[str, str], header: Sequence[Sequence[str | None]] = PLAIN) -> dict[str, float]:
    """The first customer's figures, and the number of notices about comments."""
    book = openpyxl.Workbook()
    for row in (*header, *([f"C{n}", n * 100, n * 300] for n in range(1, 6))):
        book.active.append(row)
    for cell, text in comments.items():
        book.active[cell].comment = Comment(text, "张三")
    book.save(path)
    result = ninegrid.check("customers", [path])
    notices = [say(one, "zh") for one in result.notices if one.code == "intake.unit_in_comment"]
    first = result.inputs.tables["customers"].row(0, named=True)
    return {"income": first["total_income"], "capital": first["economic_capital"], "notices": len(notices)}


@pytest.mark.parametrize(
    ("comments", "income", "capital"),
    [
        ({"B1": "张三:\n单位：万元", "C1": "金额单位: 亿元\n年日均"}, 1e6, 3e10),
        ({"B1": "万元"}, 1e6, 300),
        ({"B1": "含税，500万元以上另报", "C1": "财务口径"}, 100, 300),
        ({"B1": "单位：万元、亿元"}, 100, 300),
        ({"B3": "单位：万元"}, 100, 300),
    ],
)
def test_a_comment_on_a_header_says_the_unit(
    tmp_path: Path, comments: Mapping[str, str], income: float, capital: float
) -> None:
    found = read(tmp_path / "客户_202610.xlsx", comments)
    assert (found["income"], found["capital"]) == (income, capital)
    assert found["notices"] == ((income, capital) != (100, 300))


def test_a_header_that_says_a_unit_itself_keeps_it(tmp_path: Path) -> None:
    found = read(tmp_path / "客户_202610.xlsx", {"B1": "单位：亿元"}, [["客户号", "总收入(万元)", "经济资本(元)"]])
    assert (found["income"], found["capital"], found["notices"]) == (1e6, 300, 0)


@pytest.mark.parametrize("cell", ["B1", "A1"])
def test_a_comment_on_a_group_or_a_title_is_of_all_columns_below(tmp_path: Path, cell: str) -> None:
    grouped = [[None, "贡献", None], ["客户号", "总收入", "经济资本"]]
    header = grouped if cell == "B1" else [["客户贡献表", None, None], *PLAIN]
    found = read(tmp_path / "客户_202610.xlsx", {cell: "单位：万元"}, header)
    assert (found["income"], found["capital"]) == (1e6, 3e6)
