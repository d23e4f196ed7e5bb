"""The sheet 读法 of a check workbook: what is lacking, each column with its cells, where a person says it better."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.options import Options
from ninegrid.pipeline import check_files
from ninegrid.report.kit.labels import Labels
from ninegrid.report.kit.shown import text_width
from ninegrid.report.write import write_checked
from ninegrid.subjects.policies import policy_for


@pytest.fixture
def page(tmp_path: Path) -> Worksheet:
    book = openpyxl.Workbook()
    given = book.active
    given.append(
        [
            "客户号",
            "总收入(万元)",
            "占用资金成本额",
            "总收入目标",
            "授信额度",
            "客户名称",
            "存款日均",
            "存款余额",
            "贷款余额",
        ]
    )
    for i in range(6):
        given.append(
            [f"{i:04}", 1234.5 + i, 0.1 + 0.2, 2000, 701816975.66, f"示例控股{i}集团股份有限公司", 9e6, 8e6, 7e6]
        )
    path = tmp_path / "客户_2026-10.xlsx"
    book.save(path)
    options = Options(lang="zh")
    write_checked(check_files("customers", [path], options), tmp_path / "check.xlsx", options)
    return openpyxl.load_workbook(tmp_path / "check.xlsx").worksheets[0]


def rows(page: Worksheet) -> list[dict[str, object]]:
    top = next(r for r in range(1, 30) if page.cell(r, 2).value == "文件")
    names = [cell.value for cell in page[top]][1:]
    return [dict(zip(names, row, strict=False)) for row in page.iter_rows(min_row=top + 1, min_col=2, values_only=True)]


def test_what_each_grid_lacks_stands_above_the_columns(page: Worksheet) -> None:
    above = [page.cell(r, 2).value or "" for r in range(1, 12)]
    assert any(line.startswith("价值九宫格：还缺") for line in above)
    assert any(line.startswith("成长九宫格：还缺 历年收入·总收入") for line in above)


def test_a_long_line_above_goes_on_below_and_names_of_files_have_room(page: Worksheet) -> None:
    top = next(r for r in range(1, 30) if page.cell(r, 2).value == "文件")
    above = [str(page.cell(r, 2).value or "") for r in range(1, top)]
    at = next(number for number, line in enumerate(above) if "个指标算不出" in line)
    assert above[at + 1]
    assert max(text_width(line) for line in above) <= 190
    assert page.column_dimensions["B"].width >= text_width("客户_2026-10.xlsx")


def test_cells_stand_beside_what_they_were_read_as(page: Worksheet) -> None:
    found = {row["表头"]: row for row in rows(page)}
    income = found["总收入(万元)"]
    assert (income["原值（三个）"], income["读作"], income["单位"]) == ("1234.5；1235.5；1236.5", "总收入", "万元")
    assert income["读入为"] == "12,345,000；12,355,000；12,365,000"
    assert found["占用资金成本额"]["原值（三个）"] == "0.3；0.3；0.3"  # not 0.30000000000000004
    assert found["授信额度"]["读入为"] == "701,816,975.66；701,816,975.66"  # three have no room
    assert found["客户名称"]["原值（三个）"] == "示例控股0集团股份有限公司"
    asked = [found[header]["可能是"] for header in ("存款余额", "贷款余额")]
    assert asked == [None, "贷款日均（同一指标，口径不同）"]  # the average of deposits is there
    assert (found["总收入目标"]["为何搁置"], found["总收入目标"]["可能是"]) == ("是目标或计划", None)


def test_the_columns_to_fill_in_stand_right_of_the_proposals(page: Worksheet) -> None:
    names = list(rows(page)[0])
    at = names.index("应为")
    assert names[at - 1 : at + 2] == ["可能是", "应为", "单位应为"]


def test_a_column_is_called_as_its_relation_calls_it(tmp_path: Path) -> None:
    """The 发展方式 (kind) of a development plan is not the 处理 (kind) of a finding."""
    book = openpyxl.Workbook()
    people, plans = book.active, book.create_sheet("发展计划")
    people.append(["工号", "姓名", "部门", "绩效", "潜力"])
    plans.append(["工号", "发展行动", "发展方式", "截止日", "状态"])
    for i in range(4):
        people.append([f"E{i}", f"员工{i}", "研发部", "B", "中"])
        plans.append([f"E{i}", "参加沟通课程", "培训", "2026-06-30", "进行中"])
    book.save(tmp_path / "人才_2025.xlsx")
    options = Options(lang="zh")
    write_checked(check_files("talent", [tmp_path / "人才_2025.xlsx"], options), tmp_path / "check.xlsx", options)
    found = {row["表头"]: row["读作"] for row in rows(openpyxl.load_workbook(tmp_path / "check.xlsx").worksheets[0])}
    assert [found[one] for one in ("发展行动", "发展方式", "截止日", "状态")] == [
        "发展行动",
        "发展方式",
        "截止日",
        "状态",
    ]


@pytest.mark.parametrize(
    ("name", "of", "label"),
    [
        ("level", "institutions", "机构级别"),
        ("level", "targets", "层级"),
        ("note", "contacts", "走访纪要"),
        ("period", "targets", "目标期间"),
        ("period", "", "数据日期"),
    ],
)
def test_a_name_that_several_relations_have_is_called_by_its_own(name: str, of: str, label: str) -> None:
    assert Labels(policy_for("customers"), "zh").of_input(name, of) == label
