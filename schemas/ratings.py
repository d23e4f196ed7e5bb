"""One row a rating: what one person said of another on one dimension (and item)."""

from __future__ import annotations

import pandera.polars as pa

from .fields import category, employee_id, id_, scale_end, score, text

SOURCES = {
    "self": (
        "自评", "本人", "自己", "自我", "自我评价", "本人自评", "员工自评", "个人自评", "员工本人", "self rating",
        "self assessment", "self evaluation",
    ),
    "manager": (
        "上级", "直接上级", "直属上级", "直线上级", "直管上级", "主管", "直接主管", "直属主管", "直线主管",
        "上级主管", "经理", "直线经理", "直属经理", "直接经理", "领导", "直接领导", "直属领导", "上级领导",
        "上级评价", "上司", "直属上司", "主管领导", "分管领导", "分管行领导", "分管行长", "主管行领导",
        "boss", "supervisor", "line manager", "direct manager", "direct supervisor", "immediate manager", "downward",
    ),
    "second_level": (
        "隔级", "隔级上级", "隔级主管", "隔级领导", "二级上级", "二级主管", "间接上级", "间接主管", "间接领导",
        "上上级", "越级上级", "跨级上级", "second level", "skip level", "skip-level", "skip level manager",
        "skip-level manager",
        "second level manager", "indirect manager", "next level manager",
    ),
    "peer": (
        "同级", "同事", "平级", "同级评价", "平级同事", "同级同事", "协作同事", "合作同事", "周边同事", "互评",
        "中层互评", "中层干部互评", "周边部门", "协作部门",
        "colleague",
        "coworker", "co-worker",
    ),
    "report": (
        "下级", "下属", "部属", "下级评价", "直接下级", "直属下级", "直接下属", "直属下属", "下属员工",
        "subordinate", "direct report", "reportee", "upward", "向上", "下级员工", "直接下级员工",
        "员工代表", "职工代表", "群众", "部门员工", "本部门员工",
    ),
    "assessment": (
        "测评", "评鉴中心", "人才测评", "测评中心", "assessment center", "test",
    ),
}  # fmt: skip
DIMENSIONS = {
    "performance": ("绩效", "业绩", "绩效维度", "工作绩效", "工作业绩", "绩效表现", "业绩表现", "业绩维度"),
    "potential": ("潜力", "潜质", "发展潜力", "潜力维度", "潜能", "发展潜能", "成长潜力", "潜质维度"),
}
# What stands beside one column an item and is none.
ASIDE = (
    "序号", "行号", "合计", "总计", "总分", "总评", "平均", "平均分", "均分", "加权", "权重",
    "no", "row", "index", "total", "sum", "average", "mean", "weight", "overall",
)  # fmt: skip


# What may stand around the word for who rated, in a form with one column each: 自评分, 上级评分, Manager rating.
BY_DRESS = (
    "评分", "打分", "得分", "总分", "分数", "分值", "评价", "评估", "测评", "均分", "平均分", "平均", "均值", "分",
    "评", "结果", "互评", "评议", "(360)", "rating", "ratings", "score", "scores", "avg", "average", "mean",
    "assessment", "review", "evaluation",
)  # fmt: skip


