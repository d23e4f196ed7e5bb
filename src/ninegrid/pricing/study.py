"""Pricing of deals, as a study."""

from __future__ import annotations

from ninegrid.model.study import Answer, Asked, Study


def _answer(asked: Asked) -> Answer:
    from ninegrid.pricing.answer import answer

    return answer(asked)


STUDY = Study(
    name="price",
    subject="customers",
    relations=("deals",),
    stored=("customers", "groups", "cuts", "warnings"),
    answer=_answer,
    help={"zh": "给拟议的业务定价。", "en": "Price deals."},
)
