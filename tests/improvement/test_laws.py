"""What holds for any customers: uplifts within the ceilings, paths that reach when graded again, parts that add up.

Every book of customers is drawn and guided once, and all laws are held against it.
"""

import itertools
import math
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ninegrid.improvement import improvement
from tests.improvement.invented import HIGH, LOW, PLAIN, bounded, cells_of, cuts, graded
from tests.oracle import way_up

POLICY = bounded(peer_minimum=2)
GRID = [k / 40 for k in range(1, 41)]
YUAN = 1e-6


def amounts(low: float, high: float) -> st.SearchStrategy[float]:
    return st.integers(int(low), int(high)).map(float)


def sometimes(known: st.SearchStrategy[float]) -> st.SearchStrategy[float | None]:
    return st.one_of(known, known, known, known, st.none())


CUSTOMER = st.fixed_dictionaries(
    {
        "total_income": amounts(200_000, 4_000_000),
        "operating_cost": sometimes(amounts(50_000, 1_500_000)),
        "expected_loss": amounts(0, 400_000),
        "economic_capital": sometimes(amounts(1_000_000, 15_000_000)),
        "ead": sometimes(amounts(10_000_000, 100_000_000)),
        "cash": sometimes(amounts(5_000_000, 60_000_000)),
        "deposit_avg": amounts(0, 20_000_000),
        "deposit_ftp_income": sometimes(amounts(-50_000, 300_000)),
        "loan_avg": amounts(0, 60_000_000),
        "loan_ftp_income": sometimes(amounts(0, 900_000)),
        "fee_income": sometimes(amounts(0, 600_000)),
        "scale": st.sampled_from(["中型", "小型"]),
        "industry": st.sampled_from(["制造业", "零售业"]),
        "pd": st.sampled_from([0.004, 0.005, 0.03, None]),
    }
)
BOOKS = st.lists(CUSTOMER, min_size=4, max_size=12)
Tables = dict[str, pl.DataFrame]


@given(BOOKS)
def test_the_laws_hold_for_any_customers(rows: list[dict[str, Any]]) -> None:
    frame = graded(rows, POLICY)
    tables = improvement(frame, {"cuts": cuts(POLICY)}, POLICY)
    for law in LAWS:
        law(frame, tables)


def people(frame: pl.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["customer_id"]: row for row in frame.iter_rows(named=True)}


def pulled(paths: pl.DataFrame, who: dict[str, dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any], Any]]:
    """Every path with its customer and what each lever brings, worked out apart."""
    for path in paths.iter_rows(named=True):
        row = who[path["subject_id"]]
        _, like = way_up.peers(row, path["target_cell"], who.values(), 2)
        yield path, row, way_up.effects(row, like, minimum=2)


def uplifts_are_never_negative_and_stop_at_the_ceiling(frame: pl.DataFrame, tables: Tables) -> None:
    who = people(frame)
    for name in ("paths", "leads"):
        for column in ("uplift_income", "uplift_rani", "uplift_capital"):
            assert (tables[name][column].drop_nulls() >= -YUAN).all(), (name, column)
    assert tables["paths"]["stretch"].drop_nulls().is_between(0, 1).all()
    for lead in tables["leads"].iter_rows(named=True):
        assert math.isclose(_landed(lead, who[lead["subject_id"]]), lead["to_value"], rel_tol=1e-9, abs_tol=1e-12), lead


def _landed(lead: dict[str, Any], row: dict[str, Any]) -> float:
    """The lever's indicator with its uplift, from the inputs."""
    gain = lead["uplift_income"]
    match lead["lever"]:
        case "deposits":
            return (row["deposit_avg"] + gain / row["deposit_spread"]) / row["cash"]
        case "fees":
            return (row["fee_income"] + gain) / (row["total_income"] + gain)
        case "loan_pricing":
            return (row["loan_ftp_income"] + gain) / row["loan_avg"]
        case "cost":
            saved = lead["uplift_rani"] / 0.75 if lead["uplift_rani"] is not None else _saved(lead, row)
            return (row["operating_cost"] - saved) / row["total_income"]
        case _:
            return (row["economic_capital"] - lead["uplift_capital"]) / row["ead"]


def _saved(lead: dict[str, Any], row: dict[str, Any]) -> float:
    return row["operating_cost"] - lead["to_value"] * row["total_income"]


def leads_are_the_levers_that_bring_something(frame: pl.DataFrame, tables: Tables) -> None:
    who = people(frame)
    expected = {
        (row["customer_id"], lever): lead["uplift_income"]
        for path, row, known in pulled(tables["paths"].filter("nearer"), who)
        for like in [way_up.peers(row, path["target_cell"], who.values(), 2)[1]]
        for lever, lead in way_up.leads(row, known, like, (LOW, HIGH), 2).items()
    }
    found = {(row["subject_id"], row["lever"]): row["uplift_income"] for row in tables["leads"].iter_rows(named=True)}
    assert found == pytest.approx(expected)


def a_path_that_reaches_does_so_when_graded_from_scratch(frame: pl.DataFrame, tables: Tables) -> None:
    reaching = list(pulled(tables["paths"].filter("reaches"), people(frame)))
    names = ("total_income", "operating_cost", "economic_capital")
    changed = [
        {
            **row,
            **{
                n: way_up.changed(row, [known[k] for k in path["levers"].split("+")], path["stretch"])[n] for n in names
            },
        }
        for path, row, known in reaching
    ]
    inputs = [{name: row[name] for name in PLAIN} for row in changed]
    if not inputs:
        return
    again = graded(inputs, POLICY)
    assert again["value_cell"].to_list() == [path["reached_cell"] for path, _, _ in reaching]
    for (path, _, _), level1, level2 in zip(
        reaching, again["value_income_level"], again["value_raroc_level"], strict=True
    ):
        assert level1 >= int(path["target_cell"][1])
        assert level2 >= int(path["target_cell"][3])


