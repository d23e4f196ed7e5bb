"""Made populations from files, amounts from a fen to the largest, many of them alike: engine against oracle."""

from __future__ import annotations

import math
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ninegrid.model.period import Period
from tests.oracle.customers import grade
from tests.oracle.made import MADE
from tests.oracle.made_customers import population
from tests.oracle.tables_agree import customers_agree
from tests.test_form_of_inputs import Truth, _graded, _money, files_of

END = Period.parse("2026-10").end
FACTORS, LARGEST, USUAL = (1, 1, 1e-6, 1e-3, 1e6, 0.0), 9e14, 1_000_000


def _extreme(seed: int) -> Truth:
    """A population whose customers' amounts are all larger, smaller or nothing; in one of three many earn the same."""
    rng, truth = random.Random(seed), population(seed)
    for name in ("customers", "statements", "income_history"):
        for row in truth[name]:
            by = rng.choice(FACTORS)
            row |= {c: _amount(row[c] * by) for c in _money(name) if row.get(c) is not None}
    if seed % 3 == 0:
        for row in truth["customers"]:
            row["total_income"] = Decimal(USUAL) if rng.random() < 0.7 else row["total_income"]
    return truth


def _amount(value: float) -> Decimal:
    return Decimal(f"{math.copysign(min(abs(value), LARGEST), value):.2f}")


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


@pytest.mark.thorough
@pytest.mark.parametrize("seed", MADE[:6])
def test_every_figure_from_files_agrees_and_is_finite(seed: int, tmp_path: Path) -> None:
    truth = _extreme(seed)
    tables = _graded(files_of(tmp_path, truth))
    numbers = {name: [{c: _number(v) for c, v in row.items()} for row in rows] for name, rows in truth.items()}
    assert not customers_agree(tables, grade(numbers, END))
    for name, table in tables.items():
        floats = table.select(pl.col(pl.Float64))
        assert floats.width == 0 or floats.select(pl.all_horizontal(pl.all().is_finite().all())).item(), name
