"""A file graded in blocks gives what it gives in memory: every table, finding, count and sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from ninegrid import resources
from ninegrid.options import Options
from ninegrid.pipeline import check_files
from ninegrid.result import Result
from tests.engines import faulty_text
from tests.engines.same import LINES, assert_same_database, assert_same_tables, both

ROWS = 540


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result, Result]:
    folder = tmp_path_factory.mktemp("faulty")
    lines = faulty_text.spoil(faulty_text.rows(ROWS))
    titles = ("客户价值表", "单位：元")
    path = faulty_text.write(folder / "客户_2026-10.csv", lines, titles=titles)
    return folder, *both(path, folder, max_rejected=0.5)


@pytest.mark.thorough
def test_every_table_is_the_same(faulty: tuple[Path, Result, Result]) -> None:
    assert_same_tables(faulty[0])


@pytest.mark.thorough
def test_the_database_is_the_same(faulty: tuple[Path, Result, Result]) -> None:
    assert_same_database(faulty[0])


@pytest.mark.thorough
def test_counts_sentences_and_distribution_are_the_same(faulty: tuple[Path, Result, Result]) -> None:
    _, whole, blocks = faulty
    assert blocks.counts == whole.counts
    assert blocks.notices == whole.notices
    assert blocks.distribution == whole.distribution
    assert blocks.inputs.counts == whole.inputs.counts
    assert blocks.inputs.sheets == whole.inputs.sheets
    assert blocks.inputs.present == whole.inputs.present
    assert (blocks.period, blocks.lang) == (whole.period, whole.lang)


@pytest.mark.thorough
def test_the_file_has_every_fault(faulty: tuple[Path, Result, Result]) -> None:
    counts, reasons = faulty[2].counts, set(faulty[2].tables["findings"]["reason"])
    assert counts["rejected"] > 50
    assert counts["merged"] > 5
    assert counts["subtotals"] > 5
    assert counts["unplaced"] > 2
    assert {"DUPLICATE_KEY", "DUPLICATE_ROW", "RAGGED_ROW", "FOOTER_ROW", "REPEATED_HEADER"} <= reasons
    assert {"NUMBER_AS_TEXT", "UNKNOWN_CATEGORY", "NOT_FILLED", "NEGATIVE", "ID_TRIMMED"} <= reasons


def test_amounts_that_do_not_go_together_are_refused_on_disk_too(tmp_path: Path) -> None:
    """Capital in yuan beside exposures in ten thousands."""
    rows = [{**row, "EAD": float(str(row["EAD"])) / 10_000} for row in faulty_text.rows(60)]
    path = faulty_text.write(tmp_path / "客户_2026-10.csv", [",".join(map(str, row.values())) for row in rows])
    refused = [check_files("customers", [path], Options(large=large, block_bytes=LINES)) for large in (1 << 30, 1)]
    whole, blocks = (str(result.refusal) for result in refused)
    assert "EAD" in whole
    assert blocks == whole


@pytest.mark.thorough
@pytest.mark.long
def test_segments_are_the_same(tmp_path: Path) -> None:
    policy = tmp_path / "both.toml"
    policy.write_text("".join(resources.example_policies()[name] for name in ("bcg", "span")), encoding="utf-8")
    path = faulty_text.write(tmp_path / "客户_2026-10.csv", faulty_text.spoil(faulty_text.rows(ROWS)))
    whole, blocks = both(path, tmp_path, max_rejected=0.5, policy=policy)
    assert whole.tables["segments"].height == blocks.tables["segments"].height == 3
    assert_same_tables(tmp_path)
