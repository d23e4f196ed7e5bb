"""Those who are gone, by name, on the migration sheet; held-back figures fine enough to tell them from their cut."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Privacy
from ninegrid.result import Result
from tests.few_sheets import built

NAME = "离去示例有限公司"
GONE = pl.DataFrame(
    [
        ("2026-09", "2026-10", "0200000099", NAME, "甲分行", "示例经理", "I3R2", 3_500_000.0, "GONE"),
        ("2026-09", "2026-10", "0200000098", None, None, None, None, None, "REJECTED"),
    ],
    schema=["from_period", "to_period", "subject_id", "customer_name", "branch", "relationship_manager", "from_cell",
            "from_weight", "cause"],
    orient="row",
)  # fmt: skip


@pytest.fixture(scope="module")
def page(result: Result) -> Worksheet:
    return built(dataclasses.replace(result, tables={**result.tables, "departures": GONE}), "migration")["迁徙"]


def values(page: Worksheet, row: int) -> list[object]:
    return [page.cell(row, column).value for column in range(2, 9)]


def row_of(page: Worksheet, text: str) -> int:
    return next(c.row for (c,) in page.iter_rows(min_col=2, max_col=2) if str(c.value).startswith(text))


def test_who_is_gone_stands_by_name_with_what_it_was(page: Worksheet) -> None:
    title = row_of(page, "离开名单")
    assert page.cell(title, 2).value == "离开名单（2 户）"
    heads = ["客户号", "客户名称", "分行", "客户经理", "原格", "原总收入", "原因"]
    assert values(page, title + 2) == heads
    assert values(page, title + 3) == ["0200000099", NAME, "甲分行", "示例经理", "I3R2", 350.0, "退出"]
    assert values(page, title + 4) == ["0200000098", "未填", "未填", "未填", None, None, "本期数据被拒收"]


def test_a_way_leads_to_the_list_and_none_is_lost_for_it(page: Worksheet) -> None:
    ways = {str(cell.value): cell.hyperlink.location for cell in page[6] if cell.hyperlink}
    assert ways["↓ 离开名单"].endswith(f"B{row_of(page, '离开名单')}")
    assert ways["↓ 换格名单"].endswith(f"B{row_of(page, '换格名单')}")
    assert len(ways) == 7


def test_held_back_figures_have_a_decimal_more(page: Worksheet) -> None:
    formats = {
        axis: page.cell(row_of(page, f"缓冲带内暂不换档 · {axis}") + 3, 6).number_format for axis in ("总收入", "RAROC")
    }
    assert formats == {"总收入": "#,##0.00", "RAROC": "0.00%"}


def test_without_names_they_go_by_their_ids(result: Result) -> None:
    policy = dataclasses.replace(result.policy, privacy=Privacy(name="customer_name"))
    nameless = dataclasses.replace(result, policy=policy, tables={**result.tables, "departures": GONE})
    page = built(nameless, "migration", names=False)["迁徙"]
    assert values(page, row_of(page, "离开名单") + 3)[:2] == ["0200000099", "甲分行"]
    assert NAME not in {cell.value for row in page.iter_rows() for cell in row}
