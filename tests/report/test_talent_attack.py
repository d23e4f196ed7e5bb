"""An attack on everything that a run puts out: all tables and all sheets, the whole workbook's and every department's.

Peers have ids of their own, so that one that stands anywhere has come from a rating; a meeting fills up departments of
which too few were placed before it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook

from ninegrid.options import Options
from ninegrid.pipeline import grade_files
from ninegrid.report.book import build_workbook
from ninegrid.report.unit_reports import part
from ninegrid.result import Result
from ninegrid.subjects.policies import policy_for
from tests.subjects.talent.test_disclosure import determined

DEPARTMENTS = {"销售部": 16, "研发部": 14, "财务部": 9, "法务部": 7, "战略部": 6, "审计部": 3}
FEWEST, PERIOD = 5, "2026Q3"
TIERS = {cell.id: cell.tier for cell in policy_for("talent").grid("talent").cells}


def key(number: int) -> str:
    return f"E{number:04d}"


def company(path: Path, seed: int) -> list[str]:
    """A roster with ratings; returns who can't be placed: nobody's manager rated them."""
    rng, book = random.Random(seed), Workbook()
    roster, ratings, kpis = book.active, book.create_sheet("评分"), book.create_sheet("绩效指标")
    skills, plans = book.create_sheet("能力"), book.create_sheet("发展计划")
    skills.append(["员工号", "能力项", "得分", "要求"])
    plans.append(["员工号", "发展行动", "能力项", "状态", "截止日"])
    kpis.append(["员工号", "指标", "权重", "目标值", "实际值"])
    roster.append(["员工号", "姓名", "部门", "职级", "上级工号", "性别", "年龄", "关键岗位", "继任岗位"])
    ratings.append(["员工号", "评价人", "来源", "维度", "评分"])
    unplaced, number, peer = [], 0, 0
    for department, size in DEPARTMENTS.items():
        head_of = number
        for at in range(size):
            post = f"{department}总经理"
            who = [key(number), f"姓名{number:04d}", department, "P9" if number == 5 else f"P{rng.randrange(4, 7)}"]
            about = [None if at == 0 else key(head_of), rng.choice("男女"), rng.randrange(22, 60)]
            if at == 1:
                about[1] = None  # one of each department says nothing of their gender
            roster.append([*who, *about, post if at == 0 else None, post if at == 3 else None])
            skills.append([key(number), "客户导向", rng.randint(1, 5), 4])
            plans.append([key(number), "带教", "客户导向", rng.choice(("计划", "进行中")), "2026-12-31"])
            kpis.append([key(number), "产量", 1, 100, rng.randrange(60, 120)])
            unrated = at > 2 if department in ("法务部", "战略部") else rng.random() < 0.08
            unplaced += [key(number)] if unrated else []
            for dimension in ("绩效", "潜力"):
                if not unrated:
                    ratings.append([key(number), key(head_of), "上级", dimension, rng.randint(1, 5)])
                for source in ("同级", "下级"):
                    for _ in range(rng.randrange(1, 5)):
                        ratings.append([key(number), f"PEER{peer:04d}", source, dimension, rng.randint(1, 5)])
                        peer += 1
            number += 1
    book.save(path)
    return unplaced


@pytest.fixture(scope="module", params=[0])
def result(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The company after a meeting that placed everybody whom the ratings could not."""
    folder = tmp_path_factory.mktemp("attack")
    unplaced = company(folder / f"盘点_{PERIOD}.xlsx", request.param)
    book = Workbook()
    book.active.title = "校准"
    book.active.append(["员工号", "系统格", "校准后格", "理由", "决定人"])
    for who in unplaced:
        book.active.append([who, None, "P2T2", "会议决定", "校准组"])
    book.save(folder / "会议.xlsx")
    options = Options(max_rejected=1.0, decisions=(folder / "会议.xlsx",), lang="zh")
    return grade_files("talent", [folder / f"盘点_{PERIOD}.xlsx"], options)


def told_in(book: Workbook) -> Iterator[str]:
    """Every text of a workbook: cells, notes, links, headers and footers, names, choices."""
    for page in book:
        yield from (str(text) for text in (page.title, page.oddHeader.left.text, page.oddFooter.right.text) if text)
        yield from (rule.formula1 or "" for rule in page.data_validations.dataValidation)
        for row in page.iter_rows():
            for cell in row:
                yield from (str(text) for text in (cell.value, cell.comment and cell.comment.text) if text is not None)
    yield from (name.attr_text for name in book.defined_names.values())


