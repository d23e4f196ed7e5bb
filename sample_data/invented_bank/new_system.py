"""The export of July 2026, when a new system had just taken over: other headings in another order, amounts in yuan."""

from __future__ import annotations

from planting.lines import Column, Kind

from invented_bank.layout import INCOME_YEARS, USUAL, Layout

PERIOD = "2026-07"


def _yuan(name: str, heading: str) -> Column:
    return Column(name, f"{heading}(元)", "money", unit=1)


def _other(name: str, heading: str, kind: Kind = "text") -> Column:
    return Column(name, heading, kind)


_CUSTOMERS = (
    _other("customer_id", "ECIF客户号"),
    _other("relationship_manager", "主办客户经理"),
    _other("branch", "一级分行"),
    _other("sub_branch", "经办支行"),
    _other("customer_name", "企业名称"),
    _other("scale", "行标规模"),
    _other("industry", "行业门类"),
    _other("opened_on", "建户日期", "date"),
    _other("region", "区域"),
    _yuan("deposit_avg", "年日均存款"),
    _yuan("demand_deposit_avg", "日均活期存款"),
    _yuan("margin_deposit_avg", "日均保证金存款"),
    _yuan("deposit_monthly_sd", "存款波动标准差"),
    _yuan("loan_avg", "年日均贷款"),
    _yuan("ead", "违约风险暴露"),
    _yuan("credit_limit", "综合授信额度"),
    _yuan("credit_used", "用信金额"),
    _yuan("overdue_balance", "逾期贷款余额"),
    _other("months_observed", "累计月数", "count"),
    _yuan("deposit_ftp_income", "存款FTP利润"),
    _yuan("loan_ftp_income", "贷款FTP收入"),
    _yuan("net_interest_income", "FTP后净利息收入"),
    _yuan("fee_income", "手续费及佣金净收入"),
    _yuan("other_income", "其他净收入"),
    _yuan("total_income", "营业净收入"),
    _yuan("operating_cost", "运营成本"),
    _yuan("expected_loss", "预期信用损失"),
    _yuan("economic_capital", "占用经济资本"),
    _yuan("rwa", "风险加权资产RWA"),
    _other("raroc", "风险调整后资本收益率(%)", "percent"),
    _other("pd", "PD(%)", "percent"),
    _other("lgd", "LGD(%)", "percent"),
    _yuan("settlement_credits", "结算流入"),
    _other("txn_count", "结算笔数", "count"),
    _other("product_lines_active", "持有产品数", "count"),
    _other("product_lines_eligible", "可办理产品数", "count"),
)
NEW_SYSTEM = Layout(
    sheets={"customers": "企业客户价值", "groups": "集团成员", "institutions": "机构树", "income_history": "年度贡献"},
    columns={
        "customers": _CUSTOMERS,
        "groups": (
            _other("group_id", "集团客户号"),
            _other("group_name", "集团全称"),
            _other("customer_id", "成员客户编号"),
        ),
        "institutions": (
            _other("institution_id", "机构代码"),
            _other("parent_id", "上级机构代码"),
            _other("level", "机构层级"),
            _other("name", "机构全称"),
        ),
        "income_history": (
            _other("customer_id", "ECIF客户号"),
            *(_yuan(f"total_income_{year}", f"{year}年营业净收入") for year in reversed(INCOME_YEARS)),
        ),
    },
    first_column=1,
    laid_out=False,
)


def layout_of(period: str) -> Layout:
    """How the month's export looks."""
    return NEW_SYSTEM if period == PERIOD else USUAL
