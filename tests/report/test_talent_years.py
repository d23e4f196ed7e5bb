"""Three cycles of six hundred made people, and the meetings of the second: three departments' files edited at once.

The files are the very workbooks that were written: one holds a conflict with another copy, a move without a reason and
one for somebody who was not placed; one was sorted, one filtered and shortened; one is of the cycle before.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.result import Result
from tests.few_sheets import only

pytestmark = [pytest.mark.thorough, pytest.mark.long]

PEOPLE = 600
DEPARTMENTS = ("研发部", "销售部", "生产部", "财务部", "行政部", "物流部")
FIRST, MEETING, AFTER = "2024", "2025", "2026"
HIGH = ("P3T3", "P2T3", "P3T2")
SHEETS = ("list", "grid", "names", "calibration", "tables", "overview", "views", "migration", "quality")


def key(number: int) -> str:
    return f"E{number:04d}"


def roster(path: Path, year: str) -> Path:
    """Scores and levels that drift from year to year; a few join, leave, or are too new to be placed."""
    book, start = openpyxl.Workbook(), int(year) - int(FIRST)
    book.active.title = "员工"
    head = ["员工号", "姓名", "部门", "职级", "上级工号", "入职日期", "离职风险", "离职影响", "关键岗位", "继任岗位"]
    book.active.append([*head, "绩效（百分制）", "潜力（百分制）"])
    for number in range(10 * start, PEOPLE + 10 * start):
        rng = random.Random(number)
        skill, promise, drift = rng.gauss(70, 11), rng.gauss(70, 11), rng.gauss(0, 5)
        department, head_of = DEPARTMENTS[number % 6], number % 6 + 30
        new = number >= PEOPLE + 10 * start - 4
        book.active.append(
            [key(number), f"人{number:04d}", department, f"P{4 + number % 4}"]
            + [None if number == head_of else key(head_of), f"{year}-11-20" if new else "2019-07-01"]
            + [rng.choice(("低", "中", "高")), rng.choice(("低", "中", "高"))]
            + [f"{department}总经理" if number == head_of else None]
            + [f"{department}总经理" if number in (head_of + 60, head_of + 120) else None]
            + [round(min(100, max(0, score + start * drift)), 1) for score in (skill, promise)]
        )
    book.save(path)
    return path


@dataclass
class Filled:
    """The calibration sheet of a written workbook, by person, to be filled in."""

    path: Path

    def __post_init__(self) -> None:
        self.book = openpyxl.load_workbook(self.path)
        self.page: Worksheet = self.book["校准"]
        self.header = next(row[0].row for row in self.page.iter_rows() if any(c.value == "校准后格" for c in row))
        self.at = {cell.value: cell.column for cell in self.page[self.header] if cell.value}
        self.rows = {
            self.page.cell(row, self.at["员工号"]).value: row for row in range(self.header + 1, self.page.max_row + 1)
        }

    def told(self, who: str, column: str) -> Any:
        return self.page.cell(self.rows[who], self.at[column]).value

    def cell_of(self, who: str, column: str) -> str:
        return self.page.cell(self.rows[who], self.at[column]).coordinate

    def decide(self, who: str, cell: str, reason: str | None = "会议决定", by: str | None = "校准组") -> None:
        for column, value in {"校准后格": cell, "理由": reason, "决定人": by}.items():
            self.page.cell(self.rows[who], self.at[column]).value = value

    def system(self, who: str) -> str | None:
        told = self.told(who, "系统格")
        return str(told)[:4] if told else None

    def sort(self) -> None:
        """By id, backwards, as somebody would in Excel."""
        values = [[cell.value for cell in row] for row in self.page.iter_rows(min_row=self.header + 1)]
        for row, cells in zip(
            range(self.header + 1, 10_000), sorted(values, key=lambda row: str(row[1]), reverse=True), strict=False
        ):
            for column, value in enumerate(cells, 1):
                self.page.cell(row, column).value = value

    def filter_and_shorten(self, keep: set[str]) -> None:
        """Hide every other row, and delete those in which nobody is kept."""
        for row in range(self.header + 1, self.page.max_row + 1):
            self.page.row_dimensions[row].hidden = row % 2 == 0
        for who in [who for who in reversed(list(self.rows)) if who not in keep][:30]:
            self.page.delete_rows(self.rows[who])

    def saved(self, path: Path) -> Path:
        self.book.save(path)
        return path


def moved(cell: str | None) -> str:
    """Another cell than this one."""
    return "P2T2" if cell != "P2T2" else "P3T2"


class Play:
    """The cycles, one after another; `final` is what holds after the meetings of the second."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.options = folder, {"db": str(folder / "g.duckdb"), "max_rejected": 1.0}
        given = Options(**self.options, out=folder / "一.xlsx")
        self.first = run("talent", [roster(folder / f"盘点_{FIRST}.xlsx", FIRST)], given).result
        self.inputs = roster(folder / f"盘点_{MEETING}.xlsx", MEETING)
        before = run("talent", [self.inputs], Options(**self.options, out=folder / "会前.xlsx", each="department"))
        self.system = cells(before.result)
        self.before = before.result
        self.files = self._meetings()
        self.result = self._read_back(self.files, "会后.xlsx")
        self.final = self.system | self.decided
        self.book = openpyxl.load_workbook(folder / "会后.xlsx")
        after = roster(folder / f"盘点_{AFTER}.xlsx", AFTER)
        self.after = run("talent", [after], Options(**self.options, out=folder / "次年.xlsx")).result

    def _read_back(self, files: list[Path], out: str) -> Result:
        return run(
            "talent", [self.inputs], Options(**self.options, out=self.folder / out, decisions=tuple(files))
        ).result

    def _meetings(self) -> list[Path]:
        made = self.folder / "会前-department"
        research, sales, making = (Filled(made / f"{name}.xlsx") for name in DEPARTMENTS[:3])
        self.decided: dict[str, str] = {}
        for filled, most in ((research, 12), (sales, 10), (making, 8)):
            for who in list(filled.rows)[:most]:
                self._decide(filled, who)
        unplaced = next(who for who, cell in self.system.items() if cell is None and who in sales.rows)
        self._decide(sales, unplaced)
        self.unplaced = unplaced
        self.no_reason = list(research.rows)[20]
        research.decide(self.no_reason, moved(research.system(self.no_reason)), reason=None)
        self.no_reason_at = research.cell_of(self.no_reason, "理由")
        # A second copy of the first meeting's file says something else of one person, and the same of another.
        copied = shutil.copy(made / f"{DEPARTMENTS[0]}.xlsx", self.folder / "副本.xlsx")
        copy, (self.conflict, agreed) = Filled(Path(copied)), list(research.rows)[:2]
        copy.decide(self.conflict, "P1T1" if self.decided[self.conflict] != "P1T1" else "P1T2")
        copy.decide(agreed, self.decided[agreed])
        self.conflict_at = [copy.cell_of(self.conflict, "校准后格"), research.cell_of(self.conflict, "校准后格")]
        del self.decided[self.conflict]
        # A sheet of the year before.
        stale = Filled(self.folder / "一.xlsx")
        self.stale = list(stale.rows)[5]
        stale.decide(self.stale, moved(stale.system(self.stale)))
        sales.sort()
        making.filter_and_shorten(self.decided.keys() | set())
        return [
            research.saved(self.folder / "研发.xlsx"),
            sales.saved(self.folder / "销售.xlsx"),
            making.saved(self.folder / "生产.xlsx"),
            copy.saved(self.folder / "副本.xlsx"),
            stale.saved(self.folder / "去年.xlsx"),
        ]

    def _decide(self, filled: Filled, who: str) -> None:
        self.decided[who] = moved(filled.system(who))
        filled.decide(who, self.decided[who])

    def findings(self, reason: str) -> list[dict[str, Any]]:
        return self.result.tables["findings"].filter(reason=reason).to_dicts()