def no_path_with_fewer_levers_or_less_stretch_is_left_out(frame: pl.DataFrame, tables: Tables) -> None:
    for path, row, known in pulled(tables["paths"], people(frame)):
        if row["rani"] is None and path["axis"] == "raroc":
            continue
        levers = path["levers"].split("+") if path["levers"] else []
        for size in range(1, (len(levers) if path["reaches"] else len(known)) + 1):
            for chosen in itertools.combinations(known, size):
                least = path["stretch"] if path["reaches"] and size == len(levers) else 1.01
                for stretch in [s for s in GRID if s < least - 1e-6]:
                    effects = [known[lever] for lever in chosen]
                    assert not way_up.reaches(row, path["axis"], effects, stretch, (LOW, HIGH)), (path, chosen, stretch)


def the_parts_of_an_attribution_sum_to_the_difference(frame: pl.DataFrame, tables: Tables) -> None:
    keys = ["scope", "subject_id", "benchmark"]
    difference = (pl.col("subject_raroc") - pl.col("benchmark_raroc")).first()
    whole = tables["attribution"].group_by(keys).agg(pl.col("share_raroc").sum(), difference=difference, n=pl.len())
    assert (whole["n"] == 7).all()
    assert ((whole["share_raroc"] - whole["difference"]).abs() < 1e-9).all()


def nothing_landed_is_today_and_more_landed_is_never_less(frame: pl.DataFrame, tables: Tables) -> None:
    columns = ["cell", "n", "total_income", "rani", "raroc"]
    today = tables["whatif"].filter(landed_share=0).select(columns)
    assert_frame_equal(today, cells_of(frame, POLICY).select(columns), check_exact=True)
    placed = tables["whatif"].filter(pl.col("cell").is_not_null()).group_by("landed_share").agg(pl.col("rani").sum())
    earned = placed.sort("landed_share")["rani"].to_list()
    assert all(more >= less - YUAN for less, more in itertools.pairwise(earned))


def everyone_below_the_top_has_a_path_an_axis_and_one_nearer(frame: pl.DataFrame, tables: Tables) -> None:
    expected = {(key, axis) for key, row in people(frame).items() for axis in way_up.targets(row)}
    assert set(tables["paths"].select("subject_id", "axis").iter_rows()) == expected
    nearer = tables["paths"].group_by("subject_id").agg(pl.col("nearer").sum())
    assert set(nearer["nearer"]) <= {1}


def no_step_is_longer_than_a_year_allows(frame: pl.DataFrame, tables: Tables) -> None:
    who = people(frame)
    for lead in tables["leads"].iter_rows(named=True):
        row, step = who[lead["subject_id"]], lead["step"]
        assert step <= way_up.MOST[lead["lever"]](row) * (1 + 1e-12), lead
        if lead["lever"] == "deposits":
            assert row["deposit_avg"] + step <= row["cash"] * (1 + 1e-12)
        assert lead["cap"] in ("ceiling", "policy", "observed", "cash")


def expected_is_the_attained_share_of_the_uplift(frame: pl.DataFrame, tables: Tables) -> None:
    for lead in tables["leads"].iter_rows(named=True):
        assert lead["attainment"] == way_up.ATTAINMENT[lead["lever"]]
        for name in ("income", "rani", "eva"):
            full = lead[f"uplift_{name}"]
            assert lead[f"expected_{name}"] == (None if full is None else pytest.approx(full * lead["attainment"]))


def leads_that_count_come_first_and_alone_are_added_up(frame: pl.DataFrame, tables: Tables) -> None:
    leads, who = tables["leads"], people(frame)
    assert leads["counts"].to_list() == sorted(leads["counts"], reverse=True)
    for lead in leads.iter_rows(named=True):
        codes = set((lead["caution"] or "").split(";"))
        assert lead["counts"] == codes.isdisjoint({"MIXED_PEERS", "TOO_FEW", "IMPLAUSIBLE"})
        brought = max(lead["uplift_income"], lead["uplift_eva"] or 0)
        assert ("IMPLAUSIBLE" in codes) == (brought > who[lead["subject_id"]]["total_income"])
    counted = leads.filter("counts")
    gaps = tables["opportunity"].filter(scope="branch", metric="total_income")
    for gap, column in (("opportunity_gap", "uplift_income"), ("expected_gap", "expected_income")):
        assert gaps[gap].sum() == pytest.approx(counted[column].sum())


LAWS = (
    no_step_is_longer_than_a_year_allows,
    expected_is_the_attained_share_of_the_uplift,
    leads_that_count_come_first_and_alone_are_added_up,
    uplifts_are_never_negative_and_stop_at_the_ceiling,
    leads_are_the_levers_that_bring_something,
    a_path_that_reaches_does_so_when_graded_from_scratch,
    no_path_with_fewer_levers_or_less_stretch_is_left_out,
    the_parts_of_an_attribution_sum_to_the_difference,
    nothing_landed_is_today_and_more_landed_is_never_less,
    everyone_below_the_top_has_a_path_an_axis_and_one_nearer,
)
