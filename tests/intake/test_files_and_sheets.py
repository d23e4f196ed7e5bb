"""Which files and sheets are read, put together, skipped and refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from ninegrid.intake.headers.matching import plain_vocabulary
from ninegrid.intake.maps.apply import Maps
from ninegrid.intake.maps.read import map_of, read_maps
from ninegrid.intake.read import read_inputs, read_opened
from ninegrid.intake.sheets import look
from ninegrid.intake.validate.put_together import refuse_overlap
from ninegrid.messages import say
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.resources import relation
from ninegrid.subjects.registry import relations
from tests.intake.sheets_in_memory import Book, book

RELATIONS = relations("customers")
TODAY = dt.date(2026, 11, 22)
BASIC = [["客户号", "客户名称", "分行"], ["01", "甲", "沪"], ["02", "乙", "京"]]
INCOME = [["客户号", "总收入", "经济资本"], ["02", 20.0, 200.0], ["01", 10.0, 100.0]]


def read(*books: Book, **options: object) -> Inputs:
    return read_opened(books, RELATIONS, **{"today": TODAY, **options})  # type: ignore[arg-type]


def customers(inputs: Inputs) -> list[tuple[object, ...]]:
    columns = ("customer_id", "customer_name", "branch", "total_income", "economic_capital")
    return inputs.tables["customers"].select(columns).sort("customer_id").rows()


def test_headers_are_looked_for_in_the_beginning_of_a_cell_and_values_stay_whole() -> None:
    endless = "甲" * 100_000
    given = book(客户=[["x" * 100_000], *BASIC[:2], ["02", endless, "京"]])
    seen = look(given.opened[0], [plain_vocabulary(one) for one in RELATIONS])
    assert max(len(text or "") for row in seen.head for text in row) == 1_000
    assert read(given).tables["customers"]["customer_name"].to_list() == ["甲", endless]


@pytest.mark.parametrize("apart", [True, False], ids=["two files", "two sheets"])
def test_sheets_of_the_same_subjects_are_put_together(apart: bool) -> None:
    books = (
        [book("基本.xlsx", 基本=BASIC), book("收入.xlsx", 收入=INCOME)]
        if apart
        else [book("a.xlsx", 基本=BASIC, 收入=INCOME)]
    )
    inputs = read(*books)
    assert customers(inputs) == [("01", "甲", "沪", 10.0, 100.0), ("02", "乙", "京", 20.0, 200.0)]
    assert inputs.counts["customers"].read == 2


def test_subjects_that_stand_in_one_of_the_sheets_alone_are_kept() -> None:
    inputs = read(book("a.xlsx", 基本=[*BASIC, ["03", "丙", "沪"]], 收入=[*INCOME, ["04", 5.0, 50.0]]))
    assert customers(inputs)[2:] == [("03", "丙", "沪", None, None), ("04", None, None, 5.0, 50.0)]


def test_another_value_in_another_sheet_is_a_conflict_at_both_cells() -> None:
    other = [["客户号", "总收入", "营业费用", "分行"], ["01", 11.0, 1.0, "沪"], ["02", 20.0, 1.0, "广"]]
    inputs = read(book("a.xlsx", 收入=[[*INCOME[0], "分行"], [*INCOME[1], "京"], [*INCOME[2], "沪"]], 成本=other))
    told = inputs.findings.filter(kind="rejected").select("sheet", "cell", "subject_id", "column", "reason").rows()
    assert told == [
        ("收入", "B3", "01", "total_income", "CONFLICT"),
        ("成本", "B2", "01", "total_income", "CONFLICT"),
    ]
    labels = inputs.findings.filter(reason="LABEL_CONFLICT").select("sheet", "cell").rows()
    assert labels == [("收入", "D2"), ("成本", "D3")]
    assert inputs.tables["customers"].select("customer_id", "branch").rows() == [("02", "京")]


def test_a_bad_cell_of_the_second_sheet_refuses_the_row_it_was_put_together_with() -> None:
    bad = [INCOME[0], ["02", "abc", 200.0], INCOME[2]]
    inputs = read(book("a.xlsx", 基本=BASIC, 收入=bad))
    assert inputs.tables["customers"]["customer_id"].to_list() == ["01"]
    rejected = inputs.findings.filter(kind="rejected").select("sheet", "cell", "subject_id").rows()
    assert rejected == [("收入", "B2", "02")]


def test_sheets_of_the_same_columns_are_stacked() -> None:
    inputs = read(book("沪.xlsx", 沪=[BASIC[0], BASIC[1]]), book("京.xlsx", 京=[BASIC[0], BASIC[2]]))
    assert inputs.counts["customers"].accepted == 2


def test_a_file_that_gives_no_rows_is_refused_and_names_what_it_lacks() -> None:
    main, other = (
        book("a.xlsx", 客户=[*INCOME]),
        book("b.xlsx", 财报=[["序号", "财年", "营业收入", "净利润"], ["01", 2025, 5.0, 1.0]]),
    )
    with pytest.raises(
        InputError, match=r"b\.xlsx gives no rows: b\.xlsx › 财报 comes closest to .*, but lacks Customer ID"
    ):
        read(main, other)
    assert read(main, other, allow_unused=True).counts["customers"].accepted == 2


def test_columns_of_a_year_each_that_may_be_income_are_proposed_and_taken_once_a_person_says_so() -> None:
    years = ["2023年收入（万元）", "2024年收入（万元）", "2025年收入（万元）"]
    files = (
        book("a.xlsx", 客户=[*INCOME]),
        book("b.xlsx", 收入=[["客户编号", "客户名称", *years], ["01", "甲", 1.5, 2.5, 3.5]]),
    )
    with pytest.raises(InputError, match=r"no column of .* is certain; .*'2024年收入（万元）=total_income'"):
        read(*files)
    said = read_maps([f"{year}=total_income" for year in years], RELATIONS)
    history = read(*files, maps=Maps(said)).tables["income_history"]
    assert history["fiscal_year"].to_list() == [2023, 2024, 2025]
    assert history["total_income"].to_list() == [15_000, 25_000, 35_000]


def test_a_list_of_companies_without_numbers_of_its_own_goes_by_the_credit_code() -> None:
    rows = [
        ["企业名称", "统一社会信用代码", "行业", "规模", "营业收入"],
        ["甲", "91310000MA1K12345X", "制造业", "中型", 5.0],
    ]
    prospects = read_opened([book("名单.xlsx", 名单=rows)], [relation("prospects")], today=TODAY).tables["prospects"]
    assert prospects.select("prospect_id", "credit_code").rows() == [("91310000MA1K12345X",) * 2]


def test_what_a_column_may_be_is_asked_of_every_relation() -> None:
    read_it = read(
        book("a.xlsx", 客户=[*INCOME]),
        book("b.xlsx", 历年=[["客户号", "年份", "收入"], ["01", 2025, 9.0]]),
        allow_unused=True,
    )
    (doubtful,) = (one for one in read_it.reading.sheets[1].columns if one.header == "收入")
    assert doubtful.nearest[0].meaning == "total_income"


def test_a_file_of_something_else_is_refused() -> None:
    with pytest.raises(InputError, match=r"b\.xlsx gives no rows\."):
        read(book("a.xlsx", 客户=[*INCOME]), book("b.xlsx", 说明=[["这是说明"]]))


def test_a_sheet_with_the_subjects_ids_that_is_not_read_is_said_first() -> None:
    other = [["序号", "备注号"], *[[n, f"0{n}"] for n in (1, 2)]]
    inputs = read(book("a.xlsx", 客户=[*INCOME], 其他=other))
    assert say(inputs.notices[0], "en") == "a.xlsx › 其他 was not read, though its column B holds ids of the Customers."


def test_a_hidden_copy_is_skipped_and_said() -> None:
    old = book("a.xlsx", 客户=[*INCOME], 旧=[INCOME[0], ["01", 7.0, 70.0], ["02", 8.0, 80.0]])
    inputs = read(Book(old.file, (old.opened[0], type(old.opened[1])(**{**vars(old.opened[1]), "hidden": True}))))
    assert inputs.tables["customers"].sort("customer_id")["total_income"].to_list() == [10.0, 20.0]
    assert "旧 is hidden and repeats" in say(inputs.notices[0], "en")
    visible, copy = inputs.reading.sheets
    assert (visible.relation, copy.relation, copy.hidden_of) == ("customers", "", "customers")
    assert {(one.meaning, one.reason) for one in copy.columns} == {("", "TAKEN")}


def _with_hidden(**sheets: list[list[object]]) -> Book:
    """A workbook whose sheets, but for the first, are hidden."""
    shown = book("a.xlsx", 客户=[*INCOME], **sheets)  # type: ignore[arg-type]
    return Book(shown.file, (shown.opened[0], *(replace(one, hidden=True) for one in shown.opened[1:])))


def test_a_hidden_sheet_of_others_is_left_out_and_said_until_a_map_names_it() -> None:
    others = _with_hidden(归档=[INCOME[0], ["07", 7.0, 70.0], ["08", 8.0, 80.0]])
    inputs = read(others)
    assert inputs.tables["customers"].height == 2
    (notice,) = (say(one, "zh") for one in inputs.notices if one.code == "formats.hidden_left_out")
    assert "a.xlsx › 归档 是隐藏的工作表，有客户 2 条" in notice
    assert '[sheets."归档"] relation = "customers"' in notice
    named = Maps(map_of({"sheets": {"归档": {"relation": "customers"}}}, "m.toml", RELATIONS))
    assert read_opened([others], RELATIONS, today=TODAY, maps=named).tables["customers"].height == 4


def test_a_hidden_sheet_of_another_relation_is_left_out_too() -> None:
    statements = [["客户号", "报表年度", "营业收入"], ["01", 2025, 9.0], ["02", 2025, 8.0]]
    inputs = read(_with_hidden(财报=statements))
    assert inputs.tables["statements"].height == 0
    assert "formats.hidden_left_out" in [one.code for one in inputs.notices]


def test_hidden_sheets_are_read_where_nothing_else_is_there() -> None:
    shown = book("a.xlsx", 客户=[*INCOME])
    inputs = read(Book(shown.file, (replace(shown.opened[0], hidden=True),)))
    assert inputs.tables["customers"].height == 2
    assert "intake.hidden" in [one.code for one in inputs.notices]


@pytest.mark.parametrize("header", ["借据号", "合同号", "业务编号", "Contract No"])
def test_deals_given_as_customers_are_refused_with_what_to_do(header: str) -> None:
    deals = [[header, "客户号", "总收入"], *([f"J{i}", f"0{i // 2}", 9.0 + i] for i in range(6))]
    with pytest.raises(InputError) as refused:
        read(book("业务.xlsx", 业务=deals))
    assert refused.value.problem.code == "intake.rows_of_deals"
    assert "6 行里只有 3 个客户" in say(refused.value.problem, "zh")
    assert "grade price" in refused.value.advice("zh")
    aside = Maps(read_maps([f"{header}=aside"], RELATIONS))
    assert "DUPLICATE_KEY" in read(book("业务.xlsx", 业务=deals), maps=aside).findings["reason"].to_list()


def test_a_row_a_customer_is_a_list_of_customers_whatever_its_contract() -> None:
    rows = [["合同号", "客户号", "总收入"], *([f"J{i}", f"0{i}", 9.0 + i] for i in range(6))]
    assert read(book("a.xlsx", 客户=rows)).tables["customers"].height == 6
    months = [
        ["合同号", "客户号", "数据日期", "总收入"],
        *([f"J{i}", f"0{i // 2}", f"2026-{10 - i % 2}", 9.0] for i in range(6)),
    ]
    assert read(book("a.xlsx", 客户=months)).tables["customers"].height == 3


def test_lock_files_are_skipped_and_said(tmp_path: Path) -> None:
    (tmp_path / "客户.csv").write_text("客户号,总收入\n01,1\n", encoding="utf-8")
    (tmp_path / "~$客户.xlsx").write_bytes(b"\x05user")
    paths = sorted(tmp_path.iterdir())
    inputs = read_inputs(paths, RELATIONS, today=TODAY)
    assert inputs.counts["customers"].accepted == 1
    assert "lock file" in say(inputs.notices[0], "en")
    with pytest.raises(InputError, match="lock files"):
        read_inputs([tmp_path / "~$客户.xlsx"], RELATIONS, today=TODAY)


@pytest.mark.parametrize(
    ("end", "is_cut"),
    [
        ("02,5", True),
        ("02,5,1", False),
        ("02,5\n", False),
        ("制表人：张三", False),
        ('02,5,"1', True),
        ('02,5,"1"', False),
    ],
)
def test_a_text_that_ends_within_a_record(tmp_path: Path, end: str, is_cut: bool) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"客户号,总收入,经济资本\n01,1,1\n{end}", encoding="utf-8")
    if is_cut:
        with pytest.raises(InputError, match=r"ends within the record in line 3\. \(CUT_SHORT\)"):
            read_inputs([path], RELATIONS, today=TODAY)
    inputs = read_inputs([path], RELATIONS, today=TODAY, allow_cut=True)
    assert ("CUT_SHORT" in inputs.findings["reason"].to_list()) is is_cut


def _lists(folder: Path, *ids: range) -> list[Path]:
    """A list of customers a file, of the same columns."""
    paths = [folder / f"{chr(97 + n)}.csv" for n in range(len(ids))]
    for path, wanted in zip(paths, ids, strict=True):
        rows = "".join(f"{i:04d},客户{i},{100 + i}\n" for i in wanted)
        path.write_text("客户号,客户名称,总收入\n" + rows, encoding="utf-8")
    return paths


def test_a_list_of_which_most_stands_in_another_one_is_refused(tmp_path: Path) -> None:
    paths = _lists(tmp_path, range(10), range(20, 30), range(24, 31))
    with pytest.raises(InputError) as refused:
        read_inputs(paths, relations("customers"))
    assert "b.csv" in refused.value.message
    assert "c.csv" in refused.value.message
    assert "6" in refused.value.message
    assert read_inputs(_lists(tmp_path, range(10), range(8, 20), range(18, 30)), relations("customers")).sheets


def test_lists_that_share_nobody_are_not_held_against_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [f"{n}" for n in range(40)]
    rows = pl.DataFrame({SOURCE: [n // 2 for n in range(40)], "customer_id": ids, "period": "2026-10"})
    gathered = SimpleNamespace(rows=rows, moved=pl.DataFrame(), relation=relations("customers")[0])
    monkeypatch.setattr(pl.DataFrame, "join", None)
    refuse_overlap(gathered, ())  # type: ignore[arg-type]


def test_a_file_without_any_sheet_is_named() -> None:
    with pytest.raises(InputError, match=r"in leer\.xlsx\."):
        read(book("leer.xlsx"))


WIDE = [["2026年分行任务分解表"], ["分行", "总收入", "存款日均"], ["沪", 20.0, 200.0], ["京", 10.0, 100.0]]


@pytest.mark.parametrize(
    ("file", "sheet", "titles", "told"),
    [
        ("b.xlsx", "Sheet1", WIDE[:1], True),
        ("2026年目标.xlsx", "Sheet1", [], True),
        ("b.xlsx", "Branch targets", [], True),
        ("目标客户.xlsx", "走访任务", [], False),
        ("Target customers.xlsx", "Sheet1", [], False),
    ],
)
def test_a_file_that_is_named_for_a_relation_and_cannot_be_read_is_told_its_form(
    file: str, sheet: str, titles: list[list[str]], told: bool
) -> None:
    with pytest.raises(InputError) as refused:
        read(book("a.xlsx", 客户=[[*row] for row in BASIC]), book(file, **{sheet: [*titles, *WIDE[1:]]}))
    assert (refused.value.problem.code == "formats.unused_named") is told
    assert ("grade template" in refused.value.advice("zh")) is told
