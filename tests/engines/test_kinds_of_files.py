"""Files of every kind that is read in blocks come out as they do in memory; the others go the ordinary way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

from ninegrid.files.spill import spill
from ninegrid.intake.in_blocks import BlocksRead, read_in_blocks
from ninegrid.model.errors import NobodyPlacedError
from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.subjects.registry import relations
from tests.engines import faulty_text
from tests.engines.same import LINES, assert_same_database, assert_same_tables, both
from tests.oracle.sample import SAMPLE_DATA

pytestmark = [pytest.mark.thorough, pytest.mark.long]

HEADER = ",".join(faulty_text.COLUMNS)


def lines_of(n: int, **changed: object) -> list[str]:
    """Customers without faults, as lines; `changed` columns are made from a row's number."""
    rows = faulty_text.rows(n)
    for number, row in enumerate(rows):
        row.update({name: make(number) for name, make in changed.items()})  # type: ignore[operator]
    return [",".join(str(value) for value in row.values()) for row in rows]


def blocks_of(path: Path) -> BlocksRead | None:
    """What reading in blocks makes of a file."""
    with spill() as folder:
        return read_in_blocks(path, relations("customers"), folder, period=None, lang="auto", block_bytes=LINES)


def test_the_sample(tmp_path: Path) -> None:
    with closing(load_workbook(SAMPLE_DATA / "customers" / "对公客户_2026-10.xlsx", read_only=True)) as book:
        values = book.worksheets[0].iter_rows(values_only=True)
        rows = [["" if value is None else str(value) for value in row] for row in values]
    path = tmp_path / "对公客户_2026-10.csv"
    path.write_text("\n".join("\t".join(row).replace("\n", " ") for row in rows), encoding="utf-8")
    whole, blocks = both(path, tmp_path, max_rejected=0.5)
    assert blocks.counts == whole.counts
    assert_same_tables(tmp_path)


def test_gb18030(tmp_path: Path) -> None:
    path = faulty_text.write(tmp_path / "客户.csv", faulty_text.spoil(faulty_text.rows(400)), encoding="gb18030")
    whole, blocks = both(path, tmp_path, max_rejected=0.5)
    assert blocks.inputs.sheets == whole.inputs.sheets
    assert_same_tables(tmp_path)


def test_an_order_of_day_and_month_that_only_the_last_line_proves(tmp_path: Path) -> None:
    days = {699: "25/12/2015"}
    told = lines_of(700, 开户日期=lambda number: days.get(number, f"{number % 12 + 1}/{number % 9 + 1}/2015"))
    path = faulty_text.write(tmp_path / "客户.csv", told)
    assert (read := blocks_of(path)) is not None
    assert len(read.blocks) > 2
    both(path, tmp_path)
    assert_same_database(tmp_path)


def test_periods_in_a_column(tmp_path: Path) -> None:
    one, other = (lines_of(300, 客户名称=lambda number, name=name: f"{name}{number}") for name in "甲乙")
    path = tmp_path / "客户.csv"
    told = [*(f"2026-09,{line}" for line in one), *(f"2026-10,{line}" for line in other)]
    path.write_text("\n".join([f"期间,{HEADER}", *told]), encoding="utf-8")
    whole, blocks = both(path, tmp_path, max_rejected=1.0)
    assert (str(blocks.period), blocks.notices) == (str(whole.period), whole.notices)
    assert blocks.inputs.counts == whole.inputs.counts
    assert_same_tables(tmp_path)


def _broken(line: str) -> str:
    """A line break inside the name."""
    return line.replace("样本", '"样\n本', 1).replace("有限公司", '有限公司"', 1)


def _through_a_number(line: str) -> str:
    """The id as a number with a decimal."""
    return line.replace("C0", "1", 1).replace(",", ".0,", 1)


@pytest.mark.parametrize("told", [_broken, _through_a_number])
def test_what_blocks_cannot_hold_goes_the_ordinary_way(tmp_path: Path, told: Callable[[str], str]) -> None:
    path = faulty_text.write(tmp_path / "客户.csv", [told(line) for line in lines_of(300)])
    assert blocks_of(path) is None
    whole, blocks = both(path, tmp_path)
    assert blocks.counts == whole.counts
    assert_same_tables(tmp_path)


def test_a_period_to_compare_with_takes_memory(tmp_path: Path) -> None:
    for period in ("2026-09", "2026-10"):
        path = faulty_text.write(tmp_path / f"客户_{period}.csv", lines_of(300))
        options = Options(
            out=tmp_path / "out.xlsx",
            db=str(tmp_path / "grade.duckdb"),
            large=1,
            block_bytes=LINES,
            accept_break="same",
        )
        result = run("customers", [path], options).result
    assert result.compared_with == "2026-09"
    assert result.tables["migration"].filter(grid="value").height == 300


def test_nobody_can_be_placed(tmp_path: Path) -> None:
    nothing = dict.fromkeys(("总收入", "净利息收入", "经济资本", "总收入_2024", "集团编号"), lambda number: "")
    path = faulty_text.write(tmp_path / "客户.csv", lines_of(300, **nothing))
    for large in (1 << 30, 1):
        options = Options(db=":memory:", out=tmp_path / "x.xlsx", large=large, block_bytes=LINES, max_rejected=1)
        with pytest.raises(NobodyPlacedError, match="Nobody was placed"):
            run("customers", [path], options)
