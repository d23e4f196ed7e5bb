"""The sample's portrait and trial as LibreOffice computes them, against the engine, customer by customer.

GRADE_CUSTOMERS says for how many; each is looked up in the portrait and tried with seven sets of changes.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from ninegrid import pipeline as running
from ninegrid.engines.engine import InMemory
from ninegrid.model.period import Period
from ninegrid.model.relations import Lang
from ninegrid.options import Options
from ninegrid.report.book import write_workbook
from ninegrid.report.kit.words import word
from ninegrid.report.portrait.page import RIGHT_END
from ninegrid.result import Result
from tests.report import office
from tests.report.portrait_told import Portrait
from tests.report.told import Told, differing
from tests.report.trial_told import TRIALS, TrialPage

HOW_MANY = int(os.environ.get("GRADE_CUSTOMERS", "4"))
SAMPLE = Path(__file__).parents[2] / "sample_data" / "customers"
PERIODS = ("2026-09", "2026-10")
PICKER, PORTRAIT_AREA, TRIAL_AREA = "C5", "A1:AQ90", "A1:O70"
_NEEDED = ("list", "leads", "portrait", "try_it", "method")
_FULL = 3  # customers looked up in the whole workbook

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The latest month of the sample, graded after the one before, with the wide rows that a trial is graded from."""
    folder, improve = tmp_path_factory.mktemp("sample"), InMemory.improve
    known: list[Result] = []

    def kept(engine: InMemory, compared: Result, *given: Any) -> dict[str, pl.DataFrame]:
        tables = improve(engine, compared, *given)
        known.append(replace(compared, tables={**compared.tables, **tables}).with_distribution("customers"))
        return tables

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(InMemory, "improve", kept)
        for period in PERIODS:
            files = [SAMPLE / f"对公客户_{period}.xlsx", SAMPLE / "财报.csv"]
            asked = Options(db=str(folder / "kept.duckdb"), out=folder / f"{period}.xlsx", period=Period.parse(period))
            running.run("customers", files, asked)
    return known[-1]


@dataclass(frozen=True)
class Shown:
    """A workbook, what LibreOffice shows of it as it was written, then of each customer portrait and trials."""

    result: Result
    path: Path
    at_first: dict[str, Any]
    pages: Sequence[dict[str, Any]]


