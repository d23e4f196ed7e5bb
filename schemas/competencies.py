"""One row an employee and competency: the score, and what the post asks for."""

from __future__ import annotations

import pandera.polars as pa

from .fields import count, employee_id, text

# What stands beside one column a competency and is none.
ASIDE = (
    "序号", "行号", "合计", "总计", "总分", "总评", "平均", "平均分", "均分", "综合得分", "综合评分", "排名", "加权",
    "no", "row", "index", "total", "sum", "average", "mean", "overall", "rank",
)  # fmt: skip
# Words of a sheet's name or title that say that its columns are competencies.
NAMED = ("胜任力", "能力素质", "素质测评", "素质模型", "能力测评", "能力评估", "competenc")


class Competencies(pa.DataFrameModel):
    """Competency scores, in whatever scale they have; required is in the same one. Long, or with one column a
    competency on a sheet that is called so (胜任力).
    """

    employee_id: str = employee_id()
    competency: str = text(
        "能力项",
        "Competency",
        "能力",
        "素质项",
        "胜任力",
        "能力名称",
        "competence",
        "skill",
        "能力素质",
        "能力素质项",
        "素质",
        "胜任力项",
        "胜任力名称",
        "competency name",
        "能力维度",
        "胜任力指标",
        "能力指标",
        "素质指标",
        "素质能力",
        "测评能力",
        required=True,
        example="客户导向",
    )
    score: float = count(
        "得分",
        "Score",
        "评分",
        "能力得分",
        "分数",
        "实际水平",
        "实际等级",
        "能力等级",
        "actual level",
        "assessed level",
        "assessed",
        "current level",
        "rating",
        "actual",
        "测评等级",
        "测评得分",
        "评估等级",
        "proficiency",
        "assessed proficiency",
        "rated level",
        low=-1000,
        required=True,
        example=3.6,
    )
    required: float = count(
        "要求",
        "Required",
        "要求水平",
        "岗位要求",
        "目标水平",
        "标准",
        "required level",
        "expected",
        "要求等级",
        "目标等级",
        "期望等级",
        "标准等级",
        "应有等级",
        "期望得分",
        "岗位要求等级",
        "要求分",
        "应达等级",
        "required proficiency",
        "expected level",
        "target proficiency",
        "岗位标准分",
        "标准分",
        "要求得分",
        "应达分数",
        "目标分",
        low=-1000,
        example=4,
    )

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "能力",
            "en": "Competencies",
            "key": ("employee_id", "competency"),
            "parent": ("employees", "employee_id"),
            "melt": {"value": "score", "label": "competency", "aside": ASIDE, "named": NAMED},
        }
