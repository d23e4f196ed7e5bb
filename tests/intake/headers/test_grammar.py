"""What the grammar of headers says of headers from the field: groups, bases, brackets, sections, and values below."""

# ruff: noqa: E501

from __future__ import annotations

import pytest

from ninegrid.intake.headers.heading import readings
from ninegrid.intake.headers.matching import Match, Vetoed, Vocabulary
from ninegrid.intake.headers.with_values import matched
from ninegrid.subjects.registry import relations

CUSTOMERS, *_ = relations("customers")
EMPLOYEES, *_ = relations("talent")
WORDS = Vocabulary(CUSTOMERS, {})
PEOPLE = Vocabulary(EMPLOYEES, {})

Header = tuple[str | None, str]


def read(header: Header, words: Vocabulary = WORDS) -> str | None:
    group, cell = header
    found = words.match(readings(group, group, cell) if group else readings(None, None, cell))
    return found.column.name if isinstance(found, Match) else None


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("Cust ID", "customer_id"), ("CUST_NO", "customer_id"), ("CustomerID", "customer_id"), ("RM", "relationship_manager"),
        ("Net Rev", "total_income"), ("Econ Cap", "economic_capital"), ("Credit RWA", "rwa"), ("Avg Deposits", "deposit_avg"),
        ("Deposits (Avg.)", "deposit_avg"), ("Loans - average", "loan_avg"), ("中收", "fee_income"),
        ("其中：中间业务收入(万元)", "fee_income"), ("本年累计中间业务净收入", "fee_income"), ("违约概率(PD)", "pd"), ("经济资本(EC)", "economic_capital"),
        ("利息净收入(FTP后)", "net_interest_income"), ("RAROC(%)", "raroc"), ("存款(日均)", "deposit_avg"), ("日均活期存款", "demand_deposit_avg"),
        ("用信余额", "credit_used"), ("授信敞口", "credit_limit"), ("资产减值损失", "impairment_loss"), ("五级分类", "loan_class"),
    ],
)  # fmt: skip
def test_headers_of_the_field(header: str, meaning: str) -> None:
    assert read((None, header)) == meaning


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("Worker", "name"), ("User ID", "employee_id"), ("Supervisory Organization", "department"), ("Potential", "potential"),
        ("Overall Performance Rating", "performance"), ("Risk of Loss", "flight_risk"), ("Impact of Loss", "impact_of_loss"),
        ("FY25 Rating", "performance"), ("2025年度绩效等级", "performance"), ("员工姓名", "name"), ("上半年绩效", None), ("绩效排名", None),
        ("上年绩效等级", None), ("目标绩效", None), ("25年绩效", "performance"), ("Subject User ID", "employee_id"),
        ("用工关系状态", "employment_status"), ("部门全路径", "department"), ("Is Critical Position", "critical_post"),
    ],
)  # fmt: skip
def test_headers_of_personnel_systems(header: str, meaning: str | None) -> None:
    assert read((None, header), PEOPLE) == meaning


@pytest.mark.parametrize(
    ("group", "header", "meaning"),
    [
        ("存款（亿元）", "年日均", "deposit_avg"), ("存款（亿元）", "其中：活期日均", "demand_deposit_avg"), ("存款", "时点", None),
        ("保证金", "存款日均", "margin_deposit_avg"), ("客户经理", "工号", "relationship_manager_id"), ("表外", "贷款日均", None),
        ("贷款", "较年初", None), ("理财", "总收入", None), ("集团", "总收入", None),
    ],
)  # fmt: skip
def test_a_group_and_its_lower_cell_are_read_together(group: str, header: str, meaning: str | None) -> None:
    assert read((group, header)) == meaning


