"""From what was found to the fields of a relation: of several columns that say the same, the one that is taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ninegrid import resources
from ninegrid.intake.headers.candidate import Candidate
from ninegrid.intake.headers.heading import key
from ninegrid.intake.headers.layout import Aside, Block, Field
from ninegrid.intake.headers.matching import Match
from ninegrid.intake.headers.measures import Measures
from ninegrid.intake.headers.row_texts import Head, text_at
from ninegrid.intake.headers.with_values import amount_at, rounding
from ninegrid.intake.headers.words import of_part_of_year
from ninegrid.intake.places import cell_name
from ninegrid.intake.values.units import Unit
from ninegrid.messages import Message, message
from ninegrid.model.errors import InputError, UsageError
from ninegrid.model.reading import How, Proposal, UnitFrom
from ninegrid.model.relations import Kind

_PART = re.compile(r"(?<![A-Za-z])[HQ](?P<n>[1-4])(?!\d)", re.IGNORECASE)
_LAST_PARTS = ("H2", "Q4")  # of a year
_PARTS = 3  # columns of which one may be the sum of the others
_ROWS: int = resources.vocabulary("limits")["confirmed"]["rows"]
_STRENGTH: tuple[How, ...] = ("map", "alias", "grammar", "values", "none")


def block_of(
    candidate: Candidate, line: Mapping[Kind, Unit], place: str, notices: list[Message], below: Head = ()
) -> tuple[Block, dict[int, Aside]]:
    """The relation's fields, and the columns that were set aside because others say the same as well or better."""
    relation = candidate.relation
    one_a_year = all(name in candidate.narrow for name in relation.required)
    fields: list[Field] = []
    aside: dict[int, Aside] = {}
    for name, cells in candidate.narrow.items():
        column = relation.column(name)
        if one_a_year or not (column.by_year or column.kind == "year"):
            fields += _field(cells, candidate, line, place, notices, below, aside)
    if not one_a_year:
        for cells in candidate.wide.values():
            fields += _field(cells, candidate, line, place, notices, below, aside)
    if relation.melt:
        value = relation.column(relation.melt.value)
        hows: Mapping[bool, How] = {True: "map", False: "grammar"}
        fields += [Field(value, i.index, i.header, item=i, how=hows[i.mapped]) for i in candidate.items]
    for name, taken in candidate.assumed.items():
        notices.append(message("intake.assumed", place=place, column=relation.column(name), taken=taken))
    return Block(relation, tuple(sorted(fields, key=lambda f: f.index)), candidate.assumed), aside


def of_measures(common: Block, told: Measures, line: Mapping[Kind, Unit], header: str = "") -> Iterator[Block]:
    """A block for each measure of a sheet with a column for each: whose they are, and the measure's figures."""
    measured = common.relation.measured
    assert measured is not None
    own = [f for f in common.fields if f.index not in {one.index for one in told.figures}]
    taken: dict[str, str] = {}
    if told.whose:
        at, taken[measured.level] = told.whose
        own = [*own, Field(common.relation.column(measured.name), at, header, how="grammar")]
    for choice in dict.fromkeys(one.choice for one in told.figures):
        fields = {
            one.column.name: Field(
                one.column, one.index, one.header, one.unit or line.get(one.kind), None, None, "grammar",
                one.unit_from if one.unit else "unit_line",
            )
            for one in told.figures
            if one.choice == choice
        }  # fmt: skip
        every = sorted((*own, *fields.values()), key=lambda f: f.index)
        yield replace(common, fields=tuple(every), assumed={**taken, measured.metric: choice})


def _field(
    cells: tuple[tuple[int, Match, str], ...],
    candidate: Candidate,
    line: Mapping[Kind, Unit],
    place: str,
    notices: list[Message],
    below: Head,
    aside: dict[int, Aside],
) -> list[Field]:
    """The column that says it best; none where several say it equally and differ, which then are set aside.

    InputError where a row can't do without it; UsageError where a map means several columns by one.
    """
    best = _best(cells, below)
    index, match, header = best[0]
    if len(best) > 1:
        return _undecided(best, candidate, place, notices, aside)
    for other, rival, text in cells:
        if other != index:
            here, there = (cell_name(i, candidate.last) for i in (index, other))
            older = match.dated and rival.dated and _when(rival, text) < _when(match, header)
            near = (Proposal(match.column.name, "words", 100, header),)
            aside[other] = Aside("COMPARISON" if older else "TAKEN", near)
            values = {"column": match.column.name, "here": here, "header": header, "there": there, "text": text}
            if rival.how != "values":  # of a header that may mean it there is nothing to say
                notices.append(message("intake.preferred", place=place, **values))
    unit = match.unit or line.get(match.column.kind)
    unit_from: UnitFrom = match.unit_from if match.unit else "unit_line"
    return [Field(match.column, index, header, unit, match.year, None, match.how, unit_from)]


