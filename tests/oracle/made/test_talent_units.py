"""Made companies: a department's own book has its people without its head, and counts nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.pipeline import grade_files
from ninegrid.report.unit_reports import part
from tests.oracle.agreement import differences
from tests.oracle.made import MADE
from tests.oracle.made_talent import DEPARTMENTS, PERIOD, population
from tests.oracle.talent import grade
from tests.oracle.talent_unit import counts, own
from tests.test_form_of_inputs import files_of

END = Period.parse(PERIOD)
COLUMNS = ("cell", "tier", "performance_score", "potential_score", "unplaced_reason")


@pytest.mark.thorough
@pytest.mark.parametrize("seed", MADE[:5])
def test_each_departments_own_book(seed: int, tmp_path: Path) -> None:
    truth = population(seed)
    truth["ratings"] = [row for row in truth["ratings"] if not isinstance(row["score"], str)]
    truth["kpis"] = [row for row in truth["kpis"] if None not in (row["target"], row["actual"])]  # else refused
    result = grade_files("talent", files_of(tmp_path, truth), Options(period=END, max_rejected=1, allow_unused=True))
    people = grade(truth, END.end).employees
    led = 0
    for department in filter(None, DEPARTMENTS):
        expected, tables = own(people, department), part(result, department).tables
        assert not differences(tables["employees"], expected, ["employee_id"], COLUMNS), department
        told = counts(expected.values())
        views = tables["views"].filter(view="department")
        assert not differences(views, {"department": told}, ["view"], told), department
        led += len(expected) < sum(row["department"] == department for row in people.values())
    assert led
