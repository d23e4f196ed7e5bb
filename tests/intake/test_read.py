"""The whole way in, from files as people export them to tables and findings."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import polars as pl
import pytest

from ninegrid.intake.read import read_inputs, read_opened
from ninegrid.intake.validate import checks
from ninegrid.intake.values.parsed import YEAR
from ninegrid.messages import say
from ninegrid.model import findings
from ninegrid.model.errors import InputError, UsageError
from ninegrid.model.inputs import SOURCE, Counts, Inputs
from ninegrid.model.period import Period
from ninegrid.model.raw import ROW
from ninegrid.subjects.registry import relations
from tests.intake.sheets_in_memory import Book, Cell, book, text_file
from tests.spoken import english
from tests.told import told as mapped

RELATIONS = relations("customers")
HEADER = ["客户号", "客户名称", "分行", "行业", "规模", "客户经理", "总收入"]
TODAY = dt.date(2026, 11, 22)
Row = list[Cell]


def customer(number: str | float, *, income: Cell = 100.0, **changes: Cell) -> Row:
    """A row below HEADER."""
    row = {
        "客户号": number,
        "客户名称": f"客户{number}",
        "分行": "甲分行",
        "行业": "制造业",
        "规模": "中型",
        "客户经理": "张三",
    }
    return [*({**row, **changes}).values(), income]


def read(*books: Book, **options: object) -> Inputs:
    return read_opened(books, RELATIONS, **{"today": TODAY, **options})  # type: ignore[arg-type]


def told(inputs: Inputs, *columns: str) -> list[tuple[object, ...]]:
    return inputs.findings.select(columns or ("cell", "reason")).rows()


def balances(counts: Counts) -> bool:
    return counts.read == counts.merged + counts.rejected + counts.other_period + counts.accepted


def test_a_clean_sheet() -> None:
    inputs = read(book("客户.xlsx", 客户=[HEADER, customer("0001"), customer("0002", income=5)]))
    table = inputs.tables["customers"]
    assert table["customer_id"].to_list() == ["0001", "0002"]
    assert set(table.columns) == {SOURCE, ROW, *RELATIONS[0].names}
    assert inputs.counts["customers"] == Counts(read=2, accepted=2)
    assert inputs.findings.is_empty()
    assert (inputs.period.text, inputs.period_origin, inputs.lang) == ("2026-11", "today", "zh")
    assert inputs.present["customers"] >= {"customer_id", "total_income"}
    assert "period" not in inputs.present["customers"]


def test_every_bad_cell_of_a_row_is_told_and_the_other_rows_go_on() -> None:
    bad = customer("0002", income="abc", 规模="超大", 行业=None)
    inputs = read(book("客户.xlsx", 客户=[HEADER, customer("0001"), bad]))
    assert told(inputs, "file", "sheet", "cell", "subject_id", "column", "value", "kind", "reason") == [
        ("客户.xlsx", "客户", "D3", "0002", "industry", None, "warning", "NOT_FILLED"),
        ("客户.xlsx", "客户", "E3", "0002", "scale", "超大", "rejected", "UNKNOWN_CATEGORY"),
        ("客户.xlsx", "客户", "G3", "0002", "total_income", "abc", "rejected", "UNREADABLE_NUMBER"),
    ]
    assert inputs.counts["customers"] == Counts(read=2, rejected=1, accepted=1)


def test_findings_speak_the_language_of_the_headers_or_the_one_asked_for() -> None:
    given = book("a.xlsx", 客户=[HEADER, customer("0001", income="abc"), customer("0002")])
    assert read(given).findings["message"].to_list() == ["总收入：“abc”无法确认为数值。"]
    english = read(given, lang="en").findings["message"].to_list()
    assert english == ["Total income: 'abc' is not a number this program can read for sure."]


def test_checks_quote_the_cell_as_it_was_typed() -> None:
    header = [*HEADER, "经济资本(万元)"]
    inputs = read(book("a.xlsx", 客户=[header, [*customer("1"), -2.5], [*customer("2"), 2.5]]))
    assert told(inputs, "cell", "value", "reason") == [("H2", "-2.5", "NEGATIVE")]


def test_a_cell_that_was_mended_is_checked_like_any_other() -> None:
    inputs = read(book("a.xlsx", 客户=[[*HEADER, "授信额度"], [*customer("1"), "(5,000)"], [*customer("2"), "5,000"]]))
    assert told(inputs) == [("H2", "NUMBER_AS_TEXT"), ("H2", "NEGATIVE"), ("H3", "NUMBER_AS_TEXT")]
    assert inputs.tables["customers"]["customer_id"].to_list() == ["2"]


def test_text_files_name_line_and_column() -> None:
    given = text_file("a.csv", [HEADER, customer("0001", income="x"), customer("0002")], ragged=(3,))
    inputs = read(given, lang="en")
    assert told(inputs) == [("L2C7", "UNREADABLE_NUMBER"), ("L3", "RAGGED_ROW")]


def test_equal_rows_are_merged_and_conflicting_ones_refused() -> None:
    rows = [customer("1"), customer("1"), customer("2"), customer("2", income=7), customer("3")]
    inputs = read(book("a.xlsx", 客户=[HEADER, *rows]), lang="en")
    assert inputs.counts["customers"] == Counts(read=5, merged=1, rejected=2, accepted=2)
    assert told(inputs, "cell", "reason", "message") == [
        ("A3", "DUPLICATE_ROW", "The row equals A2 in every column and was counted once."),
        *[
            (cell, "DUPLICATE_KEY", "2 stands in several rows with different values (A4, A5); none of them is used.")
            for cell in ("A4", "A5")
        ],
    ]


def test_children_without_an_accepted_customer_are_refused() -> None:
    statements = [["客户号", "年度", "营业收入", "净利润"], ["1", 2024, 5, 1], ["2", 2024, 5, 1], ["9", 2024, 5, 1]]
    rows = [HEADER, customer("1"), customer("2", income="x")]
    inputs = read(book("a.xlsx", 客户=rows, 财报=statements), lang="en")
    assert told(inputs, "sheet", "cell", "message")[1:] == [
        ("财报", "A3", "The row of 2 in Customers was rejected."),
        ("财报", "A4", "9 is not among the Customers."),
    ]
    assert inputs.tables["statements"]["customer_id"].to_list() == ["1"]
    assert inputs.counts["statements"] == Counts(read=3, rejected=2, accepted=1, foreign=2)


def test_year_columns_in_the_customers_sheet() -> None:
    inputs = read(
        book(
            "a.xlsx",
            客户=[[*HEADER, "总收入_2023", "2024年总收入(亿元)"], [*customer(" 1"), 5, "x"], [*customer("2"), 6, 7]],
        )
    )
    history = inputs.tables["income_history"]
    assert history.select("customer_id", "fiscal_year", "total_income").rows() == [
        ("1", 2023, 5.0),
        ("2", 2023, 6.0),
        ("2", 2024, 7e8),
    ]
    assert told(inputs) == [("A2", "ID_TRIMMED"), ("I2", "UNREADABLE_NUMBER")]
    assert inputs.sheets[0].columns["total_income_2024"] == 8
    assert all(balances(counts) for counts in inputs.counts.values())


def test_two_groups_for_one_customer_are_an_error_and_so_is_another_than_its_own() -> None:
    header = [*HEADER, "集团号"]
    groups = [["客户号", "集团号"], ["1", "G1"], ["1", "G2"], ["2", "G2"], ["3", "G3"]]
    rows = [[*customer("1"), None], [*customer("2"), "G1"], [*customer("3"), None]]
    inputs = read(book("a.xlsx", 客户=[header, *rows], 集团=groups))
    assert told(inputs) == [("A2", "DUPLICATE_KEY"), ("A3", "DUPLICATE_KEY"), ("B4", "GROUP_CONFLICT")]
    assert inputs.tables["groups"]["customer_id"].to_list() == ["3"]


def test_branches_on_sheets_of_their_own_are_put_together() -> None:
    inputs = read(
        book("a.xlsx", 甲=[HEADER, customer("1"), customer("2")], 乙=[HEADER, customer("3")], 别的=[["a"], ["b"]])
    )
    assert inputs.tables["customers"].select("_source", "_row", "customer_id").rows() == [
        (0, 2, "1"),
        (0, 3, "2"),
        (1, 2, "3"),
    ]
    assert english(inputs.notices) == ("a.xlsx › 别的: skipped; its headers are none of the known inputs.",)


def test_two_sheets_with_the_same_rows_are_an_error_that_names_both() -> None:
    rows = [HEADER, customer("1"), customer("2")]
    with pytest.raises(InputError, match=r"a.xlsx › 甲 and a.xlsx › 乙 claim the same rows of Customers"):
        read(book("a.xlsx", 甲=rows, 乙=[*rows, customer("3")]))


def test_the_same_file_twice_is_an_error() -> None:
    given = book("a.xlsx", 甲=[HEADER, customer("1")])
    with pytest.raises(InputError, match="are the same file"):
        read(given, given)


def test_hidden_sheets_are_read_with_a_notice() -> None:
    given = book("a.xlsx", 客户=[HEADER, customer("1")])
    hidden = replace(given, opened=(replace(given.opened[0], hidden=True),))
    inputs = read(hidden)
    assert inputs.counts["customers"].accepted == 1
    assert english(inputs.notices) == ("a.xlsx › 客户: the sheet is hidden; it was read as Customers.",)


def test_a_row_needs_its_id_alone() -> None:
    inputs = read(book("a.xlsx", 客户=[["客户号", "总收入", "存款日均"], ["1", 5.0, 1.0], ["2", 6.0, 2.0]]))
    assert inputs.counts["customers"] == Counts(read=2, accepted=2)
    missing = [(c, "warning", "NO_SUCH_COLUMN") for c in ("customer_name", "branch", "industry", "scale")]
    assert told(inputs, "column", "kind", "reason")[:4] == missing


def test_a_missing_required_column_names_the_closest_headers() -> None:
    header = ["客户户号", "客户名称", "分行", "行业", "规模", "客户经理"]
    with pytest.raises(InputError, match=r"lacks Customer ID .customer_id, closest here: 客户户号"):
        read(book("a.xlsx", 客户=[header, customer("1")]))


def test_without_a_main_sheet_nothing_can_be_done() -> None:
    with pytest.raises(InputError, match="No sheet holds Customers"):
        read(book("a.xlsx", x=[["a"], ["b"]]))
    with pytest.raises(InputError, match="has a header but no rows"):
        read(book("a.xlsx", 客户=[HEADER]))


def test_a_mapping_names_headers_that_no_list_has() -> None:
    header = ["Kunde", *HEADER[1:]]
    inputs = read(book("a.xlsx", 客户=[header, customer("1")]), maps=mapped(RELATIONS, {"kunde": "customer_id"}))
    assert inputs.tables["customers"]["customer_id"].to_list() == ["1"]
    with pytest.raises(UsageError, match=r"no sheet has the header Kunda.*Kunde"):
        read(book("a.xlsx", 客户=[header, customer("1")]), maps=mapped(RELATIONS, {"Kunda": "customer_id"}))
    with pytest.raises(UsageError, match=r"there is no column .customer_id2.*customer_id"):
        read(book("a.xlsx", 客户=[header, customer("1")]), maps=mapped(RELATIONS, {"Kunde": "customer_id2"}))


DATED = [*HEADER, "数据日期"]


def test_the_latest_period_of_the_column_is_taken() -> None:
    rows = [
        [*customer("1"), "2026-09-30"],
        [*customer("1", income=7), "2026年10月"],
        [*customer("2", income="x"), 202609],
    ]
    inputs = read(book("客户_202601.xlsx", 客户=[DATED, *rows]))
    assert (inputs.period.text, inputs.period_origin) == ("2026-10", "column")
    assert inputs.counts["customers"] == Counts(read=3, other_period=2, accepted=1)
    assert inputs.findings.is_empty()
    assert english(inputs.notices) == (
        "客户_202601.xlsx › 客户: its file name names 2026-01; 2026-10 was taken, as the period column says.",
        "2 rows of other periods (2026-09) were left out; this run is of 2026-10.",
    )
    earlier = read(book("a.xlsx", 客户=[DATED, *rows]), period=Period.parse("2026-09"))
    assert earlier.counts["customers"] == Counts(read=3, rejected=1, other_period=1, accepted=1)
    with pytest.raises(InputError, match="No row of Customers is of 2026-08; there are 2026-09, 2026-10"):
        read(book("a.xlsx", 客户=[DATED, *rows]), period=Period.parse("2026-08"))


def test_without_a_column_the_file_s_name_then_the_sheet_s_says_the_period() -> None:
    named = read(book("对公客户_202610.xlsx", 客户=[HEADER, customer("1")]))
    assert (named.period.text, named.period_origin) == ("2026-10", "file name")
    assert named.tables["customers"]["period"].to_list() == ["2026-10"]
    sheet = read(book("a.xlsx", **{"2026Q3": [HEADER, customer("1")]}))
    assert (sheet.period.text, sheet.period_origin) == ("2026Q3", "sheet name")
    option = read(book("对公客户_202610.xlsx", 客户=[HEADER, customer("1")]), period=Period.parse("2026-05"))
    assert (option.period.text, option.period_origin) == ("2026-05", "option")
    assert option.counts["customers"].accepted == 1


def test_files_of_two_periods_are_told_apart_by_their_names() -> None:
    files = (book("c_202609.xlsx", 客户=[HEADER, customer("1")]), book("c_202610.xlsx", 客户=[HEADER, customer("1")]))
    inputs = read(*files)
    assert (inputs.period.text, inputs.period_origin) == ("2026-10", "file name")
    assert inputs.counts["customers"] == Counts(read=2, other_period=1, accepted=1)


def test_rows_have_one_set_of_coordinates() -> None:
    assert checks.PLACE == [SOURCE, ROW, YEAR]


def test_real_files(tmp_path: Path) -> None:
    """A workbook as Excel keeps it, with number ids, and a GB18030 text file beside it."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "客户"
    for row in (
        ["对公客户"],
        ["单位：万元"],
        [*HEADER, "开户日期"],
        [*customer("0001"), dt.date(2020, 1, 2)],
        [*customer(2.0), None],
    ):
        sheet.append(row)
    workbook.save(tmp_path / "客户_202610.xlsx")
    lines = ["客户号,年度,营业收入（亿元）,净利润", '0001,2024,1.5,"1,000.50"', "2,2024,--,5", ""]
    (tmp_path / "财报.csv").write_text("\n".join(lines), encoding="gb18030")
    inputs = read_inputs([tmp_path / "客户_202610.xlsx", tmp_path / "财报.csv"], RELATIONS, today=TODAY)
    table = inputs.tables["customers"]
    assert table.select("customer_id", "total_income", "opened_on").rows() == [
        ("0001", 1_000_000.0, dt.date(2020, 1, 2)),
        ("2", 1_000_000.0, None),
    ]
    statements = inputs.tables["statements"]
    assert statements.select("customer_id", "operating_revenue", "net_profit").rows() == [
        ("0001", 150_000_000.0, 1000.5),
        ("2", None, 5.0),
    ]
    mended = inputs.findings.filter(pl.col("reason") != "ID_WAS_NUMBER")
    assert mended.is_empty()
    assert inputs.period.text == "2026-10"


