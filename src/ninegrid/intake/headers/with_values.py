"""What each column of a header says, where need be with the values below it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from ninegrid import resources
from ninegrid.intake.headers.group_periods import of_other_periods
from ninegrid.intake.headers.heading import Heading
from ninegrid.intake.headers.matching import Match, Vetoed, Vocabulary
from ninegrid.intake.headers.words import spaced
from ninegrid.intake.values.texts import NAMED_ID
from ninegrid.model.relations import NUMERIC, Column

Below = Sequence[Sequence[str | None]]
_LIMITS = resources.vocabulary("limits")["values"]
_OF_A_PATTERN: float = _LIMITS["of_a_pattern"]
_OF_CHOICES: float = _LIMITS["of_choices"]
_FEWEST_SUMS: int = _LIMITS["sums"]
_ROUNDING = 0.011  # of the last digit that is shown
_SHARE = 1e-6
_NAMED_ID = re.compile(NAMED_ID)
_CODE = re.compile(r"[A-Za-z0-9_-]{2,}")


def matched(
    columns: Sequence[tuple[Heading, ...]],
    above: Mapping[int, tuple[str, ...]],
    below: Below,
    vocabulary: Vocabulary,
    years: frozenset[int] = frozenset(),
    said: Sequence[str] = (),
) -> dict[int, Match | Vetoed]:
    """By column, the match of its header, or why it is another measure.

    below: the rows under the header. years: those that the names of file and sheet and the texts above say. said:
    the sheet's name and the texts above, which may say what columns of bare years are of.
    """
    yearly = vocabulary.yearly(said)
    found: dict[int, Match | Vetoed] = {}
    unsure: dict[int, tuple[Column, ...]] = {}
    every = {i: vocabulary.match(headings, above.get(i, ())) for i, headings in enumerate(columns) if headings}
    other_periods = of_other_periods(columns, above, years) if vocabulary.relation.main else frozenset()
    years = years or _years_beside(every.values())
    for index, headings in enumerate(columns):
        if not headings:
            continue
        match = _of_its_year(_if_measured(every[index], below, index), years, elsewhen=index in other_periods)
        match = match or (vocabulary.of_year(headings, yearly) if yearly else None)
        if match:
            found[index] = match
        if vocabulary.is_set_aside(headings) or (isinstance(match, Match) and match.how in ("alias", "map")):
            continue
        if not isinstance(match, Vetoed) or match.reason in ("NOT_NEEDED", "OTHER_BASIS"):
            unsure[index] = vocabulary.names.may_be(headings)
    _bare_words(found, columns, below, vocabulary)
    ids = _key_shapes(found, below, vocabulary)
    for index, candidates in unsure.items():
        if not candidates:
            continue
        texts = texts_of(below, index)
        match = found.get(index)
        column = _by_pattern(_not_named(candidates, found, index), match, texts) or _by_shape(
            candidates, match, texts, ids
        )
        column = column or _by_choices(candidates, match, texts) or _by_names(candidates, match, texts, found, below)
        if column:
            unit = vocabulary.unit(column, columns[index])
            found[index] = Match(column, len(column.headers), unit, None, "values")
    for index, candidates in unsure.items():
        for column in candidates:
            if column.sum_of and not isinstance(found.get(index), Match):
                unit = vocabulary.unit(column, columns[index])
                match = Match(column, len(column.headers), unit, None, "values")
                if is_sum(index, match, found, below):
                    found[index] = match
    return found


def _not_named(candidates: Sequence[Column], found: Mapping[int, Match | Vetoed], index: int) -> tuple[Column, ...]:
    """The candidates that no other header names outright."""
    sure = ("alias", "map")
    named = {one.column.name for i, one in found.items() if i != index and isinstance(one, Match) and one.how in sure}
    return tuple(column for column in candidates if column.name not in named)


def _bare_words(
    found: dict[int, Match | Vetoed], columns: Sequence[tuple[Heading, ...]], below: Below, vocabulary: Vocabulary
) -> None:
    """Columns called by a bare word such as 客户 or Group, which may be ids or names: where their values are codes they
    are the ids, if no other column is called so.
    """
    named = {one.column.name for one in found.values() if isinstance(one, Match)}
    for index, one in list(found.items()):
        if isinstance(one, Match) and one.column.kind == "text" and one.how != "map":
            ids = [column for column in vocabulary.names.may_be(columns[index]) if column.kind == "id"]
            if len(ids) == 1 and ids[0].name not in named and are_codes(texts_of(below, index)):
                found[index] = Match(ids[0], len(ids[0].headers), None, None, "values")
                named.add(ids[0].name)


def are_codes(texts: Sequence[str]) -> bool:
    """Whether texts are codes: without Chinese and spaces, with a digit in each, and no number that is rounded."""
    return bool(texts) and all(_CODE.fullmatch(text) and any(map(str.isdigit, text)) for text in texts)


def _years_beside(every: Iterable[Match | Vetoed | None]) -> frozenset[int]:
    """The years that headers of figures name, where they name several: the latest, of several figures, is the sheet's.

    Years of one figure side by side are its history.
    """
    named: dict[int, set[str]] = {}
    for one in every:
        if isinstance(one, Match) and one.dated and one.column.kind in NUMERIC:
            named.setdefault(one.dated, set()).add(one.column.name)
    return frozenset(named) if len(named) > 1 and len(named[max(named)]) > 1 else frozenset()


def _if_measured(match: Match | Vetoed | None, below: Below, index: int) -> Match | Vetoed | None:
    """The match; a header of texts alone is no other basis of any figure: 归属集团编号, Client Group."""
    if not isinstance(match, Vetoed) or match.reason != "OTHER_BASIS" or match.column:
        return match
    texts = texts_of(below, index)
    return None if texts and not any(map(is_number, texts)) else match


def _of_its_year(match: Match | Vetoed | None, years: frozenset[int], *, elsewhen: bool) -> Match | Vetoed | None:
    """The match, unless its header names a year for figures that is not the sheet's, or they are of another time
    (elsewhen): those are a comparison.
    """
    if not isinstance(match, Match) or match.column.kind not in NUMERIC:
        return match
    of_another_year = match.dated and match.dated != max(years, default=0)
    return Vetoed("COMPARISON", match.column) if of_another_year or (elsewhen and match.how != "map") else match


def texts_of(below: Below, index: int) -> list[str]:
    """The texts of a column's cells with something in them."""
    cells = (row[index] for row in below if index < len(row))
    return [text.strip() for text in cells if text and text.strip()]


