"""Prospects, as a study."""

from __future__ import annotations

from ninegrid.model.study import Answer, Asked, Study


def _answer(asked: Asked) -> Answer:
    from ninegrid.prospecting.answer import answer

    return answer(asked)


STUDY = Study(
    name="prospects",
    subject="customers",
    relations=("prospects",),
    stored=("customers", "years"),
    answer=_answer,
    help={"zh": "按相近客户估计潜在客户的价值并排序。", "en": "Rank prospects by the customers that are like them."},
)
