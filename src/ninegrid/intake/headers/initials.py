"""Columns called by the initials of Chinese words, as core systems and warehouses name them: KHH, KHMC."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ninegrid import resources
from ninegrid.intake.headers.confirmed import are_days, is_part, made_of
from ninegrid.intake.headers.heading import Heading
from ninegrid.intake.headers.matching import Match, Vetoed, Vocabulary
from ninegrid.intake.headers.with_values import Below, are_choices, are_codes, fits, is_number, is_sum, texts_of
from ninegrid.intake.values.dates import period_of
from ninegrid.model.relations import NUMERIC, Column

_LIMITS = resources.vocabulary("limits")["initials"]
_LETTERS = re.compile(r"[a-z]{2,12}")


def with_initials(
    found: dict[int, Match | Vetoed], columns: Sequence[tuple[Heading, ...]], below: Below, vocabulary: Vocabulary
) -> dict[int, Match | Vetoed]:
    """What was found, and the columns called by initials where most headers of the sheet are: ids, names, categories,
    figures by long initials, and by short ones those that the figures themselves confirm.

    Other figures are only proposed: few initials of an amount are those of several.
    """
    filled = [index for index, headings in enumerate(columns) if headings]
    names = vocabulary.names.pinyin
    letters = {index: initials_of(columns[index]) for index in filled}
    known = {index: key for index, key in letters.items() if index not in found and key in names.initials}
    written = sum(key in names.initials or key in names.whole for key in letters.values())
    if not known or written < max(_LIMITS["fewest"], _LIMITS["share"] * len(filled)):
        return found
    values: dict[int, Match | Vetoed] = {}
    for index, key in known.items():
        texts = texts_of(below, index)
        column = _meant(names.initials[key], texts) if len(key) >= _LIMITS["letters"] and key in names.named else None
        if key in names.figures and texts and all(map(is_number, texts)):
            column = names.initials[key][0]
        column = column or next((c for c in names.initials[key] if c.kind not in NUMERIC and fits(c, texts)), None)
        if not column and are_days(index, below):
            days = [c for c in names.initials[key] if c.kind == "date"]
            column = days[0] if len(days) == 1 and len(key) > _LIMITS["letters"] else None
        if not column and len(names.initials[key]) == 1 and _are_periods(names.initials[key][0], texts):
            column = names.initials[key][0]
        if column:
            values[index] = Match(column, len(column.headers), None, None, "values")
    alone = {
        i: Match(names.initials[key][0], len(names.initials[key][0].headers), None, None, "values")
        for i, key in known.items()
        if i not in values and len(names.initials[key]) == 1
    }
    return _with_relations(_with_sums(found | values, alone, below), alone, below, vocabulary)


def _with_sums(found: dict[int, Match | Vetoed], alone: Mapping[int, Match], below: Below) -> dict[int, Match | Vetoed]:
    """What was found, and a sum with its parts that initials may be, where the sum holds. alone: initials of one figure
    only.
    """
    every = {**found, **alone}
    for index, one in every.items():
        if isinstance(one, Match) and one.column.sum_of and is_sum(index, one, every, below):
            parts = {i: part for i, part in alone.items() if part.column.name in one.column.sum_of or i == index}
            return found | parts
    return found


def _with_relations(
    found: dict[int, Match | Vetoed], alone: Mapping[int, Match], below: Below, vocabulary: Vocabulary
) -> dict[int, Match | Vetoed]:
    """What was found, and figures that initials may be where they are to others what those figures are in every row: a
    part of a whole (用信余额 of 授信额度), or what an identity makes of them.
    """
    every = {**alone, **found}
    told: set[str] = set()
    for index, one in every.items():
        if not isinstance(one, Match):
            continue
        if index in alone and is_part(index, one.column, every, below):
            told |= {one.column.name, one.column.part_of}
        if of := made_of(index, one.column, every, below, vocabulary):
            told |= {one.column.name, *of}
    return {i: one for i, one in every.items() if i in found or (i in alone and alone[i].column.name in told)}


def initials_of(headings: Sequence[Heading]) -> str:
    """The letters of a header that is nothing but a few letters, which may be initials; "" for another one."""
    words = headings[-1 if headings[0].joined else 0].words.replace(" ", "")
    return words if _LETTERS.fullmatch(words) else ""


def meanings(headings: Sequence[Heading], vocabulary: Vocabulary) -> Mapping[str, str]:
    """The columns that a header's letters may be the initials of, by name, each with the label that has them."""
    columns = vocabulary.names.pinyin.initials.get(initials_of(headings), ()) if headings else ()
    return {column.name: column.zh for column in columns}


def _are_periods(column: Column, texts: Sequence[str]) -> bool:
    return column.kind == "period" and bool(texts) and all(period_of(text) for text in {*texts})


def _meant(columns: Sequence[Column], texts: Sequence[str]) -> Column | None:
    """The one column that initials stand for; of an id and a name with the same ones, the one that the values are."""
    found = [c for c in columns if (c.kind == "id") == are_codes(texts)] if len(columns) > 1 else list(columns)
    found = [c for c in found if not c.choices or are_choices(c, texts, fewest=1)]
    return found[0] if len(found) == 1 else None
