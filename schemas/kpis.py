"""One row an employee and KPI: target and actual."""

from __future__ import annotations

import pandera.polars as pa

from .fields import category, count, employee_id, number, text

DIRECTIONS = {
    "higher": ("越高越好", "正向", "高", "higher is better", "up", "+"),
    "lower": ("越低越好", "反向", "负向", "低", "lower is better", "down", "-"),
}


class Kpis(pa.DataFrameModel):
    """KPI results. A missing direction means higher is better."""

    employee_id: str = employee_id(
        *("责任人编号", "责任人工号", "目标责任人工号", "负责人工号", "负责人编号"),
        *("owner id", "owner employee id", "goal owner id", "goal owner employee id", "objective owner id"),
    )
    kpi: str = text(
        "指标",
        "KPI",
        "考核指标",
        "指标名称",
        "KPI指标",
        "绩效指标",
        "kpi name",
        "measure",
        "objective",
        "KPI名称",
        "指标描述",
        *("关键结果", "关键结果KR", "关键成果", "key result", "KPI项目", "指标项目", "考核项目", "绩效项目"),
        "考核项",
        "绩效目标",
        "goal name",
        "kpi description",
        "objective name",
        "目标名称",
        *(
            "指标内容",
            "考核内容",
            "KPI描述",
            "考核指标名称",
            "绩效指标名称",
            "考核指标项",
            "绩效考核指标",
            "objective title",
            "kpi title",
        ),
        "指标项",
        "kpi item",
        "performance measure",
        "goal title",
        required=True,
        example="销售额",
    )
    weight: float = number(
        "权重",
        "Weight",
        "指标权重",
        "权重占比",
        "比重",
        "weighting",
        "goal weight",
        *("所占权重", "权重比例", "考核权重", "KPI权重", "目标权重", "weightage", "kpi weight", "objective weight"),
        example=40,
    )
    target: float = count(
        "目标值",
        "Target",
        "目标",
        "计划值",
        "target value",
        "goal",
        "指标目标值",
        "目标数值",
        "目标数",
        "goal target",
        "target amount",
        "考核目标值",
        "KPI目标值",
        "目标指标值",
        "绩效目标值",
        *(
            "年度目标",
            "年度目标值",
            "全年目标",
            "全年目标值",
            "年目标值",
            "任务数",
            "任务值",
            "年度任务",
            "年度任务数",
            "全年任务",
            "全年任务数",
            "年度计划值",
            "全年计划值",
            "annual target",
            "full year target",
        ),
        *("kpi target", "objective target", "planned value"),
        low=-1e18,
        required=True,
        example=120,
    )
    actual: float = count(
        "实际值",
        "Actual",
        "实际",
        "完成值",
        "实际完成",
        "实绩",
        "actual value",
        "result",
        "实际完成值",
        "实际达成",
        *("当前进展值", "当前进展", "当前值", "进展值", "current value"),
        "达成值",
        "实际完成情况",
        "完成情况",
        "actual result",
        "achieved",
        "指标完成值",
        "实际完成数",
        "完成数",
        "goal actual",
        "actual achieved",
        "actual achievement",
        "考核完成值",
        "KPI完成值",
        "指标实际值",
        "KPI实际值",
        "指标完成情况",
        *(
            "全年完成",
            "全年完成值",
            "全年实际",
            "年度完成",
            "年度完成值",
            "年末完成数",
            "年末完成值",
            "年度完成数",
            "全年完成数",
            "年末实际值",
            "年度实际",
            "年度实际值",
            "全年实际完成",
            "累计完成值",
        ),
        *("最终完成值", "实际结果", "full year actual", "year end actual", "current progress value"),
        low=-1e18,
        required=True,
        example=115,
    )
    direction: str = category(
        "方向",
        "Direction",
        "指标方向",
        "正反向",
        "better",
        "better when",
        "polarity",
        "正向/反向",
        "指标性质",
        "higher is better",
        choices=DIRECTIONS,
        example="越高越好",
    )

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "绩效指标",
            "en": "KPIs",
            "key": ("employee_id", "kpi"),
            "parent": ("employees", "employee_id"),
        }
