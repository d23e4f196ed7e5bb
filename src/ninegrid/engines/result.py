"""The result of a run in parts: the tables that are held, the rows of long ones that a workbook shows."""

from __future__ import annotations

import polars as pl

from ninegrid.engines.grading import DESCRIBED, GradedInParts, grade_in_parts, groups_table
from ninegrid.engines.way_up import way_up_in_parts
from ninegrid.files.spill import RESULT, LongTable
from ninegrid.grid.parts import Parts, RowsInParts
from ninegrid.grid.past import Past
from ninegrid.grid.rebased import main_table
from ninegrid.grid.tables import Graded, describe
from ninegrid.improvement.leads import in_order
from ninegrid.model.steps import timed
from ninegrid.policy import Policy
from ninegrid.policy.order import ordered
from ninegrid.report.kit.list_writer import MAX_ROWS
from ninegrid.result import Result
from ninegrid.segments.rows import wanted_columns

LISTED = MAX_ROWS - 16
"""Rows of the list that a sheet takes, below what stands above them."""

_OF_SUBJECTS = ("years", "paths", "leads", "attribution", "opportunity")


def grade_in_store(checked: Result, past: Past) -> tuple[GradedInParts, Graded]:
    """What grading gives of inputs that are kept in parts; of tables that are too long to hold no rows."""
    assert checked.parts is not None
    parts, policy = checked.parts, checked.policy
    graded = grade_in_parts(checked.inputs, parts, policy, checked.period, past)
    with timed("describe"):
        tables = _tables(graded, parts, policy)
    return graded, Graded(tables, graded.findings, graded.notices, narrow=_narrow(parts, policy), moved=graded.moved)


def _narrow(parts: Parts, policy: Policy) -> pl.DataFrame | None:
    """What segments are made from, for a policy that has any."""
    if not policy.segments:
        return None
    rows = RowsInParts(parts, DESCRIBED)
    return rows.narrow(wanted_columns(policy, rows.columns))


def improve_in_store(compared: Result, graded: GradedInParts, past: Past) -> dict[str, pl.DataFrame]:
    """What the way up gives; and, in the place of tables too long to hold, the rows that a workbook shows."""
    assert compared.parts is not None
    parts, policy = compared.parts, compared.policy
    tables: dict[str, pl.DataFrame] = {}
    if policy.way.grid:
        with timed("way_up"):
            tables = way_up_in_parts(parts, graded.cuts, policy, past)
    with timed("shown"):
        return tables | _shown(parts, policy)


def _tables(graded: GradedInParts, parts: Parts, policy: Policy) -> dict[str, pl.DataFrame]:
    """The tables of grading, without rows those that are kept in parts."""
    empty = {name: long.scan().head(0).collect() for name, long in parts.tables(RESULT).items()}
    return {
        **describe(RowsInParts(parts, DESCRIBED), {"groups": graded.groups}, policy),
        "cuts": graded.cuts,
        "held_back": graded.held_back,
        "groups": groups_table(graded.groups, policy),
        **empty,
    }


def _shown(parts: Parts, policy: Policy) -> dict[str, pl.DataFrame]:
    """The rows of long tables that a workbook shows: a sheet's worth of the list, the ways of the most worth while."""
    long, main = parts.tables(RESULT), main_table(policy)
    led = _most_worth_while(long["leads"], policy) if "leads" in long else pl.Series([], dtype=pl.String)
    tables = {main: _listed(long[main], led, policy)}
    for name in _OF_SUBJECTS:
        if name in long:
            own = pl.col("subject_id").is_in(led.implode()) | _of_nobody(name)
            tables[name] = long[name].scan().filter(own).collect()
    if "leads" in tables:
        tables["leads"] = tables["leads"][in_order(tables["leads"])]
        tables["opportunity"] = tables["opportunity"].sort("scope", "scope_value", "metric")
    return tables


def _of_nobody(table: str) -> pl.Expr:
    """Whether a row is about no single customer."""
    about = {"opportunity": pl.col("subject_id").is_null(), "attribution": pl.col("scope") == "branch"}
    return about.get(table, pl.lit(False))


def _most_worth_while(leads: LongTable, policy: Policy) -> pl.Series:
    """The ids of the customers with the largest leads, as many as a workbook tells the ways of."""
    most = min(policy.way.most, LISTED)
    worth = leads.scan().select("subject_id", "counts", "expected_eva", "expected_income", "lever").collect()
    best = worth[in_order(worth).head(most * len(policy.levers))]
    return best["subject_id"].unique(maintain_order=True).head(most)


def _listed(customers: LongTable, led: pl.Series, policy: Policy) -> pl.DataFrame:
    """A sheet's worth of the list: the customers that come first in it, and those whose paths are shown."""
    cell, weight = policy.grid(policy.tiering.grid).cell, policy.totals.weight
    if customers.height <= LISTED:
        found = customers.scan().collect()
    else:
        narrow = customers.scan().select(policy.id, "tier", cell, weight).collect().sort(policy.id)
        others = narrow.filter(~pl.col(policy.id).is_in(led.implode()))
        first = ordered(others, ["tier", cell, f"-{weight}"], policy)[policy.id].head(LISTED - led.len())
        wanted = pl.concat([first, led])
        found = customers.scan().filter(pl.col(policy.id).is_in(wanted.implode())).collect()
    return ordered(found.sort(policy.id), ["tier", cell, f"-{weight}"], policy)
