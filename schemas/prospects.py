"""One row a prospect: a company that is no customer yet, and what is known of it."""

from __future__ import annotations

import pandera.polars as pa

from .customers import SCALES
from .fields import category, credit_code, id_, money, text

LINKS = {
    "上游": ("供应商", "supplier", "upstream"),
    "下游": ("经销商", "采购商", "buyer", "downstream"),
    "同集团": ("集团", "same group", "group"),
    "股东": ("投资方", "shareholder"),
}


class Prospects(pa.DataFrameModel):
    """Prospects 潜在客户."""

    prospect_id: str = id_(
        "潜在客户编号", "Prospect ID", "目标客户编号", "潜客编号", "拓展客户编号", "企业编号", "名单编号",
        "商机编号", "线索编号",
        "prospect no", "lead id",
        "客户号", required=True, example="P0001", id_from="credit_code",
        note_zh="没有编号的名单用统一社会信用代码", note_en="of a list without one, the credit code",
    )  # fmt: skip
    name: str = text(
        "潜在客户名称",
        "Prospect",
        *(
            "目标客户名称",
            "企业名称",
            "公司名称",
            "单位名称",
            "企业全称",
            "公司全称",
            "潜客名称",
            "客户名称",
            "prospect name",
            "company name",
        ),
        required=True,
        example="示例新材料有限公司",
        personal=("潜客", "Prospect"),
    )
    credit_code: str = credit_code()
    branch: str = text("分行", "Branch", "所属分行", "拓展分行", "机构", example="上海分行")
    industry: str = text("行业", "Industry", "所属行业", "行业门类", required=True, example="制造业")
    scale: str = category("规模", "Scale", "企业规模", "客户规模", choices=SCALES, required=True, example="中型")
    region: str = text("地区", "Region", "所在地区", "区域", "所在地", "注册地", "注册地址", example="浦东")
    operating_revenue: float = money(
        "营业收入", "Operating revenue", "年营业收入", "营业总收入", "上年营业收入", "年销售收入", "销售收入", "营收",
        "revenue", "turnover", required=True, example="520000000",
    )  # fmt: skip
    net_profit: float = money(
        "净利润", "Net profit", "profit", "年净利润", "上年净利润", signed=True, example="31000000"
    )
    cash: float = money("货币资金", "Cash", "现金", "cash and deposits", example="88000000")
    interest_bearing_debt: float = money("有息负债", "Interest-bearing debt", "有息债务", "debt", example="120000000")
    linked_customer_id: str = id_(
        "关联客户号",
        "Linked customer ID",
        "链主客户号",
        "关联客户编号",
        "关联我行客户号",
        "linked customer",
        example="0001000234",
    )
    link: str = category("关联关系", "Link", "与我行客户关系", "关系", choices=LINKS, open=True, example="上游")
    owner: str = text("拓展责任人", "Prospect owner", "拓展经理", "客户经理", "跟进经理", personal=("员工", "Employee"))
    stage: str = text("拓展阶段", "Stage", "阶段", "进展", example="已拜访")

    class Config:
        """The relation as a whole."""

        metadata = {"zh": "潜在客户", "en": "Prospects", "key": ("prospect_id",), "main": True}
