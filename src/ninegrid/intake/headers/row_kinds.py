"""What a row near a header is: data, groups over the header, the headers under groups, or parts of the header above."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ninegrid import resources
from ninegrid.intake.headers.heading import year_end
from ninegrid.intake.headers.row_texts import REMEMBERED, Row, is_numbering, stripped, text_at
from ninegrid.intake.headers.words import is_part
from ninegrid.intake.values.units import is_unit_line
from ninegrid.model.period import Period

_LIMITS = resources.vocabulary("limits")["rows"]
_LONGEST: int = _LIMITS["letters"]
_AMOUNTS: float = _LIMITS["amounts"]
_PARTS: float = _LIMITS["parts"]
_FEWEST_PARTS: int = _LIMITS["fewest_parts"]
_SEVERAL = 2
_REMARK = re.compile(r"[:：。;；]|(?:部|处|科|中心|银行|有限公司)$")
_FIGURE = re.compile(r"[-+¥$(]?[\d,.]+[%)]?")
_AMOUNT = re.compile(r"[-+(]?(?:\d{5,}|\d{1,3}(?:,\d{3})+|\d+\.\d+|\d+[.]?\d*%)[\d.,)]*")


def is_data(row: Row) -> bool:
    """Whether a row can't be a header's: a good part of its cells are amounts, that is longer or more than a year."""
    return _is_data(tuple(row))


@lru_cache(maxsize=REMEMBERED)
def _is_data(row: tuple[str | None, ...]) -> bool:
    texts = [text for text in row if text]
    amounts = sum(bool(_AMOUNT.fullmatch(text.strip())) and year_end(text.strip()) is None for text in texts)
    return amounts > _AMOUNTS * len(texts)


def is_group_row(row: Row) -> bool:
    """Whether a row may hold groups over the header below: several short texts, or one that begins further right.

    A title, a line of remarks (统计日期：…), units alone and names of offices are none.
    """
    return _is_group_row(tuple(row))


@lru_cache(maxsize=REMEMBERED)
def _is_group_row(row: tuple[str | None, ...]) -> bool:
    texts = [text.strip() for text in row if text and text.strip()]
    if not texts or any(len(text) > _LONGEST or _REMARK.search(text) or _is_figure(text) for text in texts):
        return False
    if _is_line_of_remarks(texts):
        return False
    return (len(texts) > 1 or not row[0]) and not all(map(is_unit_line, texts))


def _is_line_of_remarks(texts: Sequence[str]) -> bool:
    """Whether texts are a table's unit and the one period it is of, each in its cell: RMB million, YTD Oct 2026."""
    others = [text for text in texts if not is_unit_line(text)]
    return len(others) == 1 < len(texts) and Period.find(others[0]) is not None


def has_second_row(upper: Row, lower: Row) -> bool:
    """Whether the row below a header holds the headers under its groups: several short texts, each under a group that
    reaches over empty cells, and nothing under headers that stand alone. A subject's row has an id under one of these.
    """
    return _has_second_row(stripped(tuple(upper)), stripped(tuple(lower)))


@lru_cache(maxsize=REMEMBERED)
def _has_second_row(upper: tuple[str | None, ...], lower: tuple[str | None, ...]) -> bool:
    texts = {i: text for i, text in enumerate(lower) if text}
    if len(texts) < _SEVERAL or any(len(text) > _LONGEST or _is_figure(text) for text in texts.values()):
        return False
    wide = {i for i in range(len(upper)) if upper[i] and i in texts and i + 1 in texts and not text_at(upper, i + 1)}
    alone = any(upper[i] and (i + 1 >= len(upper) or upper[i + 1]) for i in texts if i < len(upper))
    return bool(wide) and not alone


def is_row_of_parts(row: Row) -> bool:
    """Whether a row below headers is a part of them: most of its texts say of which time or on what basis each column
    is (本期, 上期, 变动; 实际, 预算; 日均, 时点) and name nothing. A row of units alone is none.
    """
    return _is_row_of_parts(tuple(row))


@lru_cache(maxsize=REMEMBERED)
def _is_row_of_parts(row: tuple[str | None, ...]) -> bool:
    texts = [plain for text in row if text and (plain := text.strip()) and not is_numbering(plain)]
    if any(len(text) > _LONGEST or _is_figure(text) for text in texts):
        return False
    parts = sum(map(is_part, texts))
    return parts >= max(_FEWEST_PARTS, _PARTS * len(texts))


def _is_figure(text: str) -> bool:
    return _FIGURE.fullmatch(text) is not None
