"""One row a campaign: what to keep, stop and change of it. A form that comes back from the sheet 战役."""

from __future__ import annotations

import pandera.polars as pa

from .fields import id_, text


class CampaignReviews(pa.DataFrameModel):
    """Reviews of campaigns 战役复盘. A row whose cells to fill in are all empty says nothing."""

    campaign_id: str = id_("战役编号", "Campaign ID", "战役号", required=True, example="2026Q4-存款")
    keep: str = text("保留做法", "Keep", "复盘：保留", "继续做的", example="先报经营方案再报价")
    stop: str = text("停止做法", "Stop", "复盘：停止", "不再做的", example="只靠上浮利率")
    change: str = text("改进做法", "Change", "复盘：改进", "要改的", example="对公结算户优先")

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "战役复盘",
            "en": "Campaign reviews",
            "key": ("campaign_id",),
            "recognised_by": ("keep", "stop", "change"),
            "form": True,
        }
