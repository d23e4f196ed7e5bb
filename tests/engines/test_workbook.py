"""The workbook of a run in blocks: the list as far as a sheet goes, and every sum over all customers."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

from ninegrid.engines import result as block_result
from tests.engines import faulty_text
from tests.engines.same import both

pytestmark = [pytest.mark.thorough, pytest.mark.long]

LOOKS_INTO_WORKBOOKS = True
POLICY = "[way]\nmost = 25\n"
LISTED = 200
OF_SOME = {"客户清单", "线索", "客户画像", "试算", "口径"}  # and what says which run it was


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[tuple[object, ...]]], ...]:
    folder = tmp_path_factory.mktemp("books")
    (folder / "policy.toml").write_text(POLICY, encoding="utf-8")
    path = faulty_text.write(folder / "客户_2026-10.csv", faulty_text.spoil(faulty_text.rows(450)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(block_result, "LISTED", LISTED)
        both(path, folder, max_rejected=0.5, policy=folder / "policy.toml")
    return tuple(_values(folder / way / "out.xlsx") for way in ("memory", "blocks"))


def _values(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(load_workbook(path, read_only=True)) as book:
        return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def test_sums_are_over_all_customers(books: tuple[dict[str, list[tuple[object, ...]]], ...]) -> None:
    memory, blocks = books
    assert list(memory) == list(blocks)
    for title in set(memory) - OF_SOME:
        assert _rounded(memory[title]) == _rounded(blocks[title]), title


def _rounded(rows: list[tuple[object, ...]]) -> list[str]:
    """The rows in an order of their own: sums that differ in their last bit may stand the other way round."""
    return sorted(str([f"{value:.12g}" if isinstance(value, float) else value for value in row]) for row in rows)


def test_the_list_says_that_it_is_not_whole(books: tuple[dict[str, list[tuple[object, ...]]], ...]) -> None:
    rows = books[1]["客户清单"]
    told = [row for row in rows if isinstance(row[1], str) and row[1].startswith("C0")]
    assert len(told) == LISTED
    assert any("仅列出" in str(cell) for row in rows[:4] for cell in row)


def test_the_list_begins_as_the_whole_one_does(books: tuple[dict[str, list[tuple[object, ...]]], ...]) -> None:
    memory, blocks = (_ids(book["客户清单"]) for book in books)
    assert memory[: LISTED - 25] == blocks[: LISTED - 25]


def test_leads_are_the_same(books: tuple[dict[str, list[tuple[object, ...]]], ...]) -> None:
    memory, blocks = books
    assert _ids(memory["线索"]) == _ids(blocks["线索"])


def _ids(rows: list[tuple[object, ...]]) -> list[object]:
    return [cell for row in rows for cell in row[1:3] if isinstance(cell, str) and cell.startswith("C0")]
