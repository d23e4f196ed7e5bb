"""A unit's workbook: its own subjects as the whole has them, and of the others nothing but what they are together."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ninegrid import resources
from ninegrid.model.errors import UsageError
from ninegrid.report.disclosure_control import AGGREGATES, cuts, gap_across
from ninegrid.report.division import division, members, paths, unassigned, unit_column, unit_columns
from ninegrid.report.unit_reports import part
from ninegrid.result import Crowd, Result, Unit
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import SUBJECTS
from ninegrid.subjects.talent.review.in_a_unit import distribution
from tests.report.unit_reports.conftest import main, unit_names, without_heads
from tests.small_bank import CORE, EAST, TINY, WEST

RULES = {"subject", "unit", "recomputed", "aggregate", "own", "whole", "left_out"}


# ------------------------------------------------------------------------------------------------ what is declared


def test_every_table_says_what_of_it_goes_into_a_part() -> None:
    declared = resources.results()["tables"]
    assert {name: about.get("part") for name, about in declared.items() if about.get("part") not in RULES} == {}
    assert {name for name, about in declared.items() if about["part"] == "aggregate"} == {
        *AGGREGATES,
        *(name for subject in SUBJECTS.values() for name in subject.in_a_unit),
    }


TOTALS = policy_for("customers").totals.sums + policy_for("customers").totals.ratios


def test_columns_that_need_care_are_columns_of_their_table() -> None:
    for name, about in resources.results()["tables"].items():
        careful = {
            c
            for key in ("naming", "others", "quoting", "shared", "shared_before", "people")
            for c in about.get(key, ())
        }
        columns = {*about["columns"], *({"counted", *TOTALS} if "@totals" in about["columns"] else ())}
        assert careful <= columns, name


@pytest.mark.parametrize(("subject", "column"), [("customers", "branch"), ("talent", "department")])
def test_the_unit_is_what_gaps_are_told_by(subject: str, column: str) -> None:
    policy = policy_for(subject)
    assert unit_column(policy) == column
    nameless = dataclasses.replace(policy, gaps=dataclasses.replace(policy.gaps, unit=""))
    assert unit_column(nameless) == column  # the first view by one column; for customers not the institutions'
    with pytest.raises(UsageError, match="no unit"):
        unit_column(dataclasses.replace(nameless, views=()))


# ------------------------------------------------------------------------------------------------ the unit's own


def test_units_and_those_without_one(bank: Result) -> None:
    assert unit_names(bank) == [EAST, TINY, WEST]
    assert unassigned(bank, "branch") == 0
    unknown = pl.when(pl.col("branch") == TINY).then(pl.lit(" ")).otherwise("branch").alias("branch")
    some = dataclasses.replace(bank, tables={**bank.tables, "customers": main(bank).with_columns(unknown)})
    assert unit_names(some) == [EAST, WEST]
    assert unassigned(some, "branch") == 1


def test_a_result_is_divided_by_what_its_views_begin_with(bank: Result) -> None:
    assert unit_columns(bank.policy)[:2] == ("branch", "sub_branch")
    assert "relationship_manager" in unit_columns(bank.policy)
    assert unit_columns(policy_for("talent"))[0] == "department"
    with pytest.raises(UsageError, match="can't be divided by institution"):
        division("institution", Path("w.xlsx"), bank.policy)


def _managed(bank: Result, names: dict[str, str], keys: dict[str, str] | None = None) -> Result:
    """The bank with managers by branch, and their ids, where given."""
    branch = pl.col("branch").cast(pl.String)
    managers = main(bank).with_columns(
        relationship_manager=branch.replace_strict(names, default=None),
        relationship_manager_id=branch.replace_strict(keys or {}, default=None, return_dtype=pl.String),
    )
    return dataclasses.replace(bank, tables={**bank.tables, "customers": managers})


def test_managers_of_one_name_are_two_units_unless_they_share_an_id(bank: Result) -> None:
    by_manager = division("relationship_manager", Path("out") / "w.xlsx", bank.policy)
    same = _managed(bank, {EAST: "张伟", WEST: "张伟", TINY: "李娜"})
    found = {path.as_posix(): unit for path, unit in paths(same, by_manager)}
    assert list(found) == [
        f"out/w-relationship_manager/{name}.xlsx" for name in ("张伟-东城分行", "张伟-西_城分行", "李娜")
    ]
    sizes = main(bank)["branch"].value_counts()
    assert sorted(len(unit.ids) for unit in found.values()) == sorted(sizes["count"])
    one = _managed(bank, {EAST: "张伟", WEST: "张 伟", TINY: "李娜"}, {EAST: "M1", WEST: "M1", TINY: "M2"})
    assert len(members(one, "relationship_manager")) == 2
    two = _managed(bank, {EAST: "张伟", WEST: "张伟"}, {EAST: "M1", WEST: "M2", TINY: "M3"})
    assert [path.name for path, _ in paths(two, by_manager)] == ["M3.xlsx", "张伟-M1.xlsx", "张伟-M2.xlsx"]


def test_the_part_of_a_manager_holds_nobody_of_a_namesake(bank: Result) -> None:
    same = _managed(bank, {EAST: "张伟", WEST: "张伟", TINY: "李娜"})
    own = part(same, "张伟-东城分行", "relationship_manager")
    assert set(main(own)["branch"]) == {EAST}
    assert own.tables["gap_across"].is_empty()  # told by branch, and this is no branch


@pytest.mark.parametrize("fixture", ["bank", "company"])
def test_parts_together_are_the_whole(fixture: str, request: pytest.FixtureRequest) -> None:
    whole = without_heads(request.getfixturevalue(fixture))
    own = [part(whole, value) for value in unit_names(whole)]
    key, grid = whole.policy.id, whole.policy.grid(whole.policy.tiering.grid)
    for name in ("placed", "unplaced"):
        assert sum(p.counts[name] for p in own) == whole.counts[name]
    decided = [key, grid.cell, grid.axis1.level, "tier", "strategy", "strategy_rule", "unplaced_reason"]
    together = pl.concat([main(p).select(decided) for p in own]).sort(key)
    assert_frame_equal(together, main(whole).select(decided).sort(key))
    first = next(v.key for v in whole.policy.views if not v.keys)
    added = pl.concat([p.tables["views"].filter(view=first) for p in own])
    assert added["n"].sum() == main(whole).height
    for name in whole.policy.totals.sums:
        assert added[name].sum() == pytest.approx(whole.tables["views"].filter(view=first).item(0, name))


def test_a_part_counts_its_own_alone(east: Result) -> None:
    assert east.counts["rows_read"] == 30 == east.counts["placed"] + east.counts["unplaced"]
    assert east.tables["views"].filter(view="branch")["key1"].to_list() == [EAST]
    grid = east.tables["cells"].filter(grid="value")
    assert grid["n"].sum() == 30
    assert set(east.tables["profile"].filter(scope="branch")["scope_value"]) == {EAST}
    assert east.tables["profile"].filter(scope="bank", grid="value", indicator="cost_income_ratio")["n"].sum() == 30
    assert east.notices == ()
    assert east.inputs.tables == {}
    assert east.unit == Unit("branch", EAST)
    assert east.wide is not None
    assert set(east.wide.frame["branch"]) == {EAST}


# ------------------------------------------------------------------------------------------------ groups


def test_a_group_shared_with_few_has_no_figures(bank: Result, east: Result, west: Result) -> None:
    figures = ["group_total_income", "group_raroc"]
    for own, shown in ((east, {"G1", "G3"}), (west, set())):
        rows = main(own).filter(pl.col("group_value_cell").is_not_null())
        known = rows.filter(pl.col("group_id").is_in(shown).fill_null(False))
        assert set(known["group_id"]) == shown
        assert known.select(pl.all_horizontal(pl.col(figures).is_not_null().all())).item() or not shown
        assert rows.join(known, on="customer_id", how="anti").select(figures).null_count().row(0) == (
            (rows.height - known.height,) * 2
        )
        same = rows.join(main(bank), on=["customer_id", "group_value_cell", "group_tier"], how="semi")
        assert same.height == rows.height


def test_totals_over_groups_are_whole_or_not_there(bank: Result, east: Result) -> None:
    groups = east.tables["groups"]
    assert groups.height == 4
    assert groups.select("members", "total_income", "rani", "raroc").null_count().row(0) == (4, 4, 4, 4)
    assert groups["group_value_cell"].null_count() == 0
    cells = east.tables["cells"].filter(grid="group_value")
    assert cells["n"].sum() == 4
    assert cells["total_income"].drop_nulls().len() == 0


def test_a_group_s_figures_are_there_where_nobody_is_elsewhere(bank: Result) -> None:
    assert bank.wide is not None
    wide = dataclasses.replace(bank.wide, frame=bank.wide.frame.filter(pl.col("branch") != WEST))
    groups = part(dataclasses.replace(bank, wide=wide), EAST).tables["groups"]
    assert groups.select("members", "total_income").null_count().row(0) == (0, 0)


def test_a_group_that_is_called_after_a_stranger_goes_without_id_and_name(east: Result, west: Result) -> None:
    assert CORE not in main(east)["group_id"].drop_nulls().to_list()
    assert "核心实业" not in main(east)["group_name"].drop_nulls().to_list()
    assert set(main(west).filter(group_id=CORE)["group_name"]) == {"核心实业"}


# ------------------------------------------------------------------------------------------------ comparisons


def gap_rows(*rows: tuple[str, int]) -> pl.DataFrame:
    """One cell and indicator, a row a branch with its n; the best is 乙."""
    return pl.DataFrame(
        [("value", "I1R1", "cross_sell_rate", b, n, 0.5, "乙", 0.9, 0.6, -0.4, -0.1, "OK") for b, n in rows],
        schema=resources.result_columns("gap_across", policy_for("customers")),
        orient="row",
    )


@pytest.mark.parametrize(
    ("others", "whole_n", "bank_median", "best"),
    [(5, 15, 0.6, "乙"), (4, 14, None, None), (4, 20, 0.6, None), (0, 10, 0.6, None)],
)
def test_the_whole_and_the_best_are_told_of_five_or_more(
    bank: Result, others: int, whole_n: int, bank_median: float | None, best: str | None
) -> None:
    everyone = (
        bank.tables["profile"]
        .head(1)
        .with_columns(
            grid=pl.lit("value"),
            cell=pl.lit("I1R1"),
            scope=pl.lit("bank"),
            indicator=pl.lit("cross_sell_rate"),
            n=pl.lit(whole_n),
        )
    )
    whole = dataclasses.replace(bank, tables={"profile": everyone})
    table = gap_rows(("甲", 10), ("乙", others))
    (row,) = gap_across(table, Crowd(whole, Unit("branch", "甲"), [], {})).iter_rows(named=True)
    assert (row["branch"], row["median"]) == ("甲", 0.5)
    assert (row["bank_median"], row["best_branch"]) == (bank_median, best)
    assert (row["gap_to_bank"] is None, row["gap_to_best"] is None) == (bank_median is None, best is None)


def fitted(bank: Result, elsewhere: int, method: str = "peer_quantile") -> dict[str, object]:
    """The income cut of 大型, of whom 30 are here and so many elsewhere, as the unit may see it."""
    assert bank.wide is not None
    ids = [f"{n}" for n in range(30 + elsewhere)]
    frame = pl.DataFrame({"customer_id": ids, "scale": "大型"})
    whole = dataclasses.replace(bank, wide=dataclasses.replace(bank.wide, frame=frame))
    row = {
        "grid": "value",
        "axis": "total_income",
        "peer_group": "大型",
        "method": method,
        "low_cut": 1.0,
        "high_cut": 2.0,
    }
    table = pl.DataFrame([row | {"n": 30 + elsewhere, "status": "FITTED"}])
    groups = {"group_id": pl.DataFrame({"group_id": ["G1"], "elsewhere": [0]})}
    return cuts(table, Crowd(whole, Unit("branch", EAST), ids[:30], groups)).row(0, named=True)


def test_a_quantile_of_few_others_is_not_told(bank: Result) -> None:
    assert [fitted(bank, n)["low_cut"] for n in (0, 1, 4, 5)] == [1.0, None, None, 1.0]
    assert fitted(bank, 1, "absolute")["low_cut"] == 1.0


def test_the_company_s_distribution_is_told_whole_or_not_at_all(company: Result) -> None:
    """Of a unit without anybody of its own, so that all of the company are elsewhere."""

    def told(others: dict[str, int]) -> bool:
        rows = [
            (scope, value, tier, 10 * (scope != "company") + sum(others.values()), 5 * (scope != "company") + n)
            for tier, n in others.items()
            for scope, value in (("company", "all"), ("department", "研发部"), ("department", "别部"))
        ]
        table = pl.DataFrame(rows, schema=["scope", "scope_value", "tier", "n", "count"], orient="row")
        kept = distribution(table, Crowd(company, Unit("department", "研发部"), [], {}))
        return "company" in set(kept["scope"])

    assert told({"1": 5, "2": 7})
    assert told({"1": 0, "2": 7})
    assert not told({"1": 4, "2": 7})


def test_the_distribution_of_another_division_counts_its_own_people(company: Result) -> None:
    """The table has rows a department alone: of a job family, who is elsewhere is counted among all."""
    assert company.wide is not None
    placed = company.wide.frame.drop_nulls("tier")
    ids, tiers = placed["employee_id"].to_list(), placed["tier"].value_counts()
    rows = [("company", "all", str(tier), placed.height, count) for tier, count in tiers.iter_rows()]
    table = pl.DataFrame(rows, schema=["scope", "scope_value", "tier", "n", "count"], orient="row")
    for own, told in ((ids, True), (ids[:-1], False)):
        assert (distribution(table, Crowd(company, Unit("job_family", "研发"), own, {})).height > 0) == told


def test_competencies_are_compared_with_enough_others(company: Result) -> None:
    whole = company.tables["competency_gap"]
    for value in unit_names(company):
        own = part(company, value)
        rows = own.tables["competency_gap"]
        assert set(rows.filter(scope="department")["scope_value"]) == {value}
        people = main(company).with_columns(here=pl.col("department") == value)
        elsewhere = people.filter(~pl.col("here"))["cell"].value_counts()
        few = elsewhere.filter(pl.col("count") < 5)["cell"]
        assert not set(rows.filter(scope="company")["cell"]) & set(few)
        shown = rows.filter(scope="company")
        assert shown.height
        keys = ["cell", "competency", "n", "mean"]
        assert shown.join(whole.filter(scope="company"), on=keys, how="semi", nulls_equal=True).height == shown.height
