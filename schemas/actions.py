"""One row a customer and matter: what was promised and done about a lead or a warning. A form that comes back."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from .fields import category, customer_id, date, id_, money, number, period, text

STATUSES = {
    "待办": ("planned", "to do", "open", "未开始", "计划"),
    "进行中": ("doing", "in progress", "办理中", "推进中"),
    "客户承诺": ("promised", "已承诺", "客户已承诺"),
    "已办": ("done", "已完成", "完成", "办结", "已办结"),
    "放弃": ("dropped", "不办", "取消"),
    "受阻": ("blocked", "搁置", "卡住"),
}

STANDS_FOR = {
    "status": {
        "待办": "planned",
        "进行中": "doing",
        "客户承诺": "promised",
        "已办": "done",
        "放弃": "dropped",
        "受阻": "blocked",
    }
}
"""What each status stands for in the result tables."""


class Actions(pa.DataFrameModel):
    """Actions on leads and warnings. A row whose cells to fill in are all empty says nothing."""

    customer_id: str = customer_id()
    matter: str = text(
        "事项",
        "Matter",
        "抓手",
        "Lever",
        "行动事项",
        "跟进事项",
        note_zh="抓手的名称或代码，如 提升存款份额；预警写“预警”",
        note_en="a lever by its name or key, such as Win deposits; or: warning",
        required=True,
        example="提升存款份额",
    )
    campaign_id: str = id_("战役编号", "Campaign ID", "战役号")
    opened: str = period(
        "立项期间",
        "Opened",
        "开始期间",
        note_zh="留空时取未结的同一事项，没有则取工作簿的期间",
        note_en="empty: the open action on the matter, else the workbook's period",
        example="2026-10",
    )
    owner: str = text(
        "行动责任人",
        "Action owner",
        "跟进人",
        "责任人",
        "负责人",
        note_zh="留空时为客户经理",
        note_en="the relationship manager unless it says another",
    )
    status: str = category(
        "状态", "Status", "行动状态", "办理状态", "跟进状态", "进展状态", choices=STATUSES, example="进行中"
    )
    promised: str = text(
        "承诺额",
        "Promised",
        "客户承诺额",
        "承诺金额",
        note_zh="按事项自身的度量：存款、中收填金额，利差、成本收入比、资本密度填百分数（0.3% 或 30bp），"
        "交叉销售填条数",
        note_en="in the matter's own measure: money for deposits and fees, a percentage (0.3% or 30bp) for spreads and "
        "ratios, product lines for cross-selling",
        example="5000000",
    )
    promise_unit: str = text("承诺单位", "Unit of promise", echoed=True)
    due_on: pl.Date = date(
        "截止日", "Deadline", "行动截止日", "计划完成日", "要求完成日", "应完成日", "due date", example="2026-11-30"
    )
    done_on: pl.Date = date("完成日", "Done on", "实际完成日", "办结日", "done date", example="2026-11-18")
    note: str = text("备注", "Note", "跟进说明", "跟进情况", example="客户同意归集结算户")
    decided_by: str = text(
        "决定人",
        "Decided by",
        note_zh="放弃预警时必填，连同备注",
        note_en="needed to drop a warning, with a note",
        personal=("员工", "Employee"),
    )
    expected_eva: float = money("预期 EVA", "EVA expected", signed=True, lenient=True, echoed=True)
    expected_income: float = money("预期增收", "Income expected", signed=True, lenient=True, echoed=True)
    expected_rani: float = money("预期 RANI", "RANI expected", signed=True, lenient=True, echoed=True)
    uplift_eva: float = money("EVA 增加", "EVA gained", signed=True, lenient=True, echoed=True)
    uplift_income: float = money("增收", "Income gained", signed=True, lenient=True, echoed=True)
    uplift_rani: float = money("RANI 增加", "RANI gained", signed=True, lenient=True, echoed=True)
    uplift_capital: float = money("节约资本", "Capital relieved", signed=True, lenient=True, echoed=True)
    attainment: float = number("达成率", "Attainment", low=-1e15, lenient=True, echoed=True)
    levels_gained: float = number("可升档数", "Levels gained", low=-1e15, lenient=True, echoed=True)
    indicator_n: float = number("有该指标户数", "Have the indicator", low=-1e15, lenient=True, echoed=True)
    promise: float = number("应兑现", "To deliver", low=-1e15, lenient=True, echoed=True)
    delivered: float = number("已兑现", "Delivered", low=-1e15, lenient=True, echoed=True)
    delivery: float = number("兑现率", "Delivery", low=-1e15, lenient=True, echoed=True)
    before: float = number("上期值", "Before", low=-1e15, lenient=True, echoed=True)
    after: float = number("本期值", "Now", low=-1e15, lenient=True, echoed=True)

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "行动",
            "en": "Actions",
            "key": ("customer_id", "matter", "campaign_id", "opened"),
            "recognised_by": ("status",),
            "stands_for": STANDS_FOR,
            "form": True,
        }
