"""Units' workbooks made by processes beside the run: the same workbooks, in order, and no error is lost."""

from __future__ import annotations

import threading
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import msoffcrypto
import openpyxl
import pytest

from ninegrid.model.errors import OutputError
from ninegrid.report import unit_workers
from ninegrid.report.unit_reports import _sheets, part
from ninegrid.report.unit_workers import unit_workbooks
from ninegrid.result import Result

_LENGTHS = """
import sys
given, back = sys.stdin.buffer, sys.stdout.buffer
while header := given.read(8):
    text = str(len(given.read(int.from_bytes(header, "big")))).encode()
    back.write(len(text).to_bytes(8, "big") + text)
    back.flush()
"""
"""A worker that gives back how long each part is."""


def _cells(book: bytes) -> dict[str, list[tuple[object, ...]]]:
    sheets = openpyxl.load_workbook(BytesIO(book)).worksheets
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in sheets}


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two parts are many, and there are two processors."""
    monkeypatch.setattr(unit_workers, "_FEWEST", 2)
    monkeypatch.setattr(unit_workers, "_cores", lambda: 2)


def _made(parts: list[Result], password: str | None = None) -> list[tuple[Path, bytes]]:
    told = [(Path(str(n)), part) for n, part in enumerate(parts)]
    return list(unit_workbooks(told, len(told), 10, names=True, password=password))


def test_a_worker_makes_the_workbook_that_the_run_would_make(west: Result) -> None:
    sheets = tuple(sheet for sheet in west.policy.sheets if sheet.kind in ("overview", "grid", "list", "method"))
    west = replace(west, policy=replace(west.policy, sheets=sheets))
    here = _made([west])[0][1]
    pool = unit_workers._Workers(True, "geheim")
    try:
        there = pool.made(west)
    finally:
        pool.close()
    assert there
    office, plain = msoffcrypto.OfficeFile(BytesIO(there)), BytesIO()
    office.load_key(password="geheim")
    office.decrypt(plain)
    assert _cells(plain.getvalue()) == _cells(here)


@pytest.mark.usefixtures("many")
def test_workers_give_back_in_order_what_they_are_given(west: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit_workers, "_PROGRAM", _LENGTHS)
    made = _made([west] * 9)
    assert [path.name for path, _ in made] == [str(n) for n in range(9)]
    assert len({book for _, book in made}) == 1
    assert made[0][1].isdigit()


@pytest.mark.usefixtures("many")
def test_what_a_worker_fails_at_is_made_by_the_run_which_tells_the_error(
    west: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(result: Result, **how: object) -> bytes:
        raise OutputError("files.is_folder", path=threading.current_thread() is threading.main_thread())

    monkeypatch.setattr(unit_workers, "_PROGRAM", "raise SystemExit")
    monkeypatch.setattr(unit_workers, "_workbook", refuses)
    with pytest.raises(OutputError, match="True"):
        _made([west] * 2)


@pytest.mark.usefixtures("many")
def test_nothing_that_lies_in_the_working_folder_is_run(
    west: Result, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    planted = "from pathlib import Path; Path('ran').touch()"
    for name in ("ninegrid", "polars", "json", "pickle"):
        (tmp_path / f"{name}.py").write_text(planted, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(unit_workers, "_PROGRAM", "import json, pickle, importlib.util as u; u.find_spec('polars')")
    monkeypatch.setattr(unit_workers, "_workbook", lambda result, **how: b"here")
    assert [book for _, book in _made([west] * 2)] == [b"here"] * 2
    assert not (tmp_path / "ran").exists()


def test_few_units_and_large_ones_are_made_without_workers(west: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit_workers, "_workbook", lambda result, **how: b"here")
    monkeypatch.setattr(unit_workers, "_Workers", None)
    few, large = unit_workers._FEWEST - 1, unit_workers._LARGEST
    told = [(Path("x"), west)] * 20
    assert len(list(unit_workbooks(told[:few], few, few, names=True, password=None))) == few
    assert len(list(unit_workbooks(told, 20, 20 * large + 1, names=True, password=None))) == 20


def test_a_managers_workbook_leaves_out_what_compares_units(bank: Result) -> None:
    own, branch = (
        {sheet.key for sheet in _sheets(bank.policy, column)} for column in ("relationship_manager", "branch")
    )
    compares = {"profile", "gap_within", "gap_across", "views"}
    assert branch - own == {*compares, "group_value", "gains", "opportunity", "product_use"}


def test_a_managers_part_is_added_up_no_further_than_its_sheets_show(bank: Result) -> None:
    column = "relationship_manager"
    own = part(bank, str(bank.tables["customers"].get_column(column).drop_nulls()[0]), column)
    told = {name: set(own.tables[name][by]) for name, by in (("profile", "scope"), ("views", "view"))}
    assert told == {"profile": {"bank"}, "views": {"bank", "branch"}}  # 总览 tells of branches
    assert own.tables["cells"].height == bank.tables["cells"].height
