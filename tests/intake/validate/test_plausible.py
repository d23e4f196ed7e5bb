"""Amounts in a wrong unit stop a run, until a person says that they are right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from ninegrid import resources
from ninegrid.files.spill import LongTable
from ninegrid.grid.rows import Held
from ninegrid.intake.read import read_inputs
from ninegrid.intake.validate.plausible import accepted, doubted, implausible, refuse_implausible
from ninegrid.messages import say
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import Inputs
from ninegrid.pipeline import grade_files
from ninegrid.policy import Policy
from ninegrid.policy.expressions import expression
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import relations
from tests import small_bank

COLUMNS = {"总收入": 9, "营业费用": 10, "预期损失": 11, "经济资本": 12, "EAD": 15}
STOCKS = (13, 14)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return policy_for("customers", None)


def read(tmp_path: Path, factor: float = 1, *columns: int, most: int | None = None) -> Inputs:
    """The small bank with some columns (0-based) times a factor."""
    rows = small_bank.customers()[:most]
    for row in rows:
        for at in columns:
            row[at] = float(row[at]) * factor  # type: ignore[arg-type]
    return read_inputs([small_bank.write(tmp_path / "客户_202610.csv", rows)], relations("customers"))


def test_a_sound_export_is_plausible(tmp_path: Path, policy: Policy) -> None:
    assert implausible(read(tmp_path), policy) == []
    for most in (5, 2, 1):
        assert implausible(read(tmp_path, most=most), policy) == []


@pytest.mark.parametrize("most", [None, *(pytest.param(few, marks=pytest.mark.thorough) for few in (5, 2)), 1])
@pytest.mark.parametrize("factor", [1e4, 1e-4])
@pytest.mark.parametrize("columns", [*((at,) for at in COLUMNS.values()), STOCKS], ids=[*COLUMNS, "存贷款"])
def test_amounts_that_are_ten_thousand_times_off_are_seen(
    tmp_path: Path, policy: Policy, columns: tuple[int, ...], factor: float, most: int | None
) -> None:
    inputs = read(tmp_path, factor, *columns, most=most)
    broken = implausible(inputs, policy)
    assert broken
    assert all(3 <= abs(one.power) <= 5 for one in broken)
    with pytest.raises(InputError, match="IMPLAUSIBLE_SCALE") as refused:
        refuse_implausible(broken, inputs)
    assert refused.value.exit_code == 3
    assert "--accept" in refused.value.advice("zh")


def test_a_whole_export_in_another_unit_stops_for_the_income_of_its_customers(tmp_path: Path, policy: Policy) -> None:
    for factor in (1e-4, 1e4):
        inputs = read(tmp_path, factor, *COLUMNS.values(), *STOCKS)
        broken = implausible(inputs, policy)
        assert [(one.rule.key, abs(one.power)) for one in broken] == [("income_per_customer", 4)]
        with pytest.raises(InputError, match="IMPLAUSIBLE_SCALE") as refused:
            refuse_implausible(broken, inputs)
        assert '--map "总收入=total_income [单位]"' in refused.value.advice("zh")


def test_hundreds_of_small_customers_in_too_large_a_unit_stop(tmp_path: Path, policy: Policy) -> None:
    """A mean of 60,000 yuan under 万元 is 600 million a customer: a few may earn that, hundreds don't."""
    head = [*small_bank.HEADINGS[:9], "总收入(万元)"]
    for n, stops in ((199, False), (200, True)):
        rows = [[f"{at:06d}", *small_bank.customers()[0][1:9], 60_000 + at] for at in range(n)]
        inputs = read_inputs([small_bank.write(tmp_path / f"客户{n}_202610.csv", rows, head)], relations("customers"))
        assert [one.rule.key for one in implausible(inputs, policy)] == ["income_per_customer_of_many"] * stops
    with pytest.raises(InputError, match="200,000,000") as refused:
        refuse_implausible(implausible(inputs, policy), inputs)
    assert "表头写万元而数值是元" in say(refused.value.problem, "zh")
    assert "e+" not in say(refused.value.problem, "zh")


def test_of_a_few_customers_it_is_said(tmp_path: Path, policy: Policy) -> None:
    inputs = read(tmp_path, 1e-4, *COLUMNS.values(), *STOCKS, most=20)
    broken = implausible(inputs, policy)
    refuse_implausible(broken, inputs)
    assert len(doubted(broken, inputs)) == 1


def test_little_income_is_doubted_sooner_where_no_unit_is_written(tmp_path: Path, policy: Policy) -> None:
    head = list(small_bank.HEADINGS)
    rows = [[*row[:9], 4000 + at, *[""] * 6] for at, row in enumerate(small_bank.customers())]
    for unit, doubt in (("", True), ("(元)", False)):
        head[9] = f"总收入{unit}"
        path = small_bank.write(tmp_path / f"客户{doubt}_202610.csv", rows, head)
        assert bool(implausible(read_inputs([path], relations("customers")), policy)) is doubt, unit


