"""Peers and reports are never named, nor who rated whom, in any table or in the database."""

from __future__ import annotations

from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest

from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.result import Result
from tests.few_sheets import only

PEERS = ("PEER1", "PEER2", "PEER3", "PEER4")
# Tables with a row a person, whoever he or she is.
ROSTERS = ("employees", "migration", "cycles", "movement", "turnover")


def company(path: Path) -> Path:
    """Two people with a manager, who is placed, and an assessment; three peers rate the first, two the second."""
    book = openpyxl.Workbook()
    roster, ratings = book.active, book.create_sheet("评分")
    roster.append(["员工号", "姓名", "部门", "绩效", "潜力"])
    for key in ("E1", "E2", "M1", *PEERS):
        roster.append([key, f"示例{key}", "一部", *(("A", "高") if key == "M1" else ())])
    ratings.append(["员工号", "评价人", "来源", "维度", "题目", "评分"])
    for person, peers in (("E1", PEERS[:3]), ("E2", PEERS[2:])):
        for dimension in ("绩效", "潜力"):
            ratings.append([person, "M1", "上级", dimension, "甲", 4])
            ratings.append([person, "M1", "测评", dimension, "甲", 3])
            for at, peer in enumerate(peers):
                ratings.append([person, peer, "同级", dimension, "甲", 2 + at])
    ratings.append(["E2", "PEER4", "下级", "绩效", "乙", 3])  # in a second role
    ratings.append(["E2", "PEER3", "同级", "绩效", "甲", 5])  # contradicts the first
    ratings.append(["E9", "PEER3", "同级", "绩效", "甲", 5])  # nobody on the roster
    ratings.append(["E1", "PEER1", "自评", "潜力", "甲", 5])  # a self rating by another
    book.save(path)
    return path


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    folder = tmp_path_factory.mktemp("a")
    with only("quality", "tables"):
        options = Options(db=str(folder / "g.duckdb"), out=folder / "out.xlsx", max_rejected=1.0)
        return run("talent", [company(folder / "盘点_2026Q3.xlsx")], options).result, folder


def test_no_table_but_the_roster_names_a_peer(graded: tuple[Result, Path]) -> None:
    for name, table in graded[0].tables.items():
        if name not in ROSTERS:
            # first_ids: whom a meeting speaks of first, who may be anybody on the roster.
            told = table.drop("first_ids", strict=False).select(pl.col(pl.String))
            texts = told.unpivot(value_name="text", variable_name="at")["text"].drop_nulls()
            about = [column for column in ("subject_id", "employee_id") if column in table.columns]
            own = {key for column in about for key in table[column]}
            assert not [t for t in texts if any(p in t for p in PEERS) and t not in own], name


def test_the_findings_are_still_there(graded: tuple[Result, Path]) -> None:
    found = graded[0].tables["findings"]
    assert {"TWO_ROLES", "SELF_BY_ANOTHER", "ORPHAN"} <= set(found["reason"])
    assert found["cell"].null_count() == 0


def test_each_source_that_is_not_named_is_one_row(graded: tuple[Result, Path]) -> None:
    raters = graded[0].tables["raters"]
    assert raters.filter(source="peer").select("rater_id", "raters", "leniency").row(0) == (None, 4, None)
    assert raters.filter(source="report").select("rater_id", "raters", "mean").row(0) == (None, 1, None)
    assert raters.filter(source="manager")["rater_id"].to_list() == ["M1"]


def test_the_parts_of_a_score_are_hidden_where_too_few_peers_rated(graded: tuple[Result, Path]) -> None:
    people = graded[0].tables["employees"].filter(pl.col("employee_id").is_in(["E1", "E2"])).sort("employee_id")
    assert people["parts_hidden"].to_list() == [None, "performance;potential"]
    assert people["potential_manager"].to_list() == [75.0, None]
    assert people["potential_peer"].null_count() == 1
    assert people["potential_score"].null_count() == 0


def test_the_database_keeps_no_peers_id_with_a_rating(graded: tuple[Result, Path]) -> None:
    with duckdb.connect(str(graded[1] / "g.duckdb"), read_only=True) as connection:
        rows = connection.execute("SELECT source, rater_id FROM input.ratings").fetchall()
    assert {key for source, key in rows if source in ("peer", "report")} & set(PEERS) == set()
    assert {key for source, key in rows if source == "manager"} == {"M1"}
    assert len({key for source, key in rows if source == "peer"}) == 4


def test_the_sheets_name_no_peer_beside_a_rating(graded: tuple[Result, Path]) -> None:
    book = openpyxl.load_workbook(graded[1] / "out.xlsx")
    texts = [str(c.value) for row in book["评价人"].iter_rows() for c in row if c.value is not None]
    assert not [text for text in texts if "PEER" in text]
