"""What a bank adds to the built-in content is one entry: nothing else has to be touched for a run to go through.

All that can be added is added to one copy of pipelines/, and two months are graded by it, with a workbook for each
branch: every sheet, every table and every unit's part is made with the additions.
"""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator, Mapping, Set
from contextlib import closing
from dataclasses import dataclass
from importlib import resources as packages
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from ninegrid import resources
from ninegrid.model.errors import PolicyError
from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.policy import load_policy
from ninegrid.report import book
from ninegrid.report.book import refuse_unknown_kinds
from ninegrid.report.kit.layout import Book, head
from ninegrid.subjects import policies
from tests import small_bank
from tests.few_sheets import only
from tests.test_policy_check import SPAN

pytestmark = [pytest.mark.whole_workbook, pytest.mark.thorough]
PIPELINES = Path(__file__).parent.parent / "pipelines"
GRID, SHEET = SPAN.split("[[sheets]]")

INDICATOR = """
[[metrics]]
key = "loan_deposit"
indicator = 17
zh = "贷存比"
en = "Loans to deposits"
numerator = "loan_avg"
denominator = "deposit_avg"
unit = "percent"
direction = "lower"
"""
LEVER = """
[[levers]]
key = "losses"
zh = "减少损失"
en = "Lose less"
indicator = "credit_cost"
headroom = "credit_cost - ceiling"
cost = "delta * ead"
who_zh = "风险部门"
who_en = "Risk"
"""
TABLES = """
[[sheets]]
key = "cuts"
zh = "分界表"
en = "Cuts"
kind = "tables"
[[sheets.tables]]
key = "cuts"
zh = "分界"
en = "Cuts"
table = "cuts"
columns = ["grid", "axis", "peer_group", "low_cut", "high_cut", "n"]
"""
HELLO = '\n[[sheets]]\nkey = "hello"\nzh = "你好"\nen = "Hello"\nkind = "hello"\n'
ADDED = {
    "policy/customers/metrics.toml": INDICATOR,
    "policy/customers/improvement.toml": LEVER,
    "policy/customers/grids.toml": GRID.replace("wallet_share", "capital_density").replace(
        "customer_growth", "exposure_yield"
    ),
    "report/customers.toml": f"{TABLES}\n[[sheets]]{SHEET}{HELLO}",
}


@dataclass(frozen=True)
class Graded:
    """The second month: its result tables, and by sheet what stands in its workbook and in a branch's own."""

    tables: dict[str, pl.DataFrame]
    texts: Mapping[str, Set[str]]
    unit: Mapping[str, Set[str]]


def _texts(path: Path) -> dict[str, set[str]]:
    """By sheet, what stands in its cells."""
    with warnings.catch_warnings(), closing(load_workbook(path, read_only=True)) as workbook:
        warnings.filterwarnings("ignore", "Unknown extension", UserWarning)  # sparklines, which openpyxl doesn't read
        return {
            sheet.title: {str(value) for row in sheet.iter_rows(values_only=True) for value in row if value is not None}
            for sheet in workbook
        }


def _hello(book: Book, sheet: resources.Sheet) -> None:
    head(book, sheet, f"{book.result.period} · {book.result.height('customers')}")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    """Two months of a small bank by the extended content."""
    folder = tmp_path_factory.mktemp("extended")
    copy = shutil.copytree(PIPELINES, folder / "pipelines")
    for name, text in ADDED.items():
        with (copy / name).open("a", encoding="utf-8") as file:
            file.write(text)
    caches = (resources.policy_text, policies._loaded)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resources, "files", lambda name: copy if name.endswith("pipelines") else packages.files(name))
        patch.setitem(book.BUILDERS, "hello", _hello)
        patch.setattr(book, "KINDS", frozenset(book.BUILDERS))
        for cache in caches:
            cache.cache_clear()
        try:
            yield _two_months(folder)
        finally:
            for cache in caches:
                cache.cache_clear()


def _two_months(folder: Path) -> Graded:
    database = str(folder / "bank.duckdb")
    with only():
        september = small_bank.write(folder / "bank_2026-09.csv", small_bank.customers(seed=2))
        run("customers", [september], Options(db=database, out=folder / "september.xlsx"))
    october = small_bank.write(folder / "bank_2026-10.csv", small_bank.customers())
    out, tables = folder / "october.xlsx", folder / "tables"
    run("customers", [october], Options(db=database, out=out, tables=tables, each="branch", accept_break="drawn anew"))
    (unit,) = folder.rglob(f"*{small_bank.EAST}*.xlsx")
    found = {path.stem: pl.read_parquet(path) for path in tables.glob("*.parquet")}
    return Graded(found, _texts(out), _texts(unit))


def test_an_indicator_is_one_entry(graded: Graded) -> None:
    customers = graded.tables["customers"].drop_nulls("loan_deposit")
    ratios = (customers["loan_avg"] / customers["deposit_avg"]).to_list()
    assert customers["loan_deposit"].to_list() == pytest.approx(ratios)
    rows = graded.tables["indicators"].filter(indicator="loan_deposit", scope="bank")
    assert rows["ratio"].item() == pytest.approx(customers["loan_avg"].sum() / customers["deposit_avg"].sum())
    for sheet in ("客户清单", "长相", "机构内差距", "口径"):
        assert any("贷存比" in text for text in graded.texts[sheet]), sheet


def test_a_sheet_of_an_existing_kind_is_one_entry(graded: Graded) -> None:
    shown = graded.texts["分界表"]
    cuts = graded.tables["cuts"]
    assert {"分界", "低分界", "高分界"} <= shown
    assert {str(n) for n in cuts["n"].drop_nulls()} <= shown
    assert "分界表" in graded.unit


def test_a_new_kind_of_sheet_is_one_function_and_one_line(graded: Graded) -> None:
    assert f"2026-10 · {graded.tables['customers'].height}" in graded.texts["你好"]
    assert "你好" in graded.unit


def test_a_kind_that_nothing_lays_out_is_refused() -> None:
    policy = load_policy(resources.policy_text("customers"), HELLO.replace("ello", "allo").replace("你", "您"))
    with pytest.raises(PolicyError, match="the sheet 'hallo' is of the kind hallo; there are actions, calibration"):
        refuse_unknown_kinds(policy)


def test_a_lever_is_one_entry(graded: Graded) -> None:
    leads = graded.tables["leads"].filter(lever="losses")
    customers = graded.tables["customers"].select(pl.col("customer_id").alias("subject_id"), "credit_cost", "ead")
    rows = leads.join(customers, on="subject_id", how="left")
    after_tax = rows["step"] * rows["ead"] * 0.75
    assert rows.height
    assert rows["from_value"].to_list() == pytest.approx(rows["credit_cost"].to_list())
    assert rows["uplift_rani"].to_list() == pytest.approx(after_tax.to_list())
    for sheet in ("线索", "口径"):
        assert any("减少损失" in text for text in graded.texts[sheet]), sheet


def test_a_grid_with_its_sheet_is_an_entry_in_each_file(graded: Graded) -> None:
    placed = graded.tables["customers"].drop_nulls("span_cell")
    levels = placed.select(pl.format("S{}G{}", "span_share_level", "span_growth_level")).to_series()
    assert placed.height > 10
    assert placed["span_cell"].to_list() == levels.to_list()
    assert graded.tables["cells"].filter(grid="span")["n"].sum() == graded.tables["customers"].height
    assert "span" in graded.tables["migration"]["grid"]
    cells = set(placed["span_cell"])
    assert all(any(cell in text for text in graded.texts["SPAN 九宫格"]) for cell in cells)
