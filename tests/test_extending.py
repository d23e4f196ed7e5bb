"""What a bank adds to the built-in content is one entry: nothing else has to be touched for a run to go through."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib import resources as packages
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from ninegrid import resources
from ninegrid.model.errors import PolicyError
from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.report import book
from ninegrid.report.kit.layout import head
from ninegrid.subjects import policies
from tests import small_bank
from tests.test_policy_check import SPAN

pytestmark = pytest.mark.whole_workbook
PIPELINES = Path(__file__).parent.parent / "pipelines"
GRID, SHEET = SPAN.split("[[sheets]]")

Graded = tuple[dict[str, pl.DataFrame], list[str]]
Extend = Callable[..., Graded]


@pytest.fixture
def extended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Extend]:
    """Adds entries to files of a temporary copy of pipelines/, grades a small bank by it, and gives the result tables
    and the names of the workbook's sheets.
    """
    copy = shutil.copytree(PIPELINES, tmp_path / "pipelines")
    monkeypatch.setattr(resources, "files", lambda name: copy if name.endswith("pipelines") else packages.files(name))
    caches = (resources.policy_text, policies._loaded)

    def extend(**added: str) -> Graded:
        for name, text in added.items():
            file = copy / ("report" if name == "report" else "policy/customers")
            file = file / ("customers.toml" if name == "report" else f"{name}.toml")
            file.write_text(f"{file.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")
        for cache in caches:
            cache.cache_clear()
        book = small_bank.write(tmp_path / "bank_2026-10.csv", small_bank.customers())
        out, tables = tmp_path / "out.xlsx", tmp_path / "tables"
        run("customers", [book], Options(db=":memory:", out=out, tables=tables))
        sheets = load_workbook(out, read_only=True).sheetnames
        return {path.stem: pl.read_parquet(path) for path in tables.glob("*.parquet")}, sheets

    yield extend
    for cache in caches:
        cache.cache_clear()


def test_an_indicator_is_one_entry(extended: Extend) -> None:
    tables, _ = extended(
        metrics='[[metrics]]\nkey = "loan_deposit"\nindicator = 17\nzh = "贷存比"\nen = "Loans to deposits"\n'
        'numerator = "loan_avg"\ndenominator = "deposit_avg"\nunit = "percent"\ndirection = "lower"'
    )
    row = tables["customers"].drop_nulls("loan_deposit").row(0, named=True)
    assert row["loan_deposit"] == pytest.approx(row["loan_avg"] / row["deposit_avg"])
    assert "loan_deposit" in tables["profile"]["indicator"]


def test_a_sheet_of_an_existing_kind_is_one_entry(extended: Extend) -> None:
    _, sheets = extended(
        report='[[sheets]]\nkey = "cuts"\nzh = "分界表"\nen = "Cuts"\nkind = "tables"\n'
        '[[sheets.tables]]\nkey = "cuts"\nzh = "分界"\nen = "Cuts"\ntable = "cuts"\n'
        'columns = ["grid", "axis", "peer_group", "low_cut", "high_cut", "n"]'
    )
    assert "分界表" in sheets


def test_a_new_kind_of_sheet_is_one_function_and_one_line(extended: Extend, monkeypatch: pytest.MonkeyPatch) -> None:
    report = '[[sheets]]\nkey = "hello"\nzh = "你好"\nen = "Hello"\nkind = "hello"'
    with pytest.raises(PolicyError, match="the sheet 'hello' is of the kind hello; there are actions, calibration"):
        extended(report=report)
    monkeypatch.setitem(book.BUILDERS, "hello", lambda book, sheet: head(book, sheet, "…"))
    monkeypatch.setattr(book, "KINDS", frozenset(book.BUILDERS))
    _, sheets = extended(report="")
    assert "你好" in sheets


@pytest.mark.thorough
def test_a_lever_is_one_entry(extended: Extend) -> None:
    tables, _ = extended(
        improvement='[[levers]]\nkey = "losses"\nzh = "减少损失"\nen = "Lose less"\nindicator = "credit_cost"\n'
        'headroom = "credit_cost - ceiling"\ncost = "delta * ead"\nwho_zh = "风险部门"\nwho_en = "Risk"'
    )
    assert "losses" in tables["leads"]["lever"]


@pytest.mark.thorough
def test_a_grid_with_its_sheet_is_an_entry_in_each_file(extended: Extend) -> None:
    grid = GRID.replace("wallet_share", "capital_density").replace("customer_growth", "exposure_yield")
    tables, sheets = extended(grids=grid, report=f"[[sheets]]{SHEET}")
    placed = tables["customers"].drop_nulls("span_cell")
    levels = placed.select(pl.format("S{}G{}", "span_share_level", "span_growth_level")).to_series()
    assert placed.height > 10
    assert placed["span_cell"].to_list() == levels.to_list()
    assert tables["cells"].filter(grid="span")["n"].sum() == tables["customers"].height
    assert "SPAN 九宫格" in sheets
