"""Each column's cells in one to three header rows, with the groups over them, in the ways they can be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.heading import Heading, key, readings
from ninegrid.intake.headers.row_kinds import is_group_row
from ninegrid.intake.headers.row_texts import REMEMBERED, Head, Row, is_numbering, stripped, text_at
from ninegrid.intake.headers.words import is_group

_FLAT = re.compile(r"(?P<group>[^|>_:：]+?)(?:(?<=[\u3400-\u9fff])[_:：]|\s*[|>›]|\s[-–—]\s)\s*(?P<cell>.+)")
_MARK = re.compile(r"^[A-Za-z]\d?[._](?=[A-Za-z])")
_MARKS = resources.vocabulary("limits")["marks"]
_TWO = 2


def header_cells(head: Head, first: int, last: int) -> tuple[tuple[Heading, ...], ...]:
    """The ways to read each column's header in one to three rows, with the upper ones' groups carried right."""
    rows = _rows(head, first, last)
    if len(rows) == 1:
        return _single(rows[0])
    return _double(*rows) if len(rows) == _TWO else _triple(*rows)


def header_texts(head: Head, first: int, last: int) -> dict[int, tuple[str, ...]]:
    """By column, the texts in its header rows, from the uppermost; columns without any are left out."""
    rows = _rows(head, first, last)
    width = max(map(len, rows))
    return {i: texts for i in range(width) if (texts := tuple(text for row in rows if (text := text_at(row, i))))}


def group_texts(head: Head, first: int, last: int) -> dict[int, str]:
    """By column, the text of the group over the lowest of its cells in two or three header rows."""
    rows = _rows(head, first, last)
    if len(rows) == 1:
        return {}
    if len(rows) == _TWO:
        upper, lower = rows
        groups = enumerate(_carried(upper, len(lower)))
        return {index: group for index, group in groups if group and text_at(lower, index)}
    found = ((i, t.over if t.cell else t.top) for i, t in enumerate(_three(*rows)) if t.cell or t.inner)
    return {index: group for index, group in found if group}


def groups_above(head: Head, first: int) -> dict[int, tuple[str, ...]]:
    """By column, the texts of the rows of groups above a header, carried right over the empty cells of a merged one."""
    found: dict[int, tuple[str, ...]] = {}
    for row in range(first - 1, -1, -1):
        if not is_group_row(head[row]):
            break
        group: str | None = None
        for index, text in enumerate(stripped(tuple(head[row]))):
            group = text or group
            if group:
                found[index] = (*found.get(index, ()), group)
    return found


def header_forms(head: Head, first: int, last: int) -> frozenset[str]:
    """All that the cells of one header row, or of several, may be called, so that rows of data are told at once."""
    return _forms(tuple(tuple(row) for row in head[first : last + 1]))


@lru_cache(maxsize=REMEMBERED)
def _forms(rows: tuple[tuple[str | None, ...], ...]) -> frozenset[str]:
    columns = header_cells(rows, 0, len(rows) - 1)
    return frozenset(form for headings in columns for heading in headings for form in heading.forms)


def header_keys(head: Head) -> set[str]:
    """Every header-like key in a sheet's first rows, with and without its unit."""
    readings_of = (Heading.read(text) for row in head for text in row if text and text.strip())
    return {form for heading in readings_of for form in (key(heading.text), key(heading.base))}


def _rows(head: Head, first: int, last: int) -> list[tuple[str | None, ...]]:
    """Header rows without spaces around their texts, the lower ones without what numbers the columns: （A）, (2)."""
    upper, *lower = (stripped(tuple(row)) for row in head[first : last + 1])
    return [upper, *(tuple(None if text and is_numbering(text) else text for text in row) for row in lower)]


def _carried(row: Row, width: int) -> Iterator[str | None]:
    group: str | None = None
    for index in range(max(len(row), width)):
        group = text_at(row, index) or group
        yield group


@lru_cache(maxsize=REMEMBERED)
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


@lru_cache(maxsize=REMEMBERED)
def _double(upper: tuple[str | None, ...], lower: tuple[str | None, ...]) -> tuple[tuple[Heading, ...], ...]:
    group: str | None = None
    found = []
    for over, cell in zip_longest(upper, lower):
        group = over or group
        found.append(readings(group, over, cell))
    return tuple(found)


@dataclass(frozen=True)
class _Three:
    """A column's texts in three header rows: its group and the one within, each its own or carried right; its cell.

    begins: whether a group of it begins here.
    """

    top: str | None
    middle: str | None
    inner: bool
    cell: str | None
    begins: bool

    @property
    def over(self) -> str | None:
        """Both groups as one: 存款（万元） over 日均余额 is 存款 日均余额(万元), the nearer unit kept."""
        if not self.top or not self.middle:
            return self.middle or self.top
        above, own = Heading.read(self.top), Heading.read(self.middle)
        unit = f"({above.unit})" if above.unit and not own.unit else ""
        return f"{above.base if above.unit else self.top} {self.middle}{unit}"


def _three(
    upper: tuple[str | None, ...], middle: tuple[str | None, ...], lower: tuple[str | None, ...]
) -> Iterator[_Three]:
    top: str | None = None
    within: str | None = None
    for over, own, cell in zip_longest(upper, middle, lower):
        top, within = over or top, own or (None if over else within)
        yield _Three(top, within, bool(own), cell, bool(over or own))


@lru_cache(maxsize=REMEMBERED)
def _triple(
    upper: tuple[str | None, ...], middle: tuple[str | None, ...], lower: tuple[str | None, ...]
) -> tuple[tuple[Heading, ...], ...]:
    """A column is read with both its groups, then with the inner one, then alone."""
    found = []
    for over, texts in zip_longest(upper, _three(upper, middle, lower)):
        if texts.cell is None:
            found.append(readings(texts.top, over, texts.middle if texts.inner else None))
            continue
        ways = readings(texts.over, texts.over if texts.begins else None, texts.cell)
        within: tuple[Heading, ...] = ()
        if texts.top and texts.middle:
            unit = Heading.read(texts.top).unit
            nearer = (one for one in readings(texts.middle, None, texts.cell) if one.joined)
            within = tuple(
                one if one.unit or not unit else replace(one, unit=unit, unit_from="group") for one in nearer
            )
        joined = bool(ways) and ways[0].joined
        found.append((*ways[:-1], *within, ways[-1]) if joined else (*ways, *within))
    return tuple(found)
