"""One row a deal (业务): what is offered to a customer or a prospect, to be priced."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from .fields import category, customer_id, date, id_, money, number, ratio, text

STATUSES = {
    "拟议": ("proposed", "draft", "open", "待定", "在谈", "测算中"),
    "成交": ("won", "中标", "已成交", "已签约", "落地", "done"),
    "未成交": ("lost", "丢单", "落选", "已丢失"),
}

STANDS_FOR = {"status": {"拟议": "proposed", "成交": "won", "未成交": "lost"}}
"""What each status stands for in the result tables."""


class Deals(pa.DataFrameModel):
    """Deals to be priced. Money in yuan, rates and spreads fractions a year, fees as they are paid."""

    deal_id: str = id_(
        "业务编号", "Deal ID", "交易编号", "项目编号", "测算编号", "deal no", "deal", "deal number", "报价编号",
        "申请编号", "申请号", "业务申请号", "业务申请编号", "方案编号", "授信编号", "合同编号", "借据号",
        "合同号", "借据编号", "contract no", "loan no",
        "application id", "application no",
        required=True, example="D001",
    )  # fmt: skip
    deal_name: str = text(
        "业务名称", "Deal name", "项目名称", "业务品种", "交易名称", "product", example="流动资金贷款"
    )
    customer_id: str = customer_id(required=False)
    prospect_id: str = id_(
        "潜在客户编号", "Prospect ID", "潜客编号", "目标客户编号", "prospect no", "prospect",
        note_zh="还不是客户时填写，与客户号二选一",
        note_en="of a company that is no customer yet, instead of a customer ID",
    )  # fmt: skip
    amount: float = money(
        "金额", "Amount", "业务金额", "申请金额", "授信金额", "审批金额", "拟授信金额", "投放金额", "拟投放金额",
        "放款金额", "贷款金额", "合同金额", "融资金额", "deal amount", "loan amount",
        "facility amount", "requested amount", "notional", required=True, positive=True, example=100_000_000,
    )  # fmt: skip
    ftp: float = ratio(
        "FTP 价格", "FTP", "FTP", "FTP利率", "资金转移价格", "内部转移价格", "FTP定价", "ftp rate", "transfer price",
        "funds transfer price", low=-0.1, high=1, required=True, percent_from=1.0, doubt_from=0.2, bounded=True,
        example=0.02,
    )  # fmt: skip
    rate: float = ratio(
        "执行利率", "Rate", "利率", "贷款利率", "报价利率", "拟定利率", "合同利率", "interest rate", "loan rate",
        "client rate", "all-in rate", low=-0.1, high=1, percent_from=1.0, doubt_from=0.2, bounded=True, example=0.032,
        note_zh="与利差二选一", note_en="or the spread",
    )  # fmt: skip
    spread: float = ratio(
        "利差", "Spread", "FTP利差", "净利差", "点差", "拟定利差", "margin", "credit spread", "spread over ftp",
        low=-0.5, high=1, percent_from=1.0, doubt_from=0.2, bounded=True, note_zh="利率减 FTP，与利率二选一",
        note_en="rate less FTP; or the rate",
    )  # fmt: skip
    tenor_years: float = number(
        "期限（年）", "Tenor in years", "期限", "期限年", "年限", "贷款期限", "tenor", "term", "term in years", "years",
        positive=True, example=3, note_zh="有一次性收费时必填", note_en="needed beside an upfront fee",
    )  # fmt: skip
    drawn: float = ratio(
        "提款比例", "Drawn", "用信比例", "使用率", "提用率", "drawn share", "utilisation", "utilization", "usage",
        low=0, high=1, example=1.0,
        note_zh="留空为 100%", note_en="100% unless it says another",
    )  # fmt: skip
    upfront_fee: float = money(
        "一次性收费", "Upfront fee", "前端费用", "前端手续费", "一次性手续费", "arrangement fee", "upfront fees",
    )  # fmt: skip
    yearly_fee: float = money(
        "年费", "Yearly fee", "每年收费", "年手续费", "年度收费", "annual fee", "yearly fees", "annual fees",
    )  # fmt: skip
    pd: float = ratio(
        "违约概率", "PD", "PD值", "违约率", "probability of default", "客户违约概率", "default probability",
        low=0, high=1, required=True, example=0.012,
    )  # fmt: skip
    lgd: float = ratio(
        "违约损失率", "LGD", "LGD值", "loss given default", "损失率", "债项违约损失率",
        low=0, high=1, required=True, percent_from=1.0, example=0.45,
    )  # fmt: skip
    maturity: float = number(
        "有效期限 M", "Maturity", "有效期限", "有效期限M", "剩余期限", "effective maturity", "M",
        positive=True, note_zh="年，用于经济资本；留空为 2.5",
        note_en="years, for the capital; 2.5 unless it says another",
        example=2.5,
    )  # fmt: skip
    ead: float = money(
        "风险敞口", "EAD", "违约风险暴露", "exposure at default", "EAD金额",
        note_zh="留空为已提款金额", note_en="the amount drawn unless it says another",
    )  # fmt: skip
    cost_ratio: float = ratio(
        "成本收入比", "Cost ratio", "成本率", "费用率", "cost income ratio", "cost-income ratio", "cost/income",
        low=0, high=10, percent_from=10.0, note_zh="留空取客户自身，再取可比客户中位数",
        note_en="the customer's own, else its peers' median",
    )  # fmt: skip
    fixed_cost: float = money("固定成本", "Fixed cost", "固定费用", "单笔成本", "年固定成本", "fixed costs")
    deposits_promised: float = money(
        "承诺存款", "Deposits promised", "承诺存款日均", "配套存款", "派生存款", "回存承诺", "promised deposits",
        "deposit promise", note_zh="日均", note_en="daily average",
    )  # fmt: skip
    deposit_spread: float = ratio(
        "存款利差", "Deposit spread", "存款FTP利差", "deposit margin", low=-0.1, high=0.2, percent_from=0.2,
        bounded=True, note_zh="留空取客户自身，再取可比客户中位数",
        note_en="the customer's own, else its peers' median",
    )  # fmt: skip
    replaces_amount: float = money(
        "置换金额", "Replaces amount", "置换存量金额", "被置换贷款", "refinanced amount", "replaced amount",
        note_zh="本笔业务取代的现有贷款", note_en="of the loan it takes the place of",
    )  # fmt: skip
    replaces_spread: float = ratio(
        "置换利差", "Replaces spread", "被置换利差", "原利差", "replaced spread", "refinanced spread", low=-0.5, high=1,
        percent_from=1.0, doubt_from=0.2, bounded=True,
    )  # fmt: skip
    at_risk_deposits: float = money(
        "或将流失存款", "Deposits at risk", "流失存款", "风险存款", "at-risk deposits", "deposits lost",
        note_zh="不做本笔业务时会流失的存款日均", note_en="average deposits that go if the deal is not made",
    )  # fmt: skip
    at_risk_income: float = money(
        "或将流失收入", "Income at risk", "流失收入", "风险收入", "at-risk income", "income lost",
        note_zh="不做本笔业务时会流失的年收入", note_en="income a year that goes if the deal is not made",
    )  # fmt: skip
    status: str = category("状态", "Status", "业务状态", "成交状态", "deal status", choices=STATUSES, example="拟议")
    won_on: pl.Date = date("成交日", "Won on", "成交日期", "签约日", "签约日期", "won date", "signed on")

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "业务",
            "en": "Deals",
            "key": ("deal_id",),
            "main": True,
            "stands_for": STANDS_FOR,
        }