def _by_pattern(candidates: Sequence[Column], match: Match | Vetoed | None, texts: Sequence[str]) -> Column | None:
    """The one column whose values look like these; None where the header's own column does, or several do."""
    if isinstance(match, Match) and (not match.column.pattern or fits(match.column, texts)):
        return None
    fitting = [column for column in candidates if column.pattern and fits(column, texts)]
    return fitting[0] if len(fitting) == 1 else None


def _key_shapes(found: Mapping[int, Match | Vetoed], below: Below, vocabulary: Vocabulary) -> frozenset[str]:
    """What the ids of the relation's key look like: letters and digits for what they are, Chinese never."""
    key = vocabulary.relation.key[0]
    at = (index for index, match in found.items() if isinstance(match, Match) and match.column.name == key)
    return frozenset(_shape(text) for index in at for text in texts_of(below, index))


def _shape(text: str) -> str:
    return re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "9", text))


def _by_shape(
    candidates: Sequence[Column], match: Match | Vetoed | None, texts: Sequence[str], ids: frozenset[str]
) -> Column | None:
    """The column of ids that a header may mean, where the values look like the ids of the sheet's key."""
    if isinstance(match, Match) or not texts or not ids or not any(column.kind == "id" for column in candidates):
        return None
    if any(column.named_by for column in candidates):
        texts = [inner[1] for text in texts if (inner := _NAMED_ID.search(text))] or texts
    like = sum(_shape(text) in ids for text in texts)
    found = [column for column in candidates if column.kind == "id"] if like >= _OF_A_PATTERN * len(texts) else []
    return found[0] if len(found) == 1 else None


