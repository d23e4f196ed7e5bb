"""The engine against the oracle on made populations: paths, leads and their order, reasons, cells once leads landed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from ninegrid.grid.early_warning import warned
from ninegrid.grid.past import Past
from ninegrid.improvement import improvement
from ninegrid.model.period import Period
from ninegrid.subjects.customers.grading import completed, graded_groups, known, listed
from ninegrid.subjects.policies import policy_for
from tests.oracle import way_up
from tests.oracle.capital import Row
from tests.oracle.customers import Graded, grade
from tests.oracle.in_memory import inputs_of
from tests.oracle.made import MADE
from tests.oracle.made_customers import population
from tests.oracle.placing import Cuts
from tests.oracle.way_up_sums import Lead, by_cell, landed, leads

PERIOD, LEAST = Period.parse("2026-10"), 3
POLICY = replace(policy_for("customers"), way=replace(policy_for("customers").way, peer_minimum=LEAST))
USUAL = (17,)
SUMS = ("total_income", "rani", "economic_capital", "raroc")
Tables = Mapping[str, pl.DataFrame]


def _made(seed: int) -> tuple[Tables, Graded]:
    truth = population(seed)
    inputs = inputs_of("customers", truth, PERIOD)
    frame, _ = known(inputs, POLICY, PERIOD)
    groups, _ = graded_groups(frame, POLICY, Past())
    frame, cuts = completed(frame, groups, POLICY, Past())
    tables = {"customers": listed(frame, inputs, POLICY), "cuts": cuts}
    tables |= {"warnings": warned(tables, cuts, Past(), PERIOD.end, POLICY)}
    return improvement(frame, tables, POLICY, inputs=inputs.tables, period=PERIOD), grade(truth, PERIOD.end)


def _close(ours: float | None, theirs: float | None) -> bool:
    """The same to the fen; both missing."""
    if ours is None or theirs is None:
        return ours is theirs
    return math.isclose(ours, theirs, rel_tol=1e-8, abs_tol=0.01)


def differences(tables: Tables, oracle: Graded) -> list[str]:
    """Where the tables of the way up and the oracle's differ."""
    rows = list(oracle.customers.values())
    cuts = {scale: found for scale, (found, _, _) in oracle.cuts.items()}
    expected = leads(rows, cuts, LEAST)
    return [
        *_paths(tables["paths"], rows, cuts),
        *_leads(tables["leads"], expected),
        *_reasons(tables["attribution"], rows, cuts),
        *_whatif(tables["whatif"], rows, expected, cuts),
    ]


def _paths(table: pl.DataFrame, rows: Sequence[Row], cuts: Mapping[str | None, Cuts]) -> Iterator[str]:
    told = {(path["subject_id"], path["axis"]): path for path in table.iter_rows(named=True)}
    wanted = {(row["customer_id"], axis): (row, cell) for row in rows for axis, cell in way_up.targets(row).items()}
    yield from (f"path {key}" for key in told.keys() ^ wanted.keys())
    for key in told.keys() & wanted.keys():
        row, cell = wanted[key]
        expected = _path(row, key[1], cell, rows, cuts[row["scale"]])
        for name, theirs in expected.items():
            ours = told[key][name]
            if not (_close(ours, theirs) if isinstance(theirs, float) else ours == theirs):
                yield f"path {key} {name}: {ours} ≠ {theirs}"


def _path(row: Row, axis: str, cell: str, rows: Sequence[Row], cuts: Cuts) -> dict[str, Any]:
    shared, like = way_up.peers(row, cell, rows, LEAST)
    effects = way_up.effects(row, like, warned=way_up.blocked(row), minimum=LEAST)
    best = way_up.cheapest(row, axis, effects, cuts)
    levers, stretch = best or (way_up.helpful(row, axis, effects), 1.0)
    short = way_up.shortfall(row, axis, cuts)
    after = way_up.changed(row, [effects[lever] for lever in levers], stretch)
    gained = {name: None if row[name] is None else after[name] - row[name] for name in ("total_income", "rani")}
    return {
        "target_cell": cell,
        "nearer": axis == way_up.nearer(row, rows, cuts, LEAST),
        "peers": shared,
        "peer_n": len(like) or None,
        "income_shortfall" if axis == "total_income" else "rani_shortfall": short,
        "levers": "+".join(levers) or None,
        "reaches": best is not None,
        "stretch": stretch if levers else None,
        "uplift_income": gained["total_income"] if effects else None,
        "uplift_rani": gained["rani"] if effects else None,
    }