def test_findings_have_their_schema_whatever_happens() -> None:
    inputs = read(book("a.xlsx", 客户=[HEADER, customer("1")]))
    assert inputs.findings.schema == pl.Schema(findings.schema())


def test_a_title_above_the_header_tells_the_period_when_no_name_does() -> None:
    rows = [["对公客户明细"], ["统计日期：2026年9月30日"], HEADER, customer("1")]
    titled = read(book("a.xlsx", 客户=rows))
    assert (titled.period.text, titled.period_origin) == ("2026-09", "title")
    undated = read(book("a.xlsx", 客户=[["对公客户明细（2019 版）"], *rows[2:]]))
    assert undated.period_origin == "today"


def test_a_sheet_that_nearly_is_one_is_not_left_out_unseen() -> None:
    header = ["客户户号", "客户名称", "分行", "行业", "规模", "客户经理", "总收入", "营业费用", "预期损失"]
    shanghai = [header, [*customer("2", income=5.0), 1.0, 1.0]]
    with pytest.raises(InputError, match=r"上海.*lacks Customer ID .customer_id, closest here: 客户户号"):
        read(book("a.xlsx", 北京=[HEADER, customer("1")], 上海=shanghai))
    by_label = {"客户户号": "客户号"}
    assert (
        read(book("a.xlsx", 北京=[HEADER, customer("1")], 上海=shanghai), maps=mapped(RELATIONS, by_label))
        .counts["customers"]
        .read
        == 2
    )


