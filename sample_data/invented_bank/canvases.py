"""Writes three invented business model canvases as a CSV: a cell's, an industry's with mistakes in it, a person's."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from invented_bank.names import BANK

FILE = "画布.csv"
_HEADINGS = ("画布编号", "画布类型", "画布对象", "模块", "内容", "服务群体", "序号")
Items = dict[str, tuple[str | tuple[str, str], ...]]
_CORE: Items = {
    "重要合作": ("核心企业与产业链平台", "信用保险公司", "行内金融市场部"),
    "关键业务": ("组合授信与定价", "供应链方案设计", "高层定期会谈"),
    "核心资源": ("专属客户经理团队", f"{BANK}的牌照与网点", "十年合作数据"),
    "价值主张": (
        ("一周内拿到整套融资安排", "大型制造企业"), ("上游供应商当天收到货款", "上游供应商"),
        ("资金归集后少留三成闲钱", "集团财务公司"),
    ),
    "客户关系": ("一户一策，季度复盘", "总行分管领导挂钩"),
    "渠道通路": ("银企直联", "客户经理上门", "产业链平台嵌入"),
    "客户群体": ("大型制造企业", "上游供应商", "集团财务公司"),
    "成本结构": ("专属团队人力", "系统直联投入"),
    "收入来源": ("贷款利差", "供应链与结算手续费", "存款利差"),
}  # fmt: skip
_TRADE: Items = {
    "重要合作": ("物流园区", "电商平台"),
    "关键业务": ("流水贷审批", "票据贴现", "商户走访", "对账服务"),
    "核心资源": ("结算流水数据",),
    "价值主张": (("流水贷审批快", "批发商"), ("账上多两成周转资金", "连锁门店"), ("对账不再靠手工", "")),
    "客户关系": ("客户经理与线上客服",),
    "渠道通路": ("网点", "手机银行"),
    "客户群体": ("批发商", "品牌代理商"),
    "收入来源": ("贷款利差", "结算手续费"),
}
_PERSON: Items = {
    "重要合作": ("风险经理", "产品经理", "师傅与同组同事"),
    "关键业务": ("客户走访与方案", "授信调查", "贷后管理"),
    "核心资源": ("八年对公信贷经验", "制造业行业知识", "本地商会人脉"),
    "价值主张": (("旺季前把钱备好，不误订单", "中型制造企业"), ("报上来的项目一次过会", "支行行长")),
    "客户关系": ("每月上门，随叫随到", "逢年过节问候"),
    "渠道通路": ("商会活动", "老客户介绍", "微信与企业网银"),
    "客户群体": ("中型制造企业", "支行行长"),
    "成本结构": ("时间与精力", "业绩压力与应酬", "少陪家人的机会成本"),
    "收入来源": ("工资与绩效奖金", "客户认可与成就感", "成为行业专家的机会"),
}
_CANVASES: tuple[tuple[str, str, str, Items], ...] = (
    ("核心价值客户", "企业", "I3R3", _CORE),
    ("批发零售业", "企业", "批发和零售业", _TRADE),
    ("客户经理画布", "个人", "", _PERSON),
)


def write(folder: Path) -> Path:
    """Write the CSV: a row an item."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    for canvas, kind, subject, blocks in _CANVASES:
        for block, items in blocks.items():
            for nth, item in enumerate(items, 1):
                content, whom = item if isinstance(item, tuple) else (item, "")
                writer.writerow([canvas, kind, subject, block, content, whom, nth])
    path = folder / FILE
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    return path
