"""Every column's header in the dress of exports is that column; with a word that makes it another measure, never."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from ninegrid.intake.headers.heading import readings
from ninegrid.intake.headers.matching import Match, Vetoed, Vocabulary
from ninegrid.intake.headers.with_values import matched
from ninegrid.model.relations import NUMERIC, Column, Relation
from ninegrid.subjects.registry import relations

RELATIONS = list({one.name: one for subject in ("customers", "talent") for one in relations(subject)}.values())
CUSTOMERS, *_ = relations("customers")
EMPLOYEES, *_ = relations("talent")
WORDS = Vocabulary(CUSTOMERS, {})
PEOPLE = Vocabulary(EMPLOYEES, {})
COLUMNS = [column for column in CUSTOMERS.columns if column.name not in ("period", "maturity", "sme_sales")]
FIGURES = [column for column in COLUMNS if column.kind in ("money", "ratio")]
TRADITIONAL = str.maketrans(
    "户号称业规经总营费损资团贷额余产线数净标维险风违约", "戶號稱業規經總營費損資團貸額餘產線數淨標維險風違約"
)

Header = tuple[str | None, str]


def read(header: Header, words: Vocabulary = WORDS) -> str | None:
    group, cell = header
    found = words.match(readings(group, group, cell) if group else readings(None, None, cell))
    return found.column.name if isinstance(found, Match) else None


ANY_DRESS: dict[str, Callable[[str], Header]] = {
    "as it is": lambda h: (None, h),
    "spaces around": lambda h: (None, f"  {h} "),
    "no-break space": lambda h: (None, f"\u00a0{h}\u3000"),
    "zero width": lambda h: (None, f"\u200b{h[:2]}\u200b{h[2:]}\ufeff"),
    "line break": lambda h: (None, f"{h[:2]}\n{h[2:]}"),
    "carriage return": lambda h: (None, f"{h[:2]}_x000D_\r\n{h[2:]}".replace("_x000D_", "")),
    "full width": lambda h: (None, "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in h)),
    "upper case": lambda h: (None, h.upper()),
    "lower case": lambda h: (None, h.lower()),
    "traditional": lambda h: (None, h.translate(TRADITIONAL)),
    "required mark": lambda h: (None, f"*{h}"),
    "required after": lambda h: (None, f"{h}*"),
    "numbered": lambda h: (None, f"3. {h}"),
    "numbered zh": lambda h: (None, f"12、{h}"),
    "bracketed remark": lambda h: (None, f"{h}（必填）"),
    "square remark": lambda h: (None, f"{h}[选填]"),
    "lenticular remark": lambda h: (None, f"{h}【必填】"),
    "under customer data": lambda h: ("客户信息", h),
    "under base data": lambda h: ("基本信息", h),
    "under an unknown group": lambda h: ("经营概览", h),
    "of which": lambda h: (None, f"其中：{h}"),
    "of our bank": lambda h: (None, f"我行{h}"),
    "of this bank": lambda h: (None, f"本行{h}"),
    "corporate": lambda h: (None, f"对公{h}"),
    "of this period": lambda h: (None, f"本期{h}"),
}
FIGURE_DRESS: dict[str, Callable[[str], Header]] = {
    "of this year": lambda h: (None, f"本年{h}"),
    "of this year, after": lambda h: (None, f"{h}（本年）"),
    "accumulated": lambda h: (None, f"本年累计{h}"),
    "all currencies": lambda h: (None, f"本外币{h}"),
    "in yuan, converted": lambda h: (None, f"{h}（折人民币）"),
    "sum": lambda h: (None, f"{h}合计"),
    "figure": lambda h: (None, f"{h}数值"),
    "under this year": lambda h: ("本年", h),
    "under a group with a unit": lambda h: ("损益（万元）", h),
    "under all currencies": lambda h: ("本外币合计", h),
    "for appraisal": lambda h: (None, f"{h}(考核)"),
    "two brackets": lambda h: (None, f"{h}（本期）（折人民币）"),
}
MONEY_UNITS = [
    "(万元)",
    "（亿元）",
    "[千元]",
    "-万元",
    "/万元",
    "_元",
    "（单位：万元）",
    "(RMB mn)",
    "（人民币万元）",
    "(元)",
]
VETOES: dict[str, Callable[[str], Header]] = {
    **{f"{word} before": lambda h, w=word: (None, f"{w}{h}") for word in (
        "上年同期", "去年", "去年同期", "上期", "上月", "上年末", "目标", "年度目标", "计划", "预算", "户均", "人均", "当月", "行业平均",
    )},
    **{f"{word} after": lambda h, w=word: (None, f"{h}{w}") for word in (
        "上年同期", "较年初", "较上年", "较上月增量", "同比", "环比", "增减", "增量", "增幅", "变动", "目标", "任务", "完成率", "KPI值", "排名", "名次",
        "分位", "占比", "计划", "预算",
    )},
    **{f"under {word}": lambda h, w=word: (w, h) for word in (
        "上年同期", "去年同期", "上期", "较年初", "同比增减", "年度目标", "任务", "预算（万元）", "排名", "占比", "2026年目标", "Budget", "Prior Year", "YoY", "Rank",
    )},
    **{f"{word} in a bracket": lambda h, w=word: (None, f"{h}（{w}）") for word in ("上年同期", "目标", "较年初", "排名", "同比%", "PY", "YoY")},
}  # fmt: skip


ENGLISH_DRESS = ["{}", " {} ", "{} (RMB mn)", "{} (LCY)", "Total {}", "Actual {}", "{}\n(required)", "{} YTD", "{}*"]
ENGLISH_VETOES = [
    "Prior Year {}", "{} PY", "{} Last Year", "{} YoY", "{} Budget", "Target {}", "{} Plan", "{} Rank", "{} vs PY", "Change in {}",
    "{} Growth", "{} MoM", "{} (Forecast)", "{} Variance", "Gross {}", "{} Share",
]  # fmt: skip


def misread(
    columns: Sequence[Column], dress: Mapping[str, Callable[[str], Header]], words: Vocabulary
) -> dict[tuple[str, str], str | None]:
    """By column and kind of dress, what its header was read as, where that is another thing or nothing."""
    each = ((column, kind) for column in columns for kind in dress)
    return {(c.name, kind): got for c, kind in each if (got := read(dress[kind](c.zh), words)) != c.name}


def taken(
    columns: Sequence[Column], vetoes: Mapping[str, Callable[[str], Header]], words: Vocabulary
) -> dict[tuple[str, str], str]:
    """By column and kind of veto, what its header was read as all the same."""
    each = ((column, kind) for column in columns for kind in vetoes)
    return {(c.name, kind): got for c, kind in each if (got := read(vetoes[kind](c.zh), words)) is not None}


@pytest.mark.parametrize("words", [WORDS, PEOPLE], ids=["customers", "employees"])
def test_dress_changes_no_column(words: Vocabulary) -> None:
    columns = [column for column in words.relation.columns if column.name != "sme_sales"]
    assert not misread(columns, ANY_DRESS, words)


def test_dress_changes_no_figure() -> None:
    assert not misread(FIGURES, FIGURE_DRESS, WORDS)


def test_units_stand_in_every_form() -> None:
    for column in (column for column in FIGURES if column.kind == "money"):
        for unit in MONEY_UNITS:
            found = WORDS.match(readings(None, None, column.zh + unit))
            assert isinstance(found, Match), column.zh + unit
            assert (found.column.name, found.unit is not None) == (column.name, True), column.zh + unit


def test_another_measure_is_never_taken_for_the_column() -> None:
    assert not taken(FIGURES, VETOES, WORDS)


@pytest.mark.parametrize("words", [WORDS, PEOPLE], ids=["customers", "employees"])
def test_nor_is_a_name_or_a_date_of_another_measure(words: Vocabulary) -> None:
    """A share alone says nothing of what is no figure: 占比 may stand over the branch of a table of shares."""
    others = [column for column in words.relation.columns if not (column.kind in NUMERIC and column.measure)]
    assert not taken(others, {kind: veto for kind, veto in VETOES.items() if kind != "under 占比"}, words)


@pytest.mark.thorough
@pytest.mark.parametrize("relation", [one for one in RELATIONS if one.name != "targets"], ids=lambda one: one.name)
def test_every_column_of_every_relation(relation: Relation) -> None:
    """The columns of targets are about targets, and those of a KPI's actual value have a target beside them.

    In a form that comes back 计划 and 上期 say which column it is: the planned day is the due one, 计划状态 how far a plan
    is, 上期 is before. What
    the program wrote there itself is read, whatever band it stands in, to see whether it was edited.
    """
    words = Vocabulary(relation, {})
    assert not misread([column for column in relation.columns if column.name != "sme_sales"], ANY_DRESS, words)
    known = ("actual", "target", "done_on", "after", "status")
    columns = [column for column in relation.columns if column.name not in known and not column.echoed]
    assert not taken(columns, {kind: veto for kind, veto in VETOES.items() if kind != "under 占比"}, words)


def test_english_headers_in_dress() -> None:
    money = [column for column in FIGURES if column.kind == "money"]
    each = ((c, dress, read((None, dress.format(c.en)))) for c in money for dress in ENGLISH_DRESS)
    assert not {(c.name, dress): got for c, dress, got in each if got != c.name}


def test_english_vetoes() -> None:
    each = ((c, veto, read((None, veto.format(c.en)))) for c in FIGURES for veto in ENGLISH_VETOES)
    assert not {(c.name, veto): got for c, veto, got in each if got is not None}


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
        ("上年绩效等级", None), ("目标绩效", None),
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
        ("贷款利息收入", "NOT_NEEDED", None), ("序号", "NOT_NEEDED", None),
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
    columns = [readings(None, None, "2025年存款日均")]
    assert isinstance(matched(columns, {}, [], WORDS, frozenset({2026}))[0], Vetoed)
    assert isinstance(matched(columns, {}, [], WORDS, frozenset({2025}))[0], Match)


def test_every_kind_of_figure_is_tried() -> None:
    assert {column.kind for column in FIGURES} <= NUMERIC
    assert len(FIGURES) > 20
    assert all(isinstance(column, Column) for column in FIGURES)
    assert len(ANY_DRESS) + len(FIGURE_DRESS) + len(MONEY_UNITS) > 40
    assert len(VETOES) > 40
