"""What a customer without a cell lacks, named by column and cell."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import ninegrid
from tests.few_sheets import built

pytestmark = pytest.mark.usefixtures("graded_alone")

HEAD = ["客户号", "总收入", "营业费用", "预期损失", "经济资本", "风险敞口"]


def graded(folder: Path, *rows: list[object]) -> ninegrid.Result:
    book = openpyxl.Workbook()
    whole = [[f"C{i}", 100 + i, 20, 5, 400, 4000] for i in range(3)]
    for row in [HEAD, *whole, *rows]:
        book.active.append(row)
    book.save(folder / "客户_2026-10.xlsx")
    return ninegrid.grade("customers", [folder / "客户_2026-10.xlsx"], lang="zh")


def test_the_empty_cells_are_named(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["D", 100, 20, 5, None, 4000], ["E", None, 20, 5, 400, 4000], ["F", 100, None, None, 400, 4000],
    ]  # fmt: skip
    table = graded(tmp_path, *rows).tables["customers"].sort("customer_id")
    assert table.select("customer_id", "lacks", "lacks_at").tail(3).rows() == [
        ("D", "economic_capital", "E5"), ("E", "total_income", "B6"), ("F", "operating_cost;expected_loss", "C7;D7"),
    ]  # fmt: skip


def test_who_is_placed_lacks_nothing_and_the_pages_say_what_the_others_lack(tmp_path: Path) -> None:
    result = graded(tmp_path, ["D", 100, 20, 5, None, 4000])
    assert result.tables["customers"]["lacks"].drop_nulls().to_list() == ["economic_capital"]
    texts = [cell.value for row in built(result, "grid")["价值九宫格"].iter_rows() for cell in row]
    assert "RAROC：有敞口但缺资本（缺 经济资本）" in texts
