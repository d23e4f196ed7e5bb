"""The engine against the oracle: the sample files, read and graded, agree with the truth graded the long way."""

from __future__ import annotations

import math

import polars as pl
import pytest

from ninegrid.result import Result

from .conftest import PERIOD
from .customers import Graded
from .sample import maker
from .tables_agree import EACH, SUMS, Compared, Tables

REPAIRED = {
    "thousands_separator", "full_width_digits", "unit_in_cell", "percent_in_cell", "currency_sign", "bracket_negative",
    "trailing_minus", "id_with_spaces", "unreadable_date",
}  # fmt: skip


@pytest.fixture(scope="module")
def tables(result: Result) -> Tables:
    return dict(result.tables)


@pytest.mark.parametrize("rows", EACH)
def test_every_table(tables: Tables, oracle: Graded, rows: Compared) -> None:
    assert not list(rows(tables, oracle))


@pytest.mark.parametrize("column", SUMS)
def test_every_sum_is_the_sum_of_the_list_to_the_fen(tables: Tables, column: str) -> None:
    counted = pl.col("rani").is_not_null() & pl.col("economic_capital").is_not_null()
    summed = counted if column in ("rani", "economic_capital") else pl.lit(True)
    whole = math.fsum(tables["customers"].filter(summed)[column].drop_nulls())
    views = tables["views"]
    for view in ("branch", "sub_branch", "industry", "scale", "industry_scale", "group", "relationship_manager"):
        part = math.fsum(views.filter(pl.col("view") == view)[column].drop_nulls())
        assert abs(part - whole) < 0.01, view


def test_every_row_is_accounted_for(result: Result) -> None:
    expected = maker().accounts(PERIOD)
    for relation, counts in result.inputs.counts.items():
        found = {name: getattr(counts, name) for name in ("read", "accepted", "merged", "rejected")}
        assert found == expected.get(relation, dict.fromkeys(found, 0)), relation


def test_faults_are_found_where_they_were_planted(tables: Tables) -> None:
    faults = [fault for fault in maker().planted(PERIOD)["faults"] if fault["sheet"] and fault["column"]]
    whole_row = {"contradicting_duplicate", "member_of_two_groups", "orphan"}
    found = set(tables["findings"].select("kind", "sheet", "cell").iter_rows())
    for fault in faults:
        if fault["outcome"] == "rejected" and fault["fault"] not in whole_row:
            assert ("rejected", fault["sheet"], fault["cell"]) in found, fault
        if fault["fault"] in REPAIRED:
            assert ("repaired", fault["sheet"], fault["cell"]) in found, fault