def cells(result: Result) -> dict[str, str | None]:
    return dict(result.tables["employees"].select("employee_id", "cell").rows())


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    with only(*SHEETS):
        yield Play(tmp_path_factory.mktemp("years"))


def test_what_was_decided_holds_and_nothing_else_moved(play: Play) -> None:
    assert len(play.decided) == 30
    assert cells(play.result) == play.final
    log = play.result.tables["calibration_log"]
    applied = {
        row[0]: row[1:] for row in log.filter(status="APPLIED").select("employee_id", "from_cell", "to_cell").rows()
    }
    assert applied == {who: (play.system[who], cell) for who, cell in play.decided.items()}
    assert applied[play.unplaced][0] is None


def test_the_conflict_is_named_at_both_cells_and_the_missing_reason_at_its_own(play: Play) -> None:
    conflict = play.findings("CONFLICT")
    assert {(row["file"], row["cell"]) for row in conflict} == {
        ("副本.xlsx", play.conflict_at[0]), ("研发.xlsx", play.conflict_at[1]),
    }  # fmt: skip
    assert all(f"{file} › 校准 › {at}" in row["message"] for row in conflict
               for file, at in zip(("副本.xlsx", "研发.xlsx"), play.conflict_at, strict=True))  # fmt: skip
    (missing,) = play.findings("NO_REASON")
    assert (missing["file"], missing["cell"], missing["subject_id"]) == ("研发.xlsx", play.no_reason_at, play.no_reason)