@pytest.mark.parametrize(
    ("header", "reason", "column"),
    [
        ("贷款时点余额", "OTHER_BASIS", "loan_avg"), ("存款", "OTHER_BASIS", "deposit_avg"), ("Deposits", "OTHER_BASIS", "deposit_avg"),
        ("总收入占比", "OTHER_BASIS", "total_income"), ("存款日均目标", "TARGET", "deposit_avg"), ("RAROC排名", "RANK", "raroc"),
        ("营业净收入同比", "COMPARISON", "total_income"), ("考核利润", "NOT_NEEDED", None), ("拨备前利润", "NOT_NEEDED", None),
        ("贷款利息收入", "NOT_NEEDED", None), ("序号", "NOT_NEEDED", None), ("负债合计", "NOT_NEEDED", None),
        ("Total liabilities", "NOT_NEEDED", None),
    ],
)  # fmt: skip
def test_a_column_set_aside_says_why(header: str, reason: str, column: str | None) -> None:
    found = WORDS.match(readings(None, None, header))
    assert isinstance(found, Vetoed)
    assert (found.reason, found.column.name if found.column else None) == (reason, column)


@pytest.mark.parametrize("header", ["离职日期", "离职原因", "Termination Date"])
def test_the_day_somebody_left_is_no_day_of_hire(header: str) -> None:
    found = PEOPLE.match(readings(None, None, header))
    assert isinstance(found, Vetoed)
    assert (found.reason, found.column) == ("NOT_NEEDED", None)


@pytest.mark.parametrize(
    "header",
    [
        "违约概率(LGD)",
        "经济资本(RWA)",
        "总收入(管户口径二)",
        "综合贡献",
        "联系地址",
        "考核收入",
        "Number of customers",
        "营业净收入(日均)",
        "总收入(年化)",
        "RoRAC",
        "Exposure",
    ],
)
def test_what_is_not_certain_is_not_read(header: str) -> None:
    assert read((None, header)) is None


@pytest.mark.parametrize(
    ("group", "header", "column"),
    [
        ("个人信息", "年龄", "age"),
        ("个人基本情况", "年龄", "age"),
        ("个人", "年龄", "age"),
        ("继任计划", "继任岗位", "successor_for"),
        ("Succession Planning", "Risk of loss", "flight_risk"),
        ("人才发展计划", "潜力等级", "potential"),
    ],
)
def test_a_section_s_name_makes_no_other_measure_of_what_stands_under_it(group: str, header: str, column: str) -> None:
    assert read((group, header), PEOPLE) == column


@pytest.mark.parametrize("group", ["去年", "上期结果", "目标", "年度计划", "排名"])
def test_a_given_level_of_another_year_or_a_target_is_not_read(group: str) -> None:
    assert read((group, "绩效等级"), PEOPLE) is None


def test_a_bank_s_other_books_stay_another_measure() -> None:
    assert read(("个人", "存款日均")) is None
    assert read(("个人业务情况", "存款日均")) is None


def by_values(header: list[str], *rows: list[str]) -> dict[int, str]:
    columns = [readings(None, None, cell) for cell in header]
    found = matched(columns, {}, rows, WORDS)
    return {index: one.column.name for index, one in found.items() if isinstance(one, Match)}


def test_what_a_general_header_means_is_told_by_the_values() -> None:
    header = ["客户号", "归属机构", "经营机构"]
    assert by_values(header, ["1", "甲分行", "乙支行"], ["2", "丙分行", "丁支行"]) == {
        0: "customer_id", 1: "branch", 2: "sub_branch",
    }  # fmt: skip
    assert by_values(["客户号", "经办行"], ["1", "华东"]) == {0: "customer_id"}


def test_operating_income_is_the_bank_s_where_it_is_the_sum_of_its_parts() -> None:
    header = ["净利息收入", "中间业务收入", "营业收入(万元)"]
    sums = [["10000", "20000", "3"], ["5", "5", "0.001"], ["70000", "1000", "7.1"]]
    assert by_values(header, *sums)[2] == "total_income"
    assert 2 not in by_values(header, *sums[:2], ["70000", "1000", "9"])


def test_figures_of_another_year_are_a_comparison() -> None:
    for header in ("2025年存款日均", "25年存款日均"):
        columns = [readings(None, None, header)]
        assert isinstance(matched(columns, {}, [], WORDS, frozenset({2026}))[0], Vetoed)
        assert isinstance(matched(columns, {}, [], WORDS, frozenset({2025}))[0], Match)


