"""A calibrated meeting of sixty moves: every table and sheet agrees with the final cells, and next quarter."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid import resources
from ninegrid.explanation import explain
from ninegrid.history.compare import comparison
from ninegrid.history.recall import recall
from ninegrid.model.period import Period
from ninegrid.options import Comparing, Options
from ninegrid.pipeline import grade_files, run
from ninegrid.policy import Policy
from ninegrid.result import Result
from ninegrid.store.database import open_database
from ninegrid.subjects.talent.grading import grade
from tests.oracle.talent_disclosure import hidden_of
from tests.report.talent import SHEETS

from .talent import company

PEOPLE, MOVES, QUARTER, NEXT = 64, 60, "2026Q3", "2026Q4"
CELL = re.compile(r"^(P[123]T[123])\b")
# Tables of what was read, estimated or cut, which no decision changes.
NOT_ABOUT_CELLS = {"findings", "reading", "raters", "reliability", "cuts", "held_back", "migration", "turnover",
                   "development_effect", "skills"}  # fmt: skip


class Meeting:
    """The result of the meeting and its workbook, with the cells that the system gave and that hold in the end."""

    def __init__(self, folder: Path) -> None:
        roster = folder / f"盘点_{QUARTER}.xlsx"
        company(PEOPLE).save(roster)
        system = grade_files("talent", [roster], Options(max_rejected=1.0)).tables["employees"]
        self.system: dict[str, str | None] = dict(system.select("employee_id", "cell").rows())
        self.decided = _decisions(self.system)
        self.final = self.system | self.decided
        decisions = _meeting(folder / "会议.xlsx", self.system, self.decided)
        self.database = folder / "g.duckdb"
        options = Options(db=str(self.database), out=folder / "会后.xlsx", decisions=(decisions,), max_rejected=1.0)
        self.result: Result = run("talent", [roster], options).result
        self.book = openpyxl.load_workbook(folder / "会后.xlsx")
        self.next = self._next_quarter()
        self.people = {row["employee_id"]: row for row in self.result.tables["employees"].iter_rows(named=True)}

    def _next_quarter(self) -> Mapping[str, pl.DataFrame]:
        """The tables of the quarter after, graded on the same inputs but without decisions."""
        period = Period.parse(NEXT)
        inputs = replace(self.result.inputs, period=period, decisions=None)
        read = replace(self.result, period=period, inputs=inputs)
        with open_database(str(self.database), read_only=True) as database:
            kept = recall(database, read, Comparing())
        return comparison(read, grade(inputs, read.policy, period, kept.past), kept)

    @property
    def tiers(self) -> dict[str, str | None]:
        policy: Policy = self.result.policy
        by_cell = {cell.id: cell.tier for cell in policy.grid(policy.tiering.grid).cells}
        return {key: by_cell[cell] if cell else None for key, cell in self.final.items()}

    @property
    def readiness(self) -> dict[str, str]:
        scored = self.result.inputs.tables["competencies"].select("employee_id", "score", "required").rows()
        gaps = Counter(key for key, score, required in scored if required is not None and required - score > 0.5)
        words = {0: "READY", 1: "ONE_TO_TWO_YEARS"}
        return {
            key: words.get(gaps[key], "NOT_READY") if tier in ("1", "2") else "NOT_READY"
            for key, tier in self.tiers.items()
        }

    def rows_of(self, sheet: str) -> list[list[Any]]:
        """The rows of a sheet, empty cells left out."""
        rows = ([c for c in row if c is not None] for row in self.book[sheet].iter_rows(values_only=True))
        return [row for row in rows if row]


def _decisions(system: Mapping[str, str | None]) -> dict[str, str]:
    """Sixty people, the unplaced among them, each moved to another cell."""
    rng, cells = random.Random(3), [f"P{a}T{b}" for a in "123" for b in "123"]
    chosen = sorted(system, key=lambda key: (system[key] is not None, rng.random()))[:MOVES]
    return {key: rng.choice([cell for cell in cells if cell != system[key]]) for key in chosen}


def _meeting(path: Path, system: Mapping[str, str | None], decided: Mapping[str, str]) -> Path:
    """The calibration sheet, filled in."""
    book = openpyxl.Workbook()
    book.active.title = "校准"
    book.active.append(["员工号", "系统格", "校准后格", "理由", "决定人"])
    for key, cell in decided.items():
        book.active.append([key, system[key], cell, "会议决定", "校准组"])
    book.save(path)
    return path


pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Meeting:
    return Meeting(tmp_path_factory.mktemp("meeting"))


# ---------------------------------------------------------------------------------------------------------- tables
def _employees(meeting: Meeting, table: pl.DataFrame) -> None:
    strategies = {c.id: c.strategy for c in meeting.result.policy.grid("talent").cells}
    for row in table.iter_rows(named=True):
        key, final = row["employee_id"], meeting.final[row["employee_id"]]
        assert (row["cell"], row["final_cell"], row["system_cell"]) == (final, final, meeting.system[key])
        assert row["tier"] == meeting.tiers[key]
        levels = (int(final[1]), int(final[3])) if final else (None, None)
        assert (row["performance_level"], row["potential_level"]) == levels
        assert row["strategy"] == ("improve" if final == "P1T1" else strategies[final] if final else "verify")
        assert (row["unplaced_reason"] is None) == (final is not None)
        assert (row["confidence"] is None) or key not in meeting.decided


def _cells(meeting: Meeting, table: pl.DataFrame) -> None:
    assert dict(table.select("cell", "n").rows()) == {None: 0} | dict.fromkeys(
        (c.id for c in meeting.result.policy.grid("talent").cells), 0
    ) | Counter(meeting.final.values())


def _views(meeting: Meeting, table: pl.DataFrame) -> None:
    for (view,), rows in table.group_by("view"):
        assert sum(rows["placed"]) == sum(cell is not None for cell in meeting.final.values()), view
        for tier in "12345":
            assert rows[f"tier_{tier}"].sum() == Counter(meeting.tiers.values())[tier], view
    for department, row in _departments(meeting).items():
        told = table.filter(view="department", key1=department).row(0, named=True)
        assert {tier: told[f"tier_{tier}"] for tier in "12345"} == {tier: row[tier] for tier in "12345"}


def _departments(meeting: Meeting) -> dict[str, Counter[str | None]]:
    """How many of each tier in the departments that are told of."""
    people = [row | {"cell": meeting.final[key]} for key, row in meeting.people.items()]
    hidden = hidden_of(people, "department")
    found: dict[str, Counter[str | None]] = {}
    for key, row in meeting.people.items():
        if row["department"] not in hidden:
            found.setdefault(row["department"], Counter())[meeting.tiers[key]] += 1
    return found


def _distribution(meeting: Meeting, table: pl.DataFrame) -> None:
    everyone = Counter(tier for tier in meeting.tiers.values() if tier)
    for scope, counts in {"all": everyone, **_departments(meeting)}.items():
        placed = sum(n for tier, n in counts.items() if tier)
        for row in table.filter(scope_value=scope).iter_rows(named=True):
            assert (row["n"], row["count"]) == (placed, counts[row["tier"]])
    by_cell = {cell.id: cell.tier for cell in meeting.result.policy.grid("talent").cells}
    before = Counter(by_cell[cell] for cell in meeting.system.values() if cell)
    for row in table.filter(scope="company").iter_rows(named=True):
        assert (row["before_n"], row["before_count"]) == (sum(before.values()), before[row["tier"]])


def _competency_gap(meeting: Meeting, table: pl.DataFrame) -> None:
    counted = table.filter(scope="company").select("cell", "competency", "n").rows()
    scored = meeting.result.inputs.tables["competencies"].select("employee_id", "competency").rows()
    expected = Counter((meeting.final[key], name) for key, name in scored)
    assert all(n == expected[cell, name] for cell, name, n in counted)


def _fairness(meeting: Meeting, table: pl.DataFrame) -> None:
    genders = dict(meeting.result.inputs.tables["employees"].select("employee_id", "gender").rows())
    for row in table.filter(attribute="gender").iter_rows(named=True):
        tiers = [meeting.tiers[key] for key, gender in genders.items() if gender == row["group"] and meeting.final[key]]
        assert row["n"] == len(tiers)
        assert row["rate"] == pytest.approx(sum(tier in ("1", "2") for tier in tiers) / len(tiers))


def _succession(meeting: Meeting, table: pl.DataFrame) -> None:
    for row in table.iter_rows(named=True):
        ready = [key for key in row["successor_ids"].split("; ") if meeting.readiness.get(key) == "READY"]
        assert (row["ready_ids"], row["ready"]) == ("; ".join(ready), len(ready))


def _bench(meeting: Meeting, table: pl.DataFrame) -> None:
    held = meeting.result.tables["succession"].filter(pl.col("holders") > 0)
    ready = table.filter(measure="ready_now_coverage").select("numerator", "denominator").row(0)
    assert ready == (held.filter(pl.col("ready") > 0).height, held.height)


def _calibration_log(meeting: Meeting, table: pl.DataFrame) -> None:
    told = {row[0]: row[1:] for row in table.select("employee_id", "from_cell", "to_cell", "status").rows()}
    assert told == {key: (meeting.system[key], cell, "APPLIED") for key, cell in meeting.decided.items()}


def _moves(meeting: Meeting, table: pl.DataFrame) -> None:
    assert all(cell == meeting.system[key] for key, cell in table.select("employee_id", "system_cell").rows())


def _pools(meeting: Meeting, table: pl.DataFrame) -> None:
    looked_after = {key for key, cell in meeting.final.items() if cell in ("P1T3", "P1T2")}
    assert set(table.filter(pool="attention")["employee_id"]) == looked_after
    for key, cell, readiness in table.select("employee_id", "cell", "readiness").iter_rows():
        assert (cell, readiness) == (meeting.final[key], meeting.readiness[key])


def _development(meeting: Meeting, table: pl.DataFrame) -> None:
    stars = {row[0]: row[1] for row in meeting.result.tables["competency_gap"].drop_nulls("star_mean")
             .select("competency", "star_mean").iter_rows()}  # fmt: skip
    assert all(mean == stars.get(name) for name, mean in table.select("competency", "star_mean").iter_rows())


def _cycles(meeting: Meeting, table: pl.DataFrame) -> None:
    assert dict(table.select("employee_id", "cell").rows()) == meeting.final  # the first review there is


def _movement(meeting: Meeting, table: pl.DataFrame) -> None:
    path = {key: f"{QUARTER} {cell}" if cell else None for key, cell in meeting.final.items()}
    assert dict(table.select("employee_id", "path").rows()) == path


def _agenda(meeting: Meeting, table: pl.DataFrame) -> None:
    assert sorted(table["agenda_rank"]) == list(range(1, PEOPLE + 1))
    held = table.filter(pl.col("decision") == "APPLIED")["employee_id"]
    assert set(held) == meeting.decided.keys()


def _agenda_groups(meeting: Meeting, table: pl.DataFrame) -> None:
    by_department = dict(table.filter(grouped_by="department").select("scope_value", "placed").rows())
    placed = Counter(row["department"] for key, row in meeting.people.items() if meeting.final[key])
    assert by_department == {name: placed[name] if name in _departments(meeting) else None for name in by_department}


TABLES: dict[str, Callable[[Meeting, pl.DataFrame], None]] = {
    "employees": _employees, "cells": _cells, "views": _views, "distribution": _distribution,
    "competency_gap": _competency_gap, "fairness": _fairness, "succession": _succession, "bench": _bench,
    "calibration_log": _calibration_log, "moves": _moves, "cycles": _cycles, "movement": _movement,
    "agenda": _agenda, "agenda_groups": _agenda_groups, "pools": _pools, "development": _development,
}  # fmt: skip


def test_every_table_agrees_with_the_final_cells(meeting: Meeting) -> None:
    assert len(meeting.decided) == MOVES
    assert meeting.result.tables.keys() == TABLES.keys() | NOT_ABOUT_CELLS
    for name, agrees in TABLES.items():
        agrees(meeting, meeting.result.tables[name])


# ---------------------------------------------------------------------------------------------------------- sheets
def test_wherever_a_sheet_names_a_person_and_a_cell_it_is_a_cell_of_that_person(meeting: Meeting) -> None:
    """The final cell, the system's beside it, and no third."""
    seen = set()
    for page in meeting.book:
        for row in page.iter_rows(values_only=True):
            texts = [str(value) for value in row if value is not None]
            ids = [key for text in texts[:2] if (key := text.partition(" ")[0]) in meeting.final]
            cells = {found[1] for text in texts if (found := CELL.match(text))}
            if len(ids) == 1 and cells:
                assert cells <= {meeting.final[ids[0]], meeting.system[ids[0]]}, (page.title, row)
                seen.add(page.title)
    assert {"人才清单", "校准", "校准记录"} <= seen


