"""The page of one customer alone: its values, from the database, and nobody else's figures in the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from ninegrid.model.errors import UsageError
from ninegrid.portrait import portrait
from ninegrid.result import Result
from ninegrid.store import ledger
from ninegrid.store.database import open_database

CUSTOMER = "00000042"


@pytest.fixture(scope="module")
def db(ways: Result, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("db") / "grade.duckdb")
    with open_database(path) as database, database.transaction():
        ledger.store_rows(database, ways)
        ledger.record(database, ways, [])
    return path


@pytest.fixture(scope="module")
def workbook(db: str) -> Workbook:
    """The file of one customer, read again."""
    return load_workbook(portrait(db, "customers", CUSTOMER, out=Path(db).with_name("visit.xlsx")))


def test_it_holds_the_customers_values(ways: Result, workbook: Workbook) -> None:
    assert workbook.sheetnames == ["客户画像", "试算"]
    page, row = workbook["客户画像"], ways.tables["customers"].filter(customer_id=CUSTOMER).row(0, named=True)
    assert page["C5"].value == f"{CUSTOMER}  {row['customer_name']}"
    assert not page.data_validations.dataValidation
    shown = {c.value for cells in page.iter_rows() for c in cells}
    assert row["raroc"] in shown
    assert set(ways.tables["leads"].filter(subject_id=CUSTOMER)["peers"]) & {
        str(value).partition(" · n")[0] for value in shown
    }


def test_nobody_else_is_in_the_file(ways: Result, workbook: Workbook) -> None:
    text = "\n".join(str(c.value) for s in workbook for row in s.iter_rows() for c in row if c.value is not None)
    others = ways.tables["customers"].filter(ways.tables["customers"]["customer_id"] != CUSTOMER)
    assert not [key for key in (*others["customer_id"], *others["customer_name"]) if key in text]


def test_it_speaks_the_language_asked_for(db: str, tmp_path: Path) -> None:
    workbook = load_workbook(portrait(db, "customers", CUSTOMER, out=tmp_path / "visit.xlsx", lang="en"))
    assert workbook.sheetnames == ["Portrait", "Try it"]


def test_an_unknown_customer_is_said_with_those_that_are_close(db: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="42 is not among") as refused:
        portrait(db, "customers", "42", out=tmp_path / "visit.xlsx")
    assert CUSTOMER in refused.value.hint
    assert not (tmp_path / "visit.xlsx").exists()
