"""The engines that hold some customers at a time against the oracle: grading, way up and laws, value by value."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pytest

from ninegrid.model.period import Period
from tests.oracle.by_engine import IN_PARTS, graded_by
from tests.oracle.customers import Graded, grade
from tests.oracle.in_memory import inputs_of
from tests.oracle.made.test_way_up import POLICY, differences
from tests.oracle.made_customers import population
from tests.oracle.tables_agree import customers_agree
from tests.oracle.test_laws import misplaced, not_adding_up, not_finite

PERIOD, SEED = Period.parse("2026-10"), 17
Made = tuple[Mapping[str, pl.DataFrame], Graded]


@pytest.fixture(scope="module", params=IN_PARTS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    truth = {**population(SEED), "institutions": []}
    tables = graded_by(request.param, inputs_of("customers", truth, PERIOD), POLICY, tmp_path_factory.mktemp("parts"))
    return tables, grade(truth, PERIOD.end)


def test_every_table_of_grading(made: Made) -> None:
    assert not customers_agree(*made)


def test_every_way_up(made: Made) -> None:
    assert not differences(*made)


def test_the_laws_hold(made: Made) -> None:
    tables, _ = made
    assert not misplaced(tables["customers"], POLICY)
    assert not not_adding_up(tables, "customers", POLICY)
    assert not not_finite(tables)
