"""One row a customer that belongs to a credit group (集团)."""

from __future__ import annotations

import pandera.polars as pa

from .fields import customer_id, id_, text


class Groups(pa.DataFrameModel):
    """Group membership. A customer is in one group."""

    customer_id: str = customer_id("成员客户号", "成员编号", "成员客户编号", "成员客户代码", "member id")
    group_id: str = id_(
        "集团号",
        "Group ID",
        "集团编号",
        "集团客户号",
        "所属集团号",
        "集团代码",
        "group no",
        "集团ID",
        "所属集团编号",
        "集团客户编号",
        "group code",
        "group",
        required=True,
        example="G0001",
    )
    group_name: str = text(
        "集团名称",
        "Group name",
        "所属集团",
        "集团客户名称",
        "集团",
        "所属集团名称",
        "集团全称",
        example="示例控股集团",
        personal=("集团", "Group"),
    )

    class Config:
        """The relation as a whole."""

        metadata = {"zh": "集团", "en": "Groups", "key": ("customer_id",), "parent": ("customers", "customer_id")}
