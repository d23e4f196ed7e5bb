"""An attack: from all tables of a run together, whose figures can be had by adding and taking off?"""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from ninegrid.grid.disclosure import MERGED, hidden_groups
from ninegrid.pipeline import grade_files
from ninegrid.result import Result

FEWEST = 5
DEPARTMENTS = {"销售部": 14, "研发部": 12, "财务部": 9, "法务部": 6, "战略部": 4}
PLACES = {"上海": 22, "北京": 14, "深圳": 7, "拉萨": 2}
COMPETENCIES = ("沟通", "学习")
TIERS = [f"tier_{key}" for key in range(1, 6)]


def company(path: Path, seed: int) -> Path:
    """A company of 45 with a department of 4 and a place of 2; a few are without a level, or without a place."""
    rng, book = random.Random(seed), openpyxl.Workbook()
    roster, skills = book.active, book.create_sheet("能力")
    roster.append(["员工号", "姓名", "部门", "工作地", "性别", "绩效", "潜力"])
    skills.append(["员工号", "能力项", "得分", "要求"])
    people = [(d, p) for d, p in zip(spread(DEPARTMENTS), shuffled(rng, spread(PLACES)), strict=True)]
    for at, (department, place) in enumerate(people):
        levels = [rng.choice((1, 2, 3)) if rng.random() > 0.1 else None for _ in range(2)]
        roster.append([f"{at:04}", f"示例{at}", department, place, rng.choice("男女"), *levels])
        for name in COMPETENCIES:
            skills.append([f"{at:04}", name, rng.randint(1, 5), 3])
    book.save(path)
    return path


def spread(sizes: dict[str, int]) -> list[str]:
    return [name for name, n in sizes.items() for _ in range(n)]


def shuffled(rng: random.Random, values: list[str]) -> list[str]:
    rng.shuffle(values)
    return values


@pytest.fixture(scope="module", params=[0, 1, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in (2, 3))])
def result(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Result:
    return grade_files("talent", [company(tmp_path_factory.mktemp("c") / "盘点_2026Q3.xlsx", request.param)])


def determined(unknowns: list[str], told: list[set[str]]) -> set[frozenset[str]]:
    """The groups, and sums of two, that follow from the sums told: those whose row is in the span of the told ones."""
    span = echelon([[Fraction(name in group) for name in unknowns] for group in told])
    sets = [{a, b} for a in unknowns for b in unknowns]
    return {frozenset(s) for s in sets if not any(reduced([Fraction(name in s) for name in unknowns], span))}


def echelon(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    span: list[list[Fraction]] = []
    for row in rows:
        left = reduced(row, span)
        lead = next((value for value in left if value), None)
        if lead:
            span.append([value / lead for value in left])
    return span


def reduced(row: list[Fraction], span: list[list[Fraction]]) -> list[Fraction]:
    for known in span:
        at = next(i for i, value in enumerate(known) if value)
        row = [value - row[at] * other for value, other in zip(row, known, strict=True)]
    return row


def test_no_count_of_a_small_group_follows_from_all_tables_together(result: Result) -> None:
    people, tables = result.tables["employees"], result.tables
    for column in ("department", "location"):
        groups = people[column].unique().to_list()
        told = [set(groups)]  # the whole company's counts
        views = tables["views"].filter(view=column)
        told += [{key} for key in views["key1"] if key != MERGED]
        fair = tables["fairness"].filter(pl.col("n").is_not_null(), attribute=column)
        told += [{key} for key in fair["group"]]
        outside = tables["distribution"].filter(pl.col("n").is_not_null(), scope=column)
        told += [{key} for key in outside["scope_value"].unique()]
        turns = tables["agenda_groups"].filter(pl.col("n").is_not_null(), grouped_by=column)
        told += [{key} for key in turns["scope_value"]]
        for found in determined(groups, told):
            own = people.filter(pl.col(column).is_in(list(found)))
            assert own.height >= FEWEST, (column, found)
            assert own["cell"].count() >= FEWEST or own["cell"].count() == 0, (column, found)


@pytest.mark.parametrize("competency", COMPETENCIES)
def test_no_mean_of_a_small_group_follows_from_the_gap_tables(result: Result, competency: str) -> None:
    people, gaps = result.tables["employees"], result.tables["competency_gap"].filter(competency=competency)
    for scope, column, key in (("department", "department", "scope_value"), ("company", "cell", "cell")):
        groups = people[column].fill_null("—").unique().to_list()
        rows = gaps.filter(pl.col("mean").is_not_null(), scope=scope)
        told = [set(groups), *({value} for value in rows[key])]
        for found in determined(groups, told):
            n = people.filter(pl.col(column).fill_null("—").is_in(list(found))).height
            assert n >= FEWEST, (scope, found)
        hidden = gaps.filter(pl.col("mean").is_null(), scope=scope)
        figures = ("required_mean", "gap_to_star", "gap_to_company", "gap_to_required")
        assert all(hidden[name].null_count() == hidden.height for name in figures)


def test_the_view_of_small_groups_adds_up_to_the_company(result: Result) -> None:
    views = result.tables["views"]
    whole = views.filter(view="company").select("n", "placed", *TIERS).row(0)
    for view in ("department", "location"):
        rows = views.filter(view=view)
        assert rows.select("n", "placed", *TIERS).sum().row(0) == whole
        assert rows.filter(key1=MERGED)["n"].item() >= FEWEST
        assert not {"战略部", "拉萨"} & set(rows["key1"])


def test_the_smallest_others_are_hidden_until_nothing_can_be_taken_off() -> None:
    assert hidden_groups({"a": 9, "b": 7}, FEWEST) == frozenset()
    assert hidden_groups({"a": 9, "b": 7, "c": 4}, FEWEST) == {"b", "c"}
    assert hidden_groups({"a": 9, "b": 7, "c": 4, "d": 1}, FEWEST) == {"c", "d"}
    assert hidden_groups({"a": 9, "b": 7, "c": 2, "d": 1}, FEWEST) == {"b", "c", "d"}
    assert hidden_groups({"star": 5, "b": 7, "c": 4}, FEWEST, spared=frozenset({"star"})) == {"b", "c"}
    assert hidden_groups({"a": 9, "b": 7, "": 6}, FEWEST, silent=frozenset({""})) == {""}
    assert hidden_groups({"a": 9, "b": 7, "": 2}, FEWEST, silent=frozenset({""})) == {"", "b"}
    assert hidden_groups({"a": 9, "b": 7, "c": 6}, FEWEST, small=frozenset({"a"})) == {"a", "c"}
