"""Headers that may mean a column, and whose cells say that they do: the subjects, an identity, a part of a whole."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from statistics import median

import polars as pl

from ninegrid import resources
from ninegrid.intake.headers.heading import Heading
from ninegrid.intake.headers.matching import Match, Vetoed, Vocabulary
from ninegrid.intake.headers.with_values import (
    Below,
    amount_at,
    are_codes,
    is_number,
    is_sum,
    number_at,
    number_of,
    texts_of,
)
from ninegrid.intake.headers.words import spaced
from ninegrid.intake.values.units import Unit
from ninegrid.model.relations import Column
from ninegrid.policy.expressions import expression

_LIMITS = resources.vocabulary("limits")["confirmed"]
_ROWS: int = _LIMITS["rows"]
_OFF: float = _LIMITS["off"]
_MOST: float = _LIMITS["most"]
_NO_RATE: float = _LIMITS["no_rate"]
_DIFFERENT: float = _LIMITS["different_days"]

_NAMES: float = _LIMITS["names"]
_DAY = re.compile(r"((?:19|20)\d\d)\D?(0[1-9]|1[0-2]|[1-9](?!\d{3}))\D?(\d\d)(?!\d)")

Found = Mapping[int, Match | Vetoed]


def with_confirmed(
    found: dict[int, Match | Vetoed], columns: Sequence[tuple[Heading, ...]], below: Below, vocabulary: Vocabulary
) -> dict[int, Match | Vetoed]:
    """What was found, and the columns whose headers may mean one that nothing else is, where the cells confirm it."""
    named = {one.column.name for one in found.values() if isinstance(one, Match)}
    may_be: dict[int, Column] = {}
    for index, headings in enumerate(columns):
        if headings and index not in found:
            may = [column for column in vocabulary.names.may_be(headings) if column.name not in named]
            if len(may) == 1:
                may_be[index] = may[0]
    told = _subjects(found, may_be, below, vocabulary) or _called_by_kind(found, columns, below, vocabulary)
    told |= {
        i: c
        for i, c in may_be.items()
        if is_part(i, c, found, below)
        or _is_within(i, c, found, below)
        or made_of(i, c, found, below, vocabulary)
        or _is_left_over(i, c, vocabulary.unit(c, columns[i]), found, below)
        or _is_the_day(i, c, below)
        or (c.kind == "date" and are_days(i, below))
    }
    each = [column.name for column in told.values()]
    sure = {index: column for index, column in told.items() if each.count(column.name) == 1}
    return found | {
        index: Match(column, len(column.headers), vocabulary.unit(column, columns[index]), None, "values")
        for index, column in sure.items()
    }


def _subjects(found: Found, may_be: Mapping[int, Column], below: Below, vocabulary: Vocabulary) -> dict[int, Column]:
    """The ids of the sheet's subjects and their names, where they are codes, each once, beside as many names."""
    relation = vocabulary.relation
    key = relation.key[0]
    ids = [index for index, column in may_be.items() if column.name == key]
    name = next((column.name for column in relation.columns if column.expected and column.personal), "")
    names = [index for index, one in found.items() if isinstance(one, Match) and one.column.name == name]
    names = names or [index for index, column in may_be.items() if column.name == name]
    if not relation.main or len(ids) != 1 or len(names) != 1:
        return {}
    codes, called = texts_of(below, ids[0]), texts_of(below, names[0])
    alone = len(codes) >= _ROWS and len({*codes}) == len(codes) == len({*called}) and are_codes(codes)
    return {index: may_be[index] for index in (*ids, *names) if index in may_be} if alone else {}


def _called_by_kind(
    found: Found, columns: Sequence[tuple[Heading, ...]], below: Below, vocabulary: Vocabulary
) -> dict[int, Column]:
    """The names of the sheet's subjects under what they are, 员工 or Employee, beside their ids."""
    relation = vocabulary.relation
    name = next((column for column in relation.columns if column.expected and column.personal), None)
    at = {one.column.name: index for index, one in found.items() if isinstance(one, Match)}
    if name is None or not relation.main or name.name in at or relation.key[0] not in at:
        return {}
    kinds = {spaced(word) for word in name.personal or ()}
    own = {i: h for i, headings in enumerate(columns) if i not in found for h in headings if not h.joined}
    called = [index for index, heading in own.items() if heading.words in kinds]
    return {index: name for index in called if _are_names(index, at[relation.key[0]], below)}


def _are_names(index: int, of: int, below: Below) -> bool:
    """Whether a column holds names of the subjects, whose ids stand each once in another: texts without a digit, few of
    them twice.
    """
    ids, called = texts_of(below, of), texts_of(below, index)
    each = len(ids) >= _ROWS and len({*ids}) == len(ids) == len(called)
    return each and len({*called}) >= _NAMES * len(called) and not any(map(str.isdigit, "".join(called)))


