"""Invented moves since the period before: where every subject of a result stood, and warnings to go with them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import polars as pl

from ninegrid.policy import Grid, Policy

BEFORE, NOW = "2026-09", "2026-10"


def moves(tables: dict[str, pl.DataFrame], policy: Policy) -> list[dict[str, Any]]:
    """Rows of the table migration: most stay, some move a level or two, a few come, go, are refused or have no cell."""
    rng = random.Random(4)
    rows = []
    for grid in policy.grids:
        table = tables[grid.over]
        weights = table["total_income"] if "total_income" in table.columns else [None] * table.height
        for subject, cell, weight in zip(table[table.columns[0]], table[grid.cell], weights, strict=True):
            rows.append({"grid": grid.key, **_move(rng, grid, table.columns[0], subject, cell, weight)})
        rows += [{"grid": grid.key, **row} for row in _gone(rng, grid, bool(policy.totals.weight))]
    return [{"from_period": BEFORE, "to_period": NOW} | row for row in rows]


def _move(rng: random.Random, grid: Grid, key: str, subject: str, cell: str | None, weight: float | None) -> Any:
    row = {"subject_id": subject, "from_cell": None, "to_cell": cell, "to_weight": weight}
    if rng.random() < 0.03:
        return row | {"cause": "NEW"}
    then = {"from_weight": None if weight is None else weight * rng.uniform(0.7, 1.3)}
    if cell is None or rng.random() < 0.02:
        return row | then | {"cause": "UNPLACED", "from_cell": None if cell else grid.cells[3].id}
    levels = int(cell[1]), int(cell[3])
    before = [min(3, max(1, level + rng.choice((0, 0, 0, 0, 0, 0, 1, -1)))) for level in levels]
    delta = [level - old for level, old in zip(levels, before, strict=True)]
    parts, causes = _parts(rng, delta, f"{key.removesuffix('_id').upper()}_MOVED")
    moved = {"from_cell": grid.cell_id(*before), "delta_axis1": delta[0], "delta_axis2": delta[1]}
    return row | then | moved | parts | {"cause": "+".join(causes) or "STAYED"}


def _parts(rng: random.Random, delta: list[int], own: str) -> tuple[dict[str, int], list[str]]:
    """The delta of each axis as the sum of its parts: nearly always the own move, now and then the cuts', or both."""
    parts, causes = {}, []
    for axis, levels in enumerate(delta, 1):
        chance = rng.random()
        cuts = levels if chance < 0.15 else 1 if chance > 0.98 else 0
        parts |= {f"own_axis{axis}": levels - cuts, f"cuts_axis{axis}": cuts, f"policy_axis{axis}": 0}
        causes += [own] * (levels != cuts) + ["CUTS_MOVED"] * (cuts != 0)
    return parts, sorted(set(causes), key=["CUTS_MOVED"].count)


def _gone(rng: random.Random, grid: Grid, weighed: bool) -> Iterator[dict[str, Any]]:
    for number in range(7):
        cell = rng.choice(grid.cells).id
        cause = "REJECTED" if number == 0 else "GONE"
        weight = 1e6 * rng.uniform(1, 9) if weighed else None
        yield {"subject_id": f"gone{number}", "from_cell": cell, "cause": cause, "from_weight": weight}


def held_back(customers: pl.DataFrame) -> list[dict[str, Any]]:
    """A few moves the dead-band prevented, on both axes of the value grid."""
    ids = customers["customer_id"].head(6)
    return [
        {"subject_id": subject, "grid": "value", "official_level": 2, "raw_level": 1}
        | (
            {"axis": "raroc", "figure": 0.105, "passed_cut": 0.11, "dead_band": 0.012}
            if at % 2
            else {"axis": "total_income", "figure": 3.05e6, "passed_cut": 3.2e6, "dead_band": 2.4e5}
        )
        for at, subject in enumerate(ids)
    ]


def warned(customers: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Some forty warnings of every severity, each with a figure of another metric; one without an owner."""
    rng, due = random.Random(6), {"red": 7, "orange": 30, "yellow": 90}
    severity = {rule.rule: rule.severity for rule in policy.warning_rules}
    known = customers.drop_nulls("value_cell").gather_every(7)
    rows = []
    for at, row in enumerate(known.iter_rows(named=True)):
        rule = rng.choice(policy.warning_rules)
        metric = rule.metric or rng.choice(
            ("loan_spread", "credit_cost", "total_income", "deposit_avg", "exposure_yield")
        )
        size = {"total_income": 3e6, "deposit_avg": 4e7}.get(metric, 0.02)
        rows.append(
            {
                "subject_id": row["customer_id"],
                "severity": severity[rule.rule],
                "cause": rule.rule,
                "metric": metric,
                "before": size * rng.uniform(1, 2),
                "after": size * rng.uniform(0.2, 1) * (-1 if rule.rule == "raroc_negative" else 1),
                "owner": row["relationship_manager"] if at else None,
                "due": dt.date(2026, 10, 31) + dt.timedelta(due[severity[rule.rule]]),
                "from_cell": "I2R3",
                "to_cell": row["value_cell"],
                "also": "entered_lowest;growing_apart" if at % 5 == 0 else None,
            }
        )
    return pl.DataFrame(rows)