@pytest.mark.parametrize(
    "above",
    [
        [[None] * 6 + ["收入与成本（万元）", None, None]],
        [[None] * 6 + ["万元", "万元", "万元"]],
        [["客户明细"], [None] * 6 + ["金额（万元）", None, None]],
        [["万元"]],
        [["单位：万元"]],
    ],
)
def test_units_above_a_complete_header(above: list[Row]) -> None:
    header = [*HEADER[:6], "总收入", "营业费用", "预期损失"]
    inputs = read(book("a.xlsx", 客户=[*above, header, [*customer("1")[:6], 101.0, 30.0, 2.5]]))
    assert inputs.tables["customers"].select("total_income", "operating_cost", "expected_loss").row(0) == (
        1_010_000,
        300_000,
        25_000,
    )


@pytest.mark.parametrize(
    ("header", "income"),
    [
        ("总收入（单位：万元）", 1_010_000),
        ("总收入(单位:元)", 101),
        ("总收入 单位：万元", 1_010_000),
        ("总收入（折人民币，万元）", 1_010_000),
        ("1.总收入", 101),
        ("（7）、总收入（万元）", 1_010_000),
        ("總收入（萬元）", 1_010_000),
    ],
)
def test_headers_as_people_dress_them(header: str, income: float) -> None:
    inputs = read(book("a.xlsx", 客户=[[*HEADER[:6], header], [*customer("1")[:6], 101.0]]))
    assert inputs.tables["customers"]["total_income"].to_list() == [income]


