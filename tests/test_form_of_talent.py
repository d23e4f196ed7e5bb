"""Laws of form for employees: order of rows, files, refused rows and unrelated matters change no figure."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.pipeline import grade_files
from tests.grid_text import AxisText, grid_text

from .oracle.made_talent import PERIOD, population
from .test_form_of_inputs import Rows, Tables, Truth, files_of, same_tables, shuffled, split

SEED = 5
OPTIONS = Options(period=Period.parse(PERIOD), accept="made for the test", max_rejected=1, allow_unused=True)
GRID = grid_text(
    "posts",
    (
        AxisText("A", "performance_score", "quantile", (0.3, 0.6), "posts_performance_level"),
        AxisText("B", "potential_score", "absolute", (50, 90), "posts_potential_level"),
    ),
    over="employees",
    tier="3",
)


@pytest.fixture(scope="module")
def truth() -> Truth:
    """A company whose ratings say their scale, as numbers, with its grades of two years and plans of half."""
    whole, rng = population(SEED), random.Random(SEED)
    numbers = [row for row in whole["ratings"] if not isinstance(row["score"], str)]
    keys = [person["employee_id"] for person in whole["employees"]]
    years: Rows = [
        {
            "employee_id": key,
            "review_year": year,
            "performance": rng.choice("高中低"),
            "potential": rng.choice("高中低"),
        }
        for key, year in itertools.product(keys, (2024, 2025))
        if rng.random() < 0.8
    ]
    return whole | {"ratings": numbers, "past_reviews": years, "development": [_plan(rng, key) for key in keys[::2]]}


def _plan(rng: random.Random, key: str) -> dict[str, Any]:
    done = rng.choice((None, dt.date(2026, 5, 1)))
    return {
        "employee_id": key, "action": "带教", "competency": "客户导向", "starts": dt.date(2025, 11, 1),
        "due_on": dt.date(2026, 6, 30), "done_on": done, "status": "已完成" if done else "进行中", "opened": "2025Q4",
    }  # fmt: skip


def _graded(paths: list[Path], **options: Any) -> Tables:
    return dict(grade_files("talent", paths, replace(OPTIONS, **options)).tables)


@pytest.fixture(scope="module")
def plain(truth: Truth, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return _graded(files_of(tmp_path_factory.mktemp("plain"), truth))


def with_refused_rows(truth: Truth) -> Truth:
    """Somebody without a number, a rating of nobody, one beyond its scale, a KPI without a name."""
    person, rating, kpi = (truth[name][0] for name in ("employees", "ratings", "kpis"))
    more: Mapping[str, Rows] = {
        "employees": [person | {"employee_id": None}],
        "ratings": [rating | {"employee_id": "9999"}, rating | {"rater_id": "9998", "score": 999}],
        "kpis": [kpi | {"kpi": None}],
        **{
            name: [truth[name][0] | {"employee_id": "9999"}] for name in ("competencies", "past_reviews", "development")
        },
    }
    return {name: [*rows, *more[name]] for name, rows in truth.items()}


def with_an_empty_relation(truth: Truth) -> Truth:
    """A file of headings alone beside those that have rows."""
    return truth | {"competencies-z": []}


@pytest.mark.thorough
def test_all_forms_and_an_unrelated_grid_together_change_no_figure(plain: Tables, truth: Truth, tmp_path: Path) -> None:
    policy = tmp_path / "p.toml"
    policy.write_text(GRID, encoding="utf-8")
    changed = with_an_empty_relation(split(with_refused_rows(shuffled(truth))))
    other = _graded(files_of(tmp_path, changed), policy=policy)
    own = {name: t.filter(pl.col("grid") != "posts") if "grid" in t.columns else t for name, t in other.items()}
    same_tables(plain, {name: table.select(plain[name].columns) for name, table in own.items() if name in plain})


def test_there_are_people_in_many_cells_and_some_are_unplaced(plain: Tables) -> None:
    assert plain["employees"]["cell"].n_unique() >= 6
    assert plain["employees"]["unplaced_reason"].n_unique() >= 3
    assert plain["raters"].height
    assert plain["competency_gap"].filter(status="OK").height
    assert plain["development_effect"]["compared_with"].unique().to_list() == ["2025"]
    assert plain["cycles"]["cycle"].n_unique() == 3


def test_cells_views_and_the_list_count_the_same_people(plain: Tables) -> None:
    people = plain["employees"]
    assert plain["cells"]["n"].sum() == people.height
    for (view,), rows in plain["views"].group_by("view"):
        assert rows["n"].sum() == people.height, view
        assert rows["placed"].sum() == people["cell"].count(), view
