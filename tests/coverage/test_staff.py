"""A manager whose number is not among the employees of the stored talent review leaves orphans."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from ninegrid.options import Options
from ninegrid.pipeline import run
from tests.few_sheets import only
from tests.report.way_bank import exports


@pytest.mark.thorough
def test_customers_of_a_manager_who_left_are_nobodys(tmp_path: Path) -> None:
    customers, statements = exports(tmp_path)
    table = pl.read_csv(customers, schema_overrides={"customer_id": pl.String})
    number = pl.format("E{}", pl.col("relationship_manager").str.tail(1))
    table.with_columns(relationship_manager_id=number).write_csv(customers)
    people = [f"E{n},甲{n},公司部,{60 + n * 5},{70 + n * 3}" for n in range(6)]  # E6 is no employee any more
    roster = tmp_path / "员工_2026Q3.csv"
    roster.write_text("\n".join(["员工号,姓名,部门,绩效得分(百分制),潜力得分(百分制)", *people]), encoding="utf-8")
    db = str(tmp_path / "bank.duckdb")
    with only():
        run("talent", [roster], Options(db=db, out=tmp_path / "t.xlsx"))
        result = run("customers", [customers, statements], Options(db=db, out=tmp_path / "c.xlsx")).result
    assert set(result.tables["coverage"].filter(state="ORPHAN")["owner"]) == {"E6"}
