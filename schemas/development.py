"""One row an employee and development action: planned, done or dropped. A form that comes back."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from .fields import category, date, employee_id, id_, number, period, text

KINDS = {
    "历练": (
        *("在岗历练", "岗位历练", "轮岗", "挑战性任务", "项目历练", "实践", "在岗实践", "70"),
        *("experience", "on the job", "stretch assignment", "assignment", "rotation"),
    ),
    "辅导": ("导师辅导", "教练", "带教", "辅导反馈", "20", "coaching", "mentoring", "mentor", "coach"),
    "培训": ("课程", "课堂培训", "学习", "自学", "10", "training", "course", "formal learning", "formal"),
}
STATUSES = {
    "计划": ("planned", "待开始", "未开始", "待办", "open", "to do", "not started"),
    "进行中": ("doing", "in progress", "推进中", "执行中"),
    "已完成": ("done", "完成", "已办", "办结", "结束", "finished", "completed", "closed"),
    "取消": ("dropped", "放弃", "终止", "不做", "cancelled", "canceled"),
}

STANDS_FOR = {
    "kind": {"历练": "experience", "辅导": "coaching", "培训": "training"},
    "status": {"计划": "planned", "进行中": "doing", "已完成": "done", "取消": "dropped"},
}
"""What each kind and status stands for in the result tables."""


class Development(pa.DataFrameModel):
    """Development plans (IDP). A row in which nothing is filled in says nothing; of an action that was suggested it is
    enough to fill in how far it is.
    """

    employee_id: str = employee_id()
    competency: str = text(
        "能力项", "Competency", "能力", "素质项", "胜任力", "能力名称", "发展能力", example="客户导向"
    )
    suggested: str = text("建议行动", "Suggested action", echoed=True)
    action: str = text(
        "发展行动",
        "Development action",
        "行动",
        "Action",
        "发展计划",
        "发展措施",
        "行动计划",
        "发展任务",
        "IDP",
        "IDP行动",
        "个人发展计划",
        "development plan",
        "development activity",
        "activity",
        note_zh="留空即采用建议行动",
        note_en="empty: the suggested action",
        example="牵头一次客户拜访与复盘",
    )
    kind: str = category(
        "发展方式",
        "Kind",
        "类型",
        "方式",
        "行动类型",
        "发展类型",
        "development kind",
        "type",
        choices=KINDS,
        example="历练",
    )
    mentor_id: str = id_("导师工号", "Mentor ID", "导师", "辅导人", "辅导人工号", "教练工号", "mentor", "coach id")
    starts: pl.Date = date("开始日", "Starts", "开始日期", "起始日", "start date", "start", example="2026-10-01")
    due_on: pl.Date = date(
        "截止日", "Due on", "截止日期", "计划完成日", "到期日", "due date", "due", example="2027-03-31"
    )
    status: str = category(
        "状态", "Status", "进展", "进展状态", "计划状态", "完成情况", choices=STATUSES, example="进行中"
    )
    done_on: pl.Date = date(
        "完成日", "Done on", "实际完成日", "完成日期", "completed on", "completion date", example="2027-03-15"
    )
    result: str = text("结果", "Result", "完成结果", "效果", "成果", "outcome", example="两家客户续约")
    opened: str = period(
        "立项期间",
        "Opened",
        "盘点期间",
        note_zh="留空时取未结的同一行动，没有则取工作簿的期间",
        note_en="empty: the open plan of the same action, else the workbook's period",
        example="2026Q3",
    )
    level_now: float = number("当前水平", "Level now", low=-1000, lenient=True, echoed=True)
    level_needed: float = number("应达水平", "Level needed", low=-1000, lenient=True, echoed=True)
    priority: float = number("优先度", "Priority", lenient=True, echoed=True)

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "发展计划",
            "en": "Development",
            "key": ("employee_id", "action", "opened"),
            "recognised_by": ("action",),
            "stands_for": STANDS_FOR,
            "form": True,
        }
