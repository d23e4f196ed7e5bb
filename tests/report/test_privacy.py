"""What the file may not say: names where they are not wanted, gender and age of one person ever."""

from __future__ import annotations

import dataclasses
import re
import zipfile
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook

from ninegrid.model import findings
from ninegrid.report.book import write_workbook
from ninegrid.report.privacy import presentable
from ninegrid.result import Result
from tests.report.talent import PEOPLE, key, name


def parts(path: Path) -> dict[str, str]:
    """Every part of the package as text."""
    with zipfile.ZipFile(path) as package:
        return {part: package.read(part).decode("utf-8", "replace") for part in package.namelist()}


@pytest.fixture(scope="module")
def nameless(talent: Result, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    path = tmp_path_factory.mktemp("nameless") / "ids.xlsx"
    write_workbook(talent, path, names=False)
    return parts(path)


def test_no_part_of_the_package_holds_a_name(nameless: dict[str, str]) -> None:
    found = {(part, name(n)) for part, text in nameless.items() for n in range(PEOPLE) if name(n) in text}
    assert found == set()


def test_everyone_is_still_there_by_id(nameless: dict[str, str]) -> None:
    texts = "".join(nameless.values())
    assert all(key(number) in texts for number in range(PEOPLE))


def test_with_names_they_are_there(talent_workbook: Workbook) -> None:
    assert name(3) in {c.value for (c,) in talent_workbook["人才清单"].iter_rows(min_col=3, max_col=3)}


def test_a_name_that_stands_elsewhere_gives_way(talent: Result) -> None:
    said = findings.finding("warning", "OWN_MANAGER", f"{name(3)}是自己的上级。", column="manager_id", value=name(3))
    line = findings.finding("repaired", "FOOTER_ROW", "说明行“制表：某人”未计入。", value="制表：某人")
    result = told(talent, findings.combine([said, line]))
    assert presentable(result, names=False).tables["findings"]["message"].to_list() == [
        "…是自己的上级。",
        "原值不予显示。",
    ]
    assert presentable(result, names=True).tables["findings"]["message"].to_list()[0] == f"{name(3)}是自己的上级。"


def test_a_findings_age_is_not_quoted(talent: Result, talent_workbook: Workbook) -> None:
    assert talent.tables["findings"].filter(column="age").height > 0
    texts = (
        talent.tables["findings"]
        .select(pl.col(pl.String))
        .unpivot(value_name="text", variable_name="at")["text"]
        .drop_nulls()
    )
    assert "四十九岁半" not in "".join(texts)
    assert "四十九岁半" not in {str(c.value) for row in talent_workbook["数据质量"].iter_rows() for c in row}


def test_gender_and_age_are_columns_of_no_sheet(talent_workbook: Workbook) -> None:
    for page in talent_workbook:
        if page.title in ("口径", "读法"):  # say which headings were recognised
            continue
        texts = {c.value for row in page.iter_rows() for c in row}
        assert ("性别" in texts) == (page.title == "分布与公平"), page.title
        assert "男" not in texts or page.title == "分布与公平"


def test_no_text_says_that_somebody_is_dismissed(talent_file: Path) -> None:
    texts = "".join(parts(talent_file).values())
    assert not re.search("辞退|解雇|开除|解聘|淘汰|dismiss|terminat|layoff", texts)
    assert "退出评审" in texts


def told(result: Result, found: pl.DataFrame) -> Result:
    return dataclasses.replace(result, tables={**result.tables, "findings": found})
