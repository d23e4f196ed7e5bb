"""One invented result a language, shared by the tests that only read it."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from ninegrid.result import Result
from ninegrid.workbook.book import build_workbook
from tests.workbook.invented import invented_result


@pytest.fixture(scope="session")
def result() -> Result:
    return invented_result("zh")


@pytest.fixture(scope="session")
def english() -> Result:
    return invented_result("en")


@pytest.fixture(scope="session")
def workbook(result: Result) -> Workbook:
    """The whole workbook in memory, as it is before it is saved."""
    return build_workbook(result)
