"""A further relation of customers: one schema file, and its name in `subject.py`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
from openpyxl import load_workbook

from tests.cli.conftest import customer, write_customers
from tests.extending.content_copy import copied

SCHEMA = '''
"""One row a visit to a customer."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from .fields import date, id_, text


class Visits(pa.DataFrameModel):
    """Visits."""

    customer_id: str = id_("客户编号", "Customer id", required=True, example="0001")
    visited_on: pl.Date = date("参访日期", "Visited on", required=True, example="2026-10-08")
    visitor: str = text("参访人", "Visited by", example="示例")

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "参访",
            "en": "Visits",
            "key": ("customer_id", "visited_on"),
            "parent": ("customers", "customer_id"),
        }
'''


def test_it_is_read_checked_and_stored(tmp_path: Path) -> None:
    program = copied(tmp_path / "program")
    program.add("schemas/visits.py", SCHEMA)
    program.replace("subjects/customers/subject.py", '"contacts"),', '"contacts", "visits"),')
    write_customers(tmp_path / "客户_202610.xlsx", [customer(i, 60.0 + 10 * i) for i in range(1, 11)])
    (tmp_path / "参访.csv").write_text(
        "客户编号,参访日期,参访人\n000001,2026-10-08,甲\n000002,昨天,乙\n", encoding="utf-8"
    )
    graded, form = program.grade(
        tmp_path,
        "customers 客户_202610.xlsx 参访.csv --max-rejected 50%",
        "template customers --out form.xlsx --lang zh",
    )
    assert graded.code == form.code == 0, (graded, form)
    with duckdb.connect(str(tmp_path / "grade.duckdb"), read_only=True) as database:
        assert database.sql("SELECT customer_id, visitor FROM input.visits").fetchall() == [("000001", "甲")]
        ((cell, value),) = database.sql("SELECT cell, value FROM findings WHERE file = '参访.csv'").fetchall()
        assert (cell, value) == ("L3C2", "昨天")
    with closing(load_workbook(tmp_path / "form.xlsx", read_only=True)) as workbook:
        assert [cell.value for cell in next(workbook["参访"].iter_rows())] == ["客户编号", "参访日期", "参访人"]
    with closing(load_workbook(tmp_path / "客户_202610-graded.xlsx", read_only=True)) as workbook:
        read = {cell for row in workbook["读法"].iter_rows(values_only=True) for cell in row}
    assert {"参访.csv", "参访日期"} <= read
