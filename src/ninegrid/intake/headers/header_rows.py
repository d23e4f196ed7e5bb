"""The cells of header rows, each in the ways it can be read; rows are looked at once for every relation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain, zip_longest

from ninegrid import resources
from ninegrid.intake.headers.heading import Heading, key, readings, year_end
from ninegrid.intake.headers.words import is_group
from ninegrid.intake.values.units import is_unit

Head = Sequence[Sequence[str | None]]
_LONGEST_GROUP = 24
_REMARK = re.compile(r"[:：。;；]|(?:部|处|科|中心|银行|有限公司)$")
_FIGURE = re.compile(r"[-+¥$(]?[\d,.]+[%)]?")
_AMOUNT = re.compile(r"[-+(]?(?:\d{5,}|\d{1,3}(?:,\d{3})+|\d+\.\d+|\d+[.]?\d*%)[\d.,)]*")
_AMOUNTS = 0.2
_FLAT = re.compile(r"(?P<group>[^|>_:：]+?)(?:(?<=[\u3400-\u9fff])[_:：]|\s*[|>›]|\s[-–—]\s)\s*(?P<cell>.+)")
_MARK = re.compile(r"^[A-Za-z]\d?[._](?=[A-Za-z])")
_MARKS = resources.vocabulary("limits")["marks"]
_ROWS_REMEMBERED = 512  # rows, which are read again for every relation


def header_cells(head: Head, first: int, last: int) -> tuple[tuple[Heading, ...], ...]:
    """The ways to read each column's header in one row, or in two with the upper one's groups carried right."""
    upper, lower = (_stripped(tuple(row)) for row in (head[first], head[last]))
    return _single(lower) if first == last else _double(upper, lower)


@lru_cache(maxsize=_ROWS_REMEMBERED)
def _stripped(row: tuple[str | None, ...]) -> tuple[str | None, ...]:
    return tuple(text.strip() or None if text else None for text in row)


@lru_cache(maxsize=_ROWS_REMEMBERED)
def _single(row: tuple[str | None, ...]) -> tuple[tuple[Heading, ...], ...]:
    flat = _flattened(row)
    return tuple(
        _under(cell, *flat[index])
        if cell and index in flat
        else (replace(Heading.read(plain), text=cell),)
        if cell and plain != cell
        else readings(None, None, cell)
        for index, (cell, plain) in enumerate(zip(row, _unmarked(row), strict=True))
    )


def _flattened(row: tuple[str | None, ...]) -> dict[int, tuple[str, str]]:
    """By column, the group and the header that stand in one cell (存款_年日均, Revenue | Fees), where most headers are
    written so and several share each group.
    """
    every = {index: found for index, text in enumerate(row) if text and (found := _FLAT.fullmatch(text))}
    split = {index: found for index, found in every.items() if is_group(found["group"])}
    groups = Counter(found["group"] for found in split.values())
    flat = {i: (found["group"], found["cell"]) for i, found in split.items() if groups[found["group"]] > 1}
    return flat if len(flat) >= max(_MARKS["fewest"], _MARKS["flat"] * sum(map(bool, row))) else {}


def _under(cell: str, group: str, own: str) -> tuple[Heading, ...]:
    """The ways to read a header of which a part is its group; each is called by the whole."""
    return tuple(one if one.joined else replace(one, text=cell) for one in readings(group, group, own))


def _unmarked(row: tuple[str | None, ...]) -> tuple[str | None, ...]:
    """Headers without the letter that most of a row begin with: of what type a field is (N_AVG_BAL, V_CUST_NAME), or
    which table it is from (t1.cust_no).
    """
    texts = [text for text in row if text]
    marked = sum(_MARK.match(text) is not None for text in texts)
    if marked < max(_MARKS["fewest"], _MARKS["share"] * len(texts)):
        return row
    return tuple(_MARK.sub("", text) if text else text for text in row)


@lru_cache(maxsize=_ROWS_REMEMBERED)
def _double(upper: tuple[str | None, ...], lower: tuple[str | None, ...]) -> tuple[tuple[Heading, ...], ...]:
    group: str | None = None
    found = []
    for over, cell in zip_longest(upper, lower):
        group = over or group
        found.append(readings(group, over, cell))
    return tuple(found)


def is_data(row: Sequence[str | None]) -> bool:
    """Whether a row can't be a header's: a good part of its cells are amounts, that is longer or more than a year."""
    return _is_data(tuple(row))


@lru_cache(maxsize=_ROWS_REMEMBERED)
def _is_data(row: tuple[str | None, ...]) -> bool:
    texts = [text for text in row if text]
    amounts = sum(bool(_AMOUNT.fullmatch(text.strip())) and year_end(text.strip()) is None for text in texts)
    return amounts > _AMOUNTS * len(texts)


def is_group_row(row: Sequence[str | None]) -> bool:
    """Whether a row may hold groups over the header below: several short texts, or one that begins further right.

    A title, a line of remarks (统计日期：…), units alone and names of offices are none.
    """
    return _is_group_row(tuple(row))


@lru_cache(maxsize=_ROWS_REMEMBERED)
def _is_group_row(row: tuple[str | None, ...]) -> bool:
    texts = [text.strip() for text in row if text and text.strip()]
    if not texts or any(len(text) > _LONGEST_GROUP or _REMARK.search(text) or _is_figure(text) for text in texts):
        return False
    return (len(texts) > 1 or not row[0]) and not all(map(is_unit, texts))


def groups_above(head: Head, first: int) -> dict[int, tuple[str, ...]]:
    """By column, the texts of the rows of groups above a header, carried right over the empty cells of a merged one."""
    found: dict[int, tuple[str, ...]] = {}
    for row in range(first - 1, -1, -1):
        if not is_group_row(head[row]):
            break
        group: str | None = None
        for index, text in enumerate(_stripped(tuple(head[row]))):
            group = text or group
            if group:
                found[index] = (*found.get(index, ()), group)
    return found


def _is_figure(text: str) -> bool:
    return _FIGURE.fullmatch(text) is not None


def header_forms(head: Head, first: int, last: int) -> frozenset[str]:
    """All that the cells of one header row, or of two, may be called, so that rows of data are told at once."""
    return _forms(tuple(head[first]), tuple(head[last]) if last > first else None)


@lru_cache(maxsize=_ROWS_REMEMBERED)
def _forms(upper: tuple[str | None, ...], lower: tuple[str | None, ...] | None) -> frozenset[str]:
    columns = header_cells((upper, lower or upper), 0, 0 if lower is None else 1)
    return frozenset(form for headings in columns for heading in headings for form in heading.forms)


def header_keys(head: Head) -> set[str]:
    """Every header-like key in a sheet's first rows, with and without its unit."""
    readings_of = (Heading.read(text) for row in head for text in row if text and text.strip())
    return {form for heading in readings_of for form in (key(heading.text), key(heading.base))}


def texts_of_rows(head: Head) -> list[str]:
    """The texts in some rows, each once, in the order in which they stand."""
    return list(dict.fromkeys(chain.from_iterable(_texts(tuple(row)) for row in head)))


@lru_cache(maxsize=_ROWS_REMEMBERED)
def _texts(row: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple(text for text in row if text)


def text_at(row: Sequence[str | None], index: int) -> str | None:
    """The text of a row's cell, without spaces around it; None for an empty one or one beyond its end."""
    text = row[index] if index < len(row) else None
    return text.strip() or None if text else None
