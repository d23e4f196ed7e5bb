"""Headers that may mean a column are taken where the cells say that they do, and only proposed where they don't."""

from __future__ import annotations

import pytest

from ninegrid.intake.headers.matching import plain_vocabulary
from ninegrid.intake.headers.recognise import recognise
from ninegrid.resources import relation

WORDS = [plain_vocabulary(relation("customers"))]
EMPLOYEES = [plain_vocabulary(relation("employees"))]
ROWS = range(1, 7)


def meanings(columns: dict[str, list[object]]) -> dict[str, str]:
    """By header, the column it is certain to be."""
    rows = [[str(cell) for cell in row] for row in zip(*columns.values(), strict=True)]
    layout = recognise([[*columns], *rows], WORDS, "a.csv", thin=True)
    return {f.header: f.name for f in layout.blocks[0].fields} if layout else {}


@pytest.mark.parametrize(
    ("names", "told"),
    [([f"Firm {n} Ltd" for n in ROWS], "customer_id"), ([f"Firm {n % 2} Ltd" for n in ROWS], None)],
)
def test_ids_are_the_subjects_where_each_has_a_name_of_its_own(names: list[str], told: str | None) -> None:
    of = meanings({"Relationship ID": [f"R{n}" for n in ROWS], "Relationship Name": names, "Total income": [*ROWS]})
    assert of.get("Relationship ID") == told


@pytest.mark.parametrize(("off", "told"), [(0.0, "raroc"), (0.05, None)])
def test_a_return_on_capital_is_the_one_that_its_parts_make(off: float, told: str | None) -> None:
    rorac = [round(0.75 * (n * 10 - n) / (50 + n) * 100 * (1 + off * (n == 3)), 4) for n in ROWS]
    parts = {
        "NII": [n * 8 for n in ROWS],
        "Fee income": [*ROWS],
        "Other income": [*ROWS],
        "Opex": [0.6 * n for n in ROWS],
    }
    parts |= {"EL": [0.4 * n for n in ROWS], "EC": [50 + n for n in ROWS]}
    of = meanings({"Customer ID": [f"C{n}" for n in ROWS], **parts, "RoRAC (%)": rorac})
    assert of.get("RoRAC (%)") == told


@pytest.mark.parametrize(
    ("used", "told"),
    [([n * 300 for n in ROWS], "credit_used"), ([n * 900 for n in ROWS], None), ([n * 15 for n in ROWS], None)],
)
def test_what_is_drawn_are_amounts_below_the_limit_and_no_rates(used: list[int], told: str | None) -> None:
    of = meanings({"Customer ID": [f"C{n}" for n in ROWS], "Credit limit": [n * 500 for n in ROWS], "Drawn": used})
    assert of.get("Drawn") == told


PARTS = {"Customer ID": [f"C{n}" for n in ROWS], "Total income": [*ROWS]}


@pytest.mark.parametrize("header", ["二级分行", "经营单位"])
def test_what_names_the_parts_of_a_branch_is_the_level_below_it(header: str) -> None:
    branches = [f"省{n % 2}分行" for n in ROWS]
    assert meanings(PARTS | {"一级分行": branches, header: [f"市{n}" for n in ROWS]}).get(header) == "sub_branch"
    for others in (branches, [f"市{n // 3}" for n in ROWS]):  # the same ones, and ones that have several
        assert header not in meanings(PARTS | {"一级分行": branches, header: others})


def test_a_second_level_branch_without_a_first_is_the_branch() -> None:
    found = meanings(PARTS | {"所在二级分行": [f"市{n}分行" for n in ROWS], "经营单位": [f"城{n}支行" for n in ROWS]})
    assert (found["所在二级分行"], found["经营单位"]) == ("branch", "sub_branch")


def test_of_a_limit_in_all_and_one_of_exposures_the_first_is_the_limit() -> None:
    found = meanings(PARTS | {"授信总额度": [n * 500 for n in ROWS], "敞口额度": [n * 300 for n in ROWS]})
    assert found["授信总额度"] == "credit_limit"
    assert "敞口额度" not in found
    assert meanings(PARTS | {"敞口额度": [n * 300 for n in ROWS]})["敞口额度"] == "credit_limit"


def test_a_total_in_two_languages_that_may_be_income_is_where_its_parts_add_up() -> None:
    parts = {"NII": [n * 8 for n in ROWS], "Fee income": [*ROWS], "Other income": [*ROWS]}
    header = "营业收入 Operating Income"
    ids = {"Customer ID": PARTS["Customer ID"], "EC": [*ROWS]}
    assert meanings(ids | parts | {header: [n * 10 for n in ROWS]})[header] == "total_income"
    assert header not in meanings(ids | parts | {header: [n * 30 for n in ROWS]})


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ([f"示例{c}" for c in "甲乙丙丁戊己"], "name"),
        (["专员", "专员", "经理", "经理", "主管", "主管"], None),
        ([f"A{n}" for n in ROWS], None),
    ],
)
def test_a_column_called_employee_holds_names_where_each_id_has_its_own(texts: list[str], told: str | None) -> None:
    columns: dict[str, list[object]] = {
        "工号": [f"E{n}" for n in ROWS],
        "员工": [*texts],
        "部门": ["一部"] * 6,
        "绩效": ["A"] * 6,
    }
    layout = recognise(
        [[*columns], *([*map(str, row)] for row in zip(*columns.values(), strict=True))], EMPLOYEES, "a.csv"
    )
    assert layout is not None
    assert {f.header: f.name for f in layout.blocks[0].fields}.get("员工") == told


TWO_PARTS = {"客户号": [f"C{n}" for n in ROWS], "净利息收入": [n * 8 for n in ROWS], "中收": [n * 2 for n in ROWS]}


@pytest.mark.parametrize(
    ("others", "told"),
    [([n * 3 for n in ROWS], "other_income"), ([n * 4 for n in ROWS], None), ([0 for _ in ROWS], None)],
)
def test_what_the_other_parts_leave_of_the_income_is_the_other_income(others: list[int], told: str | None) -> None:
    total = {"收入合计": [n * 10 + (n * 3 if told else 0) for n in ROWS], "经济资本": [*ROWS]}
    assert meanings(TWO_PARTS | {"其他": others} | total).get("其他") == told


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (["2026-10-31"] * 6, "period"),
        (["20261031"] * 6, "period"),
        (["2026-10-15"] * 6, None),
        (["2026-10-31"] * 5 + ["2026-09-30"], None),
        (["202610"] * 6, None),
    ],
)
def test_one_last_day_of_a_month_in_all_rows_is_what_the_figures_are_of(days: list[str], told: str | None) -> None:
    assert meanings(PARTS | {"STAT_DT": days}).get("STAT_DT") == told


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ([f"2019-0{n}-15" for n in ROWS], "opened_on"),
        (["2026-10-15"] * 6, None),
        ([f"Mr. {n}" for n in ROWS], None),
    ],
)
def test_days_of_which_each_subject_has_its_own_are_when_it_came(days: list[str], told: str | None) -> None:
    assert meanings(PARTS | {"Onboarding": days}).get("Onboarding") == told
