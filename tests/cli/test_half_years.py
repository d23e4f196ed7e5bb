"""Half-years of one company are two periods: the second stands beside the first and is compared with it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import Grade


@pytest.mark.parametrize(
    "periods", [("2025H1", "2025H2"), pytest.param(("2025年上半年", "2025年下半年"), marks=pytest.mark.thorough)]
)
def test_the_second_half_does_not_replace_the_first(
    grade: Grade, periods: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    for period, potential in zip(periods, "低高", strict=True):
        rows = "".join(f"{i:04d},示例{i},一部,中,{potential}\n" for i in range(1, 4))
        Path(f"盘点_{period}.csv").write_text(f"员工号,姓名,部门,绩效,潜力\n{rows}", encoding="utf-8")
        assert grade("talent", f"盘点_{period}.csv", "--tables", "t", "--quiet") == 0
    moves = pl.read_parquet("t/migration.parquet")
    assert moves.select("from_period", "to_period", "from_cell", "to_cell").unique().rows() == [
        ("2025H1", "2025H2", "P2T1", "P2T3")
    ]
    capsys.readouterr()
    assert grade("history") == 0
    told = capsys.readouterr().out
    assert "2025H1" in told
    assert "2025H2" in told
