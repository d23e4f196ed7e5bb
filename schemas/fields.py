"""Field makers: a kind of column in one word, with labels, header aliases and the check that goes with the kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandera.polars as pa

CURRENCIES = r"^(?:[A-Z]{3}|人民币|本外币|折人民币|美元|欧元|港币|港元|日元|英镑)$"
"""What the cells of a column of currencies look like."""
_MOST_MONEY = 1e15  # more is no amount of one customer: a wrong unit, or a number that is none


def _field(
    kind: str, zh: str, en: str, aliases: tuple[str, ...], required: bool, meta: dict[str, Any], **checks: Any
) -> Any:
    metadata = {"kind": kind, "zh": zh, "en": en, "aliases": aliases, **meta}
    return pa.Field(nullable=not required, coerce=False, metadata=metadata, **checks)


def id_(zh: str, en: str, *aliases: str, required: bool = False, **meta: Any) -> Any:
    """An identifier: text, leading zeros kept."""
    return _field("id", zh, en, aliases, required, meta)


def text(zh: str, en: str, *aliases: str, required: bool = False, **meta: Any) -> Any:
    """Free text."""
    return _field("text", zh, en, aliases, required, meta)


def category(
    zh: str, en: str, *aliases: str, choices: Mapping[str, tuple[str, ...]], required: bool = False, **meta: Any
) -> Any:
    """One of a few words; `choices` maps the canonical word to the other ways it is written. `open`: or any other."""
    bounds = {} if meta.get("open") else {"isin": list(choices)}
    return _field("category", zh, en, aliases, required, {"choices": choices, **meta}, **bounds)


def score(zh: str, en: str, *aliases: str, scale: tuple[str, str], required: bool = False, **meta: Any) -> Any:
    """A level, a letter or a number on a rating scale, as written; `scale`: the columns of the scale's two ends."""
    return _field("score", zh, en, aliases, required, {"scale": scale, **meta})


def scale_end(zh: str, en: str, *aliases: str, **meta: Any) -> Any:
    """The minimum or the maximum of a score's scale, where the export has a column of it."""
    return count(zh, en, *aliases, low=-1000, **meta)


def money(
    zh: str,
    en: str,
    *aliases: str,
    required: bool = False,
    signed: bool = False,
    positive: bool = False,
    **meta: Any,
) -> Any:
    """An amount of money, in yuan once read; never negative unless `signed`, and nowhere beyond 10¹⁵ yuan.

    positive: nor is it 0.
    """
    least = {"gt": 0} if positive else {"ge": -_MOST_MONEY if signed else 0}
    return _field("money", zh, en, aliases, required, meta, le=_MOST_MONEY, **least)


def ratio(
    zh: str,
    en: str,
    *aliases: str,
    low: float | None = None,
    high: float | None = None,
    required: bool = False,
    **meta: Any,
) -> Any:
    """A fraction: 0.12 is 12%."""
    checks = {name: bound for name, bound in (("ge", low), ("le", high)) if bound is not None}
    return _field("ratio", zh, en, aliases, required, meta, **checks)


def count(
    zh: str, en: str, *aliases: str, required: bool = False, low: float = 0, high: float | None = None, **meta: Any
) -> Any:
    """A number of things or months."""
    checks = {"ge": low, **({} if high is None else {"le": high})}
    return _field("count", zh, en, aliases, required, meta, **checks)


def number(
    zh: str,
    en: str,
    *aliases: str,
    required: bool = False,
    low: float = 0,
    positive: bool = False,
    **meta: Any,
) -> Any:
    """A number that may be written as a percentage, such as a weight: 40 and 60, or 40% and 60%. positive: above 0."""
    return _field("number", zh, en, aliases, required, meta, **({"gt": 0} if positive else {"ge": low}))


def year(zh: str, en: str, *aliases: str, required: bool = False, **meta: Any) -> Any:
    """A calendar year."""
    return _field("year", zh, en, aliases, required, meta, ge=1950, le=2100)


def date(zh: str, en: str, *aliases: str, required: bool = False, **meta: Any) -> Any:
    """A day."""
    return _field("date", zh, en, aliases, required, meta)


def period(zh: str, en: str, *aliases: str, required: bool = False, **meta: Any) -> Any:
    """A month, quarter or year, canonical text (2026-10, 2026Q3, 2026)."""
    return _field("period", zh, en, aliases, required, meta)


def flag(zh: str, en: str, *aliases: str, required: bool = False, **meta: Any) -> Any:
    """Yes or no."""
    return _field("flag", zh, en, aliases, required, meta)


def currency() -> Any:
    """The currency of a row's amounts: one of the sheet, by its word or code."""
    return text(
        "币种",
        "Currency",
        "货币",
        "币别",
        "货币种类",
        "币种名称",
        "币种代码",
        "记账币种",
        "原币种",
        "账户币种",
        "交易币种",
        "结算币种",
        "计价币种",
        "货币代码",
        "货币名称",
        "币种编码",
        "currency code",
        "account currency",
        "ccy",
        possible=("bz", "币", "lcy code", "lcy", "local currency unit", "本位币"),
        pattern=CURRENCIES,
        note_zh="全表只能是一种货币",
        note_en="one in all rows of a sheet",
        example="人民币",
    )


