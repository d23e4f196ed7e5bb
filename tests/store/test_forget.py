import json
import os
import shutil
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ninegrid.model.errors import OutputError, UsageError
from ninegrid.store import forget as module
from ninegrid.store import rewrite
from ninegrid.store.connection import connect
from ninegrid.store.database import Database, open_database
from ninegrid.store.forget import Forgotten, forget, trace
from ninegrid.subjects.registry import SUBJECTS

TALENT, CUSTOMERS = SUBJECTS["talent"], SUBJECTS["customers"]
GONE, NAME = "E-20417788", "欧阳示例"
OTHER = "E-204177889"  # begins like the one who goes


def table(**columns: list[object]) -> pl.DataFrame:
    return pl.DataFrame(columns)


EMPLOYEES = table(
    employee_id=[GONE, OTHER, "E-3"],
    name=[NAME, "司马示例", NAME],
    manager_id=["E-3", GONE, OTHER],
)
TABLES = {
    "employees": EMPLOYEES,
    "raters": table(rater_id=[GONE, "E-3"], n=[4, 5]),
    "succession": table(post=["示例岗"], holder_ids=[f"{OTHER}; {GONE}; E-3"], successor_ids=[GONE], holders=[3]),
    "migration": table(subject_id=[GONE, OTHER], from_cell=["P1T1", "P2T2"]),
    "cells": table(cell=["P1T1"], n=[2]),
    "findings": table(
        subject_id=[GONE, None, "E-3", None],
        value=["x", GONE, "7", "8"],
        message=["a", "b", f"上级“{GONE}”不在名册。", f"{NAME}的评分"],
    ),
}
RATINGS = table(employee_id=[GONE, "E-3"], rater_id=["E-3", GONE], score=["4", "5"])
CALIBRATIONS = table(
    run_id=["r", "r"], period=["2026Q3"] * 2, employee_id=[GONE, "E-3"], decided_by=["会", NAME], reason=["升", "同上"]
)


