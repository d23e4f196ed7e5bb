"""Inputs that are read and not good enough: exit 4, nothing stored, and the first line says why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from ninegrid import grade
from ninegrid.messages import say
from ninegrid.model.errors import NobodyPlacedError, TooManyRejectedError

pytestmark = pytest.mark.usefixtures("graded_alone")
HEADER = "客户号,客户名称,规模,总收入,营业费用,预期损失,经济资本"
PARTS = {"总收入": 3, "营业费用": 4, "预期损失": 5, "经济资本": 6}


def customers(path: Path, without: dict[str, range] | None = None, n: int = 20) -> Path:
    """A list of n customers, in which some cells of some columns are empty."""
    rows = [[f"{i:04d}", f"客户{i}", "中型", *(str(k * (i + 1)) for k in (900, 300, 30, 2000))] for i in range(n)]
    for column, at in (without or {}).items():
        for i in at:
            rows[i][PARTS[column]] = ""
    path.write_text("\n".join([HEADER, *(",".join(row) for row in rows)]), encoding="utf-8")
    return path


def statements(path: Path, ids: list[str]) -> Path:
    rows = [f"{one},{year},{1000 + year},{year}" for one in ids for year in (2024, 2025)]
    path.write_text("\n".join(["客户号,财年,营业收入,净利润", *rows]), encoding="utf-8")
    return path


def test_nobody_placed_names_the_column_and_stores_nothing(tmp_path: Path) -> None:
    file, db = customers(tmp_path / "a_2026-10.csv", {"总收入": range(20)}), tmp_path / "x.duckdb"
    with pytest.raises(NobodyPlacedError) as refused:
        grade("customers", [file], out=tmp_path / "x.xlsx", db=db)
    assert refused.value.exit_code == 4
    assert "总收入 (total_income)" in refused.value.said("zh")
    assert "20 个（全部）" in refused.value.said("zh")
    assert "营业费用" not in refused.value.said("zh")
    assert not db.exists()
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".xlsx"] == ["x-data-quality.xlsx"]
    assert "x-data-quality.xlsx" in refused.value.advice("en")


@pytest.mark.parametrize(("potential", "performance"), [("123", "234"), (["大有可为", "一般般", "不好说"], "ABC")])
def test_values_that_place_nobody_ask_for_no_column(
    tmp_path: Path, potential: Sequence[str], performance: Sequence[str]
) -> None:
    file = tmp_path / "t_2026.csv"
    rows = [f"{i:04d},员工{i},一部,{potential[i % 3]},{performance[i % 3]}" for i in range(12)]
    file.write_text("\n".join(["工号,姓名,部门,潜力,绩效", *rows]), encoding="utf-8")
    with pytest.raises(NobodyPlacedError) as refused:
        grade("talent", [file], out=tmp_path / "x.xlsx", db=tmp_path / "x.duckdb")
    assert "请按上面所说写明" in refused.value.advice("zh")
    assert "表头不同" not in refused.value.advice("zh")


def test_whom_a_column_would_have_placed(tmp_path: Path) -> None:
    file = customers(tmp_path / "a_2026-10.csv", {"总收入": range(12), "营业费用": range(12, 20)})
    with pytest.raises(NobodyPlacedError) as refused:
        grade("customers", [file])
    said = refused.value.said("en")
    assert said.index("Total income (total_income)") < said.index("Operating cost (operating_cost)")
    assert "12 could be placed (such as 0000, 0001, 0002)" in said
    assert "8 could be placed (such as 0012, 0013, 0014)" in said


def test_a_column_that_is_not_there_at_all(tmp_path: Path) -> None:
    file = tmp_path / "a_2026-10.csv"
    file.write_text("客户号,客户名称,分行\n" + "\n".join(f"{i:04d},客户{i},沪" for i in range(5)), encoding="utf-8")
    with pytest.raises(NobodyPlacedError, match=r"Total income \(total_income\)"):
        grade("customers", [file])


def test_half_the_children_without_a_year_is_refused_and_said_when_allowed(tmp_path: Path) -> None:
    file = customers(tmp_path / "a_2026-10.csv")
    children = statements(tmp_path / "b.csv", [f"{i:04d}" for i in range(20)])
    children.write_text(children.read_text(encoding="utf-8").replace(",2024,", ",,"), encoding="utf-8")
    with pytest.raises(TooManyRejectedError) as refused:
        grade("customers", [file, children])
    assert refused.value.said("zh") == "财报：40 行中有 20 行被拒收（50.0%，允许 5.0%）。"
    result = grade("customers", [file, children], max_rejected=0.6)
    assert say(result.notices[0], "zh") == "财报：40 行中有 20 行被拒收（50.0%），因 --max-rejected 60% 而继续。"


@pytest.mark.parametrize(("lone", "said"), [(10, False), (11, True)])
def test_children_of_nobody_in_the_list_are_no_refusal_and_said_when_they_are_most(
    tmp_path: Path, lone: int, said: bool
) -> None:
    file = customers(tmp_path / "a_2026-10.csv")
    own = [f"{i:04d}" for i in range(20 - lone)] + [f"X{i}" for i in range(lone)]
    result = grade("customers", [file, statements(tmp_path / "b.csv", own)])
    counts = result.inputs.counts["statements"]
    assert (counts.rejected, counts.foreign) == (2 * lone, 2 * lone)
    sentence = f"财报：40 行中有 {2 * lone} 行不属于本次的任何客户或员工"
    assert any(say(notice, "zh").startswith(sentence) for notice in result.notices) == said


def test_every_row_of_the_list_refused(tmp_path: Path) -> None:
    file = tmp_path / "a_2026-10.csv"
    file.write_text(f"{HEADER}\n01,甲,中型,x,1,1,1\n02,乙,中型,y,1,1,1", encoding="utf-8")
    with pytest.raises(TooManyRejectedError, match="All 2 rows were rejected"):
        grade("customers", [file], max_rejected=1.0)


def test_a_share_that_is_refused_is_told_apart_from_the_one_allowed(tmp_path: Path) -> None:
    file = customers(tmp_path / "a_2026-10.csv", {"总收入": range(1)})
    file.write_text(file.read_text(encoding="utf-8").replace(",,", ",abc,"), encoding="utf-8")
    with pytest.raises(TooManyRejectedError, match=r"\(5\.000%; allowed 4\.999%\)"):
        grade("customers", [file], max_rejected=0.04999)


def test_nobody_placed_says_which_column_in_doubt_may_be_the_one_that_lacks(tmp_path: Path) -> None:
    file = customers(tmp_path / "a_2026-10.csv")
    file.write_text(file.read_text("utf-8").replace("总收入", "考核收入"), "utf-8")
    with pytest.raises(NobodyPlacedError) as refused:
        grade("customers", [file])
    assert [say(told, "zh") for told in refused.value.details] == [
        'a_2026-10.csv：“考核收入”可能是总收入。是的话加 --map "考核收入=total_income"'
    ]


def test_rows_that_grading_refuses_are_told_with_the_reason_and_listed(tmp_path: Path) -> None:
    people = [f"E{i},员工{i},甲部,A,高" for i in range(4)]
    marks = [f"E{i},R{i},上级,绩效,{mark}" for i, mark in enumerate((76, 81, 101, 99))]
    roster, ratings = tmp_path / "员工_2026.csv", tmp_path / "评分_2026.csv"
    roster.write_text("\n".join(["工号,姓名,部门,绩效,潜力", *people]), "utf-8")
    ratings.write_text("\n".join(["被评人工号,评价人工号,评价关系,评价维度,得分", *marks]), "utf-8")
    with pytest.raises(TooManyRejectedError) as refused:
        grade("talent", [roster, ratings], out=tmp_path / "x.xlsx", db=tmp_path / "x.duckdb")
    assert say(refused.value.details[0], "zh").startswith("分制未注明（SCALE_UNKNOWN）")
    quality = openpyxl.load_workbook(tmp_path / "x-data-quality.xlsx")
    cells = [cell for page in quality for row in page.iter_rows(values_only=True) for cell in row]
    assert "SCALE_UNKNOWN" in cells or any("分制未注明" in str(cell) for cell in cells)
