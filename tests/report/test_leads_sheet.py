"""The leads and what they come to: order, units, sums, what-if, and the sentence on the overview."""

from __future__ import annotations

import dataclasses
from typing import Any

import polars as pl
import pytest
from openpyxl import Workbook
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.report.book import build_workbook
from ninegrid.report.gains.whatif import landed_gains
from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.list_writer import ListColumn, ListPart, print_first, readable
from ninegrid.report.kit.most_shown import shown_ways
from ninegrid.report.sheets.overview.highlights import sentences
from ninegrid.result import Result
from tests.few_sheets import built

LEADS, GAINS = "线索", "提升空间"


def rows(page: Worksheet, first: int = 7) -> list[dict[str, Any]]:
    heads = [c.value for c in page[6][1:]]
    return [dict(zip(heads, [c.value for c in row[1:]], strict=True)) for row in page.iter_rows(min_row=first)]


def test_leads_stand_largest_first_with_their_evidence(ways: Result, ways_workbook: Workbook) -> None:
    listed, first = rows(ways_workbook[LEADS]), ways.tables["leads"].row(0, named=True)
    for heading, column in (("预期 EVA（万元）", "expected_eva"), ("EVA 增加（万元）", "uplift_eva")):
        assert [row[heading] for row in listed] == pytest.approx(
            (ways.tables["leads"][column] / 1e4).to_list(), abs=1e-6
        )
    assert listed[0]["客户号"] == first["subject_id"]
    assert listed[0]["对标同类"] == first["peers"]
    assert listed[0]["线索编号"] == f"{first['subject_id']}#1"


def test_figures_are_in_the_indicators_own_unit(ways: Result, ways_workbook: Workbook) -> None:
    listed = rows(ways_workbook[LEADS])
    pricing = ways.tables["leads"].with_row_index().filter(lever="loan_pricing").row(0, named=True)
    deposits = ways.tables["leads"].with_row_index().filter(lever="deposits").row(0, named=True)
    assert listed[pricing["index"]]["从 → 到"] == (
        f"{pricing['from_value'] * 1e4:.0f} bp → {pricing['to_value'] * 1e4:.0f} bp"
    )
    assert listed[deposits["index"]]["从 → 到"].count("%") == 2


def test_it_is_called_an_estimate(ways_workbook: Workbook) -> None:
    for title in (LEADS, GAINS):
        said = [c.value for row in ways_workbook[title].iter_rows(max_row=8) for c in row if isinstance(c.value, str)]
        assert any("不是承诺" in text for text in said), title


def table(page: Worksheet, title: str) -> dict[str, list[Any]]:
    """The rows under a heading, by their first cell."""
    top = next(c.row for row in page.iter_rows(min_col=2, max_col=2) for c in row if c.value == title)
    found = {}
    for row in page.iter_rows(min_row=top + 2, min_col=2):
        if row[0].value is None:
            break
        found[row[0].value] = [c.value for c in row[1:]]
    return found


def test_sums_by_branch_add_up(ways: Result, ways_workbook: Workbook) -> None:
    sums = table(ways_workbook[GAINS], "按分行")
    leads = ways.tables["leads"].filter("counts")
    own = leads.filter(branch="甲分行")
    assert sums["甲分行"][:2] == [own.height, own["subject_id"].n_unique()]
    assert sums["甲分行"][2] == pytest.approx(own["expected_eva"].sum() / 1e4)
    assert sums["甲分行"][5] == pytest.approx(own["uplift_eva"].sum() / 1e4)
    assert sums["合计"][0] == leads.height
    assert sums["合计"][2] == pytest.approx(sums["甲分行"][2] + sums["乙分行"][2])