def test_the_list_has_the_final_cell_under_its_heading_and_the_systems_beside_it(meeting: Meeting) -> None:
    page = meeting.book["人才清单"]
    head = next(row for row in page.iter_rows() if any(cell.value == "人才格" for cell in row))
    at = {cell.value: cell.column for cell in head if cell.value}
    rows = [row for row in page.iter_rows(min_row=head[0].row + 1) if row[at["员工号"] - 1].value in meeting.final]
    assert len(rows) == PEOPLE
    for row in rows:
        told = {name: str(row[column - 1].value or "")[:4] for name, column in at.items()}
        key = row[at["员工号"] - 1].value
        assert (told["人才格"], told["系统格"]) == (meeting.final[key] or "", meeting.system[key] or "")


def _numbers(page: Worksheet) -> list[int]:
    """The nine counts of a grid, where they stand: three to a row."""
    rows = ([c for c in row if isinstance(c, int)] for row in page.iter_rows(max_row=22, values_only=True))
    return [n for row in rows if len(row) == 3 for n in row]


@pytest.mark.parametrize("sheet", ["总览", "人才九宫格"])
def test_the_grids_count_the_final_cells(meeting: Meeting, sheet: str) -> None:
    order = [f"P{a}T{b}" for a in "321" for b in "123"]
    assert _numbers(meeting.book[sheet])[:9] == [Counter(meeting.final.values())[cell] for cell in order]