def _best(cells: tuple[tuple[int, Match, str], ...], below: Head) -> list[tuple[int, Match, str]]:
    """Of the columns that say the same, those that say it best: what was decided, the strongest, then those not of a
    month or a quarter alone, then of the latest year, then the sum of the others, then the first of those whose cells
    are the same.
    """
    cells = _of_last_stage(cells)
    strongest = min(_STRENGTH.index(match.how) for _, match, _ in cells)
    best = [cell for cell in cells if _STRENGTH.index(cell[1].how) == strongest]
    best = [cell for cell in best if not cell[1].general] or best
    best = [cell for cell in best if not of_part_of_year(cell[2])] or best
    latest = max(cell[1].dated or 0 for cell in best)
    best = [cell for cell in best if (cell[1].dated or latest) == latest]
    best = _of_no_part(best)
    parts = [_part_of_year(text) if match.dated else 0 for _, match, text in best]
    best = [cell for cell, part in zip(best, parts, strict=True) if part == max(parts)] if all(parts) else best
    best = _sum_of_others(best, below) or best
    columns = [[text_at(row, index) for row in below] for index, _, _ in best]
    return best[:1] if any(columns[0]) and all(column == columns[0] for column in columns) else best


def _of_last_stage(cells: tuple[tuple[int, Match, str], ...]) -> tuple[tuple[int, Match, str], ...]:
    """Of ratings that say a stage, those of the last: 校准后绩效等级 beside 绩效等级. Those that are named in general
    terms, and those of an earlier year, say none.
    """
    if any(match.how == "map" for _, match, _ in cells):
        return cells
    latest = max(match.dated or 0 for _, match, _ in cells)
    known = [match.stage for _, match, _ in cells if not match.general and (match.dated or latest) == latest]
    last = max(known, default=0)
    staged = last > 0 or any(stage < last for stage in known)
    return tuple(c for c in cells if c[1].stage == last and not c[1].general) if staged else cells


def _of_no_part(cells: list[tuple[int, Match, str]]) -> list[tuple[int, Match, str]]:
    """Of ratings, those that name no date, where the others are of a half or a quarter within a year: 2025H1绩效. The
    last half or quarter of a year may be what the sheet is of.
    """
    parts = [_PART.search(unicodedata.normalize("NFKC", text)) if match.dated else None for _, match, text in cells]
    within = [found[0].upper() not in _LAST_PARTS for found in parts if found]
    undated = [cell for cell in cells if not cell[1].dated]
    if not undated or not within or not all(within) or len(undated) + len(within) < len(cells):
        return cells
    return undated if cells[0][1].column.kind == "score" else cells


def _sum_of_others(cells: list[tuple[int, Match, str]], below: Head) -> list[tuple[int, Match, str]]:
    """The one of three columns or more that is the sum of the others in all rows: 直接费用, 间接费用, 费用小计."""
    if len(cells) < _PARTS:
        return []
    rows = [[amount_at(row, index, match) for index, match, _ in cells] for row in below]
    full = [[amount for amount in row if amount is not None] for row in rows if None not in row]
    for place, cell in enumerate(cells):
        held = [abs(2 * row[place] - sum(row)) <= rounding(cell[1], row[place], len(row)) for row in full]
        if len(held) >= _ROWS and all(held) and any(row[place] for row in full):
            return [cell]
    return []


def _when(match: Match, header: str) -> tuple[int, int]:
    return match.dated or 0, _part_of_year(header)


def _part_of_year(header: str) -> int:
    """Which half or quarter of the year a header names, later ones greater; 0 for none."""
    found = _PART.search(unicodedata.normalize("NFKC", header))
    return int(found["n"]) if found else 0


def _undecided(
    cells: list[tuple[int, Match, str]],
    candidate: Candidate,
    place: str,
    notices: list[Message],
    aside: dict[int, Aside],
) -> list[Field]:
    column = cells[0][1].column
    (here, header), (there, text) = ((cell_name(index, candidate.last), name) for index, _, name in cells[:2])
    values = {"column": column.name, "here": here, "header": header, "there": there, "text": text}
    if cells[0][1].how == "map" and len({key(name) for _, _, name in cells}) > 1:
        both = {"here": here, "header": header, "there": there, "text": text}
        raise UsageError(message("maps.two_for_one", place=place, column=column, name=column.name, **both))
    if column.name in candidate.relation.needed or cells[0][1].year is not None:
        raise InputError("intake.two_headers", place=place, **values)
    notices.append(message("intake.undecided", place=place, **values))
    for index, _, _ in cells:
        others = ", ".join(name for other, _, name in cells if other != index)
        aside[index] = Aside("AMBIGUOUS", (Proposal(column.name, "words", 100, others),))
    return []
