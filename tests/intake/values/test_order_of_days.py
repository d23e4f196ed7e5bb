"""Whether 01/09/2026 is in January or September is told by the sheet, the header or a person; never guessed."""

from __future__ import annotations

import datetime as dt

import pytest

from ninegrid.intake.read import read_opened
from ninegrid.messages import say
from ninegrid.model.inputs import Inputs
from ninegrid.subjects.registry import relations
from tests.intake.sheets_in_memory import Cell, book
from tests.told import told

CUSTOMERS = relations("customers")
SEPTEMBER, JANUARY = dt.date(2020, 9, 1), dt.date(2020, 1, 9)


def read(*, header: str = "开户日期", other: str | None = None, maps: dict[str, str] | None = None) -> Inputs:
    rows: list[list[Cell]] = [["客户号", "总收入", header, "数据日期" if other else "备注"]]
    rows += [[f"C{i}", 100 + i, "01/09/2020", other] for i in range(5)]
    return read_opened([book("客户_2026-10.xlsx", 客户=rows)], CUSTOMERS, maps=told(CUSTOMERS, maps or {}))


def opened(inputs: Inputs) -> list[dt.date | None]:
    return inputs.tables["customers"]["opened_on"].unique().to_list()


def test_a_day_that_nothing_settles_is_no_figure_and_is_asked_about_once() -> None:
    inputs = read()
    assert opened(inputs) == [None]
    assert inputs.counts["customers"].accepted == 5
    assert inputs.findings.filter(reason="DATE_AMBIGUOUS").height == 5
    (notice,) = (say(one, "zh") for one in inputs.notices if one.code == "intake.dates_in_doubt")
    assert '--map "开户日期=opened_on [日/月/年]"' in notice
    assert "5 个日期" in notice


@pytest.mark.parametrize(
    ("told_", "day"),
    [
        ({"maps": {"开户日期": "opened_on [日/月/年]"}}, SEPTEMBER),
        ({"maps": {"开户日期": "opened_on [MM/DD/YYYY]"}}, JANUARY),
        ({"header": "开户日期(DD/MM/YYYY)"}, SEPTEMBER),
        ({"header": "开户日期（月/日/年）"}, JANUARY),
    ],
)
def test_the_header_or_a_map_settles_it(told_: dict[str, object], day: dt.date) -> None:
    inputs = read(**told_)  # type: ignore[arg-type]
    assert opened(inputs) == [day]
    assert "DATE_AMBIGUOUS" not in inputs.findings["reason"].to_list()


@pytest.mark.parametrize(("other", "day"), [("31/10/2026", SEPTEMBER), ("10/31/2026", JANUARY)])
def test_another_column_of_days_settles_it(other: str, day: dt.date) -> None:
    assert opened(read(other=other)) == [day]
