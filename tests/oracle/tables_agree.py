"""Where the engine's tables and the oracle's differ: a line for each row or value, none where all agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from .agreement import differences
from .customers import Graded
from .indicators import INDICATORS

CUSTOMER_COLUMNS = (
    "customer_name", "branch", "sub_branch", "industry", "scale", "relationship_manager", "group_id", "group_name",
    "total_income", "rani", "economic_capital", "ec_method", "el_method", "raroc", "raroc_status", "eva",
    "value_income_level", "value_raroc_level", "value_cell", "bank_growth", "bank_growth_status",
    "customer_growth", "customer_growth_status", "growth_bank_level", "growth_customer_level", "growth_cell",
    "growth_consistency", "group_total_income", "group_raroc", "group_value_cell", "tier", "strategy", "strategy_rule",
)  # fmt: skip
SUMS = ("total_income", "rani", "economic_capital", "eva", "deposit_avg", "loan_avg")
_TIERS = ("tier_a", "tier_b", "tier_c", "tier_d")
Tables = Mapping[str, pl.DataFrame]
Compared = Callable[[Tables, Graded], Iterator[str]]


def customers_agree(tables: Tables, oracle: Graded) -> list[str]:
    """Every table of grading customers against the oracle's."""
    return [f"{rows.__name__}: {line}" for rows in EACH for line in rows(tables, oracle)]


def customer_rows(tables: Tables, oracle: Graded) -> Iterator[str]:
    """Every column of the list that is defined, the indicators, and why anybody is unplaced."""
    columns = (*CUSTOMER_COLUMNS, *INDICATORS, "unplaced_reason")
    yield from differences(tables["customers"], oracle.customers, ["customer_id"], columns)


def group_rows(tables: Tables, oracle: Graded) -> Iterator[str]:
    """Groups: sums over who counts, status and cell."""
    columns = ("group_name", "members", "counted", *SUMS, "raroc", "raroc_status", "group_value_cell")
    yield from differences(tables["groups"], oracle.groups, ["group_id"], columns)


def income_cuts(tables: Tables, oracle: Graded) -> Iterator[str]:
    """The cuts of income by scale."""
    known = {
        peer or "all": {"low_cut": low, "high_cut": high, "n": n} for peer, ((low, high), n, _) in oracle.cuts.items()
    }
    by_scale = (pl.col("grid") == "value") & (pl.col("axis") == "total_income")
    yield from differences(tables["cuts"].filter(by_scale), known, ["peer_group"], ("low_cut", "high_cut", "n"))


def profile_rows(tables: Tables, oracle: Graded) -> Iterator[str]:
    """Profiles of every grid, scope and indicator."""
    bank = pl.when(pl.col("scope") == "bank").then(pl.lit("")).otherwise("scope_value")
    table = tables["profile"].with_columns(scope_value=bank)
    keys = ["grid", "cell", "scope", "scope_value", "indicator"]
    yield from differences(table, oracle.profile, keys, ("n", "ratio", "median", "p25", "p75"))


def within_rows(tables: Tables, oracle: Graded) -> Iterator[str]:
    """Gaps within a branch."""
    columns = ("low_n", "high_n", "gap", "effect", "status")
    yield from differences(tables["gap_within"], oracle.gap_within, ["branch", "indicator"], columns)
    enough = {key: row for key, row in oracle.gap_within.items() if row["status"] == "OK"}
    table = tables["gap_within"].filter(pl.col("status") == "OK")
    yield from differences(table, enough, ["branch", "indicator"], ("low_median", "high_median"))


def across_rows(tables: Tables, oracle: Graded) -> Iterator[str]:
    """Gaps across branches."""
    table = tables["gap_across"].filter(pl.col("n") > 0)
    columns = ("n", "median", "best_branch", "best_median", "bank_median", "gap_to_best", "gap_to_bank", "status")
    yield from differences(table, oracle.gap_across, ["grid", "cell", "indicator", "branch"], columns)


def view_rows(tables: Tables, oracle: Graded) -> Iterator[str]:
    """Views: counts, sums over who counts, RAROC, tiers."""
    named = tables["views"].filter(pl.col("key1").is_not_null() | (pl.col("view") == "bank"))
    columns = ("n", "placed", "counted", *SUMS, "raroc", *_TIERS)
    yield from differences(named, oracle.views, ["view", "key1", "key2"], columns)


EACH: tuple[Compared, ...] = (
    customer_rows, group_rows, income_cuts, profile_rows, within_rows, across_rows, view_rows,
)  # fmt: skip