@pytest.fixture(scope="module")
def workbook(result: Result) -> Workbook:
    return build_workbook(result)


def test_no_table_and_no_sheet_says_who_rated_whom(result: Result, workbook: Workbook) -> None:
    for name, table in result.tables.items():
        texts = table.select(pl.col(pl.String)).unpivot(value_name="text")["text"].drop_nulls()
        assert not [text for text in texts if "PEER" in text], name
    assert not [text for text in told_in(workbook) if "PEER" in text]


def test_parts_of_a_score_are_told_only_where_enough_rated(result: Result) -> None:
    ratings = result.inputs.tables["ratings"].filter(pl.col("source").is_in(["同级", "peer"]))
    few = ratings.group_by("employee_id", "dimension").agg(pl.len()).filter(pl.col("len") < 3)
    assert few.height
    told = result.tables["employees"].filter(pl.col("employee_id").is_in(few["employee_id"].implode()))
    for row in told.iter_rows(named=True):
        axes = few.filter(employee_id=row["employee_id"])["dimension"]
        for axis in ("performance", "potential"):
            if axis in axes:
                assert row[f"{axis}_peer"] is None


def test_no_small_group_follows_from_all_tables_before_or_after_the_meeting(result: Result) -> None:
    tables, nobody = result.tables, "—"
    people = tables["employees"].with_columns(pl.col("department", "job_level", "manager_id").fill_null(nobody))
    for column in ("department", "job_level", "manager_id"):
        groups = people[column].unique().to_list()
        after, before = [set(groups)], [set(groups)]
        for name, key_ in (("views", "key1"), ("agenda_groups", "scope_value")):
            where = {"view": column} if name == "views" else {"grouped_by": column}
            rows = tables[name].filter(pl.col("n").is_not_null(), **where)
            after += [{value} for value in rows[key_].fill_null(nobody) if value in groups]
        spread = tables["distribution"].filter(scope=column)
        after += [{value} for value in spread.drop_nulls("n")["scope_value"].unique()]
        before += [{value} for value in spread.drop_nulls("before_n")["scope_value"].unique()]
        for told, cell in ((after, "final_cell"), (before, "system_cell")):
            for found in determined(groups, told):
                n = people.filter(pl.col(column).is_in(list(found)))[cell].count()
                assert n == 0 or n >= FEWEST, (column, cell, found)


def test_the_meeting_fills_a_department_whose_figures_of_before_stay_hidden(result: Result) -> None:
    rows = result.tables["distribution"].filter(scope="department", scope_value="法务部")
    assert rows["n"].unique().to_list() == [7]
    assert rows["before_n"].null_count() == rows.height
    assert rows["before_status"].unique().to_list() == ["HIDDEN"]


@pytest.mark.parametrize(
    "department",
    [next(iter(DEPARTMENTS)), *(pytest.param(one, marks=pytest.mark.thorough) for one in [*DEPARTMENTS][1:])],
)
def test_a_departments_workbook_says_nothing_of_its_head_nor_of_anybody_else(result: Result, department: str) -> None:
    people = result.tables["employees"].select("employee_id", "name", "department", "critical_post").to_dicts()
    own = part(result, department)
    texts = list(told_in(build_workbook(own)))
    head = next(p for p in people if p["department"] == department and p["critical_post"])
    for person in people:
        if person["department"] != department or person is head:
            named = [t for t in texts if person["employee_id"] in t or person["name"] in t]
            assert not named, (person, named[:3])
    assert not [text for text in texts if head["critical_post"] in text or "PEER" in text]


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_nobody_elsewhere_can_be_told_by_taking_off_ones_own(result: Result, department: str) -> None:
    own = part(result, department).tables["distribution"]
    people = result.tables["employees"]
    elsewhere = people.filter(pl.col("department") != department)
    tiers = {cell.id: cell.tier for cell in result.policy.grid("talent").cells}
    for row in own.filter(scope="company").iter_rows(named=True):
        for count, cell in (("count", "final_cell"), ("before_count", "system_cell")):
            if row[count] is not None:
                there = sum(tiers[c] == row["tier"] for c in elsewhere[cell].drop_nulls())
                assert there == 0 or there >= FEWEST, (department, row["tier"], count)


# ------------------------------------------------------------------------------ every table and every sheet there is
_CONFIGURED = {"low", "high", "low_cut", "high_cut", "source_row"}
"""Columns of figures that are the policy's, not people's."""
_SIZES = {"competency_gap": {"n"}}
"""By table, the figures of a small group that are told: how many have a score, beside TOO_FEW."""


