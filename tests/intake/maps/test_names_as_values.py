"""A sheet or a file a branch: the names are proposed for the column that nothing says, and given with one line."""

from __future__ import annotations

import pytest

from ninegrid.intake.maps.apply import Maps
from ninegrid.intake.maps.read import read_map
from ninegrid.intake.maps.write import proposed_toml
from ninegrid.intake.read import read_opened
from ninegrid.messages import say
from ninegrid.model.inputs import Inputs
from ninegrid.subjects.registry import relations
from tests.intake.sheets_in_memory import Cell, book

RELATIONS = relations("customers")
HEAD: list[Cell] = ["客户号", "客户名称", "总收入"]


def sheet(start: int, *more: str) -> list[list[Cell]]:
    rows: list[list[Cell]] = [[f"{start + at:04}", f"甲{start + at}", 100, *more] for at in range(3)]
    return [[*HEAD, *(["分行"] if more else [])], *rows]


def read(*books: dict[str, list[list[Cell]]], maps: Maps | None = None) -> Inputs:
    return read_opened(
        [book(f"客户{at}_202610.xlsx", **sheets) for at, sheets in enumerate(books)], RELATIONS, maps=maps
    )


def proposed(inputs: Inputs) -> list[str]:
    return [say(one, "zh") for one in inputs.notices if one.code == "maps.by_name"]


@pytest.mark.parametrize(
    ("books", "word"),
    [
        ([{"华东分行": sheet(1), "华北分行": sheet(10)}], "{sheet}"),
        ([{"Sheet1": sheet(1)}, {"Sheet1": sheet(10)}], "{file}"),
    ],
)
def test_names_that_differ_are_proposed_and_taken_when_accepted(
    books: list[dict[str, list[list[Cell]]]], word: str
) -> None:
    inputs = read(*books)
    assert len(proposed(inputs)) == 1
    assert f'--map "{word}=branch"' in proposed(inputs)[0]
    assert f'#? set = {{ branch = "{word}" }}' in proposed_toml(inputs.reading, RELATIONS, "zh")
    accepted = read(*books, maps=Maps(read_map(f"{word}=分行", RELATIONS)))
    names = {"{sheet}": {"华东分行", "华北分行"}, "{file}": {"客户0_202610", "客户1_202610"}}[word]
    assert set(accepted.tables["customers"]["branch"]) == names
    assert not proposed(accepted)


def test_nothing_is_proposed_where_a_column_says_it_or_there_is_one_sheet() -> None:
    assert not proposed(read({"华东分行": sheet(1)}))
    assert not proposed(read({"华东": sheet(1, "华东分行"), "华北": sheet(10, "华北分行")}))