def _by_names(
    candidates: Sequence[Column],
    match: Match | Vetoed | None,
    texts: Sequence[str],
    found: Mapping[int, Match | Vetoed],
    below: Below,
) -> Column | None:
    """The column of ids that a header may mean, where the values are names, some of them the sheet's own subjects'."""
    column = next((c for c in candidates if c.named_by), None)
    if column is None or isinstance(match, Match) or any(map(str.isdigit, "".join(texts))):
        return None
    named = [i for i, one in found.items() if isinstance(one, Match) and one.column.name == column.named_by]
    names = {text for index in named for text in texts_of(below, index)}
    return column if names.intersection(texts) else None


def _by_choices(candidates: Sequence[Column], match: Match | Vetoed | None, texts: Sequence[str]) -> Column | None:
    """The one category that a header may mean and whose words the values are."""
    fitting = [column for column in candidates if are_choices(column, texts)] if not isinstance(match, Match) else []
    return fitting[0] if len(fitting) == 1 else None


def are_choices(column: Column, texts: Sequence[str], fewest: int = 2) -> bool:
    """Whether texts, several different ones unless fewest is 1, are a category's words."""
    if not column.choices or len(set(texts)) < fewest:
        return False
    words = _words(tuple(form for word, forms in column.choices.items() for form in (word, *forms)))
    return sum(spaced(text) in words for text in texts) >= _OF_CHOICES * len(texts)


@lru_cache(maxsize=256)
def _words(forms: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(spaced, forms))


def fits(column: Column, texts: Sequence[str]) -> bool:
    """Whether most texts look like the values of a column."""
    if not texts or not column.pattern:
        return False
    like = sum(re.search(column.pattern, text) is not None for text in texts)
    return like >= _OF_A_PATTERN * len(texts)


def is_sum(index: int, match: Match, found: Mapping[int, Match] | Mapping[int, Match | Vetoed], below: Below) -> bool:
    """Whether a column is the sum of those that its canonical column is the sum of, as far as they are there: two or
    more, in all the rows that have them.
    """
    parts = {i: one for i, one in found.items() if isinstance(one, Match) and one.column.name in match.column.sum_of}
    if len(parts) < 2 or len({one.column.name for one in parts.values()}) < len(parts):
        return False
    held = 0
    for row in below:
        whole, *each = (amount_at(row, i, one) for i, one in ((index, match), *parts.items()))
        if whole is None or None in each:
            continue
        off = abs(whole - sum(part for part in each if part is not None))
        if off > rounding(match, whole, len(each)):
            return False
        held += 1
    return held >= _FEWEST_SUMS


def rounding(match: Match, whole: float, parts: int) -> float:
    """By how much a sum in a column's unit may differ from its parts, as they are all rounded."""
    return _SHARE * abs(whole) + _ROUNDING * _digit(match) * (parts + 1)


def _digit(match: Match) -> float:
    return 10.0 ** (match.unit.exponent if match.unit else 0)


def number_at(row: Sequence[str | None], index: int) -> float | None:
    """The number in a row's cell; None where there is none."""
    return number_of((row[index] if index < len(row) else None) or "")


def amount_at(row: Sequence[str | None], index: int, match: Match) -> float | None:
    """The amount in a row's cell, in the unit that the header says; None where there is none."""
    number = number_at(row, index)
    return None if number is None else number * _digit(match)


def is_number(text: str) -> bool:
    """Whether a cell's text is a number, with or without a percent sign."""
    return number_of(text.rstrip("%")) is not None


def number_of(text: str) -> float | None:
    """The number that a cell's text is; None for another text."""
    try:
        return float(text.replace(",", "").strip())
    except ValueError:
        return None
