"""Rows of totals held against the rows they are of: they count for nothing, and tell where rows are missing or doubled.

A total may be of all rows, of those since an earlier total, or of those down to a later one. It is doubted where it is
none of these sums, beyond what rounding explains.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

import polars as pl

from ninegrid import resources
from ninegrid.intake.formats.text.large_text import LARGEST_ROW
from ninegrid.intake.headers.layout import Field
from ninegrid.intake.values.column_problems import tagged
from ninegrid.intake.values.one_column import CellReader
from ninegrid.intake.values.parsed import NO_PROBLEMS, ParsedBlock, Sums
from ninegrid.intake.values.reasons import REFUSING
from ninegrid.intake.values.units import Unit
from ninegrid.model.raw import ROW

_WHOLE = Unit("", 0)
_EXACT = 1e-12  # of the largest value: what floats add
_SUMMED = ("money", "count")
_UNREAD = [*REFUSING, "LENIENT_MISSING"]  # of a cell whose value is in no sum
_NEAR: float = resources.vocabulary("limits")["totals"]["near"]
_MANY = 200  # totals of a sheet, beyond which each is held against its nearest neighbours only


def sums_of(
    loaded: pl.DataFrame, block: ParsedBlock, aside: pl.DataFrame, fields: Sequence[Field], reader: CellReader
) -> dict[int, Sums]:
    """By 0-based column, its totals and the sums between them.

    loaded: all rows of a sheet; block: those that are no totals or notes, as they were read; aside: the rows left out,
    with their reason.
    """
    totals = aside.filter(pl.col("reason") == "SUBTOTAL_ROW").select(ROW).unique()
    rows = loaded.join(totals, on=ROW, how="semi", maintain_order="left").sort(ROW)
    data = block.rows.filter(pl.col(ROW) <= LARGEST_ROW)  # beyond it stand lines that only prove something
    summed = [f for f in fields if f.column.kind in _SUMMED and f.side is None and f.name in data.columns]
    return {field.index: _sums(rows, data, field, block, reader) for field in summed}


def _sums(rows: pl.DataFrame, data: pl.DataFrame, field: Field, block: ParsedBlock, reader: CellReader) -> Sums:
    sign = block.taken[field.index].sign if field.index in block.taken else 1
    table = pl.DataFrame({ROW: rows[ROW], "value": reader.read(rows, field).values * sign}).filter(pl.col("value") != 0)
    parts = data.select(ROW, value=field.name).drop_nulls("value").sort(ROW)
    places = [0, *(int(at) for at in parts[ROW].search_sorted(table[ROW])), parts.height]
    values = parts["value"]
    pieces = [(end - start, float(values.slice(start, end - start).sum())) for start, end in pairwise(places)]
    problems = block.problems.filter((pl.col("index") == field.index) & pl.col("reason").is_in(_UNREAD))
    return Sums(tuple(table.rows()), tuple(pieces), _step(values), not problems.is_empty())


def _step(values: pl.Series) -> float:
    """The power of ten in whole numbers of which all values are: what each may have been rounded to."""
    most = values.abs().max()
    if not isinstance(most, float) or most == 0:
        return math.inf
    for power in range(8, -7, -1):
        off = (values - (values / 10.0**power).round() * 10.0**power).abs().max()
        if isinstance(off, float) and off <= _EXACT * most:
            return float(10.0**power)
    return 0.0


def added(one: Mapping[int, Sums], other: Mapping[int, Sums]) -> dict[int, Sums]:
    """The sums of a sheet and of the lines that follow it."""
    return {index: _joined(one[index], further) if index in one else further for index, further in other.items()}


def _joined(one: Sums, other: Sums) -> Sums:
    (n, last), (m, first) = one.pieces[-1], other.pieces[0]
    pieces = (*one.pieces[:-1], (n + m, last + first), *other.pieces[1:])
    return Sums((*one.totals, *other.totals), pieces, min(one.step, other.step), one.unread or other.unread)


def doubted_totals(
    sums: Mapping[int, Sums], fields: Sequence[Field], source: int, units: Mapping[int, Unit | None]
) -> pl.DataFrame:
    """A problem TOTAL_DISAGREES (PROBLEMS) at each cell of a total row that is no sum of rows beside it.

    units: by column, in which the file writes its amounts; totals and sums are told in it.
    """
    found = [
        tagged(pl.DataFrame(wrong), source, field.column.name, field.side)
        for field in fields
        if field.index in sums and (wrong := list(_wrong(sums[field.index], field.index, units.get(field.index))))
    ]
    return pl.concat(found) if found else NO_PROBLEMS


def _wrong(sums: Sums, index: int, unit: Unit | None) -> Iterator[dict[str, object]]:
    counts = [0, *accumulate(n for n, _ in sums.pieces)]
    running = [0.0, *accumulate(one for _, one in sums.pieces)]
    written = 10.0 ** -(unit or _WHOLE).exponent
    last = len(sums.pieces)
    for at, (row, total) in enumerate(sums.totals, 1):
        ends = sorted(
            {*range(max(0, at - _MANY), min(last, at + _MANY) + 1), 0, last} - {at}, key=lambda end: abs(end - at)
        )
        spans = [*((min(at, end), max(at, end)) for end in ends), (0, last)]
        parts = [(running[end] - running[start], counts[end] - counts[start]) for start, end in spans]
        parts = [(one, n) for one, n in parts if n]
        if not parts or any(abs(total - one) <= max(_NEAR * abs(one), sums.step * math.sqrt(n)) for one, n in parts):
            continue
        likely = parts[-1 if at == len(sums.totals) else 0][0]
        values = {"value": f"{total * written:,.2f}", "detail": f"{likely * written:,.2f}"}
        reason = "TOTAL_DISAGREES/UNREAD" if sums.unread else "TOTAL_DISAGREES"
        yield {ROW: row, "index": index, "reason": reason, **values}