def test_fractions_shown_as_percent_are_not_divided_again(tmp_path: Path) -> None:
    book_ = openpyxl.Workbook()
    page = book_.active
    page.append([*HEADER[:6], "RAROC(%)", "违约概率(%)"])
    page.append([*customer("1")[:6], 0.12, 0.3])
    page["G2"].number_format = "0.0%"
    book_.save(tmp_path / "a.xlsx")
    got = read_inputs([tmp_path / "a.xlsx"], RELATIONS).tables["customers"]
    assert got.select("raroc", "pd").rows() == [(0.12, 0.003)]


def test_a_sheet_that_ends_early_is_refused_unless_allowed(tmp_path: Path) -> None:
    rows = [HEADER, customer("0001")]
    path = tmp_path / "客户.xlsx"
    whole = openpyxl.Workbook()
    whole.active.title = "客户"
    for row in rows:
        whole.active.append(row)
    whole.create_sheet("财报")
    whole.save(path)
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != "xl/worksheets/sheet2.xml"}
    with ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(InputError, match="CUT_SHORT"):
        read_inputs([path], RELATIONS, today=TODAY)
    inputs = read_inputs([path], RELATIONS, today=TODAY, allow_cut=True)
    assert inputs.counts["customers"].accepted == 1
    assert told(inputs, "file", "kind", "reason") == [("客户.xlsx", "warning", "CUT_SHORT")]
    assert say(inputs.notices[0], "zh") == "客户.xlsx 列有工作表“财报”，但其内容不在文件中。（CUT_SHORT）"


