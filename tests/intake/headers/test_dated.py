"""Headers that differ in their date alone: the later one is this period's, whatever a map says of the earlier one."""

from __future__ import annotations

import pytest

from ninegrid.intake.headers.dated import dated, later, latest
from ninegrid.intake.read import read_opened
from ninegrid.subjects.registry import relations
from tests.intake.sheets_in_memory import book

PEOPLE = ["工号", "姓名", "部门", "潜力"]


@pytest.mark.parametrize(
    ("text", "stem", "when"),
    [
        ("2025H2 校准结果", "#h校准结果", (2025, 2)),
        ("2025年下半年校准结果", "#h校准结果", (2025, 2)),
        ("2026Q1 rating", "#qrating", (2026, 1)),
        ("评级_2026年第三季度", "评级#q", (2026, 3)),
        ("2025年11月得分", "#m得分", (2025, 11)),
        ("FY2025 Overall", "#yoverall", (2025, 0)),
        ("2024年度考绩", "#y考绩", (2024, 0)),
    ],
)
def test_a_header_is_taken_apart_into_its_date_and_the_rest(text: str, stem: str, when: tuple[int, int]) -> None:
    found = dated(text)
    assert found is not None
    assert (found.stem, found.when) == (stem, when)


@pytest.mark.parametrize("text", ["2025年", "360评分", "20251231绩效", "2024-2025年绩效", "绩效", "Q1"])
def test_a_date_alone_several_and_other_numbers_are_none(text: str) -> None:
    assert dated(text) is None


def test_the_later_of_two_is_of_the_same_kind_of_period() -> None:
    assert later("2025H1 结果", ["2025H1 结果", "2025H2 结果"])
    assert not later("2025H2 结果", ["2025H1 结果", "2026 结果", "2026Q1 结果", "2026H1 自评"])
    assert latest("2025H2 结果", ["2025h2结果", "2026h1结果", "2026h1自评"]) == "2026h1结果"
    assert latest("结果", ["2026h1结果"]) == "结果"


def test_the_earlier_of_two_columns_is_no_proposal() -> None:
    header = [*PEOPLE, "2025H1 校准结果", "2025H2 校准结果"]
    rows = [[f"E{i}", f"示例{i}", "一部", "高", "A", "B"] for i in range(1, 4)]
    inputs = read_opened([book("盘点_2025H2.xlsx", 盘点=[header, *rows])], relations("talent"))
    (sheet,) = inputs.reading.sheets
    reasons = {column.header: column.reason for column in sheet.columns}
    assert reasons["2025H1 校准结果"] == "COMPARISON"
    assert {
        column.map_header: sheet.offered[column.index].meaning
        for column in sheet.columns
        if column.index in sheet.offered
    } == {"2025H2 校准结果": "performance"}


def test_words_that_any_column_may_have_propose_none() -> None:
    header = [*PEOPLE, "某项标记", "某项评判", "人员去留", "考核名称"]
    rows = [
        [f"E{i}", f"示例{i}", "一部", "高", *cells]
        for i, cells in enumerate(
            [("是", "高", "在职", "年终"), ("否", "低", "离职", "年终"), ("是", "中", "在职", "年中")]
        )
    ]
    inputs = read_opened([book("盘点_2025.xlsx", 盘点=[header, *rows])], relations("talent"))
    near = {column.header: [one.meaning for one in column.nearest] for column in inputs.reading.sheets[0].columns}
    assert near["某项标记"] == near["某项评判"] == []
    assert near["考核名称"] == []
    assert near["人员去留"] == ["employment_status"]
