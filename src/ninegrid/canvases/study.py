"""Canvases, as a study."""

from __future__ import annotations

from ninegrid.model.study import Answer, Asked, Study


def _answer(asked: Asked) -> Answer:
    from ninegrid.canvases.answer import answer

    return answer(asked)


STUDY = Study(
    name="canvas",
    subject="customers",
    relations=("canvas",),
    stored=("customers",),
    answer=_answer,
    help={"zh": "绘制并检查商业模式画布。", "en": "Draw and check business model canvases."},
    needs_period=False,
)
