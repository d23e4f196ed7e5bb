"""SPAN and BCG, the shipped examples, on a small bank: tables, workbook, months, units' workbooks, what is refused."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import polars as pl
import pytest

from ninegrid import resources
from ninegrid.model.errors import PolicyError
from ninegrid.options import Options
from ninegrid.pipeline import grade_files, run
from ninegrid.policy.edited import Edited
from ninegrid.policy_check import check_policy
from ninegrid.report.book import Draft
from ninegrid.report.masking import masks
from ninegrid.report.unit_reports import part
from ninegrid.report.xlsx.background_deflate import Ahead
from ninegrid.result import Result
from ninegrid.subjects import policies
from tests.small_bank import EAST, TINY, customers, write

EXAMPLES = ("bcg", "span")
BOTH = "".join(resources.example_policies()[name] for name in EXAMPLES)
MARKET = [
    [*("细分维度", "细分市场", "年度", "市场规模(亿元)", "市场增速(%)", "我行份额(%)"),
     *("最大对手份额(%)", "竞争激烈程度", "战略匹配")],
    ["行业", "制造业", 2025, 900, 1, 9, 12, 3, 4],
    ["行业", "制造业", 2026, 1000, 12, 12, 10, 2, 5],
    ["行业", "批发和零售业", 2026, 500, -2, 3, 12, 5, 1],
    ["行业", "航天业", 2026, 1, 1, 1, 1, 1, 1],
    ["产品", "票据", 2026, 100, 12, 15, 10, 3, 3],
    ["渠道", "线上", 2026, 1, 1, 1, 1, 1, 1],
    ["行业", "制造业", 2027, 1, 1, 1, 1, 1, 1],
]  # fmt: skip


def saved(path: Path, rows: list[list[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def files(folder: Path, period: str = "2026-10", seed: int = 1) -> list[Path]:
    book = customers(seed)
    lines = [[row[0], line, 1000 * (at + 1)] for at, row in enumerate(book) for line in ("票据", "保函")[: 1 + at % 2]]
    return [
        write(folder / f"客户_{period}.csv", book),
        saved(folder / f"产品_{period}.csv", [["客户编号", "产品线", "产品收入"], *lines]),
        saved(folder / "市场.csv", MARKET),
    ]


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("policy") / "both.toml"
    path.write_text(BOTH, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory, policy: Path) -> Result:
    return grade_files("customers", files(tmp_path_factory.mktemp("bank")), Options(policy=policy))


def test_every_industry_and_product_line_has_a_row(bank: Result) -> None:
    told = bank.tables["segments"]
    assert set(told.filter(grid="span")["segment"]) == {"制造业", "批发和零售业"}
    assert set(told.filter(grid="bcg")["segment"]) == {"票据", "保函"}
    industries = told.filter(grid="span")
    assert industries["total_income"].sum() == pytest.approx(bank.tables["customers"]["total_income"].sum())
    assert industries["n"].sum() == bank.tables["customers"].height


def test_the_newest_market_year_up_to_the_run_counts(bank: Result) -> None:
    row = bank.tables["segments"].filter(grid="span", segment="制造业").row(0, named=True)
    assert (row["market_period"], row["market_size"], row["our_share"]) == ("2026", 1e11, 0.12)
    assert row["cell"] is not None


def test_a_line_without_market_stands_by_its_penetration(bank: Result) -> None:
    row = bank.tables["segments"].filter(grid="bcg", segment="保函").row(0, named=True)
    assert row["status"] == "MISSING_INPUT;PENETRATION"  # no period before, so no growth of its own
    assert row["axis2"] == row["penetration"]


def test_market_rows_of_nothing_are_found_at_their_cells(bank: Result) -> None:
    found = bank.tables["findings"].filter(pl.col("reason").is_in(["NO_SEGMENT", "LATER_PERIOD"]))
    assert sorted(found.select("cell", "value").rows()) == [("L5C2", "航天业"), ("L7C1", "渠道"), ("L8C3", "2027")]


def test_the_items_of_each_axis_make_its_score(bank: Result) -> None:
    items = bank.tables["segment_items"].filter(segment="制造业").drop_nulls("score")
    made = items.group_by("axis").agg((pl.col("score") * pl.col("weight")).sum() / pl.col("weight").sum())
    row = bank.tables["segments"].filter(grid="span", segment="制造业").row(0, named=True)
    assert dict(made.rows()) == {
        "attractiveness": pytest.approx(row["axis1"]), "position": pytest.approx(row["axis2"])
    }  # fmt: skip


def test_by_default_nothing_is_segmented(tmp_path: Path) -> None:
    told = grade_files("customers", files(tmp_path)).tables
    assert told["segments"].is_empty()
    assert told["segment_items"].is_empty()
    assert told["product_use"].height
    assert told["findings"].filter(reason="NO_SEGMENT").height == 1  # the market is read, and used for nothing


@pytest.mark.thorough
def test_growth_and_the_cell_before_come_from_the_stored_months(tmp_path: Path, policy: Path) -> None:
    told = {}
    for period, seed in (("2026-08", 1), ("2026-10", 2)):
        options = Options(policy=policy, db=str(tmp_path / "g.duckdb"), out=tmp_path / f"{period}.xlsx", lang="zh",
                          accept_break="a test", tables=tmp_path / period)  # fmt: skip
        told[period] = run("customers", files(tmp_path, period, seed), options).result.tables["segments"]
    then, now = (told[p].filter(grid="span", segment="制造业").row(0, named=True) for p in told)
    assert now["growth"] == pytest.approx((now["income"] / then["income"]) ** 6 - 1)
    assert (now["growth_status"], then["growth_status"]) == ("ANNUALISED", "NO_HISTORY")
    assert now["from_cell"] == then["cell"]
    assert "OWN_GROWTH" in told["2026-10"].filter(grid="bcg", segment="保函")["status"].item()


def test_a_units_workbook_tells_of_no_segment_with_a_few_customers_elsewhere(bank: Result) -> None:
    whole, mine = bank.tables["segments"], part(bank, EAST).tables
    assert mine["segments"].height == whole.height
    assert mine["segments"]["growth"].is_null().all()
    own = bank.tables["customers"].filter(branch=EAST)
    assert mine["product_use"].filter(product_line="票据")["customers"].sum() == own.height


def test_a_long_list_is_laid_out_before_its_segments_are_known(bank: Result) -> None:
    unassessed = {name: table for name, table in bank.tables.items() if not name.startswith("segment")}
    with Draft(Ahead(worthwhile=1)) as draft:
        draft.begin(dataclasses.replace(bank, tables=unassessed))
        assert draft.begun


def test_a_segment_with_one_customer_elsewhere_is_not_told(bank: Result) -> None:
    assert bank.wide is not None
    lone = pl.when(pl.col("branch") == TINY).then(pl.lit("独业")).otherwise("industry")
    wide = dataclasses.replace(bank.wide, frame=bank.wide.frame.with_columns(industry=lone))
    told = bank.tables["segments"]
    alone = told.filter(grid="span").head(1).with_columns(segment=pl.lit("独业"), n=pl.lit(1, dtype=pl.Int64))
    whole = dataclasses.replace(bank, wide=wide, tables={**bank.tables, "segments": pl.concat([told, alone])})
    assert "独业" not in part(whole, EAST).tables["segments"]["segment"].to_list()
    assert "独业" in part(whole, TINY).tables["segments"]["segment"].to_list()


def test_masking_leaves_the_names_of_segments(bank: Result) -> None:
    masked = masks(bank).result(bank)
    assert masked.tables["segments"]["segment"].to_list() == bank.tables["segments"]["segment"].to_list()


@pytest.mark.thorough
@pytest.mark.whole_workbook
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_pass_the_check(name: str) -> None:
    assert check_policy("customers", Path(name)).segment_grids[0].key == name


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ('by = "industry"', 'by = "planet"', r"segments\.industry\.by: .*'planet'"),
        ('by = "product_line"', 'by = "customer_id"', r"segments\.product_line\.by"),
        ('figure = "market_size"', 'figure = "planets"', r"axis1\.items\.market_size\.figure: .*planets"),
        ("floor = 5\nfull = 1", "floor = 5", r"axis1\.items\.competition: .*floor"),
        ("floor = 5\nfull = 1", "floor = 5\nfull = 5", r"axis1\.items\.competition: .*floor"),
        ('metric = "attractiveness"', 'metric = "attractiveness"\nvalue = "raroc"', r"grids\.span\.axis1: "),
        ("weight = 40", "weight = 0", r"axis2\.items\.relative_share\.weight"),
        ('over = "industry"', 'over = "industries"', r"grids\.span\.over: .*industry"),
        ('name_zh = "竞争地位"', 'name_zh = ""', r"grids\.span\.axis2: "),
        ('strategy = "expand"', 'strategy = "invest"', r"cells\..*\.strategy: .*invest"),
        ("cuts = [0.5, 0.8]", "cuts = [0.5, 1.8]", r"axis2\.instead.*cuts"),
        ("enough = 0.6", "enough = 60", r"grids\.span\.axis1\.enough"),
    ],
)
def test_what_a_grid_over_segments_cannot_be_is_refused(was: str, now: str, says: str) -> None:
    assert was in BOTH
    with pytest.raises(PolicyError, match=r"line \d+ › .*" + says):
        policies._load("customers", Edited.parsed(BOTH.replace(was, now, 1), "mine.toml"))


@pytest.mark.thorough
def test_the_sample_runs_with_both(tmp_path: Path, policy: Path) -> None:
    sample = Path(__file__).parents[2] / "sample_data" / "customers"
    paths = [sample / name for name in ("对公客户_2026-10.xlsx", "财报.csv", "市场.csv")]
    told = run("customers", paths, Options(policy=policy, db=":memory:", out=tmp_path / "b.xlsx")).result.tables
    assert told["segments"].filter(grid="span")["cell"].null_count() == 0
    assert told["segments"].filter(grid="bcg")["cell"].count() == 13
