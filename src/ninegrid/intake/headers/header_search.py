"""The header rows of a sheet that name most of a relation's columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from ninegrid import resources
from ninegrid.intake.headers.candidate import Candidate
from ninegrid.intake.headers.confirmed import with_confirmed
from ninegrid.intake.headers.header_cells import groups_above, header_cells, header_forms
from ninegrid.intake.headers.heading import years_of
from ninegrid.intake.headers.initials import with_initials
from ninegrid.intake.headers.items import Item, ItemTable, items, open_items
from ninegrid.intake.headers.layout import Aside
from ninegrid.intake.headers.matching import Match, Vetoed, Vocabulary
from ninegrid.intake.headers.measures import measures, without_groups
from ninegrid.intake.headers.row_kinds import has_second_row, is_data, is_group_row, is_row_of_parts
from ninegrid.intake.headers.row_texts import Head, texts_of_rows
from ninegrid.intake.headers.stages import with_stages
from ninegrid.intake.headers.with_values import matched, texts_of
from ninegrid.model.reading import Evidence, How, Proposal
from ninegrid.model.relations import Column, Relation

_OWN_ROWS: float = resources.vocabulary("limits")["recognition"]["own_rows"]


def best(head: Head, vocabulary: Vocabulary, place: str = "") -> Candidate | None:
    """The header rows that name most of a relation's columns, the uppermost of equals; None when no cell names any.

    place: the names of file and sheet, which may say the year the figures are of.
    """
    found = [candidate for candidate in _candidates(head, vocabulary, place) if candidate.score]
    if not found:
        return None
    return min(found, key=lambda c: (bool(c.missing), -c.score, -c.item_score, c.last - c.first, c.first))


def _candidates(head: Head, vocabulary: Vocabulary, place: str) -> Iterator[Candidate]:
    for row in range(len(head)):
        if not any(head[row]) or is_data(head[row]):
            continue
        two = row + 1 < len(head) and any(head[row + 1]) and not is_data(head[row + 1])
        lasts = [row, row + 1] if two else [row]
        if two and row + 2 < len(head) and is_row_of_parts(head[row + 2]):
            lasts.append(row + 2)
        # The first column under a group is not the group's: 绩效 over 上年得分, 本年得分.
        lasts = [last for last in lasts if last + 1 == len(head) or not _goes_on(head[last], head[last + 1])]
        if row and is_group_row(head[row - 1]) and not is_data(head[row - 1]):
            lasts = [last for last in lasts if last > row]  # it is read together with the row of groups above it
        for last in lasts:
            if vocabulary.may_name(header_forms(head, row, last)):
                yield read_rows(head, row, last, vocabulary, place)


def _goes_on(lower: Sequence[str | None], below: Sequence[str | None]) -> bool:
    """Whether the row below is one more of the header's."""
    return is_row_of_parts(below) or has_second_row(lower, below)