@pytest.fixture(scope="module")
def secret(result: Result) -> dict[str, set[str]]:
    """By column, the groups of few people, or of few who were placed before or after the meeting."""
    people, found = result.tables["employees"], {}
    for column in ("department", "job_level", "manager_id"):
        counts = people.group_by(column).agg(
            pl.len(), pl.col("final_cell").count(), pl.col("system_cell").count()
        ).drop_nulls(column)  # fmt: skip
        few = counts.filter(pl.col("len").is_between(1, FEWEST - 1) | pl.col("final_cell").is_between(1, FEWEST - 1))
        found[column] = set(few[column].cast(pl.String))
    assert found["manager_id"] | found["department"] | found["job_level"]
    return found


def test_no_table_of_groups_has_a_figure_nor_a_person_of_a_small_group(
    result: Result, secret: dict[str, set[str]]
) -> None:
    looked_at = set()
    for name, table in result.tables.items():
        if {"employee_id", "subject_id", "rater_id", "post"} & set(table.columns) or name in ("findings", "reading"):
            continue  # rows of people, who are on the list
        looked_at.add(name)
        for row in table.iter_rows(named=True):
            texts = {column: value for column, value in row.items() if isinstance(value, str)}
            if any(value in few for few in secret.values() for value in texts.values()):
                figures = {c: v for c, v in row.items() if isinstance(v, int | float)}
                figures = {c: v for c, v in figures.items() if c not in _CONFIGURED | _SIZES.get(name, set())}
                assert not {c: v for c, v in figures.items() if not isinstance(v, bool)}, (name, row)
                assert not row.get("first_ids"), (name, row)
    assert {"views", "agenda_groups", "distribution", "fairness", "development_effect", "competency_gap"} <= looked_at


def test_no_sheet_has_a_figure_of_a_small_group(
    result: Result, workbook: Workbook, secret: dict[str, set[str]]
) -> None:
    people = result.tables["employees"]
    persons = {*people["employee_id"], *people["name"].drop_nulls()}
    groups, posts = set.union(*secret.values()) - persons, people["critical_post"].drop_nulls()
    for page in workbook:
        for row in page.iter_rows():
            values = [cell.value for cell in row if cell.value is not None]
            texts = [str(value) for value in values if not isinstance(value, int | float)]
            texts = [reduce(lambda text, post: text.replace(post, ""), posts, text) for text in texts]
            if any(person in text for text in texts for person in persons):
                continue  # of a person, who is on the list
            of_group = [text for text in texts if text in groups]
            assert not of_group or not [v for v in values if isinstance(v, int | float)], (page.title, values)
            said = [text for text in texts for group in groups if group in text and any(c.isdigit() for c in text)]
            assert not said or set(said) <= groups, (page.title, said)


def test_the_unknown_of_an_attribute_are_many_or_cannot_be_told_by_taking_off(result: Result) -> None:
    people, spread = result.wide, result.tables["fairness"]
    assert people is not None
    placed = people.frame.drop_nulls("final_cell")
    for attribute in ("gender", "age"):
        unknown = placed[attribute].null_count()
        hidden = spread.filter(verdict="hidden", attribute=attribute).height
        assert unknown == 0 or unknown >= FEWEST or hidden, (attribute, unknown)


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_the_head_does_not_follow_from_the_departments_own_book(result: Result, department: str) -> None:
    own = part(result, department)
    listed, tables = own.tables["employees"], own.tables
    for row in tables["distribution"].filter(scope="department").iter_rows(named=True):
        for n, count, cell in (("n", "count", "final_cell"), ("before_n", "before_count", "system_cell")):
            assert row[n] in (None, listed[cell].count()), (row, n)
            tiers = listed.drop_nulls(cell)[cell].replace_strict(TIERS)
            assert row[count] in (None, (tiers == row["tier"]).sum()), (row, count)
    views = tables["views"].filter(view="department")
    assert views["n"].to_list() == [listed.height]
    scores = result.inputs.tables["competencies"].filter(pl.col("employee_id").is_in(listed["employee_id"].implode()))
    for row in tables["competency_gap"].filter(scope="department").iter_rows(named=True):
        mine = scores.filter(competency=row["competency"])["score"]
        assert row["n"] == mine.len()
        assert row["mean"] is None or row["mean"] == pytest.approx(mine.mean())
    told = tables["skills"].group_by("competency").agg(pl.col("department_mean").drop_nulls().unique())
    for name, means in told.iter_rows():
        average = scores.filter(competency=name)["score"].mean()
        assert not means or means == [pytest.approx(average)], name