@pytest.mark.parametrize(
    "title", ["统计日期：2026年10月31日", "截至2026年10月31日", "2026年10月对公客户", "As of 31 Oct 2026"]
)
def test_a_title_names_the_period_in_any_form(title: str) -> None:
    inputs = read(book("导出.xlsx", 客户=[[title], HEADER, customer("1")]))
    assert (inputs.period.text, inputs.period_origin) == ("2026-10", "title")


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("2025年度人才盘点", "2025"),
        pytest.param("2025年人才盘点", "2025", marks=pytest.mark.thorough),
        ("FY2025 Talent Review", "2025"),
        pytest.param("Talent Review 2025", "2025", marks=pytest.mark.thorough),
        ("某某银行2025年度绩效结果（单位：分）", "2025"),
        ("2025上半年", "2025H1"),
        pytest.param("2025年度", "2025", marks=pytest.mark.thorough),
        ("成立于2025年", None),
        pytest.param("本行成立于2025年的客户名单", None, marks=pytest.mark.thorough),
        ("按2025年绩效办法", None),
        ("2025年起执行", None),
        ("Specialists since 2025", None),
        ("Copyright 2025 Talent Review Co.", None),
        ("导出于2025年 人才盘点", None),
    ],
)
def test_a_year_in_a_title_is_the_period_beside_what_the_table_holds(title: str, period: str | None) -> None:
    inputs = read(book("导出.xlsx", 客户=[[title], HEADER, customer("1")]))
    assert (inputs.period.text if inputs.period_origin == "title" else None) == period


