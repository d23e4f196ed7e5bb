"""A check finds of the values what grading finds of them, and says how letters are taken."""

from __future__ import annotations

from pathlib import Path

import pytest

import ninegrid
from ninegrid.messages import say

pytestmark = pytest.mark.usefixtures("graded_alone")

ROSTER = """工号,姓名,部门,绩效,潜力,上级工号
E1,甲,研发部,A,高,E1
E2,乙,研发部,B+,中,E1
E3,丙,研发部,X级,中,E1
E4,丁,研发部,C,低,E9
"""
BANK = """客户号,总收入,净利息收入,中间业务收入,其他收入,营业费用,预期损失,经济资本,RAROC
1,100,60,30,10,20,5,400,0.14
2,150,60,30,10,-20,5,400,0.165
3,100,60,30,10,20,5,400,0.55
"""


@pytest.mark.parametrize(
    ("subject", "name", "text", "reasons"),
    [
        ("talent", "人才_2025.csv", ROSTER, {"UNKNOWN_LEVEL", "OWN_MANAGER", "UNKNOWN_MANAGER"}),
        ("customers", "客户_202610.csv", BANK, {"INCOME_DISAGREES", "NEGATIVE_COST", "RAROC_DISAGREES"}),
    ],
)
def test_a_check_finds_what_grading_finds_of_the_values(
    tmp_path: Path, subject: str, name: str, text: str, reasons: set[str]
) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    checked, graded = ninegrid.check(subject, [path]), ninegrid.grade(subject, [path])
    assert reasons <= set(checked.tables["findings"]["reason"])
    assert checked.tables["findings"].sort("cell", "reason").equals(graded.tables["findings"].sort("cell", "reason"))
    assert checked.counts["findings"] == checked.tables["findings"].height


def test_letters_are_said_with_the_scores_they_are_taken_for(tmp_path: Path) -> None:
    path = tmp_path / "人才_2025.csv"
    path.write_text(ROSTER, "utf-8")
    for result in (ninegrid.check("talent", [path]), ninegrid.grade("talent", [path])):
        told = [say(notice, "zh") for notice in result.notices]
        assert any("A=85、B+=78、C=55" in one for one in told)
        assert any("“潜力”" in one and "高=高档" in one for one in told)