class Watched:
    """A connection that notes for whom files may be made at each kind of statement."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, masks: dict[str, int]) -> None:
        self._connection, self._masks = connection, masks

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)

    def execute(self, query: str, *more: object) -> object:
        os.umask(mask := os.umask(0o022))
        self._masks[query.split(maxsplit=1)[0]] = mask
        return self._connection.execute(query, *more)


def a_run(subject: str, period: str, output: Path, **more: str) -> dict[str, object]:
    files = [{"name": f"{subject}.xlsx", "sha256": "ab", "bytes": 1}]
    return {
        "run_id": f"r{period}",
        "subject": subject,
        "period": period,
        "inputs": json.dumps(files),
        "outputs": json.dumps([str(output)]),
        **more,
    }


def fill(db: Database, folder: Path) -> None:
    for period in ("2026Q2", "2026Q3"):
        db.replace_period("talent", period, f"r{period}", TABLES)
        db.replace_period("talent", period, f"r{period}", {"ratings": RATINGS}, schema="input")
        db.record_run(a_run("talent", period, folder / f"{period}.xlsx"))
    (folder / "2026Q3.xlsx").touch()
    db.append("history/calibrations_table", "calibrations", CALIBRATIONS)
    db.replace_period("customers", "2026-10", "c", {"customers": table(customer_id=[GONE], customer_name=["示例公司"])})


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    with open_database(str(folder / "g.duckdb")) as db:
        fill(db, folder)
    return folder / "g.duckdb"


@pytest.fixture
def path(filled: Path, tmp_path: Path) -> str:
    return str(shutil.copy(filled, tmp_path))


@pytest.fixture(scope="module")
def done(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Forgotten]:
    """A database that has forgotten the person, and what was told of it."""
    path = str(shutil.copy(filled, tmp_path_factory.mktemp("done")))
    return path, forget(path, TALENT, GONE)


def rows(path: str, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_a_person_goes_from_every_period_and_table(done: tuple[str, Forgotten]) -> None:
    path, told = done
    assert told.trace.periods == ("2026Q2", "2026Q3")
    assert told.trace.removed == {
        "calibrations": 1, "employees": 2, "findings": 4, "migration": 2, "input.ratings": 2
    }  # fmt: skip
    for name in ("employees", "input.ratings"):
        assert rows(path, f"SELECT count(*) FROM {name} WHERE employee_id = '{GONE}'") == [(0,)]
    assert rows(path, "SELECT DISTINCT employee_id, manager_id FROM employees ORDER BY 1") == [
        ("E-204177889", "forgotten"),
        ("E-3", OTHER),
    ]
    assert rows(path, "SELECT employee_id FROM calibrations") == [("E-3",)]


def test_others_rows_no_longer_name_the_person(done: tuple[str, Forgotten]) -> None:
    path, _ = done
    assert rows(path, "SELECT DISTINCT rater_id FROM raters ORDER BY 1") == [("E-3",), ("forgotten",)]
    assert rows(path, "SELECT DISTINCT rater_id FROM input.ratings") == [("forgotten",)]
    assert rows(path, "SELECT DISTINCT holder_ids, successor_ids FROM succession") == [
        (f"{OTHER}; forgotten; E-3", "forgotten")
    ]
    assert rows(path, "SELECT DISTINCT message FROM findings ORDER BY 1") == [
        ("forgotten的评分",),
        ("上级“forgotten”不在名册。",),
    ]
    assert rows(path, "SELECT decided_by, reason FROM calibrations") == [("forgotten", "同上")]


def test_another_subject_with_the_same_id_stays(done: tuple[str, Forgotten]) -> None:
    assert rows(done[0], "SELECT customer_id FROM customers") == [(GONE,)]


def test_the_bytes_are_gone_from_the_file(path: str) -> None:
    long_id, long_name = "0200000000012345", "示例非常长的客户名称有限公司"
    with open_database(path) as db:
        frame = table(customer_id=[long_id, "1"], customer_name=[long_name, "甲"], group_id=["g", "g"])
        for period in ("2026-08", "2026-09"):
            db.replace_period("customers", period, "c", {"customers": frame})
    before = Path(path).read_bytes()
    assert long_id.encode() in before
    assert long_name.encode() in before
    forget(path, CUSTOMERS, long_id)
    after = Path(path).read_bytes()
    assert long_id.encode() not in after
    assert long_name.encode() not in after
    assert rows(path, "SELECT DISTINCT customer_id FROM customers WHERE period < '2026-10'") == [("1",)]


def test_that_it_happened_is_recorded_without_the_id(path: str) -> None:
    done = forget(path, TALENT, GONE)
    forget(path, TALENT, OTHER)
    recorded = rows(path, 'SELECT subject, "rows" FROM forgotten')
    assert recorded[0] == ("talent", sum(done.trace.removed.values()))
    assert len(recorded) == 2
    columns = [name for name, *_ in rows(path, "DESCRIBE forgotten")]
    assert columns == ["forgotten_at", "subject", "rows"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_the_new_file_is_for_the_owner_alone_and_nothing_else_is_left(done: tuple[str, Forgotten]) -> None:
    path = Path(done[0])
    assert path.stat().st_mode & 0o777 == 0o600
    assert {p.name for p in path.parent.iterdir()} <= {"g.duckdb", "g.duckdb.lock"}


def test_what_a_killed_one_leaves_is_for_the_owner_alone(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB makes the new file's log when it lets go of the file."""
    masks: dict[str, int] = {}
    monkeypatch.setattr(rewrite, "connect", lambda *given, **how: Watched(connect(*given, **how), masks))
    forget(path, TALENT, GONE)
    assert {masks[statement] for statement in ("ATTACH", "INSERT", "DETACH")} == {0o077}


def test_it_says_what_is_left_where(done: tuple[str, Forgotten]) -> None:
    path, told = done
    assert [output.name for output in told.outputs] == ["2026Q3.xlsx"]
    assert told.inputs == ("talent.xlsx",)
    assert told.trace.totals == ("cells", "raters", "succession")
    assert told.remains == {"customers": 1, "employees": 2}  # a customer of that id, another of that name
    assert rows(path, "SELECT DISTINCT name FROM employees WHERE employee_id = 'E-3'") == [(NAME,)]


def test_looking_changes_nothing(path: str) -> None:
    before = Path(path).read_bytes()
    assert trace(path, TALENT, GONE).removed["employees"] == 2
    assert Path(path).read_bytes() == before


