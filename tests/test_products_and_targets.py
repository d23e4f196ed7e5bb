"""The relations products and targets: recognised by their headers, read, and never taken for another relation."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from ninegrid import resources
from ninegrid.intake.read import read_inputs
from ninegrid.model.inputs import Inputs
from ninegrid.subjects.registry import relations

CUSTOMERS = (
    ("客户号", "客户名称", "分行", "行业", "规模", "客户经理", "产品线数"),
    *((f"{i:04d}", f"示例{i}公司", "甲分行", "制造业", "中型", "示例经理", 3) for i in range(1, 4)),
)
Sheet = tuple[tuple[object, ...], ...]


def _read(folder: Path, **sheets: Sheet) -> Inputs:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in {"客户": CUSTOMERS, **sheets}.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    path = folder / "客户_202610.xlsx"
    book.save(path)
    return read_inputs([path], relations("customers"))


@pytest.mark.parametrize(
    "headings",
    [
        ("客户号", "产品线", "是否有效", "产品收入（万元）"),
        ("客户编号", "产品名称", "是否签约", "年收入(万元)"),
        ("Customer ID", "Product", "Active", "Product income (yuan)"),
    ],
)
def test_a_sheet_of_products(tmp_path: Path, headings: tuple[str, ...]) -> None:
    scale = 10_000 if "万元" in headings[-1] else 1
    rows = (headings, ("0001", "现金管理", "是", 12.5), ("0001", "票据", "否", None), ("0002", "票据", None, -1))
    products = _read(tmp_path, 产品=rows).tables["products"]
    assert products.select("customer_id", "product_line", "active", "income").rows() == [
        ("0001", "现金管理", True, 12.5 * scale),
        ("0001", "票据", False, None),
        ("0002", "票据", None, -1.0 * scale),
    ]


def test_names_beside_the_products_do_not_make_them_customers(tmp_path: Path) -> None:
    rows = (("客户号", "客户名称", "产品", "收入"), ("0001", "示例1公司", "票据", 5))
    inputs = _read(tmp_path, 明细=rows)
    assert inputs.counts["products"].accepted == 1
    assert inputs.counts["customers"].accepted == 3


def test_a_product_of_nobody_is_refused(tmp_path: Path) -> None:
    inputs = _read(tmp_path, 产品=(("客户号", "产品线"), ("0009", "票据"), ("0001", None)))
    assert inputs.counts["products"].rejected == 2
    assert sorted(inputs.findings["reason"]) == ["MISSING_REQUIRED", "ORPHAN"]


@pytest.mark.parametrize(
    "headings",
    [
        ("层级", "名称", "指标", "目标值（万元）"),
        ("考核维度", "考核对象", "考核指标", "年度目标(万元)"),
        ("机构层级", "机构名称", "考核指标", "年度目标值（万元）"),
    ],
)
def test_a_sheet_of_targets(tmp_path: Path, headings: tuple[str, ...]) -> None:
    rows = (
        headings,
        ("分行", "甲分行", "存款", 800),
        ("客户经理", "示例经理", None, 90),
        ("customer", "0001", "fees", 7),
    )
    targets = _read(tmp_path, 目标=rows).tables["targets"]
    assert targets.select("level", "name", "metric", "target").rows() == [
        ("分行", "甲分行", "存款日均", 8e6),
        ("客户经理", "示例经理", None, 9e5),
        ("客户", "0001", "中间业务收入", 7e4),
    ]


def test_income_targets_need_no_metric(tmp_path: Path) -> None:
    rows = (("层级", "名称", "目标收入(元)"), ("分行", "甲分行", 100))
    targets = _read(tmp_path, 目标=rows).tables["targets"]
    assert targets.select("name", "metric", "target").rows() == [("甲分行", None, 100.0)]


def test_a_target_for_what_is_not_added_up_is_refused(tmp_path: Path) -> None:
    rows = (("层级", "名称", "指标", "目标值"), ("分行", "甲分行", "不良率", 1))
    inputs = _read(tmp_path, 目标=rows)
    assert inputs.counts["targets"].rejected == 1
    assert inputs.findings["reason"].to_list() == ["UNKNOWN_CATEGORY"]


def test_a_level_may_be_a_view_of_the_policy(tmp_path: Path) -> None:
    targets = _read(tmp_path, 目标=(("层级", "名称", "目标值"), ("region", "华东", 1))).tables["targets"]
    assert targets["level"].to_list() == ["region"]


def test_other_relations_stay_what_they_are(tmp_path: Path) -> None:
    inputs = _read(
        tmp_path,
        机构=(("机构号", "机构名称", "机构级别", "收入目标"), ("1", "甲分行", "一级分行", 5)),
        历年收入=(("客户号", "年度", "总收入", "产品"), ("0001", 2025, 5, "票据")),
        集团=(("客户号", "集团号", "产品线"), ("0001", "G1", "票据")),
    )
    relations = [sheet.relation.name for sheet in inputs.sheets if sheet.relation]
    assert relations == ["customers", "institutions", "income_history", "groups"]


def test_every_target_has_a_measure() -> None:
    assert list(resources.relation("targets").column("metric").choices) == list(
        resources.stands_for("targets", "metric")
    )
