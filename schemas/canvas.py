"""One row an item on a business model canvas: whose canvas, in which of the nine blocks, and what it says."""

from __future__ import annotations

import pandera.polars as pa

from .fields import category, count, id_, text

KINDS = {
    "企业": ("enterprise", "company", "business", "公司", "机构", "商业"),
    "个人": ("personal", "person", "individual", "个人画布", "员工"),
}
BLOCKS = {
    "重要合作": (
        *("key partners", "partners", "key partnerships", "key_partners", "关键合作", "关键同盟", "合作伙伴"),
        *("重要伙伴", "谁可以帮我"),
    ),
    "关键业务": ("key activities", "activities", "关键活动", "重要业务", "核心业务", "我要做什么"),
    "核心资源": ("key resources", "resources", "关键资源", "重要资源", "我是谁我有什么"),
    "价值主张": ("value proposition", "value propositions", "value", "价值服务", "服务价值", "价值", "我怎样帮助他人"),
    "客户关系": ("customer relationships", "customer relationship", "relationships", "怎样和对方打交道"),
    "渠道通路": ("channels", "channel", "渠道", "客户渠道", "通路"),
    "客户群体": ("customer segments", "customer segment", "segments", "客户细分", "客户分层", "目标客户", "我能帮助谁"),
    "成本结构": ("cost structure", "costs", "cost", "成本", "成本构成", "我要付出什么"),
    "收入来源": ("revenue streams", "revenue", "income", "收入", "收入结构", "我能得到什么"),
}  # fmt: skip
STANDS_FOR = {
    "kind": {"企业": "enterprise", "个人": "personal"},
    "block": {
        "重要合作": "key_partners",
        "关键业务": "key_activities",
        "核心资源": "key_resources",
        "价值主张": "value_proposition",
        "客户关系": "customer_relationships",
        "渠道通路": "channels",
        "客户群体": "customer_segments",
        "成本结构": "cost_structure",
        "收入来源": "revenue_streams",
    },
}
"""By column, what each choice is called in the result tables."""


class Canvas(pa.DataFrameModel):
    """Items of business model canvases 商业模式画布, of a company or a person: a row an item."""

    canvas_id: str = id_(
        "画布编号", "Canvas ID", "画布", "画布名称", "画布号", "canvas", "canvas no", "canvas name", required=True,
        example="C01", note_zh="一张画布的各行写同一编号；没有这一列时一个工作表是一张画布",
        note_en="the same for all items of a canvas; without the column a sheet is one canvas",
    )  # fmt: skip
    kind: str = category(
        "画布类型", "Kind of canvas", "类型", "画布种类", "canvas kind", "canvas type", "type", choices=KINDS,
        example="企业", note_zh="缺失视为企业", note_en="of a company unless it says a person",
    )  # fmt: skip
    subject: str = text(
        "画布对象", "Subject", "对象", "画布主体", "about", "canvas subject", example="I3R3",
        note_zh="格（如 I3R3）、行业、分行等细分，或客户号、员工号",
        note_en="a segment (a cell such as I3R3, an industry, a branch), or the ID of a customer or employee",
    )  # fmt: skip
    block: str = category(
        "模块", "Block", "画布模块", "构造块", "九宫格模块", "板块", "building block", "section", choices=BLOCKS,
        required=True, example="价值主张",
    )  # fmt: skip
    item: str = text(
        "内容", "Item", "条目", "要点", "描述", "说明", "content", "text", "entry", required=True,
        example="帮助中小企业快速拿到流动资金",
    )  # fmt: skip
    for_segment: str = text(
        "服务群体", "For segment", "为谁", "对应客户群体", "针对群体", "for whom", "for", "customer",
        example="中小企业主", note_zh="价值主张是为哪个客户群体的",
        note_en="of a value: for which of the customer segments",
    )  # fmt: skip
    order: float = count("序号", "Order", "顺序", "排序", "no", "position", "rank", example=1)

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "画布",
            "en": "Canvas",
            "key": ("canvas_id", "block", "item"),
            "main": True,
            "of_sheet": "canvas_id",
            "stands_for": STANDS_FOR,
        }
