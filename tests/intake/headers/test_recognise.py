"""Where the header is, and what a sheet holds."""

from __future__ import annotations

import pytest

from ninegrid.intake.headers.layout import Layout
from ninegrid.intake.headers.matching import Vocabulary
from ninegrid.intake.headers.recognise import recognise
from ninegrid.model.errors import InputError
from ninegrid.subjects.registry import relations
from tests.spoken import english

VOCABULARIES = [Vocabulary(relation, {}) for relation in relations("customers")]
CUSTOMERS = ["客户号", "客户名称", "分行", "行业", "规模", "客户经理"]


def found(*rows: list[str | None]) -> Layout:
    layout = recognise(rows, VOCABULARIES, "a.xlsx › 客户")
    assert layout is not None
    return layout


def columns(layout: Layout) -> dict[str, int]:
    return {f.name: f.index for f in layout.blocks[0].fields}


def units(layout: Layout) -> dict[str, str]:
    return {f.name: f.unit.text for f in layout.blocks[0].fields if f.unit}


def test_a_header_below_titles_and_beside_blank_columns() -> None:
    layout = found(["对公客户清单"], [], [None, None, "单位：万元"], [None, *CUSTOMERS, None, "总收入", "RAROC(%)"])
    assert (layout.relation.name, layout.first, layout.last) == ("customers", 4, 4)
    assert columns(layout)["customer_id"] == 1
    assert units(layout) == {"total_income": "万元", "raroc": "%"}


def test_a_header_s_own_unit_wins_over_the_unit_line() -> None:
    layout = found(["单位：万元"], [*CUSTOMERS, "总收入(亿元)", "经济资本"])
    assert units(layout) == {"total_income": "亿元", "economic_capital": "万元"}


def test_two_header_rows_with_groups() -> None:
    upper = ["客户号", "客户名称", "分行", "行业", "规模", "客户经理", "存款(万元)", None, "贷款", None]
    lower = [None, None, None, None, None, None, "日均", "活期存款日均", "日均", "备注"]
    layout = found(["清单"], upper, lower, ["0001", "甲", "乙", "丙", "大型", "丁", "1", "2", "3", None])
    assert (layout.first, layout.last) == (2, 3)
    assert columns(layout) | {"deposit_avg": 6, "demand_deposit_avg": 7, "loan_avg": 8} == columns(layout)
    assert units(layout) == {"deposit_avg": "万元", "demand_deposit_avg": "万元"}


@pytest.mark.parametrize(
    ("group", "header", "meant"),
    [
        ("综合贡献", "合计", "total_income"), ("综合贡献", "其他", "other_income"),
        ("Contribution", "Total", "total_income"), ("Contribution", "Other", "other_income"),
    ],
)  # fmt: skip
def test_a_bare_total_or_rest_of_a_group_is_proposed(group: str, header: str, meant: str) -> None:
    upper = ["客户号", "客户名称", group, None, None, "排名"]
    lower = [None, None, "利差收入", "中收", header, "其他"]
    layout = found(upper, lower, ["0001", "甲", "9", "2", "1", "3"])
    assert [(near.meaning, near.detail) for near in layout.aside[4].nearest] == [(meant, group)]
    assert not layout.aside[5].nearest


def test_years_above_their_columns() -> None:
    upper = ["客户号", "2023年", None, "2024年", None]
    lower = [None, "营业收入", "净利润", "营业收入", "净利润"]
    layout = found(upper, lower)
    assert layout.relation.name == "statements"
    assert set(columns(layout)) == {
        "customer_id",
        "operating_revenue_2023",
        "net_profit_2023",
        "operating_revenue_2024",
        "net_profit_2024",
    }


def test_a_row_of_units_below_the_header() -> None:
    layout = found([*CUSTOMERS, "总收入", "RAROC"], [None] * 6 + ["万元", "%"], ["0001"])
    assert layout.last == 2
    assert units(layout) == {"total_income": "万元", "raroc": "%"}


@pytest.mark.parametrize(
    ("header", "relation"),
    [
        ([*CUSTOMERS, "集团号", "集团名称"], "customers"),
        (["客户号", "集团号", "集团名称"], "groups"),
        (["客户号", "年度", "营业收入", "净利润"], "statements"),
        (["客户号", "年度", "总收入"], "income_history"),
        (["客户号", "总收入_2023", "2024年总收入(万元)"], "income_history"),
        (["客户号", "2023 revenue", "2024 revenue", "2024 net profit"], "statements"),
        (["机构号", "机构名称", "上级机构号"], "institutions"),
    ],
)
def test_what_a_sheet_holds(header: list[str], relation: str) -> None:
    assert found(list(header)).relation.name == relation


