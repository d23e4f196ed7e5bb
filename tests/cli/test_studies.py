"""Commands that ask something of a stored period."""

import json
from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import Grade

HEADERS = "业务编号,客户号,潜在客户编号,金额,FTP,利差,PD,LGD,成本收入比,存款利差"
GOOD = "D1,000001,,100000000,2%,1.2%,1%,45%,30%,1.5%"


def written(*rows: str) -> Path:
    path = Path("deals.csv")
    path.write_text("\n".join((HEADERS, *rows)), encoding="utf-8")
    return path


@pytest.fixture
def stored(grade: Grade, export: Path) -> Grade:
    assert grade("customers", export, "--quiet") == 0
    return grade


def test_deals_are_priced_against_the_newest_period(stored: Grade, capsys: pytest.CaptureFixture[str]) -> None:
    assert stored("price", written(GOOD), "--tables", "t", "--json", "--quiet") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["study"], told["period"], told["period_origin"]) == ("price", "2026-10", "stored")
    assert told["counts"]["accepted"] == 1
    (deal,) = pl.read_parquet("t/deals.parquet").to_dicts()
    assert deal["min_spread_hurdle"] == pytest.approx(0.0267383, abs=5e-8)
    assert Path("deals-price.xlsx").exists()


def test_rows_that_cannot_be_priced_are_refused_at_their_cells(stored: Grade) -> None:
    bad = [
        GOOD.replace("D1", "D2").replace("1%,45%", "120%,45%"),
        GOOD.replace("D1", "D3").replace("100000000", "0"),
        GOOD.replace("D1", "D4").replace("000001,,", "000001,P1,"),
        GOOD.replace("D1", "D5").replace("000001,,", "nobody,,"),
        GOOD.replace("D1", "D6").replace("000001,,", ",,"),
        GOOD.replace("D1", "D7").replace("1.2%", ""),
        GOOD.replace("D1", "D8").replace(",1%,", ",-1%,"),
    ]
    path = written(GOOD, *bad)
    assert stored("price", path, "--quiet") == 4
    assert Path("deals-price-data-quality.xlsx").exists()
    assert stored("price", path, "--max-rejected", "90%", "--tables", "t", "--quiet") == 0
    found = pl.read_parquet("t/findings.parquet").filter(pl.col("kind") == "rejected").sort("cell")
    assert [*zip(found["cell"], found["reason"], strict=True)] == [
        ("L3C7", "OUT_OF_RANGE"),
        ("L4C4", "OUT_OF_RANGE"),
        ("L5C3", "CUSTOMER_AND_PROSPECT"),
        ("L6C2", "UNKNOWN_CUSTOMER"),
        ("L7C2", "MISSING_REQUIRED"),
        ("L8C6", "MISSING_REQUIRED"),
        ("L9C7", "NEGATIVE"),
    ]
    assert pl.read_parquet("t/deals.parquet")["deal_id"].to_list() == ["D1"]


def test_a_study_needs_a_stored_period(grade: Grade, export: Path) -> None:
    assert grade("price", written(GOOD), "--quiet") == 2  # there is no database
    assert grade("customers", export, "--quiet") == 0
    assert grade("price", written(GOOD), "--period", "2020-01", "--quiet") == 3


def test_a_form_to_fill_in(grade: Grade) -> None:
    assert grade("template", "deals", "--quiet") == 0
    assert Path("deals-template.xlsx").exists()
    assert grade("template", "nothing") == 2