@pytest.mark.parametrize(
    ("groups", "read"),
    [
        (["2026年10月", "2025年10月"], [True, False]),
        (["2026-10（万元）", "2026-09（万元）"], [True, False]),
        (["Oct 2026", "Oct 2025"], [True, False]),
        (["2026年1-10月", "2025年1-10月"], [True, False]),
        (["2025Q3", "客户"], [False, True]),
        (["2026年10月", "2026年12月目标"], [True, False]),
        (["Q2", "Q3"], [False, True]),
        (["10月", "9月（万元）"], [True, False]),
        (["第三季度", "二季度"], [True, False]),
    ],
)
def test_a_group_that_is_another_period_holds_a_comparison(groups: list[str], read: list[bool]) -> None:
    columns = [readings(group, group, cell) for group, cell in zip(groups, ("总收入", "费用"), strict=True)]
    found = matched(columns, {}, [], WORDS, frozenset({2026}))
    assert [isinstance(found[index], Match) for index in range(2)] == read


@pytest.mark.parametrize("groups", [["2026Q1", "2026Q2", "2026Q3"], ["8月", "9月", "10月"]])
def test_of_a_row_of_months_or_quarters_none_is_the_period_s_figure(groups: list[str]) -> None:
    found = matched([readings(group, group, "总收入") for group in groups], {}, [], WORDS, frozenset({2026}))
    assert all(isinstance(one, Match) for one in found.values())  # they say the same: a person is asked which


def test_a_length_of_time_is_no_year() -> None:
    assert all(
        not readings(None, None, text)[0].years for text in ("近25年收入", "25年期贷款", "25年以上客户", "20年龄段")
    )


def test_the_latest_of_several_years_that_groups_name_is_the_sheet_s() -> None:
    cells = [("FY26 YTD", "NII"), ("FY26 YTD", "Fees"), ("FY25 YTD", "NII"), ("FY25 YTD", "Fees")]
    found = matched([readings(group, group, cell) for group, cell in cells], {}, [], WORDS)
    assert [isinstance(found[index], Match) for index in range(4)] == [True, True, False, False]
    history = matched([readings(None, None, f"总收入_{year}") for year in (2024, 2025)], {}, [], WORDS)
    assert not any(isinstance(one, Match) for one in history.values())


@pytest.mark.parametrize(
    ("header", "meaning", "unit"),
    [
        ("A.贷款日均余额", "loan_avg", None), ("B、存款日均余额（万元）", "deposit_avg", "万元"), ("(C)经济资本", "economic_capital", None),
        ("G.总收入=C+D+E+F", "total_income", None), ("总收入=净利息收入+中收+其他(万元)", "total_income", "万元"), ("M.RAROC=K/L", "raroc", None),
        ("总收入（7=3+4+5+6）", "total_income", None), ("六、收入合计（三+四+五）", "total_income", None), ("总收入（C+D）(万元)", "total_income", "万元"), ("存款日均/亿", "deposit_avg", "亿"),
        ("活期存款/亿(日均)", "demand_deposit_avg", "亿"), ("经济资本,万", "economic_capital", "万"), ("收入/成本", None, None), ("=K/L", None, None),
    ],
)  # fmt: skip
def test_letters_before_a_header_formulas_behind_it_and_a_unit_after_a_slash(
    header: str, meaning: str | None, unit: str | None
) -> None:
    assert read((None, header)) == meaning
    found = WORDS.match(readings(None, None, header))
    assert (found.unit.text if isinstance(found, Match) and found.unit else None) == unit


def test_words_that_change_nothing_are_left_out_where_a_synonym_has_them() -> None:
    assert read((None, "借款人行业")) == read((None, "授信客户行业")) == "industry"
    assert read((None, "担保人行业")) is None


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("经办支行/网点", "sub_branch"), ("客户经理/管户人", "relationship_manager"), ("收入/成本", None), ("经济资本/RWA", None),
        ("RAROC（扣税后）", "raroc"), ("RAROC（税前）", None), ("信用风险减值支出", "impairment_loss"), ("表内逾期金额", "overdue_balance"),
        ("行业门类（2017版国标）", "industry"), ("Expected loss p.a.", "expected_loss"), ("FX, trading & other", "other_income"), ("FX income", None),
    ],
)  # fmt: skip
def test_two_words_for_one_column_and_what_else_stands_around_it(header: str, meaning: str | None) -> None:
    assert read((None, header)) == meaning
