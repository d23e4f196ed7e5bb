"""A small invented company as files, graded: some fifty people of four departments, two of them not to be placed."""

from __future__ import annotations

import random
from pathlib import Path

from openpyxl import Workbook

from ninegrid.model.period import Period
from ninegrid.model.relations import Lang
from ninegrid.options import Options
from ninegrid.pipeline import grade_files
from ninegrid.result import Result

SHEETS = (
    "总览",
    "人才九宫格",
    "九宫格名单",
    "人才清单",
    "校准",
    "会议议程",
    "评价人",
    "能力差距",
    "分布与公平",
    "继任",
    "人才画像",
    "人才池",
    "发展计划",
    "部门视图",
    "读法",
    "数据质量",
    "口径",
    "画像数据",  # hidden, what the portrait looks up
)
"""The sheets of a talent workbook in order, whose meeting has not been held yet."""


PEOPLE = 48
DEPARTMENTS = ("研发部", "销售部", "生产部", "行政部")
COMPETENCIES = ("专业能力", "团队协作")
SURNAMES, GIVEN = "亓仉佘佴佟侴冼刁", "甲乙丙丁戊己"


def name(number: int) -> str:
    return f"{SURNAMES[number % 8]}{GIVEN[number // 8 % 6]}{'某' * (1 + number // 48)}"


def key(number: int) -> str:
    return f"E{number:04d}"


def talent_result(folder: Path, lang: Lang = "zh") -> Result:
    """The graded company; the same every time."""
    path = folder / "人才盘点_2026Q3.xlsx"
    company().save(path)
    return grade_files("talent", [path], Options(lang=lang, period=Period.parse("2026Q3"), max_rejected=1.0))


def company(people: int = PEOPLE) -> Workbook:
    """Roster, ratings, KPI results and competencies; one rating of a person, one age that is none."""
    rng, book = random.Random(5), Workbook()
    book.remove(book.active)
    roster = book.create_sheet("员工")
    roster.append(
        ["员工号", "姓名", "部门", "职族", "上级工号", "入职日期", "工作地", "性别", "年龄", "关键岗位", "继任岗位"]
    )
    ratings = book.create_sheet("评分")
    ratings.append(["员工号", "评价人", "来源", "维度", "评分"])
    kpis = book.create_sheet("绩效指标")
    kpis.append(["员工号", "指标", "权重", "目标值", "实际值"])
    competencies = book.create_sheet("能力")
    competencies.append(["员工号", "能力项", "得分", "要求"])
    for number in range(people):
        roster.append(_person(number))
        skill, promise = rng.uniform(1.5, 5), rng.uniform(1.5, 5)
        if number != 1:  # nobody rated this one
            ratings.append([key(number), key(number % 4), "上级", "绩效", round(skill)])
            ratings.append([key(number), key(number % 4), "上级", "潜力", round(promise)])
        for other in (5, 9, 13):
            for dimension, level in (("绩效", skill), ("潜力", promise)):
                score = min(5, max(1, round(level + rng.gauss(0, 0.7))))
                ratings.append([key(number), key((number + other) % people), "同级", dimension, score])
        kpis.append([key(number), "产量", 1, 100, 60 + 12 * skill])
        for competency in COMPETENCIES:
            competencies.append([key(number), competency, round(skill), 3])
    return book


def _person(number: int) -> list[object]:
    age = "四十九岁半" if number == 7 else 24 + number
    post = {0: "研发总监", 1: "销售总监"}.get(number)
    follows = "研发总监" if number in (20, 21) else None
    hired = "2026-09-15" if number == 2 else "2020-01-01"
    where, gender = ("上海", "深圳")[number % 2], "男女"[number % 2]
    manager = None if number < 4 else key(number % 4)
    called = name(number)
    return [
        key(number),
        called,
        DEPARTMENTS[number % 4],
        "职能",
        manager,
        hired,
        where,
        gender,
        age,
        post,
        follows,
    ]
