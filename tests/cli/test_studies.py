"""Commands that ask something of a stored period."""

import json
from pathlib import Path

import polars as pl
import pytest

from ninegrid.cli.help import GROUPS, listed
from ninegrid.cli.main import command
from ninegrid.store.database import open_database
from tests.cli.conftest import HEADERS as CUSTOMER_HEADERS
from tests.cli.conftest import Grade, customer, write_customers

HEADERS = "业务编号,客户号,潜在客户编号,金额,FTP,利差,PD,LGD,成本收入比,存款利差"
GOOD = "D1,000001,,100000000,2%,1.2%,1%,45%,30%,1.5%"


def written(*rows: str) -> Path:
    path = Path("deals.csv")
    path.write_text("\n".join((HEADERS, *rows)), encoding="utf-8")
    return path


def test_deals_are_priced_against_the_newest_period(stored: Grade, capsys: pytest.CaptureFixture[str]) -> None:
    assert stored("price", written(GOOD), "--tables", "t", "--json", "--quiet") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["study"], told["period"], told["period_origin"]) == ("price", "2026-10", "stored")
    assert told["counts"]["accepted"] == 1
    assert (told["counts"]["exception"], told["counts"]["fail"]) == (0, 1)
    assert "1 笔" in told["notices"][0] or "1 Fail" in told["notices"][0]
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


def test_a_study_needs_a_stored_period(stored: Grade) -> None:
    assert stored("price", written(GOOD), "--db", "none.duckdb", "--quiet") == 2
    assert stored("price", written(GOOD), "--period", "2020-01", "--quiet") == 3


@pytest.mark.parametrize("command", ["price deals.csv", "canvas deals.csv", "campaign plan plan.toml"])
def test_a_service_is_no_database(grade: Grade, command: str) -> None:
    written(GOOD)
    assert grade(*command.split(), "--db", "md:bank", "--quiet") == 2
    assert [path.name for path in Path().iterdir()] == ["deals.csv"]