def test_what_if_shows_the_grid_under_each_share(ways: Result, ways_workbook: Workbook) -> None:
    shown = table(ways_workbook[GAINS], "着手最好的线索：价值九宫格预期会怎样（按达成率落地，重新评级）")
    for share, at in ((0.0, 0), (0.1, 1), (0.5, 3)):
        cell = ways.tables["whatif"].row(
            by_predicate=(pl.col("landed_share") == share) & (pl.col("cell") == "I3R3"), named=True
        )
        assert shown["I3R3 核心价值"][at] == cell["expected_n"]
        assert shown["I3R3 核心价值"][4 + at] == pytest.approx(cell["expected_total_income"] / 1e4)
        assert shown["I3R3 核心价值"][8 + at] == pytest.approx(cell["expected_raroc"])
        whole = ways.tables["whatif"].filter(landed_share=share)
        assert shown["合计"][4 + at] == pytest.approx(whole["expected_total_income"].sum() / 1e4)
        assert shown["合计，全部做到"][4 + at] == pytest.approx(whole["total_income"].sum() / 1e4)


def test_the_overview_says_what_there_is_to_gain(ways: Result) -> None:
    sheet = next(s for s in ways.policy.sheets if s.kind == "overview")
    (said,) = [s for s in sentences(Book(ways, Workbook()), sheet.attention) if "提升线索" in s.text]
    assert f"{ways.tables['leads'].filter('counts').height} 条" in said.text
    assert said.text.index("预期") < said.text.index("全部做到")
    assert said.target == f"'{GAINS}'!A1"


def test_levers_stand_in_the_method_with_their_formulas(ways_workbook: Workbook) -> None:
    said = {c.value for row in ways_workbook["口径"].iter_rows() for c in row}
    assert "delta = ceiling * cash - deposit_avg" in said
    assert "增收 = delta * deposit_spread" in said


def test_that_there_are_none_is_said(ways: Result) -> None:
    none = dataclasses.replace(ways, tables={**ways.tables, "leads": ways.tables["leads"].clear()})
    workbook = build_workbook(none)
    assert workbook[LEADS]["B5"].value == "没有线索。"
    assert GAINS not in workbook.sheetnames


def test_where_no_lead_counts_the_list_says_so_and_no_sheet_adds_them_up(ways: Result) -> None:
    none = ways.tables["leads"].with_columns(counts=pl.lit(value=False))
    workbook = build_workbook(dataclasses.replace(ways, tables={**ways.tables, "leads": none}))
    assert workbook[LEADS]["B4"].value.startswith("没有可计入合计的线索")
    assert GAINS not in workbook.sheetnames


def test_of_very_many_customers_those_with_the_largest_leads_are_told(ways: Result, ways_workbook: Workbook) -> None:
    most = 12
    policy = dataclasses.replace(ways.policy, way=dataclasses.replace(ways.policy.way, most=most))
    book = built(dataclasses.replace(ways, policy=policy), "leads", "portrait", "try_it", "gains")
    largest = ways.tables["leads"]["subject_id"].unique(maintain_order=True).head(most).to_list()
    own = ways.tables["leads"].filter(pl.col("subject_id").is_in(largest))
    assert [row["客户号"] for row in rows(book[LEADS])] == own["subject_id"].to_list()
    data = book["画像数据"]
    held = [data.cell(row, column).value for row in range(6, data.max_row + 1) for column in (3,)]
    assert sorted(held) == sorted(largest)
    for title in (LEADS, "客户画像", "试算"):
        assert f"收益最大的 {most} 户（共 {ways.tables['customers'].height} 户）" in book[title]["B3"].value
    assert gains(book[GAINS]) == gains(ways_workbook[GAINS])


def test_customers_without_leads_fill_up_what_a_workbook_may_tell(ways: Result) -> None:
    led, everyone = ways.tables["leads"]["subject_id"].n_unique(), ways.tables["customers"].height
    most = (led + everyone) // 2
    policy = dataclasses.replace(ways.policy, way=dataclasses.replace(ways.policy.way, most=most))
    shown = shown_ways(dataclasses.replace(ways, policy=policy))
    assert led < shown.subjects.height == most < shown.among == everyone
    assert shown.leads is not None
    assert shown.leads.equals(ways.tables["leads"])


