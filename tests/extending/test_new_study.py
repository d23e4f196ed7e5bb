"""A further study: its room with a `study.py`, its report, and its table in `results.toml`."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import customer, write_customers
from tests.extending.content_copy import copied

STUDY = '''
"""How many customers each branch has, as a study."""

from __future__ import annotations

from ninegrid.model.result_tables import result_table
from ninegrid.model.study import Answer, Asked, Study


def _answer(asked: Asked) -> Answer:
    import polars as pl

    heads = asked.stored["customers"].group_by("branch").agg(n=pl.len()).sort("branch")
    rows = heads.cast(dict(result_table("heads").schema()))
    return Answer({"heads": rows}, pl.DataFrame(schema=result_table("findings").schema(without=("run_id",))))


STUDY = Study(
    name="count",
    subject="customers",
    relations=(),
    stored=("customers",),
    answer=_answer,
    help={"zh": "每个机构有多少客户。", "en": "How many customers each branch has."},
)
'''
TABLE = """
[tables.heads]
subjects = ["count"]
zh = "客户数"
en = "Heads"
note = "A row a branch."
part = "left_out"
types = { branch = "text" }
columns = ["branch", "n"]
"""
REPORT = """
[[sheets]]
key = "heads"
zh = "客户数"
en = "Heads"
kind = "tables"
[[sheets.tables]]
key = "heads"
zh = "客户数"
en = "Heads"
table = "heads"
columns = ["branch", "n"]
"""


@pytest.mark.thorough
def test_it_is_a_command_that_answers(tmp_path: Path) -> None:
    program = copied(tmp_path / "program")
    program.add("heads/__init__.py", '"""Heads."""\n')
    program.add("heads/study.py", STUDY)
    program.add("pipelines/report/count.toml", REPORT)
    program.append("schemas/results.toml", TABLE)
    write_customers(tmp_path / "客户_202610.xlsx", [customer(i, 60.0 + 10 * i) for i in range(1, 11)])
    graded, asked = program.grade(tmp_path, "customers 客户_202610.xlsx", "count --tables told --out heads.xlsx")
    assert graded.code == asked.code == 0, (graded, asked)
    assert pl.read_parquet(tmp_path / "told" / "heads.parquet")["n"].sum() == 10
    assert (tmp_path / "heads.xlsx").exists()