def test_a_rater_from_outside_is_forgotten_too(path: str) -> None:
    with open_database(path) as db:
        outside = table(employee_id=["E-3"], rater_id=["X-99"], score=["5"])
        db.replace_period("talent", "2026Q4", "r", {"ratings": outside}, schema="input")
    done = forget(path, TALENT, "X-99")
    assert (done.trace.periods, done.trace.removed, done.trace.altered) == (("2026Q4",), {}, {"input.ratings": 1})
    assert rows(path, "SELECT rater_id FROM input.ratings WHERE period = '2026Q4'") == [("forgotten",)]


def test_a_group_named_by_its_head_loses_the_name_and_keeps_its_figures(path: str) -> None:
    members = table(customer_id=["7001", "7002", "7003"], customer_name=["示例集团", "乙", "丙"], group_id=["7001"] * 3)
    groups = table(group_id=["7001", "7002"], group_name=["示例集团", "丁集团"], total_income=[9.5, 1.0])
    with open_database(path) as db:
        db.replace_period("customers", "2026-11", "c", {"customers": members, "groups": groups})
    forget(path, CUSTOMERS, "7002")  # in no group of its own: the group of that number is another thing
    assert rows(path, "SELECT group_id FROM groups ORDER BY 1") == [("7001",), ("7002",)]
    forget(path, CUSTOMERS, "7001")
    assert rows(path, "SELECT group_id, group_name, total_income FROM groups ORDER BY 3") == [
        ("7002", "丁集团", 1.0),
        ("forgotten", "forgotten", 9.5),
    ]
    assert rows(path, "SELECT customer_id, group_id FROM customers WHERE period = '2026-11'") == [("7003", "forgotten")]


