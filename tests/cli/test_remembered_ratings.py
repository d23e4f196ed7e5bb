"""What was settled of ratings in one period holds in the next: the column by its date, the scale of its values."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tests.cli.conftest import Grade


def employees(folder: Path, name: str) -> dict[str, float]:
    table = pl.read_parquet(folder / name / "employees.parquet")
    return dict(table.select("employee_id", "performance_score").iter_rows())


def test_a_dated_column_said_once_is_the_next_period_s_and_never_the_one_before(grade: Grade, tmp_path: Path) -> None:
    def halves(now: str, before: str) -> str:
        path = tmp_path / f"绩效_{now}.csv"
        header = f"工号,姓名,部门,潜力,{before} 校准结果,{now} 校准结果\n"
        path.write_text(header + "001,甲,一部,高,S,B\n002,乙,一部,中,C,A\n", encoding="utf-8")
        return path.name

    first, second = halves("2025H2", "2025H1"), halves("2026H1", "2025H2")
    assert grade("talent", first, "--map", "2025H2 校准结果=performance", "--tables", "t1") == 0
    assert grade("talent", second, "--tables", "t2") == 0
    assert employees(tmp_path, "t1") == employees(tmp_path, "t2") == {"001": 75.0, "002": 85.0}


def test_an_earlier_column_that_was_chosen_is_asked_about_again(grade: Grade, tmp_path: Path) -> None:
    header = "工号,姓名,部门,潜力,{} 校准结果,{} 校准结果\n"
    for before, now in (("2025H1", "2025H2"), ("2025H2", "2026H1")):
        text = header.format(before, now) + "001,甲,一部,高,S,B\n"
        (tmp_path / f"绩效_{now}.csv").write_text(text, encoding="utf-8")
    assert grade("talent", "绩效_2025H2.csv", "--map", "2025H1 校准结果=performance") == 0
    assert grade("talent", "绩效_2026H1.csv") == 4


def test_a_map_that_names_an_earlier_column_is_followed_and_says_so(grade: Grade, tmp_path: Path, capsys) -> None:
    header = "工号,姓名,部门,潜力,2025H2 校准结果,2026H1 校准结果\n"
    (tmp_path / "绩效_2026H1.csv").write_text(header + "001,甲,一部,高,S,B\n", encoding="utf-8")
    line = ("--map", "2025H2 校准结果=performance")
    assert grade("talent", "绩效_2026H1.csv", *line, "--db", ":memory:", "--tables", "t", "--lang", "zh") == 0
    assert "还有日期更晚的“2026H1 校准结果”，没有采用" in capsys.readouterr().err
    assert employees(tmp_path, "t") == {"001": 95.0}


def scored(path: Path, *scores: float) -> Path:
    rows = "".join(f"{i:03d},示例{i},一部,{score},高\n" for i, score in enumerate(scores))
    path.write_text("工号,姓名,部门,绩效得分,潜力\n" + rows, encoding="utf-8")
    return path


def test_a_scale_that_values_settled_holds_and_turns_by_a_person_s_word_alone(
    grade: Grade, tmp_path: Path, capsys
) -> None:
    assert grade("talent", scored(tmp_path / "盘点_2025Q1.csv", 62, 75, 90)) == 0
    low = scored(tmp_path / "盘点_2025Q2.csv", 32, 41, 50)  # alone they might be of other scales
    assert grade("talent", low, "--tables", "t", "--db", ":memory:") == 4
    assert grade("talent", low, "--tables", "t") == 0
    assert employees(tmp_path, "t") == {"000": 32.0, "001": 41.0, "002": 50.0}
    turned = scored(tmp_path / "盘点_2025Q3.csv", 3, 4, 5)
    capsys.readouterr()
    assert grade("talent", turned, "--lang", "zh") == 3
    assert "以前各期的数值只能是 0-100，本期的数值（最高 5）不像" in capsys.readouterr().err
    assert grade("talent", turned, "--map", "绩效得分=performance[1-5]", "--tables", "t3") == 0
    assert employees(tmp_path, "t3") == {"000": 50.0, "001": 75.0, "002": 100.0}


def test_levels_that_values_settled_hold_without_the_highest(grade: Grade, tmp_path: Path) -> None:
    for name, levels in (("2025Q1", "321"), ("2025Q2", "212")):
        rows = "".join(f"00{i},示例{i},一部,{level},高\n" for i, level in enumerate(levels))
        (tmp_path / f"盘点_{name}.csv").write_text("工号,姓名,部门,绩效等级,潜力\n" + rows, encoding="utf-8")
    assert grade("talent", "盘点_2025Q1.csv") == 0
    assert grade("talent", "盘点_2025Q2.csv", "--tables", "t") == 0
    table = pl.read_parquet(tmp_path / "t" / "employees.parquet").sort("employee_id")
    assert table["performance_level"].to_list() == [2, 1, 2]
