"""One row an employee and earlier year: the grades of then, which stand side by side in many rosters."""

from __future__ import annotations

import pandera.polars as pa

from .fields import employee_id, scale_end, score, year


class PastReviews(pa.DataFrameModel):
    """Earlier years' grades. Wide year columns (2024年绩效, 2024年潜力) mean the same."""

    employee_id: str = employee_id()
    review_year: int = year("盘点年份", "Review year", "历年年份", required=True, example=2025)
    performance: str = score(
        "绩效",
        "Performance",
        "绩效等级",
        "绩效结果",
        "绩效评级",
        "年度绩效",
        "年度绩效等级",
        "绩效考核结果",
        "考核等级",
        "performance rating",
        "overall performance rating",
        by_year=True,
        scale=("performance_min", "performance_max"),
        example="A",
    )
    potential: str = score(
        "潜力",
        "Potential",
        "潜力等级",
        "潜力评级",
        "潜力结果",
        "potential rating",
        by_year=True,
        scale=("potential_min", "potential_max"),
        example="高",
    )
    performance_min: float = scale_end("历年绩效最低分", "Past performance scale minimum")
    performance_max: float = scale_end("历年绩效满分", "Past performance scale maximum")
    potential_min: float = scale_end("历年潜力最低分", "Past potential scale minimum")
    potential_max: float = scale_end("历年潜力满分", "Past potential scale maximum")

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "历年盘点",
            "en": "Past reviews",
            "key": ("employee_id", "review_year"),
            "parent": ("employees", "employee_id"),
            "closes": True,
        }