@pytest.mark.parametrize(
    ("subject_id", "hint"), [("E-20417789", f"Did you mean {GONE}, {OTHER}?"), ("zzz", "Check the id and --db.")]
)
def test_an_id_that_stands_nowhere_is_wrong_usage(path: str, subject_id: str, hint: str) -> None:
    before = Path(path).read_bytes()
    with pytest.raises(UsageError, match="is not among the talent") as error:
        forget(path, TALENT, subject_id)
    assert error.value.hint == hint
    assert Path(path).read_bytes() == before


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no database"):
        forget(str(tmp_path / "no.duckdb"), TALENT, GONE)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_replaced_stays_as_it_was(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    before = Path(path).read_bytes()
    monkeypatch.setattr("ninegrid.store.rewrite.put_in_place", refuse)
    with pytest.raises(OutputError, match="can't be written anew: Permission denied"):
        forget(path, TALENT, GONE)
    assert Path(path).read_bytes() == before
    assert not [p.name for p in Path(path).parent.iterdir() if p.name.endswith(".partial")]


def test_a_quote_in_an_id_or_a_name_is_just_a_character(path: str) -> None:
    with open_database(path) as db:
        frame = table(employee_id=["O'x\\.1", "O'xy.1"], name=["N'a", "B"], manager_id=["E-3", "O'x\\.1"])
        db.replace_period("talent", "2026Q4", "r", {"employees": frame})
    forget(path, TALENT, "O'x\\.1")
    assert rows(path, "SELECT employee_id, manager_id FROM employees WHERE period = '2026Q4'") == [
        ("O'xy.1", module.PSEUDONYM)
    ]


def test_a_customers_own_targets_go_and_those_of_its_branch_stay(path: str) -> None:
    named, branch = ("客户", "示例公司", "总收入", 5.0), ("分行", "甲分行", "总收入", 9.0)
    targets = pl.DataFrame(
        [("客户", f" {GONE}", "总收入", 7.0), named, branch, ("客户", OTHER, "总收入", 8.0)],
        schema=["level", "name", "metric", "target"],
        orient="row",
    )
    with open_database(path) as db:
        db.replace_period("customers", "2026-10", "c", {"targets": targets}, schema="input")
    assert trace(path, CUSTOMERS, GONE).removed == {"customers": 1, "input.targets": 2}
    forget(path, CUSTOMERS, GONE)
    assert rows(path, "SELECT level, name FROM input.targets ORDER BY 1") == [("分行", "甲分行"), ("客户", OTHER)]


CLIENT, CALLED = "0200000490", "示例澜麓有限公司"


@pytest.fixture
def in_texts(tmp_path: Path) -> str:
    """A database in whose sentences, expressions, maps and ledger a customer stands, beside another like it."""
    path, accepted = (
        str(tmp_path / "g.duckdb"),
        {"policy": f'{{"never": [{{"when": "customer_id = \'{CLIENT}\'"}}], "n": 10}}'},
    )
    plan = {"name": f"{CALLED}攻坚", "meaning": f"为{CALLED}", "owner": "公司部", "campaign_id": "K"}
    plan |= {"who": f"customer_id IN ('{CLIENT}', '1')", "never": f"customer_name LIKE '%{CALLED}%'"}
    run = a_run(
        "customers", "2026-10", tmp_path / f"{CLIENT}-{CALLED}.xlsx", accepted_break=f"{CALLED}移交", **accepted
    )
    run["inputs"] = json.dumps([{"name": f"{CALLED}.xlsx", "sha256": "ab", "bytes": int(CLIENT)}], ensure_ascii=False)
    run["outputs"] = json.dumps([str(tmp_path / f"{CLIENT}-{CALLED}.xlsx")], ensure_ascii=False)
    with open_database(path) as db:
        customers = table(customer_id=[CLIENT, "1"], customer_name=[CALLED, "甲"])
        deals = table(deal_id=["1", "2"], customer_id=[CLIENT, "1"], deal_name=["流贷", f"担保{CALLED}"])
        db.replace_period("customers", "2026-10", "c", {"customers": customers, "deals": deals})
        db.record_run(run)
        db.append(
            "history/campaign_plans_table", "campaign_plans", table(**{key: [text] for key, text in plan.items()})
        )
        maps = table(subject=["customers"] * 2, headers=[["客户号", CALLED], ["客户号"]], map=["", "[items]"])
        db.append("history/maps_table", "maps", maps)
    return path


def test_nothing_is_left_in_sentences_expressions_maps_and_the_ledger(in_texts: str) -> None:
    told = forget(in_texts, CUSTOMERS, CLIENT)
    assert told.remains == {}
    assert CALLED.encode() not in Path(in_texts).read_bytes()
    assert rows(in_texts, "SELECT name, meaning, owner, who, never FROM campaign_plans") == [
        (
            "forgotten攻坚",
            "为forgotten",
            "公司部",
            "customer_id IN ('forgotten', '1')",
            "customer_name LIKE '%forgotten%'",
        )
    ]
    assert rows(in_texts, "SELECT deal_name FROM deals") == [("担保forgotten",)]
    assert rows(in_texts, "SELECT map FROM maps") == [("[items]",)]
    ((inputs, outputs, policy, accepted),) = rows(in_texts, "SELECT inputs, outputs, policy, accepted_break FROM runs")
    assert json.loads(str(inputs))[0]["name"] == "forgotten.xlsx"
    assert CLIENT not in str(outputs)
    assert json.loads(str(policy)) == {"never": [{"when": "customer_id = 'forgotten'"}], "n": 10}
    assert accepted == "forgotten移交"


def test_a_policy_is_not_spoilt_by_an_id_that_is_a_number(in_texts: str) -> None:
    with open_database(in_texts) as db:
        db.replace_period(
            "customers", "2026-11", "d", {"customers": table(customer_id=["10"], customer_name=["customer"])}
        )
    before = rows(in_texts, "SELECT policy, inputs FROM runs")
    forget(in_texts, CUSTOMERS, "10")
    assert rows(in_texts, "SELECT policy, inputs FROM runs") == before


def test_lists_of_people_to_talk_about_name_nobody_forgotten(path: str) -> None:
    listed = {
        "grouped_by": ["manager", "department"],
        "scope_value": [GONE, "示例部"],
        "first_ids": [f"E-3; {GONE}"] * 2,
    }
    with open_database(path) as db:
        db.replace_period("talent", "2026Q3", "r", {"agenda_groups": table(**listed)})
    forget(path, TALENT, GONE)
    told = rows(path, "SELECT scope_value, first_ids FROM agenda_groups ORDER BY 1")
    assert told == [("forgotten", "E-3; forgotten"), ("示例部", "E-3; forgotten")]
