"""How the talent export looks: its sheets, columns and headings, and the words it has for the canonical ones."""

from __future__ import annotations

from planting.lines import Column, Line, Row, faultless

SHEETS = {
    "employees": "员工",
    "ratings": "评分",
    "kpis": "绩效指标",
    "competencies": "能力",
    "past_reviews": "历年盘点",
    "development": "发展计划",
}
COLUMNS: dict[str, tuple[Column, ...]] = {
    "employees": (
        Column("employee_id", "员工号"),
        Column("name", "姓名"),
        Column("department", "部门", above="任职信息"),
        Column("job_family", "职族", above="任职信息"),
        Column("job_level", "职级", above="任职信息"),
        Column("manager_id", "上级工号", above="任职信息"),
        Column("hired_on", "入职日期", "date", above="任职信息"),
        Column("location", "工作地", above="任职信息"),
        Column("gender", "性别", above="个人信息"),
        Column("age", "年龄", "count", above="个人信息"),
        Column("critical_post", "关键岗位", above="继任与保留"),
        Column("successor_for", "继任岗位", above="继任与保留"),
        Column("flight_risk", "离职风险", above="继任与保留"),
        Column("impact_of_loss", "离职影响", above="继任与保留"),
    ),
    "ratings": (
        Column("employee_id", "员工号"),
        Column("rater_id", "评价人"),
        Column("source", "来源"),
        Column("dimension", "维度"),
        Column("item", "题目"),
        Column("score", "评分", "number"),
        Column("scale_min", "最低分", "number"),
        Column("scale_max", "最高分", "number"),
    ),
    "kpis": (
        Column("employee_id", "员工号"),
        Column("kpi", "指标"),
        Column("weight", "权重", "share"),
        Column("target", "目标值", "number"),
        Column("actual", "实际值", "number"),
        Column("direction", "方向"),
    ),
    "competencies": (
        Column("employee_id", "员工号"),
        Column("competency", "能力项"),
        Column("score", "得分", "number"),
        Column("required", "要求", "number"),
    ),
    "past_reviews": (
        Column("employee_id", "员工号"),
        Column("review_year", "盘点年份", "count"),
        Column("performance", "绩效（百分制）", "number"),
        Column("potential", "潜力（百分制）", "number"),
    ),
    "development": (
        Column("employee_id", "员工号"),
        Column("competency", "能力项"),
        Column("action", "发展行动"),
        Column("kind", "发展方式"),
        Column("mentor_id", "导师工号"),
        Column("starts", "开始日", "date"),
        Column("due_on", "截止日", "date"),
        Column("status", "状态"),
        Column("done_on", "完成日", "date"),
        Column("result", "结果"),
        Column("opened", "立项期间"),
    ),
}
FIRST_COLUMN = {"employees": 2} | dict.fromkeys(list(SHEETS)[1:], 1)
"""The main sheet starts in column B, with an empty column before it."""
WORDS = {
    "source": {
        "self": "自评", "manager": "上级", "second_level": "隔级",
        "peer": "同级", "report": "下级", "assessment": "测评",
    },
    "dimension": {"performance": "绩效", "potential": "潜力"},
    "direction": {"higher": "越高越好", "lower": "越低越好"},
}  # fmt: skip


def lines(relation: str, rows: list[Row]) -> list[Line]:
    """The rows as faultless lines, in the export's own words."""
    made = faultless(rows, COLUMNS[relation])
    for line in made:
        for column in WORDS.keys() & line.cells.keys():
            line.cells[column] = WORDS[column][line.cells[column]]
    return made