def _leads(table: pl.DataFrame, expected: list[Lead]) -> Iterator[str]:
    order = [(lead.row["customer_id"], lead.lever) for lead in expected]
    if table.select("subject_id", "lever").rows() != order:
        yield f"leads or their order: {table.select('subject_id', 'lever').rows()} ≠ {order}"
        return
    for told, lead in zip(table.iter_rows(named=True), expected, strict=True):
        if (told["caution"], told["counts"]) != (lead.caution, lead.counts):
            yield f"lead {order}: {told['caution']} ≠ {lead.caution}"
        for name, theirs in lead.figures.items():
            if not _close(told[name], theirs):
                yield f"lead {told['subject_id']} {lead.lever} {name}: {told[name]} ≠ {theirs}"


def _reasons(table: pl.DataFrame, rows: Sequence[Row], cuts: Mapping[str | None, Cuts]) -> Iterator[str]:
    """Customers against the peers of their nearer axis."""
    told: dict[str, dict[str, float]] = {}
    for subject, factor, share in table.filter(scope="customer").select("subject_id", "factor", "share_raroc").rows():
        told.setdefault(subject, {})[factor] = share
    for row in (row for row in rows if way_up.targets(row)):
        axis = way_up.nearer(row, rows, cuts[row["scale"]], LEAST)
        _, like = way_up.peers(row, way_up.targets(row)[str(axis)], rows, LEAST)
        expected, ours = way_up.attribution(row, like) or {}, told.get(row["customer_id"], {})
        if ours.keys() != expected.keys() or not all(
            math.isclose(ours[f], v, abs_tol=1e-9) for f, v in expected.items()
        ):
            yield f"reasons {row['customer_id']}: {ours} ≠ {expected}"


def _whatif(
    table: pl.DataFrame, rows: Sequence[Row], found: list[Lead], cuts: Mapping[str | None, Cuts]
) -> Iterator[str]:
    counted = [lead for lead in found if lead.counts]
    for share in POLICY.way.adoption_rates:
        best = counted[: round(share * len(counted))]
        full, likely = (by_cell(landed(rows, best, cuts, attained)) for attained in (False, True))
        for told in table.filter(landed_share=share).iter_rows(named=True):
            for prefix, cells in (("", full), ("expected_", likely)):
                expected = cells.get(told["cell"], {"n": 0})
                if told[f"{prefix}n"] != expected["n"]:
                    yield f"{share} {told['cell']} {prefix}n: {told[f'{prefix}n']} ≠ {expected['n']}"
                wrong = [name for name in SUMS if not _close(told[f"{prefix}{name}"], expected.get(name))]
                yield from (f"{share} {told['cell']} {prefix}{name}: {told[f'{prefix}{name}']}" for name in wrong)


@pytest.fixture(scope="module")
def made() -> list[tuple[Tables, Graded]]:
    return [_made(seed) for seed in USUAL]


def test_every_way_up_of_made_populations(made: list[tuple[Tables, Graded]]) -> None:
    for tables, oracle in made:
        assert not differences(tables, oracle)


def test_the_population_holds_what_the_definitions_tell_apart(made: list[tuple[Tables, Graded]]) -> None:
    """Ways that reach, every lever and caution, a lead without EVA: agreement on them is no accident."""
    ((tables, _),) = made
    assert tables["paths"]["reaches"].any()
    assert set(tables["leads"]["lever"]) == set(way_up.INDICATOR)
    assert tables["leads"]["counts"].any()
    assert tables["leads"]["expected_eva"].has_nulls()
    codes = {code for text in tables["leads"]["caution"].drop_nulls() for code in text.split(";")}
    assert codes == {"STALE", "OVERDUE", "TOO_FEW", "MIXED_PEERS", "IMPLAUSIBLE"}


@pytest.mark.thorough
@pytest.mark.parametrize("tens", range(0, len(MADE), 10))
def test_every_way_up_of_many_made_populations(tens: int) -> None:
    for seed in MADE[tens : tens + 10]:
        assert not differences(*_made(seed)), seed