def test_a_sheet_that_is_nothing_known() -> None:
    assert recognise([["a", "b"], ["1", "2"]], VOCABULARIES, "x") is None
    assert recognise([], VOCABULARIES, "x") is None


def test_customers_with_year_columns_hold_other_relations_too() -> None:
    layout = found([*CUSTOMERS, "总收入", "总收入_2023", "总收入_2024", "营业收入_2024", "净利润_2024"])
    assert [block.relation.name for block in layout.blocks] == ["customers", "statements", "income_history"]
    assert [f.name for f in layout.blocks[2].fields] == ["customer_id", "total_income_2023", "total_income_2024"]


def test_two_columns_that_say_the_same_are_both_set_aside_and_named() -> None:
    layout = found([*CUSTOMERS, "总收入", "营业净收入"])
    assert "total_income" not in columns(layout)
    assert {index: why.reason for index, why in layout.aside.items()} == {6: "AMBIGUOUS", 7: "AMBIGUOUS"}
    assert "G1 '总收入' and H1 '营业净收入' both are total_income" in english(layout.notices)[0]


def test_two_columns_of_ids_are_an_error_that_names_both_cells() -> None:
    with pytest.raises(InputError, match="A1 '客户号' and G1 'ECIF号' both are customer_id"):
        found([*CUSTOMERS, "ECIF号"], ["1", *[None] * 5, "2"])


def test_of_two_columns_with_the_same_cells_the_first_is_taken() -> None:
    layout = found([*CUSTOMERS, "总收入", "营业净收入"], ["1", *[None] * 5, "5", "5"])
    assert columns(layout)["total_income"] == 6
    assert layout.aside[7].reason == "TAKEN"


def test_the_day_of_a_statement_gives_its_year_where_no_column_does() -> None:
    dated = columns(found(["客户号", "报表日期", "年度", "营业收入", "净利润"]))
    assert (dated["statement_date"], dated["fiscal_year"]) == (1, 2)
    assert columns(found(["客户号", "报表日期", "营业收入", "净利润"]))["fiscal_year"] == 1


COMPETENCIES = [
    ["工号", "姓名", "年龄", "战略思维", "目标导向", "胜任力总分", "评语"],
    ["E1", "甲", "35", "3.2", "4", "3.6", "好"],
    ["E2", "乙", "41", "2.9", "3.5", "3.2", "好"],
]


def items_of(place: str) -> list[str | None]:
    found = recognise(COMPETENCIES, [Vocabulary(relation, {}) for relation in relations("talent")], place)
    return [field.item.label for field in found.blocks[0].items if field.item] if found else []


def test_the_columns_of_a_sheet_called_competencies_are_competencies() -> None:
    assert items_of("盘点.xlsx › 胜任力") == ["战略思维", "目标导向"]


def test_columns_of_numbers_on_a_sheet_of_another_name_are_none() -> None:
    assert items_of("胜任力盘点.xlsx › Sheet1") == []


@pytest.mark.parametrize(
    "years", [["2023-12-31", "2024-12-31"], ["45291", "45657"], ["2023年", "2024年度"], ["FY2023", "2024"]]
)
@pytest.mark.parametrize("sheet", ["历年收入", "近三年营业净收入", "Income history"])
def test_bare_years_are_of_what_the_sheet_is_called(years: list[str], sheet: str) -> None:
    rows = [["客户号", *years], ["0001", "100", "110"]]
    layout = recognise(rows, VOCABULARIES, f"a.xlsx › {sheet}")
    assert layout is not None
    assert (layout.relation.name, set(columns(layout))) == (
        "income_history", {"customer_id", "total_income_2023", "total_income_2024"},
    )  # fmt: skip


@pytest.mark.parametrize("sheet", ["Sheet1", "员工人数", "历年排名"])
def test_bare_years_of_nobody_knows_what_are_not_read(sheet: str) -> None:
    assert (
        recognise([["客户号", "2023-12-31", "45657"], ["0001", "100", "110"]], VOCABULARIES, f"a.xlsx › {sheet}")
        is None
    )


