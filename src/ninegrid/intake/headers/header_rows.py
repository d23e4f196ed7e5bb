"""The cells of header rows, each in the ways it can be read; rows are looked at once for every relation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain, zip_longest

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.heading import Heading, key, readings, year_end
from ninegrid.intake.headers.words import is_group, is_part
from ninegrid.intake.values.units import is_unit
from ninegrid.model.period import Period

Head = Sequence[Sequence[str | None]]
_LONGEST_GROUP = 24
_REMARK = re.compile(r"[:：。;；]|(?:部|处|科|中心|银行|有限公司)$")
_FIGURE = re.compile(r"[-+¥$(]?[\d,.]+[%)]?")
_AMOUNT = re.compile(r"[-+(]?(?:\d{5,}|\d{1,3}(?:,\d{3})+|\d+\.\d+|\d+[.]?\d*%)[\d.,)]*")
_AMOUNTS = 0.2
_FLAT = re.compile(r"(?P<group>[^|>_:：]+?)(?:(?<=[\u3400-\u9fff])[_:：]|\s*[|>›]|\s[-–—]\s)\s*(?P<cell>.+)")
_MARK = re.compile(r"^[A-Za-z]\d?[._](?=[A-Za-z])")
_MARKS = resources.vocabulary("limits")["marks"]
_TWO = 2
_COLUMN_MARK = re.compile(r"[(（\[][A-Za-z\d]{1,2}[)）\]]|[\u2460-\u249b]")
_FEWEST_PARTS = 2
_PARTS = 0.5
_ROWS_REMEMBERED = 512  # rows, which are read again for every relation


def header_cells(head: Head, first: int, last: int) -> tuple[tuple[Heading, ...], ...]:
    """The ways to read each column's header in one to three rows, with the upper ones' groups carried right."""
    rows = _rows(head, first, last)
    if len(rows) == 1:
        return _single(rows[0])
    return _double(*rows) if len(rows) == _TWO else _triple(*rows)


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


def _rows(head: Head, first: int, last: int) -> list[tuple[str | None, ...]]:
    """Header rows without spaces around their texts, the lower ones without what numbers the columns: （A）, (2)."""
    upper, *lower = (_stripped(tuple(row)) for row in head[first : last + 1])
    return [upper, *(tuple(None if text and _COLUMN_MARK.fullmatch(text) else text for text in row) for row in lower)]


def _carried(row: Sequence[str | None], width: int) -> Iterator[str | None]:
    group: str | None = None
    for index in range(max(len(row), width)):
        group = text_at(row, index) or group
        yield group


def header_texts(head: Head, first: int, last: int) -> dict[int, tuple[str, ...]]:
    """By column, the texts in its header rows, from the uppermost; columns without any are left out."""
    rows = _rows(head, first, last)
    width = max(map(len, rows))
    return {i: texts for i in range(width) if (texts := tuple(text for row in rows if (text := text_at(row, i))))}


def is_row_of_parts(row: Sequence[str | None]) -> bool:
    """Whether a row below headers is a part of them: most of its texts say of which time or on what basis each column
    is (本期, 上期, 变动; 实际, 预算; 日均, 时点) and name nothing. A row of units alone is none.
    """
    return _is_row_of_parts(tuple(row))


@lru_cache(maxsize=_ROWS_REMEMBERED)
def _is_row_of_parts(row: tuple[str | None, ...]) -> bool:
    texts = [plain for text in row if text and (plain := text.strip()) and not _COLUMN_MARK.fullmatch(plain)]
    if any(len(text) > _LONGEST_GROUP or _is_figure(text) for text in texts):
        return False
    parts = sum(map(is_part, texts))
    return parts >= _FEWEST_PARTS and parts >= _PARTS * len(texts)


def has_second_row(upper: Sequence[str | None], lower: Sequence[str | None]) -> bool:
    """Whether the row below a header holds the headers under its groups: several short texts, each under a group that
    reaches over empty cells, and nothing under headers that stand alone. A subject's row has an id under one of these.
    """
    return _has_second_row(_stripped(tuple(upper)), _stripped(tuple(lower)))


@lru_cache(maxsize=_ROWS_REMEMBERED)
def _has_second_row(upper: tuple[str | None, ...], lower: tuple[str | None, ...]) -> bool:
    texts = {i: text for i, text in enumerate(lower) if text}
    if len(texts) < _TWO or any(len(text) > _LONGEST_GROUP or _is_figure(text) for text in texts.values()):
        return False
    wide = {i for i in range(len(upper)) if upper[i] and i in texts and i + 1 in texts and not text_at(upper, i + 1)}
    alone = any(upper[i] and (i + 1 >= len(upper) or upper[i + 1]) for i in texts if i < len(upper))
    return bool(wide) and not alone


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


@lru_cache(maxsize=_ROWS_REMEMBERED)
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
    if _is_line_of_remarks(texts):
        return False
    return (len(texts) > 1 or not row[0]) and not all(map(is_unit, texts))


def _is_line_of_remarks(texts: Sequence[str]) -> bool:
    """Whether texts are a table's unit and the one period it is of, each in its cell: RMB million, YTD Oct 2026."""
    others = [text for text in texts if not is_unit(text)]
    return len(others) == 1 < len(texts) and Period.find(others[0]) is not None


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
    """All that the cells of one header row, or of several, may be called, so that rows of data are told at once."""
    return _forms(tuple(tuple(row) for row in head[first : last + 1]))


@lru_cache(maxsize=_ROWS_REMEMBERED)
def _forms(rows: tuple[tuple[str | None, ...], ...]) -> frozenset[str]:
    columns = header_cells(rows, 0, len(rows) - 1)
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
