"""One invented result a language, shared by the tests that only read it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from openpyxl import Workbook

from ninegrid.report.book import build_workbook, write_workbook
from ninegrid.result import Result
from tests.report import way_bank
from tests.report.invented import invented_result
from tests.report.talent import talent_result


def written(result: Result, path: Path) -> Path:
    write_workbook(result, path)
    return path


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


@pytest.fixture(scope="session")
def file(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole workbook as it is written."""
    return written(result, tmp_path_factory.mktemp("file") / "客户-graded.xlsx")


@pytest.fixture(scope="session")
def english_workbook(english: Result) -> Workbook:
    """The whole English workbook in memory."""
    return build_workbook(english)


@pytest.fixture(scope="session")
def talent(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return talent_result(tmp_path_factory.mktemp("talent"))


@pytest.fixture(scope="session")
def talent_workbook(talent: Result) -> Workbook:
    """The whole talent workbook in memory."""
    return build_workbook(talent)


@pytest.fixture(scope="session")
def talent_file(talent: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole talent workbook as it is written."""
    return written(talent, tmp_path_factory.mktemp("file") / "talent.xlsx")


@pytest.fixture(scope="session")
def english_talent_workbook(talent: Result) -> Workbook:
    """The whole English talent workbook in memory."""
    return build_workbook(dataclasses.replace(talent, lang="en"))


@pytest.fixture(scope="session")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A small bank with ways up, graded for real."""
    return way_bank.graded(tmp_path_factory.mktemp("ways"))


@pytest.fixture(scope="session")
def ways_file(ways: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its whole workbook as it is written."""
    return written(ways, tmp_path_factory.mktemp("file") / "ways.xlsx")


@pytest.fixture(scope="session")
def ways_workbook(ways: Result) -> Workbook:
    """Its whole workbook in memory."""
    return build_workbook(ways)
