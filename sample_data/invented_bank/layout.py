"""How the exports look: columns, their headings (labels and aliases mixed, as in real files), units, values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planting.lines import WAN, Column, Line, Row, faultless

CUSTOMERS = (
    Column("customer_id", "客户编号"),
    Column("customer_name", "客户名称"),
    Column("branch", "所属分行"),
    Column("sub_branch", "支行"),
    Column("industry", "国标行业"),
    Column("scale", "企业规模"),
    Column("relationship_manager", "管户经理"),
    Column("region", "地区"),
    Column("opened_on", "开户日期", "date"),
    Column("months_observed", "统计月数", "count"),
    Column("total_income", "总收入", "money", "收入"),
    Column("net_interest_income", "净利息收入", "money", "收入"),
    Column("fee_income", "中间业务收入", "money", "收入"),
    Column("other_income", "其他收入", "money", "收入"),
    Column("operating_cost", "业务及管理费", "money", "成本与风险"),
    Column("expected_loss", "预期损失", "money", "成本与风险"),
    Column("pd", "违约概率(%)", "percent", "成本与风险"),
    Column("lgd", "违约损失率(%)", "percent", "成本与风险"),
    Column("ead", "风险敞口", "money", "资本"),
    Column("economic_capital", "经济资本占用", "money", "资本"),
    Column("rwa", "风险加权资产", "money", "资本"),
    Column("raroc", "RAROC(%)", "percent", "资本"),
    Column("deposit_avg", "存款日均", "money", "日均余额"),
    Column("demand_deposit_avg", "活期日均", "money", "日均余额"),
    Column("margin_deposit_avg", "保证金日均", "money", "日均余额"),
    Column("loan_avg", "日均贷款", "money", "日均余额"),
    Column("deposit_ftp_income", "存款FTP净收入", "money", "FTP"),
    Column("loan_ftp_income", "贷款FTP利润", "money", "FTP"),
    Column("credit_limit", "授信总额", "money", "授信"),
    Column("credit_used", "已用授信", "money", "授信"),
    Column("product_lines_active", "已用产品线数", "count", "产品与结算"),
    Column("product_lines_eligible", "适配产品数", "count", "产品与结算"),
    Column("txn_count", "累计交易笔数", "count", "产品与结算"),
    Column("settlement_credits", "结算贷方发生额", "money", "产品与结算"),
    Column("deposit_monthly_sd", "存款月度标准差", "money"),
    Column("overdue_balance", "逾期余额", "money"),
)
STATEMENTS = (
    Column("customer_id", "客户号"),
    Column("fiscal_year", "会计年度", "count"),
    Column("operating_revenue", "营业收入（万元）", "money"),
    Column("net_profit", "净利润（万元）", "money"),
    Column("cash", "货币资金(元)", "money", unit=1),
    Column("interest_bearing_debt", "带息债务（万元）", "money"),
    Column("total_assets", "资产总计（亿元）", "money", unit=WAN * WAN),
    Column("audited", "是否审计", "flag"),
    Column("consolidated", "是否合并", "flag"),
    Column("months", "报表月数", "count"),
)
GROUPS = (Column("customer_id", "成员客户号"), Column("group_id", "集团编号"), Column("group_name", "集团名称"))
INSTITUTIONS = (
    Column("institution_id", "机构号"),
    Column("name", "机构名称"),
    Column("parent_id", "上级机构号"),
    Column("level", "机构级别"),
)
INCOME_YEARS = (2023, 2024, 2025)
INCOME_HISTORY = (
    Column("customer_id", "客户号"),
    *(Column(f"total_income_{year}", f"总收入_{year}", "money") for year in INCOME_YEARS),
)
PRODUCTS = (
    Column("customer_id", "客户号"),
    Column("product_line", "产品线"),
    Column("active", "是否有效", "flag"),
    Column("income", "产品年收入（万元）", "money"),
)
TARGETS = (
    Column("level", "考核层级"),
    Column("name", "考核对象"),
    Column("metric", "考核指标"),
    Column("target", "年度目标（万元）", "money"),
    Column("base", "年初基数（万元）", "money"),
    *(Column(f"month_{n:02}", f"{n}月（万元）", "money") for n in range(1, 13)),
)


@dataclass(frozen=True)
class Layout:
    """A workbook's sheets and columns by relation. laid_out: with titles, merged headings, totals and footers."""

    sheets: Mapping[str, str]
    columns: Mapping[str, Sequence[Column]]
    first_column: int
    """Where the main sheet starts; the others start in column A."""
    laid_out: bool = True

    def first(self, relation: str) -> int:
        """The relation's first column."""
        return self.first_column if relation == "customers" else 1


USUAL = Layout(
    sheets={
        "customers": "客户",
        "groups": "集团",
        "institutions": "机构",
        "income_history": "历年收入",
        "products": "产品",
        "targets": "目标",
    },
    columns={
        "customers": CUSTOMERS,
        "groups": GROUPS,
        "institutions": INSTITUTIONS,
        "income_history": INCOME_HISTORY,
        "products": PRODUCTS,
        "targets": TARGETS,
    },
    first_column=2,
)


def income_lines(rows: list[Row], columns: Sequence[Column]) -> list[Line]:
    """Income history as wide lines, a year a column; `truth` holds the columns as written, in yuan."""
    wide: dict[str, Row] = {}
    for row in rows:
        line = wide.setdefault(row["customer_id"], {"customer_id": row["customer_id"]})
        line[f"total_income_{row['fiscal_year']}"] = row["total_income"]
    return faultless(list(wide.values()), columns)