def test_the_day_a_list_was_printed_is_not_its_period() -> None:
    inputs = read(
        book("导出.xlsx", 客户=[["统计日期：2026年9月30日"], ["制表日期：2026-10-08"], HEADER, customer("1")])
    )
    assert inputs.period.text == "2026-09"


@pytest.mark.parametrize("name", ["u_2026年1-10月对公.xlsx", "客户.xlsx"])
def test_figures_of_ten_months_fill_in_the_months_observed(name: str) -> None:
    title = [] if "1-10" in name else [["2026年1-10月对公客户"]]
    inputs = read(book(name, 客户=[*title, HEADER, customer("1")]))
    assert inputs.period.text == "2026-10"
    assert inputs.tables["customers"]["months_observed"].to_list() == [10]


def test_a_period_column_tells_the_months_too_and_a_column_of_months_comes_first() -> None:
    header = [*HEADER, "数据期间"]
    inputs = read(book("客户.xlsx", 客户=[header, [*customer("1"), "2026年1-10月"], [*customer("2"), "202610"]]))
    assert inputs.tables["customers"].select("period", "months_observed").rows() == [("2026-10", 10), ("2026-10", None)]
    given = read(book("2026年1-10月.xlsx", 客户=[[*HEADER, "统计月数"], [*customer("1"), 4], [*customer("2"), None]]))
    assert given.tables["customers"]["months_observed"].to_list() == [4, 10]


def test_where_two_places_name_different_periods_the_run_says_which_it_took_and_why() -> None:
    inputs = read(book("客户_202610.xlsx", 客户=[["统计日期：2026年9月30日"], HEADER, customer("1")]))
    assert inputs.period.text == "2026-10"
    assert english(inputs.notices) == (
        "客户_202610.xlsx › 客户: its title names 2026-09; 2026-10 was taken, "
        "as the file's name comes before sheet names and titles.",
    )
    option = read(book("客户_202610.xlsx", 客户=[HEADER, customer("1")]), period=Period.parse("2026-08"))
    assert english(option.notices) == (
        "客户_202610.xlsx › 客户: its file name names 2026-10; 2026-08 was taken, as --period says.",
    )
    same = read(book("客户_202610.xlsx", 客户=[["2026年10月31日"], HEADER, customer("1")]))
    assert same.notices == ()


def test_a_period_with_its_zero_typed_as_text_is_october(tmp_path: Path) -> None:
    path = tmp_path / "客户.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.append([*HEADER, "数据日期"])
    workbook.active.append([*customer("1"), "2026.10"])
    workbook.save(path)
    assert read_inputs([path], RELATIONS, today=TODAY).period.text == "2026-10"


@pytest.mark.parametrize(("results", "refused"), [([0, 0], 2), ([0, 7], 0)])
def test_zeros_of_formulas_that_nobody_calculated_are_no_results(
    tmp_path: Path, results: list[int], refused: int
) -> None:
    workbook = openpyxl.Workbook()  # asks to be calculated when it is opened, as files of programs do
    workbook.active.append([*HEADER, "营业费用"])
    for number, _ in enumerate(results, 1):
        workbook.active.append([*customer(str(number)), f"=G{number + 1}*0.3"])
    workbook.save(tmp_path / "plain.xlsx")
    path = tmp_path / "客户_202610.xlsx"
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(path, "w") as stored:
        for part in plain.namelist():
            xml = plain.read(part)
            if part == "xl/worksheets/sheet1.xml":
                for result in results:
                    xml = re.sub(rb"</f><v ?/>|</f><v></v>", b"</f><v>%d</v>" % result, xml, count=1)
            stored.writestr(part, xml)
    inputs = read_inputs([path], RELATIONS, today=TODAY)
    assert inputs.findings.filter(pl.col("reason") == "NOT_CALCULATED").height == refused