@pytest.mark.parametrize("sheet", ["总览", "人才九宫格", "分布与公平"])
def test_the_tiers_are_those_of_the_final_cells(meeting: Meeting, sheet: str) -> None:
    counts = Counter(meeting.tiers.values())
    placed = sum(n for tier, n in counts.items() if tier)
    for name, tier in zip(("一级", "二级", "三级", "四级", "五级"), "12345", strict=True):
        row = next(row for row in meeting.rows_of(sheet) if row[0] == name)
        n, share = (row[2], row[3]) if sheet == "分布与公平" else (row[1], row[2])
        assert (n, share) == (counts[tier], pytest.approx(counts[tier] / placed))


def test_other_sheets_count_the_final_cells(meeting: Meeting) -> None:
    for department, counts in _departments(meeting).items():
        row = next(row for row in meeting.rows_of("部门视图") if row[0] == department)
        assert row[3:8] == [counts[tier] for tier in "12345"]
    ready = {row["post"]: row["ready"] for row in meeting.result.tables["succession"].iter_rows(named=True)}
    posts = meeting.book["继任"].iter_rows(values_only=True)
    told = {row[1]: len((row[3] or "").split()) // 2 for row in posts if row[1] in ready}
    assert told == ready
    names = {cell.id: f"{cell.id} {cell.zh}" for cell in meeting.result.policy.grid("talent").cells}
    rows = meeting.rows_of("能力差距")
    top = next(at for at, row in enumerate(rows) if row[0] == "各格有能力得分的人数")
    counted = dict(zip(rows[top + 1][1:], rows[top + 2][1:], strict=True))
    assert counted == {names[cell]: n for cell, n in Counter(meeting.final.values()).items() if cell}


def test_no_sheet_is_left_out(meeting: Meeting) -> None:
    """Every sheet is looked into above, but for those that tell of what a meeting does not change."""
    unchanged = {"评价人", "读法", "数据质量", "口径"}
    looked_at = set(meeting.book.sheetnames) - unchanged
    assert looked_at | unchanged == {*SHEETS, "校准记录"}
    assert len(looked_at) == 15


# ------------------------------------------------------------------------------------------- what is said afterwards
def test_next_quarter_starts_from_the_final_cells(meeting: Meeting) -> None:
    moved = meeting.next["migration"]
    assert dict(moved.select("subject_id", "from_cell").rows()) == meeting.final
    now = dict(meeting.next["employees"].select("employee_id", "cell").rows())
    assert dict(moved.select("subject_id", "to_cell").rows()) == now
    changed = {key for key, cell in now.items() if cell != meeting.system[key]}
    assert changed == {"E0002"}  # who was too new


def test_explain_tells_the_final_cell(meeting: Meeting) -> None:
    with open_database(str(meeting.database), read_only=True) as database:
        for key in list(meeting.decided)[:3]:
            assert meeting.final[key] in str(explain(database, "talent", key, QUARTER))


def test_the_tables_are_all_there_are(meeting: Meeting) -> None:
    assert set(resources.result_tables("talent")) <= TABLES.keys() | NOT_ABOUT_CELLS
