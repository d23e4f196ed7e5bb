"""One row an institution of the bank (机构树)."""

from __future__ import annotations

import pandera.polars as pa

from .fields import category, id_, text

LEVELS = {
    "总行": ("head office", "总部", "hq"),
    "一级分行": ("分行", "branch", "省分行"),
    "二级分行": ("二级", "second-level branch", "市分行"),
    "支行": ("sub-branch", "subbranch", "网点"),
}


class Institutions(pa.DataFrameModel):
    """The institution tree: each row names its parent; the root has none."""

    institution_id: str = id_(
        "机构号",
        "Institution ID",
        "机构编号",
        "机构代码",
        "机构编码",
        "org id",
        "institution no",
        "机构ID",
        "机构标识",
        "机构行号",
        "部门编号",
        "branch id",
        "branch code",
        required=True,
        example="3100",
    )
    name: str = text(
        "机构名称",
        "Name",
        "机构",
        "机构简称",
        "institution name",
        "org name",
        "机构全称",
        "branch name",
        required=True,
        example="示例分行",
    )
    parent_id: str = id_(
        "上级机构号",
        "Parent ID",
        "上级机构",
        "上级机构编号",
        "上级机构代码",
        "父机构号",
        "parent institution",
        "上级机构编码",
        "上级行号",
        "父级机构号",
        "所属上级机构",
        "parent",
        example="0001",
    )
    level: str = category(
        "机构级别",
        "Level",
        "级别",
        "机构层级",
        "层级",
        "institution level",
        "机构类型",
        "机构等级",
        choices=LEVELS,
        example="一级分行",
    )

    class Config:
        """The relation as a whole."""

        metadata = {"zh": "机构", "en": "Institutions", "key": ("institution_id",), "depth": 20}