def test_an_earlier_year_of_a_figure_is_no_figure_of_another_relation() -> None:
    """Total revenue is the bank's income from a customer here, so that of FY25 is no statement of the customer's."""
    groups = ["Client", "Client", "FY26 YTD", "FY26 YTD", "FY26 YTD", "FY25 YTD"]
    header = ["Client Code", "Client Name", "Total Revenue", "NII", "Fees", "Total Revenue"]
    layout = recognise([groups, header, ["C1", "Acme", "3", "2", "1", "4"]], VOCABULARIES, "")
    assert layout is not None
    assert [block.relation.name for block in layout.blocks] == ["customers"]
    assert layout.aside[5].reason == "COMPARISON"


def test_of_headers_in_general_terms_and_of_halves_of_a_year_the_better_one_is_taken() -> None:
    layout = recognise(
        [
            ["工号", "Pay Grade", "Job Level (Label)", "绩效结果（2025H2）", "绩效结果（2025H1）", "潜力"],
            ["1", "7", "M1", "A", "B", "高"],
        ],
        [Vocabulary(relation, {}) for relation in relations("talent")],
        "2025",
    )
    assert layout is not None
    at = {field.column.name: field.index for field in layout.blocks[0].fields}
    assert (at["job_level"], at["performance"]) == (2, 3)


def test_a_column_of_a_sheet_with_several_rows_a_person_is_no_item() -> None:
    words = [Vocabulary(relation, {}) for relation in relations("talent")]
    rows = [["工号", "测评点", "基准"], *([f"E{i // 3}", f"能力{i % 3}", "4"] for i in range(9))]
    layout = recognise(rows, words, "能力测评.xlsx")
    assert layout is None or not layout.blocks[0].items


def test_a_word_for_an_id_or_a_name_is_proposed_as_what_its_values_are() -> None:
    rows = [
        [*CUSTOMERS, "Parental Client"],
        *([f"{n}", f"甲{n}", "乙", "丙", "大型", "丁", "某某集团"] for n in range(3)),
    ]
    aside = found(*rows).aside[6]
    assert [one.meaning for one in aside.nearest][:1] == ["group_name"]


def test_answers_of_raters_that_lack_a_column_are_no_list_of_employees() -> None:
    talent = [Vocabulary(relation, {}) for relation in relations("talent")]
    header: list[str | None] = [
        "Employee ID",
        "Employee Name",
        "Reviewer ID",
        "Topic of it",
        "Question",
        "Rating",
        "Max Rating",
    ]
    rows = [[f"E{n % 2}", f"A{n % 2}", f"X{n}", "Performance", f"Q{n}", "4", "5"] for n in range(6)]
    assert recognise([header, *rows], talent, "a.csv") is None
    header[3:4] = ["Category"]
    header.insert(3, "Reviewer Role")
    layout = recognise(
        [header, *([*row[:3], "Peer", *row[3:]] for row in [*rows, ["E1", "A1", "X9", "Potential", "Q", "3", "5"]])],
        talent,
        "a.csv",
    )
    assert layout is not None
    assert layout.relation.name == "ratings"
    assert {"source", "dimension", "item", "score", "scale_max"} <= columns(layout).keys()


@pytest.mark.parametrize("marks", [("V_", "N_"), ("t1.", "t1."), ("a.", "b.")])
def test_the_letters_that_fields_begin_with_say_nothing(marks: tuple[str, str]) -> None:
    words, figures = marks
    header = [f"{words}CUSTOMER_ID", f"{words}CUSTOMER_NAME", f"{words}BRANCH_NAME", f"{figures}OPEX", f"{figures}EAD"]
    layout = found([*header], ["1", "甲", "甲分行", "5", "2"])
    assert list(columns(layout)) == ["customer_id", "customer_name", "branch", "operating_cost", "ead"]
    assert layout.header(0) == header[0]


def test_an_average_of_the_year_is_taken_before_one_of_a_month() -> None:
    layout = found(["客户号", "存款月日均", "存款年日均"], ["1", "7", "5"])
    assert columns(layout)["deposit_avg"] == 2


def test_another_average_of_a_figure_that_was_found_may_be_no_other_figure() -> None:
    groups = ["客户", "存款", "存款", "贷款"]
    layout = found(groups, ["客户号", "本年日均", "本月日均", "本年日均"], ["C1", "100", "101", "7"])
    assert columns(layout)["deposit_avg"] == 1
    assert (layout.aside[2].reason, layout.aside[2].nearest) == ("OTHER_BASIS", ())


