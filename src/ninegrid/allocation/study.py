"""Allocation of capital, as a study."""

from __future__ import annotations

from ninegrid.model.study import Answer, Asked, Study, StudyOption


def _answer(asked: Asked) -> Answer:
    from ninegrid.allocation.answer import answer

    return answer(asked)


STUDY = Study(
    name="allocate",
    subject="customers",
    relations=(),
    stored=("customers", "warnings"),
    answer=_answer,
    help={"zh": "在预算内配置经济资本：每个机构、价值格与行业各配多少。", "en": "Allocate capital within a budget."},
    options=(
        StudyOption("budget", "help.budget", metavar="YUAN|±%"),
        StudyOption("credit_budget", "help.credit_budget", metavar="YUAN|±%"),
    ),
)