def test_deals_are_kept_only_with_their_workbook(stored: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("ninegrid.files.outputs._refuse_irreplaceable", refuse)
    assert stored("price", written(GOOD), "--keep", "--quiet") == 6
    with open_database("grade.duckdb", read_only=True) as database:
        assert not database.has("deals") or database.table("deals").is_empty()


def test_a_form_to_fill_in(grade: Grade) -> None:
    assert grade("template", "deals", "--quiet") == 0
    assert Path("deals-template.xlsx").exists()
    assert grade("template", "nothing") == 2


@pytest.mark.parametrize(
    ("lang", "headings"), [("zh", ["日常", "经营", "维护"]), ("en", ["Every day", "Steering", "Upkeep"])]
)
def test_help_lists_the_commands_in_three_groups(
    grade: Grade, lang: str, headings: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADE_LANG", lang)
    assert grade("--help") == 0
    page = capsys.readouterr().out
    places = [page.index(f"\n{heading}:") for heading in headings]
    assert places == sorted(places)
    assert (
        places[0]
        < page.index("\n  customers ")
        < places[1]
        < page.index("\n  price ")
        < places[2]
        < page.index("\n  policy ")
    )


def test_every_command_is_in_one_group() -> None:
    names = list(command("en").commands)
    assert sorted(name for group in listed(command("en").commands).values() for name in group) == sorted(names)
    assert set(names) <= {name for group in GROUPS.values() for name in group}


def test_capital_is_allocated_within_a_budget(stored: Grade, capsys: pytest.CaptureFixture[str]) -> None:
    assert stored("allocate", "--budget", "+10%", "--tables", "t", "--json", "--quiet") == 0
    told = json.loads(capsys.readouterr().out)  # nothing but the summary: the solver is silent
    assert (told["study"], told["counts"]["customers"]) == ("allocate", 10)
    assert {path.name for path in Path("t").iterdir()} >= {"allocation.parquet", "allocation_frontier.parquet"}
    capsys.readouterr()
    assert stored("allocate", "--budget", "1") == 2
    assert "INFEASIBLE" in capsys.readouterr().err
    for text in ("lots", "1e400", "+1" + "0" * 400 + "%", ""):
        assert stored("allocate", "--budget", text) == 2
    assert stored("allocate", "--credit-budget", "") == 2


@pytest.mark.thorough
def test_what_a_won_deal_promised_is_held_against_what_comes(grade: Grade, tmp_path: Path) -> None:
    def month(period: str, deposits: float) -> Path:
        rows = [[*customer(n), deposits] for n in range(1, 4)]
        return write_customers(tmp_path / f"客户_{period}.xlsx", rows, [*CUSTOMER_HEADERS, "存款日均"])

    db = ("--db", "b.duckdb", "--quiet")
    assert grade("customers", month("202609", 1000.0), *db) == 0
    headers = f"{HEADERS},承诺存款,状态,成交日"
    won = [f"{GOOD.replace('D1', name)},{promise},成交,2026-09-30" for name, promise in (("D1", 5e6), ("D2", 1e6))]
    path = Path("deals.csv")
    path.write_text("\n".join((headers, *won, GOOD.replace("D1", "D3") + ",,,")), encoding="utf-8")
    assert grade("price", path, *db) == 0
    with open_database("b.duckdb", read_only=True) as database:
        assert not database.has("deals")  # nothing is stored unless it is asked for
    for _ in range(2):
        assert grade("price", path, "--keep", *db) == 0
    with open_database("b.duckdb", read_only=True) as database:
        assert database.rows("deals", "customers", "2026-09")["deal_id"].to_list() == ["D1", "D2", "D3"]
        assert database.table("action_log").height == 2
    assert grade("customers", month("202610", 1400.0), *db, "--tables", "t", "--accept-break", "测试") == 0
    actions = pl.read_parquet("t/actions.parquet").sort("campaign_id")
    assert actions.select("campaign_id", "matter", "promise", "delivered", "landed").rows() == [
        ("D1", "deposits", 5e6, 4e6, "YES"),
        ("D2", "deposits", 1e6, 4e6, "YES"),
    ]


@pytest.mark.parametrize("command", ["price", "canvas"])
def test_a_masked_study_names_no_customer_in_what_people_wrote(stored: Grade, command: str) -> None:
    """示例9公司 has no deal and no canvas: its name is known from the stored period alone."""
    if command == "price":
        Path("asked.csv").write_text(f"{HEADERS},业务名称\n{GOOD},担保示例9公司", encoding="utf-8")
    else:
        Path("asked.csv").write_text(
            "画布编号,模块,内容\nC,客户群体,示例9公司\nC,关键业务,服务示例9公司", encoding="utf-8"
        )
    assert stored(command, "asked.csv", "--mask", "--tables", "t", "--tables-format", "csv", "--quiet") == 0
    written = [path.read_text(encoding="utf-8") for path in Path("t").iterdir()]
    assert not [text for text in written if "示例9公司" in text]
    assert any("客户·" in text for text in written)


def test_a_won_deal_without_a_date_is_told(stored: Grade) -> None:
    path = Path("deals.csv")
    path.write_text(f"{HEADERS},承诺存款,状态,成交日\n{GOOD},1000000,成交,", encoding="utf-8")
    assert stored("price", path, "--tables", "t", "--quiet") == 0
    found = pl.read_parquet("t/findings.parquet").filter(reason="NO_WON_DATE")
    assert found.select("cell", "kind").rows() == [("L2C13", "warning")]


def test_plain_english_headers_and_fractions_do(stored: Grade) -> None:
    path = Path("deals.csv")
    heads = "deal_id,customer_id,amount,ftp,rate,pd,lgd,cost_ratio,drawn,deposit_spread"
    path.write_text(f"{heads}\n1,000001,1e8,0.02,0.032,0.01,0.45,0.3,1,0.015\n", encoding="utf-8")
    assert stored("price", path, "--tables", "t", "--quiet") == 0
    assert pl.read_parquet("t/deals.parquet")["min_spread_target"].item() == pytest.approx(0.0396626, abs=5e-8)
