"""Pricing of deals, as a study."""

from __future__ import annotations

from ninegrid.model.study import Answer, Asked, Study, StudyOption


def _answer(asked: Asked) -> Answer:
    from ninegrid.pricing.answer import answer

    return answer(asked)


STUDY = Study(
    name="price",
    subject="customers",
    relations=("deals",),
    stored=("customers", "groups", "cuts", "warnings"),
    answer=_answer,
    help={
        "zh": "给拟议的业务定价：单笔、客户与集团的回报，以及要做到需要多少。",
        "en": "Price deals: what they bring, and what they would take.",
    },
    options=(StudyOption("keep", "help.keep_deals", "flag"),),
)