def test_the_stale_file_is_known_and_not_applied(play: Play) -> None:
    (stale,) = play.findings("STALE_DECISION")
    assert (stale["file"], stale["subject_id"]) == ("去年.xlsx", play.stale)
    turn = play.result.tables["agenda"].filter(employee_id=play.stale).row(0, named=True)
    assert (turn["decision"], turn["reasons"].split("; ")[0]) == ("STALE_DECISION", "stale")


def test_a_departments_own_file_is_without_its_head_and_who_could_follow_into_the_post(play: Play) -> None:
    for at, name in enumerate(DEPARTMENTS):
        book = openpyxl.load_workbook(play.folder / "会前-department" / f"{name}.xlsx")
        head = key(30 + at)
        texts = [str(value) for page in book for row in page.iter_rows(values_only=True) for value in row if value]
        assert not [text for text in texts if head in text or f"人{30 + at:04d}" in text]
        assert not [text for text in texts if f"{name}总经理" in text]
        ids = {row[1].value for row in book["校准"].iter_rows(min_row=7)}
        others = play.before.tables["employees"].filter(pl.col("department") == name)["employee_id"]
        assert ids == set(others) - {head}


# ----------------------------------------------------------------------------------------------- every sheet agrees
def rows_of(play: Play, sheet: str) -> list[list[Any]]:
    rows = ([c for c in row if c is not None] for row in play.book[sheet].iter_rows(values_only=True))
    return [row for row in rows if row]


def by_heading(page: Worksheet, key_heading: str, heading: str) -> dict[str, Any]:
    head = next(row for row in page.iter_rows() if {key_heading, heading} <= {cell.value for cell in row})
    at = {cell.value: cell.column - 1 for cell in head if cell.value}
    rows = page.iter_rows(min_row=head[0].row + 1, values_only=True)
    return {row[at[key_heading]]: row[at[heading]] for row in rows if row[at[key_heading]]}


def test_list_grid_names_and_departments_count_the_final_cells(play: Play) -> None:
    told = by_heading(play.book["人才清单"], "员工号", "人才格")
    assert {who: str(cell)[:4] if cell else None for who, cell in told.items()} == play.final
    counts = Counter(play.final.values())
    grid = [
        [c for c in row if isinstance(c, int)]
        for row in play.book["人才九宫格"].iter_rows(max_row=22, values_only=True)
    ]
    numbers = [n for row in grid if len(row) == 3 for n in row][:9]
    assert numbers == [counts[f"P{a}T{b}"] for a in "321" for b in "123"]
    titles = [
        str(c)
        for row in play.book["九宫格名单"].iter_rows(values_only=True)
        for c in row
        if str(c)[:2] in ("P1", "P2", "P3")
    ]
    assert {text[:4]: int(text.split(" · ")[1].split()[0]) for text in titles} == {
        cell: counts[cell] for cell in counts if cell
    }
    policy = play.result.policy
    tiers = {cell.id: cell.tier for cell in policy.grid("talent").cells}
    people = play.result.tables["employees"].select("employee_id", "department").rows()
    for name in DEPARTMENTS:
        row = next(row for row in rows_of(play, "部门视图") if row[0] == name)
        own = Counter(tiers[play.final[who]] for who, of in people if of == name and play.final[who])
        assert row[3:8] == [own[tier] for tier in "12345"]


