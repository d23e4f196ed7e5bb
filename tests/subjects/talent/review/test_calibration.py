"""The calibration round trip: decisions typed into the workbook that grade wrote, read back, held, and kept."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest

from ninegrid.model.errors import InputError, UsageError
from ninegrid.options import Options
from ninegrid.pipeline import grade_files, run
from ninegrid.result import Result
from tests.few_sheets import only
from tests.spoken import english

STAR, HIGH, CORE = "P3T3", "P2T3", "P2T2"
LEVELS = {"0001": (3, 3), "0002": (2, 2), "0003": (1, 1), "0004": (2, 3), "0005": (3, 2), "0006": (None, 2)}
DECISION = ("校准后格", "理由", "决定人", "依据")
Decision = Sequence[str | None]


@pytest.fixture(scope="module", autouse=True)
def _calibration_alone() -> Iterator[None]:
    with only("calibration"):
        yield


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A roster of six people, one of them without a performance level, with what it was graded to beside it."""
    folder = tmp_path_factory.mktemp("graded")
    book = openpyxl.Workbook()
    book.active.title = "员工"
    book.active.append(["员工号", "姓名", "部门", "绩效", "潜力"])
    for (employee, levels), name in zip(LEVELS.items(), "甲乙丙丁戊己", strict=True):
        book.active.append([employee, f"示例{name}", "一部", *levels])
    book.save(folder / "盘点_2026Q3.xlsx")
    result = grade(folder / "盘点_2026Q3.xlsx", db=str(folder / "grade.duckdb"), out="whole.xlsx")
    book = openpyxl.load_workbook(folder / "whole.xlsx")
    for name in set(book.sheetnames) - {"校准"}:
        del book[name]
    book.save(folder / "out.xlsx")
    return folder, result


@pytest.fixture
def roster(graded: tuple[Path, Result], tmp_path: Path) -> Path:
    """A copy of the roster, with the database of its run, its workbook whole.xlsx, and one sheet of it, out.xlsx."""
    shutil.copytree(graded[0], tmp_path, dirs_exist_ok=True)
    return tmp_path / "盘点_2026Q3.xlsx"


def grade(roster: Path, *edited: Path, db: str | None = None, out: str = "out.xlsx", lang: str | None = None) -> Result:
    """Graded with decisions; stored, and the workbook written, where there is a database."""
    options = Options(db=db or ":memory:", out=roster.with_name(out), decisions=edited, lang=lang)
    return run("talent", [roster], options).result if db else grade_files("talent", [roster], options)


def edited(roster: Path, name: str, decisions: Mapping[str, Decision], source: str = "out.xlsx") -> Path:
    """A copy of the workbook with the decisions typed in by employee."""
    book = openpyxl.load_workbook(roster.with_name(source))
    page = book["校准"]
    cells = {cell.value: cell for row in page.iter_rows() for cell in row}
    columns = [cells[heading].column for heading in DECISION]
    for employee, decision in decisions.items():
        for column, value in zip(columns, decision, strict=True):
            page.cell(cells[employee].row, column, value)
    book.save(roster.with_name(name))
    return roster.with_name(name)


def cell_of(path: Path, employee: str, heading: str) -> str:
    cells = {cell.value: cell for row in openpyxl.load_workbook(path)["校准"].iter_rows() for cell in row}
    return f"{cells[heading].column_letter}{cells[employee].row}"


def stands(result: Result, employee: str) -> tuple[object, ...]:
    columns = ("system_cell", "override_cell", "override_reason", "tier", "strategy")
    return result.tables["employees"].filter(pl.col("employee_id") == employee).select(columns).row(0)


def refused(result: Result) -> list[tuple[str, ...]]:
    return sorted(result.tables["findings"].filter(kind="rejected").select("file", "sheet", "cell", "reason").rows())