def gains(page: Worksheet) -> list[tuple[Any, ...]]:
    """Everything that a sheet says."""
    return list(page.iter_rows(values_only=True))


def test_what_stands_behind_a_lead_is_on_the_screen_alone(ways_workbook: Workbook) -> None:
    """Printed up to the light columns, so that the paper can be read."""
    page = ways_workbook[LEADS]
    heads = {cell.value: cell.column for row in page.iter_rows(max_row=8) for cell in row if cell.value}
    last = column_index_from_string(page.print_area.split("$")[-2])
    assert heads["客户经理"] <= last < heads["状态"] < heads["对标同类"]


def test_the_first_rows_are_printed_in_as_many_columns_as_can_be_read() -> None:
    columns = [ListColumn(f"c{i}", f"c{i}", "text", 10.0) for i in range(30)]
    page = Workbook().create_sheet(LEADS)
    print_first(ListPart(page, 6, 7, 6000), readable(columns), 300)
    assert page.print_area == f"'{LEADS}'!$B$1:$T$306"
    print_first(ListPart(page, 6, 7, 20), readable(columns), 300)
    assert page.print_area == f"'{LEADS}'!$B$1:$T$20"


def test_neither_folded_nor_light_columns_are_printed_at_the_end() -> None:
    """Folded ones take no room where they stand among others."""
    told = [ListColumn(f"c{i}", f"c{i}", "text", 60.0, rest=i in (1, 3)) for i in range(4)]
    light = ListColumn("entry", "entry", "entry text", 10.0)
    assert readable([*told, light, *told]) == told[:3]
    assert readable([*told, *told]) == [*told, told[0]]


def test_what_leads_gain_does_not_hang_on_how_raroc_is_written(ways: Result) -> None:
    raroc = dataclasses.replace(ways.policy.metric("raroc"), numerator="CASE WHEN raroc_status = 'OK' THEN rani END")
    metrics = tuple(raroc if metric.key == "raroc" else metric for metric in ways.policy.metrics)
    other = dataclasses.replace(ways, policy=dataclasses.replace(ways.policy, metrics=metrics))
    gained = landed_gains(Book(ways, Workbook()))
    assert gained is not None
    assert gained.full_rani > 0
    assert landed_gains(Book(other, Workbook())) == gained


@pytest.mark.parametrize(("few", "there"), [(0.4, False), (0.6, True)])
def test_the_overview_says_where_most_leads_are_for_reference_alone(ways: Result, few: float, there: bool) -> None:
    leads = ways.tables["leads"]
    thin = pl.int_range(leads.height) < few * leads.height
    told = leads.with_columns(
        pl.when(thin).then(pl.lit("STALE;TOO_FEW")).otherwise(pl.lit(None, pl.String)).alias("caution"),
        (~thin).alias("counts"),
    )
    result = dataclasses.replace(ways, tables={**ways.tables, "leads": told})
    sheet = next(s for s in result.policy.sheets if s.kind == "overview")
    said = [one.text for one in sentences(Book(result, Workbook()), sheet.attention)]
    assert any("peer_minimum" in text for text in said) is there


def test_the_share_of_leads_told_is_the_least_at_which_something_is_gained(ways: Result) -> None:
    whatif = ways.tables["whatif"]
    shares = sorted(whatif["landed_share"].unique())
    today = whatif.filter(landed_share=0).drop("landed_share")
    later = whatif.filter(pl.col("landed_share") > shares[1])
    empty = today.with_columns(pl.lit(shares[1]).alias("landed_share")).select(whatif.columns)
    nothing_yet = pl.concat([whatif.filter(landed_share=0), empty, later])
    told = landed_gains(Book(dataclasses.replace(ways, tables={**ways.tables, "whatif": nothing_yet}), Workbook()))
    assert told is not None
    assert told.share == shares[2]
    never = nothing_yet.filter(pl.col("landed_share") <= shares[1])
    assert landed_gains(Book(dataclasses.replace(ways, tables={**ways.tables, "whatif": never}), Workbook())) is None
