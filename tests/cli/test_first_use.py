"""What a person meets at the first try: a subject forgotten, an export that can place nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Grade

ROWS = "\n".join(f"{n:04},客户{n},{300_000 + n}" for n in range(9))


@pytest.mark.parametrize(
    ("command", "way"),
    [
        (("check",), "grade check customers FILE 或 grade check talent FILE"),
        (("check", "a.csv"), "grade check customers FILE 或 grade check talent FILE"),
        (("explain", "0001"), "grade explain customers ID 或 grade explain talent ID"),
        (("portrait", "0001"), "grade portrait customers ID 或 grade portrait talent ID"),
        (("template",), "grade template customers 或 grade template talent"),
        (("forget",), "grade forget customers"),
        (("check", "a.csv", "b.csv"), "“a.csv”是文件"),
    ],
)
def test_a_command_without_its_subject_says_how_it_is_written(
    grade: Grade, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: tuple[str], way: str
) -> None:
    monkeypatch.setenv("GRADE_LANG", "zh")
    Path("a.csv").write_text(f"客户号,客户名称,总收入\n{ROWS}\n", "utf-8")
    assert grade(*command) == 2
    told = capsys.readouterr().err
    assert "请写明是客户还是员工：" in told
    assert way in told
    monkeypatch.setenv("GRADE_LANG", "en")
    assert grade(*command) == 2
    assert "Say whether it is about customers or talent: " in capsys.readouterr().err


def test_check_says_first_that_nobody_can_be_placed_and_what_each_grid_lacks(
    grade: Grade, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("对公_202610.csv").write_text(f"客户号,客户名称,总收入\n{ROWS}\n", "utf-8")
    assert grade("check", "customers", "对公_202610.csv", "--lang", "zh") == 0
    first, value, growth, *_ = capsys.readouterr().err.splitlines()
    assert first == "警告：一个也不能定位，不能评级："
    assert value.strip() == (
        "价值九宫格：还缺 营业费用；预期损失 或 减值损失 或 违约概率 + 违约损失率 + 风险敞口；"
        "经济资本 或 风险加权资产 或 违约概率 + 违约损失率 + 风险敞口；—— 或只要一列 RAROC"
    )
    assert growth.strip().startswith("成长九宫格：还缺 ")


@pytest.mark.parametrize(("extra", "advice"), [("奇怪的列", "--map"), ("最近走访日期", "再给一张带编号")])
def test_a_map_is_advised_where_a_column_of_numbers_was_not_understood(
    grade: Grade, capsys: pytest.CaptureFixture[str], extra: str, advice: str
) -> None:
    rows = "\n".join(f"{row},{42_265 + n}" for n, row in enumerate(ROWS.splitlines()))
    Path("对公_202610.csv").write_text(f"客户号,客户名称,总收入,{extra}\n{rows}\n", "utf-8")
    assert grade("customers", "对公_202610.csv", "--lang", "zh") == 4
    assert advice in capsys.readouterr().err


def test_the_summary_names_tiers_grids_and_what_was_repaired(grade: Grade, capsys: pytest.CaptureFixture[str]) -> None:
    head = "客户号,客户名称,集团号,总收入,营业费用,预期损失,经济资本"
    rows = [f"{n:04},客户{n},G1,{300_000 + 9000 * n},90000,10000,{900_000 + 40_000 * n % 7}" for n in range(12)]
    Path("对公_202610.csv").write_text("\n".join([head, *rows, "合计,,,4194000,1080000,120000,10800000"]), "utf-8")
    assert grade("customers", "对公_202610.csv", "--lang", "zh") == 0
    told = capsys.readouterr().err
    assert "等级：A 级 " in told
    assert " 户，B 级 " in told
    assert "修正 1 处（小计/合计行）" in told
    assert "集团价值九宫格只有 1 个对象" in told