def test_the_log_shows_the_tiers_before_and_after(play: Play) -> None:
    tiers = {cell.id: cell.tier for cell in play.result.policy.grid("talent").cells}
    for row in play.result.tables["distribution"].filter(scope="company").iter_rows(named=True):
        for cells_, count in ((play.system, "before_count"), (play.final, "count")):
            assert row[count] == sum(tiers[cell] == row["tier"] for cell in cells_.values() if cell)
    assert any(row[0] == "校准前后的分布与预期区间" for row in rows_of(play, "校准记录"))


def test_the_same_files_read_again_change_nothing(play: Play) -> None:
    again = play._read_back(play.files, "再读.xlsx")
    assert cells(again) == play.final
    assert again.tables["calibration_log"].filter(status="APPLIED").height == len(play.decided)


def test_the_sheet_after_the_meeting_has_what_was_decided_filled_in(play: Play) -> None:
    after = Filled(play.folder / "会后.xlsx")
    assert {who: after.told(who, "校准后格") for who in after.rows if after.told(who, "校准后格")} == play.decided


def test_pools_and_strategies_follow_the_final_cells(play: Play) -> None:
    """On 人才池 of the second cycle; high potential of the third takes the decided cell of the second."""
    pools = [row for row in rows_of(play, "人才池") if row[0] in ("高潜池", "继任池", "关注池", "保留池")]
    told = {(row[0], str(row[1])[:5]) for row in pools}
    first, final = cells(play.first), play.final
    assert {who for pool, who in told if pool == "关注池"} == {w for w, c in final.items() if c in ("P1T3", "P1T2")}
    high = {w for w, c in final.items() if c in HIGH and first.get(w) in HIGH}
    assert {who for pool, who in told if pool == "高潜池"} == high
    after = play.after.tables["pools"].filter(pool="high_potential")
    now = cells(play.after)
    assert set(after["employee_id"]) == {w for w, c in now.items() if c in HIGH and final.get(w) in HIGH}
    assert {row[0] for row in after.filter(since=MEETING).select("employee_id").rows()} <= high
    rules = dict(play.after.tables["employees"].select("employee_id", "strategy_rule").rows())
    lowest = {who for who, cell in now.items() if cell == "P1T1"}
    assert {rules[who] for who in lowest} == {"REVIEW_NOT_READY"}  # nobody was helped


def test_log_agenda_and_trends_name_the_people_and_cells_of_the_meeting(play: Play) -> None:
    log, status = (by_heading(play.book["校准记录"], "员工号", heading) for heading in ("现格", "状态"))
    assert {str(w)[:5]: str(c)[:4] for w, c in log.items() if status[w] == "已采用"} == play.decided
    tables = play.result.tables
    paths = tables["movement"].filter(pl.col("cycles") > 0).select("employee_id", "path").rows()
    assert all(path.endswith(f"{MEETING} {play.final[who]}") for who, path in paths if play.final[who])
    turns = dict(tables["agenda"].select("employee_id", "decision").rows())
    assert {who for who, decision in turns.items() if decision == "APPLIED"} == play.decided.keys()


def test_the_year_after_starts_from_the_decided_cells(play: Play) -> None:
    moved_ = play.after.tables["migration"].filter(pl.col("cause") != "NEW")
    assert dict(moved_.select("subject_id", "from_cell").rows()) == play.final
    people = play.after.tables["employees"]
    last = dict(people.select("employee_id", "last_cell").rows())
    assert last == {who: play.final.get(who) for who in last}
    path = play.after.tables["cycles"].filter(cycle=MEETING)
    assert dict(path.select("employee_id", "cell").rows()) == {
        who: play.final[who] for who in last if who in play.final
    }
    assert {"RISING", "FALLING", "STEADY", "VOLATILE"} == set(play.after.tables["movement"]["trend"].drop_nulls())
    turnover = dict(Counter(play.after.tables["turnover"]["cause"]))
    assert turnover == {"NEW": 10, "GONE": 10}