def is_part(index: int, column: Column, found: Found, below: Below) -> bool:
    """Whether amounts are parts of those of another column, row by row, and no rates of it."""
    whole = next((i for i, one in found.items() if isinstance(one, Match) and one.column.name == column.part_of), None)
    if whole is None:
        return False
    pairs = [(number_at(row, index), number_at(row, whole)) for row in below]
    both = [(part, all_) for part, all_ in pairs if part is not None and all_ is not None]
    if len(both) < _ROWS or max(part for part, _ in both) < _NO_RATE:
        return False
    return sum(0 <= part <= all_ * (1 + _OFF) for part, all_ in both) >= _MOST * len(both)


def _is_within(index: int, column: Column, found: Found, below: Below) -> bool:
    """Whether each text stands beside one text only of the column it is within, and some of those have several."""
    whole = next((i for i, one in found.items() if isinstance(one, Match) and one.column.name == column.within), None)
    pairs = {(row[index], row[whole]) for row in below if max(index, whole) < len(row)} if whole is not None else set()
    full = [(part, all_) for part, all_ in pairs if part and all_]
    parts, wholes = ({*side} for side in zip(*full, strict=True)) if full else (set(), set())
    texts = not any(map(is_number, parts))
    return len(below) >= _ROWS and texts and len(full) == len(parts) > len(wholes) > 1


def _is_left_over(index: int, column: Column, unit: Unit | None, found: Found, below: Below) -> bool:
    """Whether amounts are what the other parts leave of a sum, in all rows: 其他 beside 净利息收入, 中收 and 收入."""
    part = Match(column, 0, unit, None, "values")
    if not any(number_at(row, index) for row in below):
        return False
    for at, whole in found.items():
        if isinstance(whole, Match) and column.name in whole.column.sum_of:
            others = {one.column.name for one in found.values() if isinstance(one, Match)}
            complete = {*whole.column.sum_of} <= {*others, column.name}
            return complete and is_sum(at, whole, {**found, index: part}, below)
    return False


def _is_the_day(index: int, column: Column, below: Below) -> bool:
    """Whether a column that may say the period has one day in all rows, the last of a month: STAT_DT."""
    if column.kind != "period":
        return False
    texts = [row[index] if index < len(row) else None for row in below]
    said = _DAY.match((texts[0] or "").strip()) if len(texts) >= _ROWS and len({*texts}) == 1 else None
    if said is None:
        return False
    year, month, day = map(int, said.groups())
    return calendar.monthrange(year, month)[1] == day


def are_days(index: int, below: Below) -> bool:
    """Whether a column has days in all its cells, most of them different: no day of a report."""
    texts = texts_of(below, index)
    return len(texts) >= _ROWS and len({*texts}) >= _DIFFERENT * len(texts) and all(map(_DAY.match, texts))


def made_of(index: int, column: Column, found: Found, below: Below, vocabulary: Vocabulary) -> frozenset[str]:
    """The columns that a column is one multiple of, in all rows, as an identity of the relation makes it of them."""
    parts = {one.column.name: (i, one) for i, one in found.items() if isinstance(one, Match)}
    for name, formula in vocabulary.relation.identities:
        if name != column.name:
            continue
        made = expression(formula)
        of = made.meta.root_names()
        rows = {part: amounts for part in of if (amounts := _amounts(part, parts, below, vocabulary))}
        if len(rows) < len(of):
            continue
        given = [number_of(((row[index] if index < len(row) else None) or "").rstrip("%")) for row in below]
        if _is_multiple(given, pl.DataFrame(rows).select(made=made)["made"].to_list()):
            return frozenset(of).union(*(vocabulary.relation.column(part).sum_of for part in of))
    return frozenset()


def _amounts(
    name: str, parts: Mapping[str, tuple[int, Match]], below: Below, vocabulary: Vocabulary
) -> list[float | None]:
    """The amounts of a column by row, or the sums of those that it is the sum of; none where they aren't there."""
    if name in parts:
        return [amount_at(row, *parts[name]) for row in below]
    of = vocabulary.relation.column(name).sum_of
    if not of or not set(of) <= parts.keys():
        return []
    rows = ([amount_at(row, *parts[part]) for part in of] for row in below)
    return [None if None in row else sum(amount for amount in row if amount is not None) for row in rows]


def _is_multiple(given: Sequence[float | None], made: Sequence[float | None]) -> bool:
    times = [one / other for one, other in zip(given, made, strict=True) if one and other]
    middle = median(times) if len(times) >= _ROWS else 0
    return middle > 0 and all(abs(one - middle) <= _OFF * middle for one in times)
