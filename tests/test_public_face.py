"""The functions of the package are the verbs of the command line."""

from pathlib import Path

import polars as pl
import pytest

import ninegrid
from ninegrid.model.errors import InputError, UsageError
from tests.cli.conftest import customer, write_customers
from tests.few_sheets import only

pytestmark = pytest.mark.usefixtures("graded_alone")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write_customers(tmp_path / "客户_202610.xlsx", [customer(i, 60.0 + 10 * i) for i in range(1, 11)])


def test_grade_returns_the_tables_and_writes_nothing(export: Path) -> None:
    result = ninegrid.grade("customers", [str(export)])
    assert result.tables["customers"].height == 10
    assert [path.name for path in export.parent.iterdir()] == [export.name]


def test_grade_with_a_database_stores_what_explain_reads(export: Path, tmp_path: Path) -> None:
    db, out = tmp_path / "grade.duckdb", tmp_path / "graded.xlsx"
    with only("list"):
        result = ninegrid.grade("customers", [export], out=out, db=db)
    assert out.is_file()
    told = ninegrid.explain("customers", "000003", db=db)
    row = result.tables["customers"].row(by_predicate=pl.col("customer_id") == "000003", named=True)
    assert told.row["value_cell"] == row["value_cell"]


def test_check_reads_only(export: Path) -> None:
    assert ninegrid.check("customers", [export]).counts["accepted"] == 10


def test_a_period_may_be_text(export: Path) -> None:
    assert str(ninegrid.check("customers", [export], period="2026-09").period) == "2026-09"
    assert str(ninegrid.grade("customers", [export], period="2026-09").period) == "2026-09"
    with pytest.raises(UsageError, match="autumn"):
        ninegrid.check("customers", [export], period="autumn")


def test_an_error_carries_its_exit_code(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        ninegrid.check("customers", [tmp_path / "none.xlsx"])
    assert raised.value.exit_code == 3
