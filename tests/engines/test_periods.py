"""A file in blocks is compared with the period that is stored, as a file in memory is: under one policy and two."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.result import Result
from tests.engines import faulty_text
from tests.engines.same import LINES, assert_same_database, assert_same_tables

pytestmark = [pytest.mark.thorough, pytest.mark.long]

ENGINES: dict[str, dict[str, int]] = {"memory": {}, "blocks": {"large": 1, "block_bytes": 2 * LINES}}
ANOTHER_POLICY = "[parameters]\nhurdle = 0.07\n[dead_band]\nperiods = 2\n"


def changed(rows: list[faulty_text.Row], seed: int) -> list[faulty_text.Row]:
    """The customers a month later: some are gone, some are new, figures moved, a few to another branch."""
    rng = random.Random(seed)
    kept = [dict(row) for row in rows if rng.random() > 0.05]
    for row in kept:
        for name in ("净利息收入", "营业费用", "经济资本", "存款日均"):
            row[name] = round(float(str(row[name])) * rng.uniform(0.7, 1.5), 2)
        row["总收入"] = round(sum(float(str(row[name])) for name in ("净利息收入", "中间业务收入", "其他收入")), 2)
        if rng.random() < 0.03:
            row["分行"] = "北城分行"
    rng.shuffle(kept)
    new = faulty_text.rows(15, seed=seed)
    return [*kept, *({**row, "客户编号": f"N{seed}{at:04}"} for at, row in enumerate(new))]


def graded(folder: Path, engine: str, path: Path, **told: object) -> Result:
    """A period graded with the database of its engine."""
    own = folder / engine
    (own / "tables").mkdir(parents=True, exist_ok=True)
    where = {"out": own / "out.xlsx", "tables": own / "tables", "db": str(own / "grade.duckdb"), "wait": 0.0}
    return run("customers", [path], Options(**where, **ENGINES[engine], max_rejected=0.5, **told)).result  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result, Result]:
    """Three months, the last with another policy, graded in memory and in blocks."""
    folder = tmp_path_factory.mktemp("periods")
    rows, other = faulty_text.rows(420), folder / "another.toml"
    other.write_text(ANOTHER_POLICY, encoding="utf-8")
    for month in (8, 9, 10):
        path = faulty_text.write(folder / f"客户_2026-{month:02}.csv", faulty_text.spoil(rows, seed=month))
        results = [
            graded(folder, engine, path, accept_break="made", policy=other if month == 10 else None)
            for engine in ENGINES
        ]
        rows = changed(rows, month)
    return folder, *results


def test_every_table_is_the_same(compared: tuple[Path, Result, Result]) -> None:
    assert_same_tables(compared[0])


def test_the_database_is_the_same(compared: tuple[Path, Result, Result]) -> None:
    assert_same_database(compared[0])


def test_what_is_told_is_the_same(compared: tuple[Path, Result, Result]) -> None:
    _, whole, blocks = compared
    assert blocks.counts == whole.counts
    assert blocks.notices == whole.notices
    assert blocks.compared_with == whole.compared_with == "2026-09"


def test_there_is_something_to_compare(compared: tuple[Path, Result, Result]) -> None:
    _, whole, blocks = compared
    moved = blocks.tables["continuity"].filter(check="MOVED")
    assert moved["figure"].item() > 0.1
    causes = whole.tables["migration"]["cause"].unique()
    assert {"NEW", "GONE", "REJECTED", "STAYED", "CUSTOMER_MOVED", "POLICY_MOVED"} <= set(causes)
    assert blocks.tables["departures"].height > 5
    assert blocks.tables["held_back"].height > 0
    assert blocks.tables["warnings"].height > 5
