"""Laws that hold for every subject, on its sample: everyone in one place, parts that add up, levels that only rise."""

import dataclasses
from collections.abc import Mapping

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.grid.cuts import fit_cuts
from ninegrid.grid.place import place
from ninegrid.policy import Policy
from ninegrid.result import Result
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import SUBJECTS

SAMPLES = {"customers": "result", "talent": "talent_result"}
"""By subject, the fixture that grades its sample."""
GRIDS = [(subject, grid.key) for subject in SUBJECTS for grid in policy_for(subject).grids]


@pytest.fixture(params=list(SUBJECTS))
def graded(request: pytest.FixtureRequest) -> Result:
    found: Result = request.getfixturevalue(SAMPLES[request.param])
    assert found.subject == request.param
    return found


def misplaced(main: pl.DataFrame, policy: Policy) -> bool:
    """Whether anyone has both a cell and a reason to have none, or neither."""
    cell = policy.grid(policy.tiering.grid).cell
    return bool((main[cell].is_null() != main["unplaced_reason"].is_not_null()).any())


def not_adding_up(tables: Mapping[str, pl.DataFrame], main: str, policy: Policy) -> list[str]:
    """The grid and the views whose counts are not those of the main table."""
    cells = tables["cells"].filter(grid=policy.tiering.grid)["n"].sum()
    sums = tables["views"].filter(pl.col("view") != "institution").group_by("view").agg(pl.col("n").sum())
    counted = {"cells": cells, **dict(sums.rows())}
    return [name for name, n in counted.items() if n != tables[main].height]


def not_finite(tables: Mapping[str, pl.DataFrame]) -> list[str]:
    """The tables that hold an infinity or no number."""
    floats = {name: table.select(pl.col(pl.Float64, pl.Float32)) for name, table in tables.items()}
    return [
        name
        for name, f in floats.items()
        if f.width and not f.select(pl.all_horizontal(pl.all().is_finite().all())).item()
    ]


def test_everyone_is_in_exactly_one_place(graded: Result) -> None:
    assert not misplaced(graded.tables[SUBJECTS[graded.subject].table], graded.policy)
    counts = graded.counts
    parts = ("placed", "unplaced", "rejected", "merged", "other_period")
    assert counts["rows_read"] == sum(counts[part] for part in parts)


def test_cells_and_views_add_up_to_the_whole(graded: Result) -> None:
    assert not not_adding_up(graded.tables, SUBJECTS[graded.subject].table, graded.policy)


def test_no_infinity_and_no_nan_reaches_a_result(graded: Result) -> None:
    assert not not_finite(graded.tables)


@given(low=st.floats(-1e9, 1e9), more=st.floats(0, 1e9))
@pytest.mark.parametrize(("subject", "key"), GRIDS)
def test_raising_a_figure_never_lowers_its_level(subject: str, key: str, low: float, more: float) -> None:
    policy = policy_for(subject)
    plain = {"reason": "", "override": "", "fallback": "", "peer": "", "minimum": 0}
    grid = policy.grid(key)
    axes = [dataclasses.replace(a, value=v, **plain) for a, v in zip(grid.axes, ("x", "y"), strict=True)]
    bare = dataclasses.replace(grid, axis1=axes[0], axis2=axes[1])
    frame = pl.DataFrame({"x": [low, low + more, 0.0, 50.0], "y": [1.0, 1.0, 0.0, 50.0]})
    methods = [dataclasses.replace(a, method="quantile" if a.method == "peer_quantile" else a.method) for a in axes]
    bare = dataclasses.replace(bare, axis1=methods[0], axis2=methods[1])
    levels = place(frame, bare, fit_cuts(frame, bare, policy), policy)[bare.axis1.level].to_list()
    assert levels[0] <= levels[1]
