"""Scores whose scale nothing says, and ratings that reach too little of an axis: what is asked, and what is said."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import Grade

SCORES = "工号,姓名,部门,绩效,潜力\n001,甲,一部,1,2\n002,乙,一部,3,3\n003,丙,一部,5,5\n"
RATED = "被评价人工号,评价人工号,评价关系,维度,评分,满分\n"
ROSTER = "工号,姓名,部门\n001,甲,一部\n002,乙,一部\n"


def test_the_map_proposes_the_scale_of_scores_and_grades_with_it(grade: Grade, tmp_path: Path) -> None:
    (tmp_path / "盘点_2025.csv").write_text(SCORES, encoding="utf-8")
    assert grade("talent", "盘点_2025.csv", "--db", ":memory:") == 4
    assert grade("map", "talent", "盘点_2025.csv", "--out", "m.toml", "--no-ask") == 0
    asked = (tmp_path / "m.toml").read_text(encoding="utf-8")
    assert '#? "绩效" = "performance [1-5]"  # nothing names its scale; write the one it is on (SCALE_UNKNOWN)' in asked
    (tmp_path / "m.toml").write_text(asked.replace("#? ", ""), encoding="utf-8")
    assert grade("talent", "盘点_2025.csv", "--map", "m.toml", "--db", ":memory:", "--tables", "t") == 0
    cells = pl.read_parquet(tmp_path / "t" / "employees.parquet").sort("employee_id")["cell"].to_list()
    assert cells == ["P1T1", "P1T1", "P3T3"]


@pytest.mark.parametrize(("lang", "words"), [("zh", "认不出 (UNKNOWN)"), ("en", "Not understood (UNKNOWN)")])
def test_the_map_says_in_words_why_a_column_is_set_aside(grade: Grade, tmp_path: Path, lang: str, words: str) -> None:
    (tmp_path / "盘点_2025.csv").write_text("工号,姓名,部门,xyzzy\n001,甲,一部,ab\n", encoding="utf-8")
    assert grade("map", "talent", "盘点_2025.csv", "--out", "m.toml", "--no-ask", "--lang", lang) == 0
    assert f'# "xyzzy" = "aside"  # {words}\n' in (tmp_path / "m.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "zh",
            [
                "2 人的绩效只有 30% 的权重（上级 30%）",
                "KPI 60%（一张 KPI 表：员工号、指标、目标值、实际值）",
                "来源为同级的行或列",
            ],
        ),
        (
            "en",
            [
                "2 people have 30% of the weight of performance",
                "KPI 60% (a table of KPIs: Employee ID",
                "by second level",
            ],
        ),
    ],
)
def test_ratings_that_reach_too_little_say_what_is_missing_and_what_brings_it(
    grade: Grade, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, said: list[str]
) -> None:
    rows = "".join(f"00{i},M1,上级,{axis},{60 + i},100\n" for i in (1, 2) for axis in ("绩效", "潜力"))
    (tmp_path / "名册_2025.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "评分_2025.csv").write_text(RATED + rows, encoding="utf-8")
    capsys.readouterr()
    assert grade("talent", "名册_2025.csv", "评分_2025.csv", "--db", ":memory:", "--lang", lang) == 4
    told = capsys.readouterr().err
    assert [sentence for sentence in said if sentence not in told] == []


def test_items_of_a_map_say_the_dimension_of_a_long_form(
    grade: Grade, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row an answer, which names its item and no dimension: [items] says which item measures what."""
    rows = "".join(
        f"00{i},M1,上级,{item},{score}\n" for i in (1, 2) for item, score in (("战略思维", 4), ("结果导向", 3))
    )
    (tmp_path / "名册_2025.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "评分_2025.csv").write_text("被评价人工号,评价人工号,评价关系,题目,评分\n" + rows, encoding="utf-8")
    (tmp_path / "m.toml").write_text(
        '[items]\n"战略思维" = "potential"\n"结果导向" = "performance"\n', encoding="utf-8"
    )
    assert grade("check", "talent", "名册_2025.csv", "评分_2025.csv", "--lang", "zh") == 3
    told = capsys.readouterr().err
    assert '--map "战略思维=potential"' in told
    assert "战略思维、结果导向" in told
    assert grade("check", "talent", "名册_2025.csv", "评分_2025.csv", "--map", "m.toml", "--json") == 0


def wide_360(year: int, plus: int = 0) -> str:
    head = "被评价人工号,部门,战略思维,战略思维,结果导向,结果导向\n,,上级,平级,上级,平级\n"
    rows = "".join(f"00{i},一部,{1 + i % 4 + plus},{3 + i % 3},{1 + i % 5},{2 + i % 3}\n" for i in range(6))
    return f"{year}年度360汇总,,,,,\n" + head + rows


def test_groups_of_items_are_remembered_as_what_they_measure(grade: Grade, tmp_path: Path) -> None:
    for year in (2024, 2025):
        (tmp_path / f"汇总_{year}.csv").write_text(wide_360(year, year - 2024), encoding="utf-8")
    lines = ["--map", "战略思维=potential", "--map", "结果导向=performance", "--policy", "ratings_only"]
    assert grade("talent", "汇总_2024.csv", *lines, "--db", "g.duckdb") == 0
    assert grade("talent", "汇总_2025.csv", "--policy", "ratings_only", "--db", "g.duckdb", "--tables", "t") == 0
    assert pl.read_parquet(tmp_path / "t" / "employees.parquet")["cell"].null_count() == 0


@pytest.mark.thorough
def test_items_in_the_cells_of_a_column_are_remembered(grade: Grade, tmp_path: Path) -> None:
    for year in (2024, 2025):
        rows = "".join(
            f"00{i},M1,上级,{item},{score + (year - 2024) * i % 2}\n"
            for i in range(1, 5) for item, score in (("战略思维", 4), ("结果导向", 3))
        )  # fmt: skip
        (tmp_path / f"评分_{year}.csv").write_text("被评价人工号,评价人工号,评价关系,题目,评分\n" + rows, "utf-8")
        names = "".join(f"00{i},员工{i},一部\n" for i in range(1, 5))
        (tmp_path / f"名册_{year}.csv").write_text("工号,姓名,部门\n" + names, encoding="utf-8")
    lines = ["--map", "战略思维=potential", "--map", "结果导向=performance"]
    same = ["--policy", "ratings_only", "--db", "g.duckdb"]
    assert grade("check", "talent", "名册_2024.csv", "评分_2024.csv", *lines) == 0
    (tmp_path / "m.toml").write_text('[items]\n"战略思维" = "potential"\n"结果导向" = "performance"\n', "utf-8")
    assert grade("talent", "名册_2024.csv", "评分_2024.csv", "--map", "m.toml", *same) == 0
    assert grade("talent", "名册_2025.csv", "评分_2025.csv", *same) == 0
