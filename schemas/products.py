"""One row a customer and product line: what it holds, and what the line brings."""

from __future__ import annotations

import pandera.polars as pa

from .fields import customer_id, flag, money, text


class Products(pa.DataFrameModel):
    """Products by customer. A line that isn't said to be out of use is held; a customer without a row is unknown."""

    customer_id: str = customer_id()
    product_line: str = text(
        "产品线",
        "Product line",
        "产品",
        "产品种类",
        "产品类别",
        "产品大类",
        "产品类型",
        "持有产品",
        "签约产品",
        "产品线名称",
        "产品条线",
        "业务品种",
        "业务产品",
        "product",
        "product type",
        "product category",
        required=True,
        example="现金管理",
        general=(
            "产品名称",
            "product name",
        ),
    )
    active: bool = flag(
        "是否有效",
        "Active",
        "有效",
        "有效标志",
        "是否有效户",
        "是否持有",
        "是否签约",
        "是否在用",
        "在用",
        "签约状态",
        "持有状态",
        "是否办理",
        "是否开通",
        "in use",
        "holds",
        "is active",
        note_zh="缺失视为有效",
        note_en="held unless it says no",
        example="是",
    )
    income: float = money(
        "产品收入",
        "Product income",
        "产品线收入",
        "产品年收入",
        "年收入",
        "收入",
        "产品贡献",
        "产品营收",
        "业务收入",
        "income",
        "revenue",
        "product revenue",
        "annual income",
        signed=True,
        note_zh="一年的收入，不再年化",
        note_en="a year's, taken as it is: months observed are not applied",
        example=180_000,
    )

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "产品",
            "en": "Products",
            "key": ("customer_id", "product_line"),
            "parent": ("customers", "customer_id"),
        }