@pytest.fixture(scope="module", params=[pytest.param(lang, marks=pytest.mark.long) for lang in ("zh", "en")])
def shown(request: pytest.FixtureRequest, sample: Result, tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """The sample in a language, in a LibreOffice that is started once for all that is asked of it."""
    result, folder = _needed(sample, request.param), tmp_path_factory.mktemp("shown")
    at_first, *pages = _shown(result, chosen(sample, HOW_MANY), folder)
    return Shown(result, folder / "book.xlsx", at_first, pages)


@pytest.fixture(autouse=True)
def _needs_office() -> None:
    if office.python() is None:
        pytest.skip("there is no LibreOffice here that Python can speak to")


def chosen(result: Result, n: int) -> list[str]:
    """Customers by lot, and of every kind that is likely to go wrong at least one."""
    customers, tables = result.tables["customers"], result.tables
    warned = tables["warnings"].filter(severity="red")["subject_id"].implode()
    with_leads, ids = tables["leads"]["subject_id"].implode(), pl.col("customer_id")
    kinds = (
        pl.col("raroc_status") == "NO_CAPITAL",
        pl.col("raroc_status") == "MISSING_INPUT",
        pl.col("raroc_status") == "SUPPLIED",
        pl.col("value_cell") == "I3R3",
        pl.col("value_cell").is_null(),
        pl.col("raw_value_cell") != pl.col("value_cell"),
        ids.is_in(warned),
        ~ids.is_in(with_leads),
        pl.col("group_id").is_not_null(),
        pl.col("scale").is_null(),
    )
    found = [customers.filter(kind).sort("customer_id")["customer_id"].head(1) for kind in kinds]
    by_lot = customers.sort("customer_id").sample(n, seed=n, shuffle=True)["customer_id"]
    return pl.concat([*found, by_lot]).unique(maintain_order=True).head(n).to_list()


def test_libreoffice_says_of_each_customer_what_the_engine_says(sample: Result, shown: Shown) -> None:
    compared, wrong = _compared(shown.result, chosen(sample, HOW_MANY), shown.pages)
    print(f"{shown.result.lang}: {HOW_MANY} customers, {compared:,} figures and texts compared, {len(wrong)} differ")
    assert not wrong, "\n".join(wrong[:20])


@pytest.mark.long
def test_the_whole_workbook_says_the_same(sample: Result, tmp_path: Path) -> None:
    customers = chosen(sample, HOW_MANY)[-_FULL:]
    compared, wrong = _compared(sample, customers, _shown(sample, customers, tmp_path)[1:])
    print(f"whole workbook: {_FULL} customers, {compared:,} figures and texts compared, {len(wrong)} differ")
    assert not wrong, "\n".join(wrong[:20])


def test_stored_values_are_those_that_libreoffice_computes(shown: Shown) -> None:
    stored = load_workbook(shown.path, data_only=True)
    count = 0
    for title, area in _areas(shown.result).items():
        for own, other in zip(stored[title][area], shown.at_first[title], strict=True):
            for cell, value in zip(own, other, strict=True):
                kept = None if cell.data_type == "e" else "" if cell.value is None else cell.value
                assert kept == (pytest.approx(value, rel=1e-9) if isinstance(value, float) else value), cell
                count += kept not in (None, "")
    assert count > 400


@pytest.mark.long
def test_another_customers_page_would_be_noticed(sample: Result, tmp_path: Path) -> None:
    one, other = chosen(sample, HOW_MANY)[-2:]
    page = _shown(sample, [one], tmp_path)[1]
    title = _titles(sample)[0]
    assert len(list(differing(page[title], Portrait(sample, other).told()))) > 50


def _needed(sample: Result, lang: Lang) -> Result:
    """The sample in a language, with the portrait, the trial and what they look into alone."""
    sheets = tuple(sheet for sheet in sample.policy.sheets if sheet.kind in _NEEDED)
    return dataclasses.replace(sample, lang=lang, policy=dataclasses.replace(sample.policy, sheets=sheets))


def _titles(result: Result) -> tuple[str, str]:
    """What the portrait and the trial are called."""
    named = {sheet.kind: sheet.zh if result.lang == "zh" else sheet.en for sheet in result.policy.sheets}
    return named["portrait"], named["try_it"]


def _areas(result: Result) -> dict[str, str]:
    """What of the portrait and of the trial is read."""
    return dict(zip(_titles(result), (PORTRAIT_AREA, TRIAL_AREA), strict=True))


def _compared(result: Result, customers: Sequence[str], shown: Sequence[dict[str, Any]]) -> tuple[int, list[str]]:
    """How many figures and texts were compared, and which differ."""
    portrait, trial = _titles(result)
    count, wrong = 0, []
    pages = iter(shown)
    for customer in customers:
        tried = TrialPage(result, customer)
        wanted: list[tuple[str, Iterable[Told]]] = [(portrait, Portrait(result, customer).told())]
        wanted += [(trial, tried.told(one)) for one in TRIALS]
        for title, told in wanted:
            page, expected = next(pages)[title], [*told, *(_self_check(result) if title == trial else ())]
            count += len(expected)
            wrong += [f"{customer} {said}" for said in (*differing(page, expected), *_broken(page))]
    return count, wrong


def _self_check(result: Result) -> list[Told]:
    n = result.tables["customers"].height
    return [Told(word("check_title", result.lang), 1, 2, word("check_said", result.lang, n=f"{n:,}", wrong=0))]


def _broken(page: office.Values) -> list[str]:
    """The cells in sight whose formula comes to an error."""
    rows = (row[:RIGHT_END] for row in page)
    return [f"row {at}: a formula comes to an error" for at, row in enumerate(rows, 1) if None in row]


def _shown(result: Result, customers: Sequence[str], folder: Path) -> list[dict[str, Any]]:
    """Both pages as they were written; then of each customer its portrait, and its trial under each set of changes."""
    path = folder / "book.xlsx"
    write_workbook(result, path)
    portrait, trial = _titles(result)
    names = dict(result.tables["customers"].select("customer_id", "customer_name").iter_rows())
    steps = [office.step({}, _areas(result))]
    for customer in customers:
        tried = TrialPage(result, customer)
        steps.append(office.step({portrait: {PICKER: f"{customer}  {names[customer]}"}}, {portrait: PORTRAIT_AREA}))
        steps += [office.step({trial: tried.cells(one)}, {trial: TRIAL_AREA}) for one in TRIALS]
    return office.answers(path, steps, folder)
