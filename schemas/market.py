"""One row a segment of the market and period: how large it is, how it grows, where the bank stands."""

from __future__ import annotations

import pandera.polars as pa

from .fields import count, money, period, ratio, text


class Market(pa.DataFrameModel):
    """What is known of the market by segment. Of several periods the newest up to the run's counts."""

    segment_kind: str = text(
        "细分维度",
        "Segment kind",
        "细分类型",
        "细分种类",
        "市场维度",
        "segment type",
        "segmentation",
        note_zh="行业、产品、区域等，即方案中 [[segments]] 的键或名称",
        note_en="industry, product line, region …: key or name of a [[segments]] table of the policy",
        required=True,
        example="行业",
    )
    segment: str = text(
        "细分市场",
        "Segment",
        "细分",
        "细分名称",
        "市场",
        "市场名称",
        "segment name",
        "market segment",
        note_zh="写法与客户或产品表中相同",
        note_en="as the customers or products name it",
        required=True,
        example="制造业",
    )
    period: str = period(
        "市场期间",
        "Market period",
        "期间",
        "数据期间",
        "年度",
        "年份",
        "period",
        "year",
        note_zh="年、季或月；缺失视为本期",
        note_en="a year, quarter or month; the run's own period unless it says another",
        example="2026",
    )
    market_size: float = money(
        "市场规模",
        "Market size",
        "市场容量",
        "市场总量",
        "市场空间",
        "行业规模",
        "market volume",
        "total market",
        note_zh="一年",
        note_en="a year's",
        example=5_000_000_000,
    )
    market_growth: float = ratio(
        "市场增速",
        "Market growth",
        "市场增长率",
        "市场增长",
        "行业增速",
        "行业增长率",
        "growth of the market",
        low=-1,
        percent_from=1.0,
        doubt_from=0.6,
        example="6.5%",
    )
    our_share: float = ratio(
        "我行市场份额",
        "Our share",
        "我行份额",
        "本行份额",
        "本行市场份额",
        "market share",
        "our market share",
        low=0,
        high=1,
        percent_from=1.0,
        example="12%",
    )
    largest_rival_share: float = ratio(
        "最大对手份额",
        "Largest rival's share",
        "最大竞争对手份额",
        "主要对手份额",
        "最大对手市场份额",
        "largest rival share",
        "largest competitor share",
        low=0,
        high=1,
        percent_from=1.0,
        example="16%",
    )
    competition: float = count(
        "竞争激烈程度",
        "Competition",
        "竞争程度",
        "竞争强度",
        "competitive intensity",
        low=1,
        high=5,
        note_zh="1 缓和 – 5 激烈",
        note_en="1 mild to 5 fierce",
        example=3,
    )
    fit: float = count(
        "战略匹配",
        "Strategic fit",
        "战略匹配度",
        "战略契合度",
        "匹配度",
        "fit",
        low=1,
        high=5,
        note_zh="1 低 – 5 高",
        note_en="1 low to 5 high",
        example=4,
    )
    market_note: str = text("市场备注", "Market note", "备注", "说明", "来源", "note", "source", "remark")

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "市场",
            "en": "Market",
            "key": ("segment_kind", "segment", "period"),
        }
