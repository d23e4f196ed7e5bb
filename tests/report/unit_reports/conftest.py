"""A small bank and a company that are taken apart, and two of the bank's parts."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import polars as pl
import pytest

from ninegrid.options import Options
from ninegrid.pipeline import grade_files
from ninegrid.report.division import members, unit_column
from ninegrid.report.unit_reports import part
from ninegrid.result import Result
from ninegrid.subjects.registry import SUBJECTS
from tests.small_bank import EAST, WEST, customers, write

SAMPLES = Path(__file__).parents[3] / "sample_data"


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("bank")
    few = folder / "few_groups.toml"
    few.write_text("[parameters]\nfewest_groups = 1\n", encoding="utf-8")
    return grade_files("customers", [write(folder / "客户_2026-10.csv", customers())], Options(policy=few))


@pytest.fixture(scope="session")
def east(bank: Result) -> Result:
    return part(bank, EAST)


@pytest.fixture(scope="session")
def west(bank: Result) -> Result:
    return part(bank, WEST)


@pytest.fixture(scope="session")
def company(talent: Result) -> Result:
    return talent


@pytest.fixture(scope="session")
def sample() -> Result:
    files = ("customers/对公客户_2026-10.xlsx", "customers/财报.csv")
    return grade_files("customers", [SAMPLES / name for name in files])


def main(result: Result) -> pl.DataFrame:
    return result.tables[SUBJECTS[result.subject].table]


def without_heads(result: Result) -> Result:
    """The result under a policy that doesn't say who manages whom."""
    policy = result.policy
    privacy = dataclasses.replace(policy.privacy, manager="")
    return dataclasses.replace(result, policy=dataclasses.replace(policy, privacy=privacy))


def unit_names(result: Result) -> list[str]:
    """The units of a result by the policy's column."""
    return [unit.unit.value for unit in members(result, unit_column(result.policy))]
