"""The engine against the oracle: the sample files, read and graded, agree with the truth graded the long way."""

from __future__ import annotations

import math
from collections.abc import Mapping

import polars as pl
import pytest

from ninegrid.result import Result

from .agreement import differences, rows_by
from .conftest import PERIOD
from .customers import Graded
from .indicators import INDICATORS
from .sample import maker

CUSTOMER_COLUMNS = (
    "customer_name", "branch", "sub_branch", "industry", "scale", "relationship_manager", "group_id", "group_name",
    "total_income", "rani", "economic_capital", "ec_method", "el_method", "raroc", "raroc_status", "eva",
    "value_income_level", "value_raroc_level", "value_cell", "bank_growth", "bank_growth_status",
    "customer_growth", "customer_growth_status", "growth_bank_level", "growth_customer_level", "growth_cell",
    "growth_consistency", "group_total_income", "group_raroc", "group_value_cell", "tier", "strategy", "strategy_rule",
)  # fmt: skip
SUMS = ("total_income", "rani", "economic_capital", "eva", "deposit_avg", "loan_avg")
REPAIRED = {
    "thousands_separator", "full_width_digits", "unit_in_cell", "percent_in_cell", "currency_sign", "bracket_negative",
    "trailing_minus", "id_with_spaces", "unreadable_date",
}  # fmt: skip
Tables = Mapping[str, pl.DataFrame]


@pytest.fixture(scope="module")
def tables(result: Result) -> Tables:
    return dict(result.tables)


def test_every_customer(tables: Tables, oracle: Graded) -> None:
    assert not differences(tables["customers"], oracle.customers, ["customer_id"], (*CUSTOMER_COLUMNS, *INDICATORS))


def test_who_is_unplaced(tables: Tables, oracle: Graded) -> None:
    rows = rows_by(tables["customers"], ["customer_id"])
    unplaced = {key: row["unplaced_reason"] for key, row in rows.items() if row["unplaced_reason"] is not None}
    assert unplaced == {key: row["unplaced_reason"] for key, row in oracle.customers.items() if row["unplaced_reason"]}


def test_every_group(tables: Tables, oracle: Graded) -> None:
    columns = ("group_name", "members", "counted", *SUMS, "raroc", "group_value_cell")
    assert not differences(tables["groups"], oracle.groups, ["group_id"], columns)


def test_income_cuts(tables: Tables, oracle: Graded) -> None:
    known = {
        peer or "all": {"low_cut": low, "high_cut": high, "n": n} for peer, ((low, high), n, _) in oracle.cuts.items()
    }
    by_scale = (pl.col("grid") == "value") & (pl.col("axis") == "total_income")
    cuts, expected = tables["cuts"].filter(by_scale), known
    assert not differences(cuts, expected, ["peer_group"], ("low_cut", "high_cut", "n"))


def test_profile(tables: Tables, oracle: Graded) -> None:
    table = tables["profile"].with_columns(
        scope_value=pl.when(pl.col("scope") == "bank").then(pl.lit("")).otherwise("scope_value")
    )
    keys = ["grid", "cell", "scope", "scope_value", "indicator"]
    assert not differences(table, oracle.profile, keys, ("n", "ratio", "median", "p25", "p75"))


def test_gap_within(tables: Tables, oracle: Graded) -> None:
    columns = ("low_n", "high_n", "gap", "effect", "status")
    assert not differences(tables["gap_within"], oracle.gap_within, ["branch", "indicator"], columns)
    enough = {key: row for key, row in oracle.gap_within.items() if row["status"] == "OK"}
    table = tables["gap_within"].filter(pl.col("status") == "OK")
    assert not differences(table, enough, ["branch", "indicator"], ("low_median", "high_median"))


def test_gap_across(tables: Tables, oracle: Graded) -> None:
    table = tables["gap_across"].filter(pl.col("n") > 0)
    columns = ("n", "median", "best_branch", "best_median", "bank_median", "gap_to_best", "gap_to_bank", "status")
    assert not differences(table, oracle.gap_across, ["grid", "cell", "indicator", "branch"], columns)


def test_views(tables: Tables, oracle: Graded) -> None:
    named = tables["views"].filter(pl.col("key1").is_not_null() | (pl.col("view") == "bank"))
    columns = ("n", "placed", "counted", *SUMS, "raroc", "tier_a", "tier_b", "tier_c", "tier_d")
    assert not differences(named, oracle.views, ["view", "key1", "key2"], columns)


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
        assert found == expected[relation], relation


def test_faults_are_found_where_they_were_planted(tables: Tables) -> None:
    faults = [fault for fault in maker().planted(PERIOD)["faults"] if fault["sheet"] and fault["column"]]
    whole_row = {"contradicting_duplicate", "member_of_two_groups", "orphan"}
    found = set(tables["findings"].select("kind", "sheet", "cell").iter_rows())
    for fault in faults:
        if fault["outcome"] == "rejected" and fault["fault"] not in whole_row:
            assert ("rejected", fault["sheet"], fault["cell"]) in found, fault
        if fault["fault"] in REPAIRED:
            assert ("repaired", fault["sheet"], fault["cell"]) in found, fault
