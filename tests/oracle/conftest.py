"""The last month and the last quarter of the sample graded by the engine, and the month the long way."""

from __future__ import annotations

import pytest

from ninegrid.model.period import Period
from ninegrid.pipeline import grade_files
from ninegrid.result import Result

from .customers import Graded, grade
from .sample import SAMPLE_DATA, maker

PERIOD = "2026-10"
FILES = SAMPLE_DATA / "customers"


@pytest.fixture(scope="session")
def result() -> Result:
    return grade_files("customers", [FILES / f"对公客户_{PERIOD}.xlsx", FILES / "财报.csv"])


@pytest.fixture(scope="session")
def talent_result() -> Result:
    return grade_files("talent", [SAMPLE_DATA / "talent" / "人才盘点_2026Q3.xlsx"])


@pytest.fixture(scope="session")
def oracle() -> Graded:
    return grade(maker().truth(PERIOD), Period.parse(PERIOD).end)
