"""One row a contact with a customer: when, how, by whom."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from .fields import customer_id, date, text


class Contacts(pa.DataFrameModel):
    """Contacts 走访: visits, calls, proposals. Several of one customer on a day are several rows."""

    customer_id: str = customer_id()
    on: pl.Date = date(
        "走访日期",
        "Contacted on",
        *("拜访日期", "联系日期", "接触日期", "走访时间", "拜访时间", "contact date", "visit date", "visited on"),
        required=True,
        example="2026-10-12",
    )
    kind: str = text(
        "走访方式", "Kind of contact",
        *("拜访方式", "联系方式", "接触方式", "走访形式", "拜访形式", "走访类型", "拜访类型", "走访渠道", "拜访渠道"),
        *("contact type", "visit type"),
        example="拜访",
    )  # fmt: skip
    by: str = text(
        "走访人", "Contacted by", "拜访人", "联系人员", "接触人", "走访人员", "拜访人员", "走访人姓名", "拜访人姓名",
        "走访客户经理", "拜访客户经理", "contact by", "visited by", example="王伟",
        personal=("员工", "Employee"),
    )  # fmt: skip
    note: str = text(
        "走访纪要", "Contact note",
        *("拜访纪要", "走访记录", "拜访记录", "走访内容", "拜访内容", "走访情况", "拜访情况", "走访结果", "拜访结果"),
        *("走访小结", "拜访小结", "走访总结", "拜访总结", "visit note", "visit summary"),
        example="讨论票据池方案",
    )  # fmt: skip

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "走访",
            "en": "Contacts",
            "key": ("customer_id", "on", "kind", "by"),
            "parent": ("customers", "customer_id"),
            "until": "on",
        }