def customer_id(*more: str, required: bool = True) -> Any:
    """The customer's id, by the headers it goes by in every relation about customers, and `more`."""
    usual = (
        *("客户编号", "客户代码", "客户ID", "客户编码", "核心客户号", "ECIF号", "客户内码", "客户标识"),
        *("客户编号(ECIF)", "对公客户号", "企业客户号", "ECIF客户号", "CIF", "CIF号", "CIF no"),
        *(
            "客户号码",
            "客户编号(核心)",
            "核心客户编号",
            "对公客户编号",
            "公司客户号",
            "客户ID号",
            "客户统一编号",
            "客户代号",
            "核心号",
        ),
        *(
            "obligor id",
            "borrower id",
            "counterparty id",
            "party id",
            "CIF number",
            "CIF id",
            "ECIF",
            "GFCID",
            "UCIC",
            "UCID",
        ),
        *("cust_no", "cust_id", "customer no", "customer number", "client id", "client no", "customer code"),
    )
    bare = (
        "entity id",
        "entity no",
        "客户",
        "借款人",
        "借款单位",
        "customer",
        "client",
        "account number",
        "relationship id",
        "relationship number",
        "relationship no",
        "@id",
    )
    notes = {"note_zh": "文本格式，保留前导零", "note_en": "as text, leading zeros kept", "possible": bare}
    return id_("客户号", "Customer ID", *usual, *more, required=required, example="0001000234", **notes)


def total_income(*more: str, possible: tuple[str, ...] = (), **meta: Any) -> Any:
    """The bank's income from a customer, by its headers in every relation, `more` and `possible` ones."""
    usual = (
        *("客户总收入", "营业净收入", "综合收入", "总营收", "总收入合计", "客户综合收入", "净营业收入"),
        *("营业净收入合计", "总营业净收入", "营业净收入总额", "客户营业净收入", "总净收入", "客户总贡献收入"),
        *("净收入合计", "营收贡献", "营业收入贡献", "net revenue", "total net revenue"),
    )
    bare = ("营业收入", "收入", "income", "revenue", *possible)
    return money("总收入", "Total income", *usual, *more, signed=True, possible=bare, **meta)


def credit_code() -> Any:
    """The unified social credit code of a company, by the headers it goes by in every relation."""
    return id_(
        "统一社会信用代码",
        "Credit code",
        *("信用代码", "社会信用代码", "统一信用代码"),
        *("社会统一信用代码", "统一社会信用代码证号", "社会统一代码"),
        *("USCC", "unified social credit code", "registration code"),
        note_zh="十八位，用来认出已是客户的潜在客户",
        note_en="by which a prospect that is a customer already is known",
        example="91310000MA1K00000X",
        personal=("信用代码", "Code"),
    )


def group_id(*, required: bool = False) -> Any:
    """The credit group's id, by the headers it goes by in every relation."""
    usual = (
        *("集团编号", "集团客户号", "所属集团号", "集团代码", "group no", "集团ID", "集团号码", "所属集团编号"),
        *(
            "集团客户编号",
            "group code",
            "集团客户代码",
            "集团编码",
            "所属集团客户号",
            "集团客户ID",
            "group number",
            "parent group id",
            "ultimate parent id",
            "parent account number",
            "parent id",
            "parent customer id",
            "relationship group id",
        ),
    )
    return id_(
        "集团号",
        "Group ID",
        *usual,
        required=required,
        possible=("集团", "group", "集团客户", "parent relationship", "parent client"),
        example="G0001",
    )


def group_name() -> Any:
    """The credit group's name, by the headers it goes by in every relation."""
    usual = (
        *(
            "所属集团",
            "集团客户名称",
            "集团",
            "所属集团名称",
            "集团户名",
            "集团户名称",
            "集团母公司",
            "集团母公司名称",
            "集团全称",
            "集团客户",
            "归属集团",
            "集团公司名称",
        ),
        *(
            "group",
            "parent group",
            "group client name",
            "parent company",
            "parent relationship",
            "parent client",
            "ultimate parent",
            "ultimate parent name",
            "relationship group",
            "parent account name",
            "parent customer name",
            "parent counterparty name",
            "parent account",
        ),
    )
    return text("集团名称", "Group name", *usual, example="示例控股集团", personal=("集团", "Group"))


def employee_id(*more: str, general: tuple[str, ...] = ()) -> Any:
    """The employee's id, by the headers it goes by in every relation about employees, `more` and `general` ones."""
    usual = (
        *("工号", "员工编号", "人员编号", "员工工号", "人员工号", "职工号"),
        *(
            "员工ID",
            "人员ID",
            "用户ID",
            "雇员ID",
            "职员编号",
            "行员号",
            "行员编号",
            "柜员号",
            "柜员编号",
            "员工账号",
            "员工账号ID",
            "成员工号",
            "成员编号",
            "员工代码",
            "人员代码",
            "员工号码",
            "工号ID",
            "雇员编号",
            "雇员号",
            *(
                "SAP号",
                "SAP编号",
                "SAP工号",
                "SAP ID",
                "ERP工号",
                "HR工号",
                "HR编号",
                "HRID",
                "人员号",
                "全球工号",
                "global id",
                "global employee id",
                "global person id",
            ),
            *("pernr", "worker number", "colleague id", "colleague number", "teammate id", "teammate number"),
        ),
        *(
            "user id",
            "worker id",
            "person number",
            "person id",
            "associate id",
            "employee number",
            "employee code",
            "user/employee id",
        ),
        *("emp_id", "emp no", "staff id", "staff no", "personnel number", "ratee id", "被评人工号"),
    )
    loose = (
        *(
            "人力资源编号",
            "人力编号",
            "人资编号",
            "员工卡号",
            "胸卡号",
            "工牌号",
            "干部编号",
            "考核对象编号",
            "客户经理编号",
            "理财经理编号",
        ),
        *("badge id", "workday id", "wwid", "geid", "gpn", "local id", "team member id", "talent id"),
    )
    notes = {"note_zh": "文本格式，保留前导零", "note_en": "as text, leading zeros kept", "general": (*general, *loose)}
    return id_("员工号", "Employee ID", *usual, *more, required=True, example="E00001", **notes)
