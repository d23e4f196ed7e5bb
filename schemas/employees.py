"""One row an employee: the roster."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from .fields import category, count, date, employee_id, id_, period, text

GENDERS = {"男": ("male", "m", "男性"), "女": ("female", "f", "女性")}
RISKS = {"低": ("low", "l"), "中": ("medium", "mid", "m"), "高": ("high", "h")}


class Employees(pa.DataFrameModel):
    """The roster. gender and age serve fairness checks alone and stand in no list."""

    employee_id: str = employee_id()
    name: str = text(
        "姓名",
        "Name",
        "员工姓名",
        "人员姓名",
        "employee name",
        "full name",
        "staff name",
        expected=True,
        stand_in="employee_id",
        example="示例甲",
        personal=("员工", "Employee"),
    )
    department: str = text(
        "部门",
        "Department",
        "所属部门",
        "部门名称",
        "一级部门",
        "组织",
        "dept",
        "department name",
        "business unit",
        expected=True,
        example="示例事业部",
    )
    period: str = period(
        "数据日期",
        "Period",
        "期间",
        "盘点期间",
        "统计日期",
        "考核期间",
        "as of date",
        "review period",
        example="2026Q3",
    )
    job_family: str = text("职族", "Job family", "岗位序列", "序列", "职位族", "job function", example="技术")
    job_level: str = text("职级", "Job level", "岗位级别", "等级", "grade", "职等", example="P6")
    manager_id: str = id_(
        "上级工号",
        "Manager ID",
        "直接上级工号",
        "直属上级工号",
        "上级员工号",
        "主管工号",
        "经理工号",
        "manager no",
        "supervisor id",
        "reports to",
        example="E00000",
    )
    hired_on: pl.Date = date(
        "入职日期",
        "Hired on",
        "入司日期",
        "入职时间",
        "加入日期",
        "hire date",
        "start date",
        "joined on",
        example="2019-07-01",
    )
    location: str = text(
        "工作地", "Location", "工作地点", "城市", "办公地点", "所在城市", "city", "site", example="上海"
    )
    gender: str = category(
        "性别",
        "Gender",
        "sex",
        choices=GENDERS,
        lenient=True,
        note_zh="仅用于公平性检验",
        note_en="for fairness checks only",
    )
    age: float = count(
        "年龄", "Age", low=14, high=100, lenient=True, note_zh="仅用于公平性检验", note_en="for fairness checks only"
    )
    critical_post: str = text(
        "关键岗位",
        "Critical post",
        "关键岗位名称",
        "所任关键岗位",
        "key position",
        "critical role",
        note_zh="所任关键岗位的名称，非关键岗位留空",
        note_en="name of the critical post held; empty for none",
    )
    successor_for: str = text(
        "继任岗位",
        "Successor for",
        "后备岗位",
        "可继任岗位",
        "继任者岗位",
        "successor to",
        note_zh="可继任的关键岗位，多个用；分隔",
        note_en="critical posts this person may succeed to, separated by ;",
    )
    flight_risk: str = category(
        "离职风险", "Flight risk", "流失风险", "attrition risk", "retention risk", choices=RISKS, lenient=True
    )
    performance: str = text(
        "绩效",
        "Performance",
        "绩效等级",
        "绩效结果",
        "年度绩效",
        "绩效得分",
        "绩效评级",
        "performance rating",
        "performance score",
        "performance level",
        note_zh="已定的等级（1–3、字母）或得分（0–100），可不填",
        note_en="when already decided: a level 1-3, a letter or a score 0-100",
    )
    potential: str = text(
        "潜力",
        "Potential",
        "潜力等级",
        "潜力结果",
        "潜力得分",
        "潜力评级",
        "发展潜力",
        "potential rating",
        "potential score",
        "potential level",
        note_zh="已定的等级（1–3、字母）或得分（0–100），可不填",
        note_en="when already decided: a level 1-3, a letter or a score 0-100",
    )

    class Config:
        """The relation as a whole."""

        metadata = {"zh": "员工", "en": "Employees", "key": ("employee_id", "period"), "main": True}
