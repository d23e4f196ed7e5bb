"""Campaigns, as a study whose plans are stored: its steps are in `studies/`."""

from __future__ import annotations

from ninegrid.model.study import Study

STUDY = Study(
    name="campaign",
    subject="customers",
    relations=("campaigns",),
    stored=("customers", "leads", "warnings"),
    answer=None,
    help={"zh": "计划和复盘关键战役。", "en": "Plan and review campaigns."},
)