@pytest.fixture(scope="module")
def decided_once(graded: tuple[Path, Result], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The roster with a.xlsx, in which 0002 is moved to HIGH, its run stored and written as 1.xlsx."""
    folder = shutil.copytree(graded[0], tmp_path_factory.mktemp("held") / "own")
    roster = folder / "盘点_2026Q3.xlsx"
    path = edited(roster, "a.xlsx", {"0002": (HIGH, "跨部门项目", "示例戊", "复盘")})
    grade(roster, path, db=str(folder / "grade.duckdb"), out="1.xlsx")
    return folder


@pytest.fixture
def held(decided_once: Path, tmp_path: Path) -> Path:
    """A copy of the roster of `decided_once`, with all that stands beside it."""
    shutil.copytree(decided_once, tmp_path, dirs_exist_ok=True)
    return tmp_path / "盘点_2026Q3.xlsx"


def log_of(result: Result) -> list[tuple[str, ...]]:
    return result.tables["calibration_log"].select("employee_id", "from_cell", "to_cell", "decided_by", "status").rows()


@pytest.fixture(scope="module")
def decided(graded: tuple[Path, Result], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The workbook as it was written, with a decision on each of the six, and what it came to."""
    roster = shutil.copytree(graded[0], tmp_path_factory.mktemp("decided") / "own") / "盘点_2026Q3.xlsx"
    moves = {
        "0001": (HIGH, None, "示例戊", None),
        "0002": (HIGH, "跨部门项目", "示例戊", "项目复盘"),
        "0003": (f"{CORE} 中坚力量", "数据有误", "示例戊", None),
        "0004": ("明星", "理由", "示例戊", None),
        "0005": (CORE, None, None, None),
        "0006": (CORE, "新任，面谈充分", "示例戊", None),
    }
    path = edited(roster, "a.xlsx", moves, source="whole.xlsx")
    return path, grade(roster, path)


def test_a_move_goes_round_without_loss(decided: tuple[Path, Result]) -> None:
    _, result = decided
    assert stands(result, "0002") == (CORE, HIGH, "跨部门项目 — 示例戊", "2", "grow")
    assert stands(result, "0003") == ("P1T1", CORE, "数据有误 — 示例戊", "3", "motivate")
    assert result.counts["calibrated"] == 3
    assert [file.name for file in result.inputs.files] == ["盘点_2026Q3.xlsx", "a.xlsx"]


def test_everything_follows_the_final_cell(decided: tuple[Path, Result]) -> None:
    _, result = decided
    row = result.tables["employees"].row(by_predicate=pl.col("employee_id") == "0003", named=True)
    assert {name: row[name] for name in ("cell", "final_cell", "system_cell", "decided_by")} == {
        "cell": CORE, "final_cell": CORE, "system_cell": "P1T1", "decided_by": "示例戊",
    }  # fmt: skip
    assert (row["performance_level"], row["potential_level"], row["tier"]) == (2, 2, "3")
    assert result.tables["cells"].filter(cell="P1T1")["n"].item() == 0
    assert ("0002", CORE, HIGH, "示例戊", "APPLIED") in log_of(result)
    log = result.tables["calibration_log"].filter(employee_id="0002")
    assert log.select("reason", "evidence").row(0) == ("跨部门项目", "项目复盘")


def test_somebody_unplaced_is_placed_by_a_decision(decided: tuple[Path, Result]) -> None:
    _, result = decided
    row = result.tables["employees"].row(by_predicate=pl.col("employee_id") == "0006", named=True)
    assert (row["cell"], row["system_cell"], row["unplaced_reason"], row["tier"]) == (CORE, None, None, "3")
    assert (result.counts["placed"], result.counts["unplaced"]) == (6, 0)


def test_what_is_no_decision_is_refused_by_cell_address_and_the_others_hold(decided: tuple[Path, Result]) -> None:
    """A move without reason or name, and what names no cell."""
    path, result = decided
    wrong = [
        ("0001", "理由", "NO_REASON"), ("0004", "校准后格", "UNKNOWN_CELL"),
        ("0005", "理由", "NO_REASON"), ("0005", "决定人", "NO_NAME"),
    ]  # fmt: skip
    assert refused(result) == sorted(("a.xlsx", "校准", cell_of(path, who, head), why) for who, head, why in wrong)
    assert stands(result, "0001") == (STAR, None, None, "1", "grow_and_reward")
    assert stands(result, "0004")[1] is stands(result, "0005")[1] is None


def test_a_workbook_without_decisions_decides_nothing(roster: Path, graded: tuple[Path, Result]) -> None:
    again = grade(roster, roster.with_name("whole.xlsx"))
    assert again.tables["employees"].equals(graded[1].tables["employees"])
    assert again.counts["calibrated"] == 0


def test_cells_and_people_nobody_knows_are_refused(roster: Path) -> None:
    path = edited(roster, "a.xlsx", {"0001": ("P4T1", "a", "b", None)})
    book = openpyxl.load_workbook(path)
    book["校准"][cell_of(path, "0002", "校准后格")].value = HIGH
    book["校准"][cell_of(path, "0002", "员工号")].value = "0099"
    book.save(path)
    codes = [reason for *_, reason in refused(grade(roster, path))]
    assert sorted(codes) == ["ORPHAN", "UNKNOWN_CELL"]


def test_copies_that_differ_are_a_conflict_and_none_is_applied(roster: Path) -> None:
    one = edited(roster, "a.xlsx", {"0001": (HIGH, "a", "b", None), "0002": (HIGH, "a", "b", None)})
    two = edited(roster, "b.xlsx", {"0001": (CORE, "c", "d", None), "0002": (HIGH, None, None, None)})
    result = grade(roster, one, two)
    at = cell_of(one, "0001", "校准后格")
    assert refused(result) == [("a.xlsx", "校准", at, "CONFLICT"), ("b.xlsx", "校准", at, "CONFLICT")]
    message = result.tables["findings"].filter(reason="CONFLICT")["message"][0]
    assert f"a.xlsx › 校准 › {at} {HIGH}" in message
    assert f"b.xlsx › 校准 › {at} {CORE}" in message
    assert stands(result, "0001")[1] is None
    assert stands(result, "0002")[1] == HIGH


@pytest.mark.thorough
def test_every_decision_but_a_refused_one_stays_in_the_ledger_and_the_latest_holds(
    roster: Path, tmp_path: Path
) -> None:
    db = str(tmp_path / "grade.duckdb")
    grade(roster, edited(roster, "a.xlsx", {"0001": (HIGH, "a", "b", "c")}), db=db, out="1.xlsx")
    plain = grade(roster, db=db, out="2.xlsx")
    assert stands(plain, "0001")[1:3] == (HIGH, "a — b")
    assert any("stored earlier for this period applied again: 1" in notice for notice in english(plain.notices))
    refusal = grade(roster, edited(roster, "refused.xlsx", {"0001": (CORE, None, "b", None)}), db=db, out="r.xlsx")
    assert [reason for *_, reason in refused(refusal)] == ["NO_REASON"]
    assert stands(refusal, "0001")[1] == HIGH
    grade(roster, edited(roster, "b.xlsx", {"0002": (HIGH, "d", "e", None)}), db=db, out="3.xlsx")
    back = grade(roster, edited(roster, "c.xlsx", {"0001": (STAR, None, None, None)}), db=db, out="4.xlsx")
    assert (stands(back, "0001")[1], stands(back, "0002")[1]) == (None, HIGH)
    assert stands(grade(roster, db=db, out="5.xlsx"), "0001")[1] is None
    with duckdb.connect(db, read_only=True) as connection:
        columns = "period, employee_id, system_cell, decided_cell, reason, decided_by, evidence, file"
        rows = connection.execute(f"SELECT {columns} FROM calibrations ORDER BY read_at").fetchall()
    assert rows == [
        ("2026Q3", "0001", STAR, HIGH, "a", "b", "c", "a.xlsx"),
        ("2026Q3", "0002", CORE, HIGH, "d", "e", None, "b.xlsx"),
        ("2026Q3", "0001", STAR, STAR, None, None, None, "c.xlsx"),
    ]


def test_a_decision_of_another_period_is_listed_and_not_applied(roster: Path) -> None:
    path = edited(roster, "a.xlsx", {"0002": (HIGH, "理由", "示例戊", None)})
    later = roster.rename(roster.with_name("盘点_2026Q4.xlsx"))
    result = grade(later, path)
    at = cell_of(path, "0002", "校准后格")
    assert refused(result) == [("a.xlsx", "校准", at, "STALE_DECISION")]
    assert "2026Q3" in result.tables["findings"].filter(reason="STALE_DECISION")["message"][0]
    assert stands(result, "0002") == (CORE, None, None, "3", "motivate")
    assert log_of(result) == [("0002", CORE, HIGH, "示例戊", "STALE_DECISION")]
    assert any("STALE_DECISION" in notice for notice in english(result.notices))


def changed(roster: Path, employee: str, performance: int) -> None:
    """The roster with another performance level of one person."""
    book = openpyxl.load_workbook(roster)
    rows = {row[0].value: row for row in book.active.iter_rows()}
    rows[employee][3].value = performance
    book.save(roster)


def test_a_decision_on_a_system_cell_that_has_changed_is_not_applied_read_or_stored(held: Path) -> None:
    db, path = str(held.with_name("grade.duckdb")), held.with_name("a.xlsx")
    changed(held, "0002", 1)
    for result, kind in ((grade(held, path), "rejected"), (grade(held, db=db, out="2.xlsx"), "warning")):
        found = result.tables["findings"].filter(reason="STALE_DECISION")
        assert found.select("file", "sheet", "cell", "kind").rows() == [
            ("a.xlsx", "校准", cell_of(path, "0002", "校准后格"), kind)
        ]
        assert stands(result, "0002")[:2] == ("P1T2", None)
    changed(held, "0002", 2)
    assert stands(grade(held, db=db, out="3.xlsx"), "0002")[:2] == (CORE, HIGH)


@pytest.mark.thorough
def test_a_decision_that_overrules_an_earlier_one_is_announced(roster: Path, tmp_path: Path) -> None:
    db = str(tmp_path / "grade.duckdb")
    first = edited(roster, "a.xlsx", {"0002": (HIGH, "a", "示例甲", None), "0005": (STAR, "a", "示例甲", None)})
    grade(roster, first, db=db, out="1.xlsx")
    second = edited(roster, "b.xlsx", {"0002": (STAR, "b", "示例丁", None)})
    result = grade(roster, first, second, db=db, out="2.xlsx")  # the first copy only repeats what was decided
    assert log_of(result) == [
        ("0002", CORE, HIGH, "示例甲", "OVERRULED"),
        ("0002", CORE, STAR, "示例丁", "APPLIED"),
        ("0005", "P3T2", STAR, "示例甲", "APPLIED"),
    ]
    assert any("overruled: 1 (0002 P2T3 → P3T3)" in notice for notice in english(result.notices))
    found = result.tables["findings"].filter(reason="OVERRULED")
    assert found.select("kind", "cell").row(0) == ("warning", cell_of(second, "0002", "校准后格"))
    assert "P2T3 — 示例甲" in found["message"][0]


@pytest.mark.thorough
def test_the_next_period_starts_from_the_final_cells(roster: Path, tmp_path: Path) -> None:
    db = str(tmp_path / "grade.duckdb")
    moves = {"0003": (HIGH, "a", "b", None), "0006": (CORE, "a", "b", None)}
    grade(roster, edited(roster, "a.xlsx", moves), db=db, out="1.xlsx")
    later = roster.rename(roster.with_name("盘点_2026Q4.xlsx"))
    moved = grade(later, db=db, out="2.xlsx").tables["migration"]
    columns = ("subject_id", "from_cell", "to_cell", "delta_axis1", "delta_axis2", "cause")
    rows = {row[0]: row[1:] for row in moved.select(columns).rows()}
    assert rows["0003"] == (HIGH, "P1T1", -1, -2, "EMPLOYEE_MOVED")
    assert rows["0006"] == (CORE, None, None, None, "UNPLACED")
    assert rows["0002"] == (CORE, CORE, 0, 0, "STAYED")


@pytest.mark.thorough
def test_every_refusal_is_said_in_chinese_and_in_english(roster: Path) -> None:
    moves = {"0001": (HIGH, None, None, None), "0002": ("P0T9", "a", "b", None)}
    path = edited(roster, "a.xlsx", moves)
    said = {}
    for lang in ("zh", "en"):
        found = grade(roster, path, lang=lang).tables["findings"].filter(kind="rejected")
        said[lang] = dict(found.select("reason", "message").rows())
    assert said["zh"] == {
        "NO_REASON": "0001 由 P3T3 改为 P2T3 未写理由，未采用。",
        "NO_NAME": "0001 由 P3T3 改为 P2T3 未写决定人，未采用。",
        "UNKNOWN_CELL": "“P0T9”不是九格之一，请从下拉列表中选择。",
    }
    assert said["en"] == {
        "NO_REASON": "0001 was moved from P3T3 to P2T3 without a reason; the move was not applied.",
        "NO_NAME": "0001 was moved from P3T3 to P2T3 without the name of who decided; the move was not applied.",
        "UNKNOWN_CELL": "'P0T9' is none of the nine cells; choose one from the list.",
    }


@pytest.mark.thorough
def test_whatever_is_found_in_decisions_is_said_in_the_language_of_the_run(roster: Path) -> None:
    one = edited(roster, "a.xlsx", dict.fromkeys(("0001", "0002", "0003"), (HIGH, "a", "b", None)))
    two = edited(roster, "b.xlsx", {"0001": (CORE, "c", "d", None)})
    ids = [cell_of(one, key, "员工号") for key in ("0002", "0003")]
    book = openpyxl.load_workbook(one)
    for at, text in zip(ids, ("0099", " 0003"), strict=True):
        book["校准"][at].value = text
    book.save(one)
    found = grade(roster, one, two, lang="en").tables["findings"].filter(pl.col("file") != roster.name)
    told = dict(found.select("reason", "message").rows())
    assert told.keys() == {"ORPHAN", "CONFLICT", "ID_TRIMMED"}
    assert not [text for text in told.values() if re.search("[一-鿿]", text.replace("校准", ""))]


def test_a_file_without_a_calibration_sheet_is_an_error(roster: Path) -> None:
    with pytest.raises(InputError, match="No sheet holds Calibration"):
        grade(roster, roster)


def test_customers_have_no_decisions_to_read_back(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no decisions"):
        run("customers", [tmp_path / "客户.xlsx"], Options(decisions=(tmp_path / "a.xlsx",)))


def test_what_holds_is_filled_in_and_a_copy_that_only_repeats_it_disagrees_with_nobody(held: Path) -> None:
    db, first = str(held.with_name("grade.duckdb")), held.with_name("1.xlsx")
    page = openpyxl.load_workbook(first)["校准"]
    at = {heading: cell_of(first, "0002", heading) for heading in DECISION}
    assert [page[at[heading]].value for heading in DECISION] == [HIGH, "跨部门项目", "示例戊", "复盘"]
    other = edited(held, "b.xlsx", {"0002": (STAR, "再议", "示例己", None)}, source="1.xlsx")
    again = grade(held, first, other, db=db, out="2.xlsx")
    assert refused(again) == []
    assert stands(again, "0002")[1:3] == (STAR, "再议 — 示例己")
    assert [status for *_, status in log_of(again)] == ["OVERRULED", "APPLIED"]


def test_a_sheet_of_an_earlier_run_is_said_to_be_one_and_its_decision_read_again_is_no_new_one(held: Path) -> None:
    """a.xlsx is a copy of the workbook of the run before that of 1.xlsx, which has read it."""
    result = grade(held, held.with_name("a.xlsx"), db=str(held.with_name("grade.duckdb")), out="2.xlsx")
    assert stands(result, "0002")[1] == HIGH  # the system's cell is the same
    assert [status for *_, status in log_of(result)] == ["APPLIED"]
    told = [notice for notice in english(result.notices) if "is the sheet of run" in notice]
    assert len(told) == 1
    assert told[0].startswith("a.xlsx")
    assert result.run_id not in told[0]