def test_a_table_too_long_to_hold_is_looked_at_too(tmp_path: Path, policy: Policy) -> None:
    inputs = read(tmp_path, 1e4, 12)
    part = tmp_path / "0.parquet"
    inputs.tables["customers"].write_parquet(part)
    long = {"customers": LongTable([part], inputs.tables["customers"].height)}
    bare = replace(inputs, tables={})
    assert implausible(bare, policy, None, long) == implausible(inputs, policy)
    assert implausible(bare, policy) == []


def test_a_whole_export_is_seen_against_the_period_before(tmp_path: Path, policy: Policy) -> None:
    before = read(tmp_path).tables["customers"]
    now = read(tmp_path, 1e-4, *COLUMNS.values(), *STOCKS, most=5)
    broken = [one.rule.key for one in implausible(now, policy, Held(before.select("customer_id", "total_income")))]
    assert broken == ["income_before"]
    every = [one.rule.key for one in implausible(now, policy, Held(before))]
    assert {"income_before", "cost_before", "loss_before", "capital_before", "exposure_before"} <= set(every)
    assert implausible(read(tmp_path), policy, Held(before)) == []


def test_one_of_two_files_in_another_unit_is_named(tmp_path: Path, policy: Policy) -> None:
    rows = small_bank.customers()
    other = [list(row) for row in rows[30:]]
    for row in other:
        row[9] = float(row[9]) / 1e4  # type: ignore[arg-type]
    paths = [
        small_bank.write(tmp_path / "东_202610.csv", rows[:30]),
        small_bank.write(tmp_path / "西_202610.csv", other),
    ]
    inputs = read_inputs(paths, relations("customers"))
    assert {inputs.sheets[one.sheet].file.name for one in implausible(inputs, policy)} == {"西_202610.csv"}


def test_what_a_person_accepted_is_kept_with_the_reason(tmp_path: Path, policy: Policy) -> None:
    inputs = read(tmp_path, 1e4, 12)
    said, found = accepted(implausible(inputs, policy), inputs, "EC 含监管加点")
    assert all("EC 含监管加点" in say(told, "zh") for told in said)
    assert set(found["reason"]) == {"IMPLAUSIBLE_SCALE"}
    assert found["message"].to_list() == [say(told, inputs.lang) for told in said]


def test_the_rules_name_columns_that_there_are(policy: Policy) -> None:
    names = set(resources.relation("customers").names)
    for rule in policy.plausible:
        assert set(expression(rule.numerator).meta.root_names()) <= names
        assert set(expression(rule.denominator).meta.root_names()) <= names
        assert rule.low < rule.high


def test_columns_named_as_the_data_dictionary_names_them_are_in_yuan(tmp_path: Path) -> None:
    named = "customer_id,branch,industry,scale,total_income,operating_cost,expected_loss,economic_capital"
    rows = [f"{i:04d},甲,制造业,中型,{100 + i},30,10,300" for i in range(40)]
    path = tmp_path / "c.csv"
    path.write_text("\n".join([named, *rows]), encoding="utf-8")
    graded = grade_files("customers", [path])
    assert graded.counts["placed"] == 40
    assert "values.scale_unusual" in [notice.code for notice in graded.notices]
    path.write_text("\n".join([named.replace("total_income", "总收入"), *rows]), encoding="utf-8")
    with pytest.raises(InputError, match="IMPLAUSIBLE_SCALE"):
        grade_files("customers", [path])


@pytest.mark.parametrize(("unit", "broken"), [("(%)", []), ("", ["loss_before"])])
def test_a_ratio_read_the_other_way_than_a_month_ago_is_seen(
    tmp_path: Path, policy: Policy, unit: str, broken: list[str]
) -> None:
    """PDs of 0.05 to 0.2 without a sign may be fractions; in percent a month ago, they are a hundred times too high."""
    path = tmp_path / "客户_202610.csv"
    lines = [f"{i},1000000,300000,{0.05 + 0.01 * (i % 15)},0.45,9000000,400000" for i in range(30)]
    path.write_text("\n".join([f"客户号,总收入,营业费用,PD{unit},LGD,EAD,经济资本", *lines]), "utf-8")
    inputs = read_inputs([path], relations("customers"))
    losses = [(0.0005 + 0.0001 * (i % 15)) * 0.45 * 9e6 for i in range(30)]
    before = pl.DataFrame({"customer_id": [str(i) for i in range(30)], "expected_loss": losses})
    assert implausible(inputs, policy) == []
    assert [one.rule.key for one in implausible(inputs, policy, Held(before))] == broken
