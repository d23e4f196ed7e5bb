"""Campaigns, as a study: what `grade template campaigns` holds; its steps are those of `campaigning.py`."""

from __future__ import annotations

from ninegrid.model.study import Answer, Asked, Study


def _answer(asked: Asked) -> Answer:
    raise NotImplementedError  # campaigns are planned and reviewed by `campaigning`, which keeps them


STUDY = Study(
    name="campaign",
    subject="customers",
    relations=("campaigns",),
    stored=("customers", "leads", "warnings"),
    answer=_answer,
    help={"zh": "计划和复盘关键战役。", "en": "Plan and review campaigns."},
    own_command=True,
)
