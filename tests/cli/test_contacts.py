"""A file of contacts beside the customers: who was seen in time, and the sheet 覆盖, which is not there without."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from tests.cli.conftest import Grade


@pytest.mark.thorough
@pytest.mark.whole_workbook
@pytest.mark.sheets("coverage")
def test_contacts_tell_who_was_seen(grade: Grade, export: Path) -> None:
    known = ("--tables", "t", "--lang", "zh", "--quiet", "--out", "one.xlsx")
    assert grade("customers", export, *known) == 0
    table = pl.read_parquet("t/coverage.parquet")
    assert table["state"].unique().to_list() == [None]  # without contacts only ORPHAN is known
    assert "覆盖" not in load_workbook("one.xlsx").sheetnames
    first, second = table["subject_id"][:2]
    rows = [f"{first},2026-10-20", f"{second},2025-01-01"]
    Path("走访.csv").write_text("\n".join(["客户号,走访日期", *rows]), encoding="utf-8")
    assert grade("customers", export, "走访.csv", *known) == 0
    states = dict(pl.read_parquet("t/coverage.parquet").select("subject_id", "state").iter_rows())
    assert (states[first], states[second]) == ("COVERED", "LATE")
    assert set(states.values()) == {"COVERED", "LATE", "NEVER"}
    texts = [cell.value for row in load_workbook("one.xlsx")["覆盖"].iter_rows() for cell in row if cell.value]
    assert {"已覆盖", "超期", "从未走访", "无人管户"} <= set(texts)


def test_a_contact_with_nobody_known_is_refused_at_its_cell(grade: Grade, export: Path) -> None:
    rows = ["客户号,走访日期", "999999,2026-10-20", *(f"{number:06},2026-10-20" for number in range(1, 31))]
    Path("走访.csv").write_text("\n".join(rows), encoding="utf-8")
    assert grade("customers", export, "走访.csv", "--max-rejected", "90%", "--tables", "t", "--quiet") == 0
    found = pl.read_parquet("t/findings.parquet").filter(pl.col("value") == "999999")
    assert found.select("file", "cell", "kind").rows() == [("走访.csv", "L2C1", "rejected")]