def read_rows(head: Head, first: int, last: int, vocabulary: Vocabulary, place: str) -> Candidate:
    """The header rows from `first` to `last` (0-based) read with a relation's vocabulary."""
    narrow: dict[str, list[tuple[int, Match, str]]] = {}
    wide: dict[tuple[str, int], list[tuple[int, Match, str]]] = {}
    aside: dict[int, Aside] = {}
    columns = header_cells(head, first, last)
    above = groups_above(head, max(first, last - 1))
    over = texts_of_rows(head[:first])
    years = years_of(place, *over)
    said = [place.rpartition(" › ")[2], *over]
    found = matched(columns, above, head[last + 1 :], vocabulary, years, said)
    found = with_initials(found, columns, head[last + 1 :], vocabulary)
    found = with_confirmed(found, columns, head[last + 1 :], vocabulary)
    found = with_stages(found, columns, vocabulary)
    if vocabulary.relation.measured:
        found = without_groups(found, head[last + 1 :])
    side_by_measure = measures(columns, above, head[last + 1 :], vocabulary, found)
    ours = {one.index for one in side_by_measure.figures} if side_by_measure else set()
    found = {index: match for index, match in found.items() if index not in ours}
    for index, match in found.items():
        header = columns[index][-1 if columns[index][0].joined else 0].text
        if isinstance(match, Vetoed):
            evidence: Evidence = "basis" if match.reason == "OTHER_BASIS" else "words"
            near = (Proposal(match.column.name, evidence, 100),) if match.column else ()
            aside[index] = Aside(match.reason, near)
        elif match.year is not None:
            wide.setdefault((match.column.name, match.year), []).append((index, match, header))
        else:
            narrow.setdefault(match.column.name, []).append((index, match, header))
    for column in vocabulary.relation.columns:
        if column.name in narrow:
            continue
        if column.year_from in narrow:
            narrow[column.name] = taken_as(column, narrow.pop(column.year_from))
        elif column.id_from in narrow:
            narrow[column.name] = taken_as(column, narrow[column.id_from])
    melt = vocabulary.relation.melt
    if melt and melt.group and melt.group not in narrow and melt.label in narrow and vocabulary.names_items:
        narrow[melt.group] = taken_as(vocabulary.group_of_items, narrow[melt.label], "map")
    table = ItemTable(columns, head[last + 1 :], vocabulary, _columns_of(narrow), said)
    side_by_side = _items(table, narrow, _no_items(aside))
    taken = {*_columns_of(narrow), *(item.index for item in side_by_side)}
    return Candidate(
        vocabulary,
        first + 1,
        last + 1,
        {name: tuple(found) for name, found in narrow.items()},
        {name: tuple(found) for name, found in wide.items()},
        side_by_side,
        {index: why for index, why in aside.items() if index not in {item.index for item in side_by_side}},
        open_items(replace(table, named=taken)),
        side_by_measure,
    )


def taken_as(
    column: Column, cells: Sequence[tuple[int, Match, str]], how: How | None = None
) -> list[tuple[int, Match, str]]:
    """The cells of another column as that one's. how: how it is known, where that isn't how the other one is."""
    return [(index, replace(match, column=column, how=how or match.how), text) for index, match, text in cells]


def several_rows_each(
    relation: Relation, narrow: Mapping[str, Sequence[tuple[int, Match, str]]], below: Sequence[Sequence[str | None]]
) -> bool:
    """Whether most subjects stand in several rows each, by the column of the relation's key; False without one."""
    found = narrow.get(relation.key[0], ())
    ids = texts_of(below, found[0][0]) if found else []
    return len({*ids}) < _OWN_ROWS * len(ids)


def _no_items(aside: Mapping[int, Aside]) -> list[int]:
    """The columns set aside that can't be items: 目标导向 may be one, whatever its first word."""
    return [index for index, why in aside.items() if why.nearest or why.reason in ("NOT_NEEDED", "RANK")]


def _columns_of(narrow: Mapping[str, Sequence[tuple[int, Match, str]]]) -> set[int]:
    return {cell[0] for cells in narrow.values() for cell in cells}


def _items(
    table: ItemTable, narrow: dict[str, list[tuple[int, Match, str]]], aside: Collection[int]
) -> tuple[Item, ...]:
    """The item columns of a sheet that is not long; beside them a single column of values is an aggregate.

    The sheet's name and the texts above must tell of items that have no group.
    """
    melt = table.vocabulary.relation.melt
    if melt is None or {melt.value, melt.group or melt.label} <= set(narrow):
        return ()
    if melt.named:
        texts = "\n".join(table.said).casefold()
        if not any(word in texts for word in melt.named):
            return ()
        if several_rows_each(table.vocabulary.relation, narrow, table.below):  # what differs is in a column, no item
            return ()
        parents = (i for i, headings in enumerate(table.columns) if table.vocabulary.knows_of_parent(headings))
        table = replace(table, named={*table.named, *aside, *parents})
    found = items(table, not melt.group or melt.group in narrow)
    if found:
        narrow.pop(melt.value, None)
    return found