def test_years_of_income_with_a_part_of_it_are_a_history_and_no_list_of_customers() -> None:
    header: list[str | None] = ["客户号", "会计年度", "营业净收入", "其中利息净收入"]
    layout = found(header, *([f"{n // 3}", f"{2023 + n % 3}", "9", "5"] for n in range(9)))
    assert layout.relation.name == "income_history"


@pytest.mark.parametrize(("whole", "taken"), [("5.01", 3), ("5.5", None)])
def test_of_several_costs_the_sum_of_the_others_is_taken(whole: str, taken: int | None) -> None:
    header: list[str | None] = ["客户号", "直接费用", "间接费用分摊", "营业费用小计"]
    layout = found(header, *([f"{n}", "2", "3", whole] for n in range(6)))
    assert columns(layout).get("operating_cost") == taken


def test_groups_that_stand_in_each_header_are_read_as_groups() -> None:
    own = [
        "机构_一级",
        "收入_营业净收入",
        "收入_营业净收入_上年同期",
        "风险_预期损失",
        "风险_五级分类",
        "担保人_行业",
        "担保人_规模",
    ]
    header: list[str | None] = ["客户号", "客户_名称", "机构_二级", *own]
    layout = found(header, ["1", "甲", "乙支行", "乙分行", "5", "4", "2", "正常", "制造业", "大型"])
    assert columns(layout) == {
        "customer_id": 0, "customer_name": 1, "branch": 3, "total_income": 4, "expected_loss": 6, "loan_class": 7,
    } | {"sub_branch": 2}  # fmt: skip
    assert layout.header(4) == "收入_营业净收入"


@pytest.mark.parametrize("meaning", ["branch", "region", "aside"])
@pytest.mark.parametrize("said", ["基本信息|机构名称", "机构名称", "基本信息|国标行业门类", "国标行业门类"])
def test_what_a_map_says_of_a_column_stands_whatever_its_words_and_values_say(said: str, meaning: str) -> None:
    header: list[str | None] = ["客户号", "机构名称", "国标行业门类", "营业净收入"]
    head = [
        ["基本信息"] * 3 + ["收入"],
        header,
        ["C1", "滨江银行高新支行", "制造业", "5"],
        ["C2", "城东支行", "建筑业", "7"],
    ]
    vocabularies = [Vocabulary(relation, {said: meaning}) for relation in relations("customers")]
    layout = recognise(head, vocabularies, "a.xlsx › 客户")
    assert layout is not None
    index = header.index(said.rpartition("|")[2])
    named = {field.index: field.column.name for field in layout.blocks[0].fields}
    assert named.get(index, "aside") == meaning


def test_a_group_over_several_columns_is_no_header_of_the_first_of_them() -> None:
    rows = [
        ["员工号", "姓名", "部门", "绩效", None, None, "潜力", None, "离职风险"],
        [None, None, None, "上年得分", "本年得分", "排名", "潜力得分", "潜力排名", None],
        *(
            ["E1", "甲", "一部", "60", "90", "1", "70", "2", "高"],
            ["E2", "乙", "一部", "70", "80", "2", "75", "1", "低"],
        ),
    ]
    layout = recognise(rows, [Vocabulary(relation, {}) for relation in relations("talent")], "盘点_2025.xlsx › 名单")
    assert layout is not None
    assert (layout.first, layout.last) == (1, 2)
    read = {field.name: (field.index, field.header) for field in layout.blocks[0].fields}
    assert read["performance"] == (4, "本年得分")
    assert read["potential"][0] == 6
    assert layout.aside[3].reason == "COMPARISON"


def test_a_title_over_such_a_header_is_no_part_of_it() -> None:
    rows = [
        ["2025年度评估汇总", None, None, None, None, None],
        ["员工号", "姓名", "部门", "绩效", None, "潜力"],
        [None, None, None, "上年得分", "本年得分", None],
        *(["E1", "甲", "一部", "60", "90", "高"], ["E2", "乙", "一部", "70", "80", "低"]),
    ]
    layout = recognise(rows, [Vocabulary(relation, {}) for relation in relations("talent")], "盘点_2025.xlsx › 名单")
    assert layout is not None
    assert (layout.first, layout.last) == (2, 3)
    assert {field.name: field.header for field in layout.blocks[0].fields}["performance"] == "本年得分"
