"""One row a customer that belongs to a credit group (集团)."""

from __future__ import annotations

import pandera.polars as pa

from .fields import customer_id, group_id, group_name


class Groups(pa.DataFrameModel):
    """Group membership. A customer is in one group."""

    customer_id: str = customer_id(
        "成员客户号",
        "成员编号",
        "成员客户编号",
        "成员客户代码",
        "成员企业客户号",
        "成员企业编号",
        "成员企业客户编号",
        "成员客户ID",
        "member id",
        "member customer id",
        "member customer no",
    )
    group_id: str = group_id(required=True)
    group_name: str = group_name()

    class Config:
        """The relation as a whole."""

        metadata = {"zh": "集团", "en": "Groups", "key": ("customer_id",), "parent": ("customers", "customer_id")}
