"""The way up of ten customers of the sample, recomputed the long way down to the yuan."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from ninegrid.improvement import improvement
from ninegrid.result import Result

from . import way_up
from .capital import Row
from .customers import Graded

TEN = range(10)


@pytest.fixture(scope="module")
def tables(result: Result) -> Mapping[str, pl.DataFrame]:
    assert result.wide
    return improvement(result.wide.frame, result.tables, result.policy)


@pytest.fixture(scope="module")
def chosen(oracle: Graded) -> list[Row]:
    rows = [row for row in oracle.customers.values() if way_up.targets(row)]
    return random.Random(20261031).sample(sorted(rows, key=lambda row: row["customer_id"]), len(TEN))


def to_the_yuan(ours: float | None, theirs: float | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return math.isclose(ours, theirs, rel_tol=1e-8, abs_tol=0.5)


def of(table: pl.DataFrame, row: Row, **where: Any) -> list[dict[str, Any]]:
    return list(table.filter(subject_id=row["customer_id"], **where).iter_rows(named=True))


def _known(row: Row, target: str, oracle: Graded) -> tuple[str | None, list[Row], dict[str, way_up.Effect]]:
    name, like = way_up.peers(row, target, oracle.customers.values())
    return name, like, way_up.effects(row, like, warned=way_up.blocked(row))


@pytest.mark.parametrize("i", TEN)
def test_paths(tables: Mapping[str, pl.DataFrame], oracle: Graded, chosen: list[Row], i: int) -> None:
    row = chosen[i]
    cuts = oracle.cuts[row["scale"]][0]
    found = {path["axis"]: path for path in of(tables["paths"], row)}
    assert {axis: path["target_cell"] for axis, path in found.items()} == way_up.targets(row)
    assert [axis for axis, path in found.items() if path["nearer"]] == [
        way_up.nearer(row, list(oracle.customers.values()), cuts)
    ]
    for axis, path in found.items():
        name, like, known = _known(row, path["target_cell"], oracle)
        assert (path["peers"], path["peer_n"]) == (name, len(like) or None)
        short = path["income_shortfall"] if axis == "total_income" else path["rani_shortfall"]
        assert to_the_yuan(short, way_up.shortfall(row, axis, cuts))
        best = way_up.cheapest(row, axis, known, cuts)
        levers, stretch = best or (way_up.helpful(row, axis, known), 1.0)
        assert (path["levers"], path["reaches"]) == ("+".join(levers) or None, best is not None)
        after = way_up.changed(row, [known[lever] for lever in levers], stretch)
        for column, uplift in (("total_income", "uplift_income"), ("rani", "uplift_rani")):
            gained = None if row[column] is None else after[column] - row[column]
            assert to_the_yuan(path[uplift], gained), (axis, uplift)
        if levers:
            assert math.isclose(path["stretch"], stretch, rel_tol=1e-7)


@pytest.mark.parametrize("i", TEN)
def test_leads(tables: Mapping[str, pl.DataFrame], oracle: Graded, chosen: list[Row], i: int) -> None:
    row = chosen[i]
    cuts = oracle.cuts[row["scale"]][0]
    axis = way_up.nearer(row, list(oracle.customers.values()), cuts)
    assert axis
    _, like, known = _known(row, way_up.targets(row)[axis], oracle)
    expected = way_up.leads(row, known, like, cuts)
    found = {lead["lever"]: lead for lead in of(tables["leads"], row)}
    assert found.keys() == expected.keys()
    for lever, lead in found.items():
        for column, theirs in expected[lever].items():
            assert to_the_yuan(lead[column], theirs), (lever, column)
        assert math.isclose(lead["to_value"], expected[lever]["to_value"], rel_tol=1e-9)
        assert lead["levels_gained"] == expected[lever]["levels_gained"]


@pytest.mark.parametrize("i", TEN)
def test_attribution(tables: Mapping[str, pl.DataFrame], oracle: Graded, chosen: list[Row], i: int) -> None:
    row = chosen[i]
    axis = way_up.nearer(row, list(oracle.customers.values()), oracle.cuts[row["scale"]][0])
    assert axis
    _, like, _ = _known(row, way_up.targets(row)[axis], oracle)
    expected = way_up.attribution(row, like)
    found = {part["factor"]: part for part in of(tables["attribution"], row, scope="customer")}
    assert found.keys() == (expected or {}).keys()
    for factor, share in (expected or {}).items():
        assert math.isclose(found[factor]["share_raroc"], share, rel_tol=1e-9, abs_tol=1e-12), factor
        assert to_the_yuan(found[factor]["share_eva"], share * row["economic_capital"]), factor


def test_every_path_that_reaches_does_so_when_graded_from_scratch(
    tables: Mapping[str, pl.DataFrame], oracle: Graded
) -> None:
    paths = tables["paths"].filter("reaches")
    assert paths.height
    for path in paths.iter_rows(named=True):
        row = oracle.customers[path["subject_id"]]
        _, _, known = _known(row, path["target_cell"], oracle)
        pulled = [known[lever] for lever in path["levers"].split("+")]
        after = way_up.levels(way_up.changed(row, pulled, path["stretch"]), oracle.cuts[row["scale"]][0])
        assert f"I{after[0]}R{after[1]}" == path["reached_cell"], path
        assert path["reached_cell"] >= path["target_cell"] or after[1] >= int(path["target_cell"][3]), path


def test_the_parts_of_every_attribution_sum_to_the_difference(tables: Mapping[str, pl.DataFrame]) -> None:
    whole = (
        tables["attribution"]
        .group_by("scope", "subject_id", "benchmark")
        .agg(pl.col("share_raroc").sum(), difference=(pl.col("subject_raroc") - pl.col("benchmark_raroc")).first())
    )
    assert set(whole["scope"]) == {"customer", "branch"}
    assert (whole["share_raroc"] - whole["difference"]).abs().max() < 1e-9  # type: ignore[operator]


def test_nothing_landed_is_the_cells_table(tables: Mapping[str, pl.DataFrame], result: Result) -> None:
    today = tables["whatif"].filter(landed_share=0).select("cell", "n", "total_income", "rani", "raroc")
    cells = result.tables["cells"].filter(grid="value").select(today.columns)
    assert today.equals(cells)


def test_the_best_tenth_of_the_leads_is_expected_to_bring_a_believable_part_of_income(
    tables: Mapping[str, pl.DataFrame],
) -> None:
    income = {share: tables["whatif"].filter(landed_share=share)["expected_total_income"].sum() for share in (0, 0.1)}
    assert 0.005 < income[0.1] / income[0] - 1 < 0.05


def test_no_growth_is_sought_from_customers_under_a_red_warning_or_with_credit_facts(
    tables: Mapping[str, pl.DataFrame], oracle: Graded
) -> None:
    blocked = {row["customer_id"] for row in oracle.customers.values() if way_up.blocked(row)}
    growth = tables["leads"].filter(pl.col("lever").is_in(["deposits", "fees", "cross_sell"]))
    assert blocked
    assert blocked.isdisjoint(growth["subject_id"])
