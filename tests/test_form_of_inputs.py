"""Laws of form: order of rows, files, units, refused rows and unrelated matters change no figure of any table."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ninegrid import resources
from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.pipeline import grade_files

from .history.test_cuts_hold import COSTS
from .oracle.made_customers import population

Rows = list[dict[str, Any]]
Truth = dict[str, Rows]
Tables = Mapping[str, pl.DataFrame]
SEED = 14
ABOUT_INPUTS = ("findings", "reading")
WHERE = ("source_file", "source_sheet", "source_row", "lacks_at", "version", "signature", "fitted_on")
OPTIONS = Options(period=Period.parse("2026-10"), accept="made for the test", max_rejected=1, allow_unused=True)


def _rounded(value: Any) -> Any:
    """Amounts to the fen, as exports have them."""
    return Decimal(f"{value:.2f}") if isinstance(value, float) else value


@pytest.fixture(scope="module")
def truth() -> Truth:
    whole = population(SEED)
    money = {name: _money(name) for name in whole}
    return {
        name: [{c: _rounded(v) if c in money[name] else v for c, v in row.items()} for row in rows]
        for name, rows in whole.items()
    }


def _money(relation: str) -> set[str]:
    return {column.name for column in resources.relation(relation).columns if column.kind == "money"}


def _written(folder: Path, name: str, rows: Rows, heads: Mapping[str, str] | None = None) -> Path:
    """The rows as CSV under canonical headers, or those given."""
    path = folder / f"{name}.csv"
    columns = [c for c in resources.relation(name.partition("-")[0]).names if c != "period"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([(heads or {}).get(c, c) for c in columns])
        writer.writerows([[_text(row.get(c)) for c in columns] for row in rows])
    return path


def _text(value: Any) -> Any:
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else value


def _graded(paths: list[Path], **options: Any) -> Tables:
    return dict(grade_files("customers", paths, replace(OPTIONS, **options)).tables)


def files_of(folder: Path, truth: Truth) -> list[Path]:
    """A file a relation."""
    return [_written(folder, name, rows) for name, rows in truth.items()]


@pytest.fixture(scope="module")
def plain(truth: Truth, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return _graded(files_of(tmp_path_factory.mktemp("plain"), truth))


def same_tables(plain: Tables, other: Tables) -> None:
    """Every table has the same rows in the same order, but for where they were read."""
    assert plain.keys() == other.keys()
    for name in plain.keys() - set(ABOUT_INPUTS):
        was, is_ = (tables[name].drop(WHERE, strict=False) for tables in (plain, other))
        assert_frame_equal(was, is_, rel_tol=1e-9, abs_tol=1e-9)


def shuffled(truth: Truth) -> Truth:
    rng = random.Random(1)
    return {name: rng.sample(rows, len(rows)) for name, rows in truth.items()}


def with_refused_rows(truth: Truth) -> Truth:
    """One customer observed for 15 months, one without an id, and a statement of nobody."""
    first = truth["customers"][0]
    bad = [first | {"customer_id": "9999", "months_observed": 15.0}, first | {"customer_id": None}]
    orphan = truth["statements"][0] | {"customer_id": "9999"}
    more = {"customers": [*truth["customers"], *bad], "statements": [*truth["statements"], orphan]}
    return truth | more


def split(truth: Truth) -> Truth:
    """Each relation in two files, the later rows first."""
    return {
        f"{name}-{part}": rows[len(rows) // 2 :] if part == "a" else rows[: len(rows) // 2]
        for name, rows in truth.items()
        for part in "ab"
    }


def with_an_empty_relation(truth: Truth) -> Truth:
    return truth | {"products": []}


def in_ten_thousands(folder: Path, truth: Truth) -> list[Path]:
    """Amounts in 万元, as their headers say."""
    return [
        _written(
            folder,
            name,
            [{c: v / 10_000 if c in money and v is not None else v for c, v in row.items()} for row in rows],
            {c: f"{c}（万元）" for c in money},
        )
        for name, rows in truth.items()
        for money in (_money(name.partition("-")[0]),)
    ]


@pytest.mark.thorough
def test_the_unit_of_amounts_changes_no_figure(plain: Tables, truth: Truth, tmp_path: Path) -> None:
    same_tables(plain, _graded(in_ten_thousands(tmp_path, truth)))


def test_all_forms_and_an_unrelated_grid_together_change_no_figure(plain: Tables, truth: Truth, tmp_path: Path) -> None:
    policy = tmp_path / "p.toml"
    policy.write_text(COSTS, encoding="utf-8")
    changed = with_an_empty_relation(split(with_refused_rows(shuffled(truth))))
    other = _graded(in_ten_thousands(tmp_path, changed), policy=policy)
    assert "span_cell" in other["customers"].columns
    own = {name: t.filter(pl.col("grid") != "span") if "grid" in t.columns else t for name, t in other.items()}
    same_tables(plain, {name: table.select(plain[name].columns) for name, table in own.items() if name in plain})


def test_raroc_times_capital_is_rani_in_every_row_that_has_the_three(plain: Tables) -> None:
    looked_at = set()
    for name, table in plain.items():
        for prefix in ("", "expected_"):
            raroc, capital, rani = (f"{prefix}{part}" for part in ("raroc", "economic_capital", "rani"))
            if {raroc, capital, rani} <= set(table.columns):
                known = table.drop_nulls([raroc, capital, rani])
                apart = (known[raroc] * known[capital] - known[rani]).abs() > 1e-9 * known[rani].abs() + 1e-6
                assert known.filter(apart).is_empty(), name
                assert table.filter(pl.col(capital) > 0, pl.col(rani).is_not_null(), pl.col(raroc).is_null()).is_empty()
                looked_at.add(f"{prefix}{name}")
    assert looked_at >= {"customers", "groups", "cells", "views", "whatif", "expected_whatif"}


@pytest.mark.parametrize("column", ["total_income", "rani", "economic_capital", "eva", "deposit_avg", "loan_avg"])
def test_cells_views_and_the_list_add_up_to_the_same(plain: Tables, column: str) -> None:
    both = pl.col("rani").is_not_null() & pl.col("economic_capital").is_not_null()
    counted = plain["customers"].filter(both if column in ("rani", "economic_capital") else pl.lit(True))
    whole = counted[column].sum()
    assert plain["cells"].filter(grid="value")[column].sum() == pytest.approx(whole, rel=1e-12)
    assert plain["cells"].filter(grid="growth")[column].sum() == pytest.approx(whole, rel=1e-12)
    sums = plain["views"].group_by("view").agg(pl.col(column).sum()).filter(pl.col("view") != "institution")
    assert sums.height >= 8
    for view, value in sums.iter_rows():
        assert value == pytest.approx(whole, rel=1e-12), view