class Ratings(pa.DataFrameModel):
    """Ratings, each on its own scale; the default scale is 1 to 5. Long, or with one column an item, such as
    绩效-目标达成, or one for each of those who rate (自评分, 上级评分), under the item or without one.
    """

    employee_id: str = employee_id(
        general=(
            "被评价人",
            "被评人",
            "被评价者",
            "被评者",
            "被考核人",
            "ratee",
            "appraisee",
            "subject id",
            "recipient id",
        ),
    )
    rater_id: str = id_(
        "评价人工号",
        "Rater ID",
        "评分人工号",
        "reviewer id",
        "evaluator id",
        "appraiser id",
        "评价者工号",
        "打分人工号",
        "respondent id",
        "assessor id",
        "rater number",
        "rater employee id",
        "评估人工号",
        "评价人编号",
        *("评委工号", "打分者工号", "评议人工号", "反馈人工号"),
        *("reviewer employee id", "evaluator employee id", "appraiser employee id", "assessor employee id"),
        *("respondent employee id", "feedback giver id", "reviewer worker id"),
        required=True,
        general=(
            "respondent",
            "assessor",
            "评价人",
            "评分人",
            "评估人",
            "评价者",
            "打分人",
            "rater",
            "evaluator",
            "reviewer",
            "appraiser",
        ),
        example="E00000",
    )
    source: str = category(
        "来源",
        "Source",
        "评价来源",
        "评价关系",
        "评价类型",
        "关系",
        "评价人类型",
        "评价者类型",
        "评价人角色",
        "评价人关系",
        "rater relationship",
        "rater category",
        "rater type",
        "relationship",
        "relation",
        "reviewer relationship",
        "reviewer type",
        "respondent type",
        "relationship to ratee",
        "rater group",
        "feedback source",
        "rater role",
        "reviewer role",
        "respondent role",
        *("评价人与被评人关系", "评价主体", "评价角色", "评委类别", "respondent category", "relationship to subject"),
        choices=SOURCES,
        required=True,
        assumed="manager",
        example="上级",
    )
    dimension: str = category(
        "维度",
        "Dimension",
        "评价维度",
        "评分维度",
        "axis",
        choices=DIMENSIONS,
        required=True,
        example="潜力",
        possible=(
            *(
                "类别",
                "分类",
                "category",
                "section",
                "评价类别",
                "指标类别",
                "topic",
                "一级维度",
                "一级指标",
                "评价模块",
            ),
            *(
                "测评模块",
                "模块",
                "指标大类",
                "评估内容",
                "评价内容",
                "考核内容",
                "module",
                "question category",
                "question group",
                "question type",
                "attribute",
                "factor",
            ),
        ),
    )
    item: str = text(
        "题目",
        "Item",
        "评价项",
        "指标项",
        "评价指标",
        "题项",
        "question",
        "criterion",
        "question text",
        "item text",
        "statement",
        "题目内容",
        "问题",
        "题目名称",
        *("二级维度", "二级指标", "评价题目", "题干"),
        *("行为描述", "行为指标", "行为项", "评价要点", "测评要点", "测评项目", "测评要素", "评价要素"),
        *("competency item", "behavioral indicator", "behavioural indicator"),
        "behaviour",
        "behavior",
        example="学习敏锐",
    )
    score: str = score(
        "评分",
        "Score",
        "得分",
        "分数",
        "评分等级",
        "评价得分",
        "rating",
        "mark",
        "response",
        "answer",
        "评分值",
        "打分",
        "rating value",
        *("response score", "response value", "answer score", "numeric response", "item score", "题目得分", "评分结果"),
        "score given",
        "rating given",
        "given rating",
        "打分值",
        "分值",
        required=True,
        scale=("scale_min", "scale_max"),
        note_zh="数值或字母等级",
        note_en="a number, or a letter grade",
        example=4,
    )
    scale_min: float = scale_end(
        "最低分",
        "Scale minimum",
        "量表下限",
        "下限",
        "min score",
        "scale min",
        "lowest value",
        "lowest score",
        "minimum",
        "scale low",
        "最小分值",
        "题目最低分",
        "min rating",
        "minimum rating",
        "lowest rating",
        example=1,
    )
    scale_max: float = scale_end(
        "最高分",
        "Scale maximum",
        "量表上限",
        "满分",
        "上限",
        "max score",
        "scale max",
        "highest value",
        "highest score",
        "maximum score",
        "maximum",
        "scale high",
        "最大分值",
        "题目最高分",
        "max rating",
        "maximum rating",
        "highest rating",
        example=5,
    )

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "评分",
            "en": "Ratings",
            "key": ("employee_id", "rater_id", "source", "dimension", "item"),
            "parent": ("employees", "employee_id"),
            "melt": {
                "value": "score",
                "label": "item",
                "group": "dimension",
                "aside": ASIDE,
                "by": "source",
                "by_dress": BY_DRESS,
                "spared": ("rater_id",),
            },
        }
