"""What `grade check` and a refused run say first, and that it fits a small terminal."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

import pytest

import ninegrid
from ninegrid.cli import terminal
from ninegrid.cli.display import Display, refused_lines
from ninegrid.cli.reading_lines import show_reading
from ninegrid.model.errors import TooManyRejectedError
from tests.cli.conftest import Grade

HEAD = "客户号,客户名称,分行,总收入,营业费用,预期损失,经济资本"


class FormHistory(Display):
    """A display that keeps what it is told."""

    def __init__(self) -> None:
        super().__init__(quiet=False)
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines.append(text)

    def alert(self, text: str) -> None:
        self.lines.append(text)


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADE_LANG", "zh")


def customers(folder: Path, costs: Collection[object], head: str = HEAD, name: str = "客户_2026-10.csv") -> Path:
    path = folder / name
    rows = [f"{i:04},甲{i},北京分行,{100_000 + i},{cost},10000,100000" for i, cost in enumerate(costs)]
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def test_refused_cells_are_told_by_reason_with_the_first_few_and_where_the_rest_stand(tmp_path: Path) -> None:
    result = ninegrid.check("customers", [customers(tmp_path, ["x", "y", "z", "#REF!", "w", *[30_000] * 9])])
    lines = list(refused_lines(result.tables["findings"], []))
    assert lines[0].startswith("  不是数值（UNREADABLE_NUMBER）4 处，如 客户_2026-10.csv › L2C5 的“x”：在源表改正")
    assert [line.split("  ")[2].split(" › ")[1] for line in lines[1:3]] == ["L3C5", "L4C5"]
    assert lines[3].startswith("  单元格为错误值（ERROR_CELL）1 处，如 客户_2026-10.csv › L5C5 的“#REF!”：改正公式")
    assert lines[4:] == ["  拒收共 5 处；--out FILE.xlsx 逐条列出"]
    named = list(refused_lines(result.tables["findings"], [Path("检查.xlsx")]))
    assert named[-1] == "  拒收共 5 处，逐条列在 检查.xlsx 的“数据质量”表"


def test_a_run_with_too_many_refused_rows_names_the_first_cell_and_its_cure(tmp_path: Path) -> None:
    with pytest.raises(TooManyRejectedError) as caught:
        ninegrid.grade("customers", [customers(tmp_path, ["x", *[30_000] * 9])])
    told = [str(one) for one in caught.value.details]
    assert told == [
        "Not a number (UNREADABLE_NUMBER): 1, such as 'x' at 客户_2026-10.csv › L2C5. "
        "Correct the cell in the source and run again"
    ]


def test_unknown_words_are_told_with_their_counts(tmp_path: Path) -> None:
    path = customers(tmp_path, [30_000] * 20, HEAD + ",规模")
    rows = path.read_text("utf-8").splitlines()
    sized = [rows[0], *(f"{row},{'战略' if n % 2 else '核心'}" for n, row in enumerate(rows[1:]))]
    path.write_text("\n".join(sized) + "\n", "utf-8")
    lines = list(refused_lines(ninegrid.check("customers", [path]).tables["findings"], []))
    assert "未知类别（UNKNOWN_CATEGORY）20 处" in lines[0]
    assert {"核心 ×10", "战略 ×10"} <= set(lines[0].split("“")[1].split("”")[0].split(", "))
    assert "[values.列名]" in lines[0]


def test_rows_about_nobody_come_last_and_are_an_alert_where_they_are_most(tmp_path: Path) -> None:
    groups = tmp_path / "集团.csv"
    groups.write_text("集团号,集团名称,客户号\n" + "".join(f"G1,甲集团,9{i:03}\n" for i in range(9)), "utf-8")
    result = ninegrid.check("customers", [customers(tmp_path, ["x", *[30_000] * 9]), groups])
    heard = FormHistory()
    heard.begin(result)
    assert heard.lines[0].startswith("注意：集团：9 行中有 9 行不属于")
    assert heard.lines[1].startswith("期间 2026-10")
    reasons = [line.strip().split("（")[0] for line in refused_lines(result.tables["findings"], [], of_a_kind=0)]
    assert reasons[:2] == ["不是数值", "找不到所属记录"]


def test_a_period_that_is_replaced_is_said_before_anything_else(tmp_path: Path) -> None:
    path, db = customers(tmp_path, [30_000] * 9), tmp_path / "g.duckdb"
    out = tmp_path / "o.xlsx"
    ninegrid.grade("customers", [path], db=db, out=out)
    heard = FormHistory()
    heard.finished(ninegrid.grade("customers", [path], db=db, out=out), (out,))
    assert heard.lines[0] == "注意：2026-10 已在库中，本次运行将其替换。"


def test_the_reading_fits_a_terminal_of_24_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = [
        "净利息收入",
        "中间业务收入",
        "其他收入",
        "RWA",
        "存款日均",
        "贷款日均",
        "活期存款日均",
        "用信余额",
        "授信额度",
        "PD(%)",
    ]
    more += ["LGD(%)", "EAD", "开户日期", "客户经理", "行业", "规模", "支行", "观察月数", "交易笔数", "备注"]
    result = ninegrid.check(
        "customers", [customers(tmp_path, [30_000] * 9, ",".join([HEAD, *more]))], allow_unused=True
    )
    for size, is_short in ((os.terminal_size((100, 24)), True), (os.terminal_size((100, 80)), False)):
        monkeypatch.setattr(terminal, "screen", lambda *, err, size=size: None if err else size)
        heard = FormHistory()
        show_reading(result, heard.say, on_output=True)
        assert terminal.height(heard.lines, size) <= size.lines - 6
        assert any("总收入；营业费用" in line for line in heard.lines) is is_short
        assert (heard.lines[-1].strip().startswith("每列的样值")) is is_short


def test_a_sheet_of_refused_inputs_is_recognised_and_not_said_to_be_empty(
    grade: Grade, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    sound = customers(tmp_path, [30])
    strange = tmp_path / "其他.csv"
    strange.write_text("客户号,本行收入\n000001,5\n", encoding="utf-8")
    assert grade("check", "customers", sound, strange) == 3
    shown = "".join(capsys.readouterr())
    assert "认作客户，表头在第 1 行，没有读取行" in shown
    assert "0 行" not in shown.replace("10 行", "")
    assert grade("check", "customers", sound) == 0
    assert "读作客户，表头在第 1 行，1 行" in "".join(capsys.readouterr())


def test_texts_side_by_side_keep_to_the_width_of_a_screen() -> None:
    texts = ["总收入", "income", "经济资本", "一个很长很长很长很长的列名", "b"]
    lines = list(terminal.side_by_side(texts, 24))
    assert "；".join(line.strip() for line in lines) == "；".join(texts)
    assert all(terminal.width(line) <= 24 for line in lines if "；" in line)


def test_indicators_that_cannot_be_computed_come_with_the_columns_they_lack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "screen", lambda *, err: None)
    heard = FormHistory()
    result = ninegrid.check("customers", [customers(tmp_path, [30_000] * 9)])
    show_reading(result, heard.say, on_output=True)
    (line,) = [one for one in heard.lines if "指标算不出" in one]
    told = line[: line.index("）")]
    assert all(name in told for name in ("缺 ", "中间业务收入", "存款日均", " 列"))
    assert "总收入" not in told
