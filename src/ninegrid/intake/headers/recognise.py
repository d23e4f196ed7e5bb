"""Which relation a sheet holds, where its header stands, and which column is where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ninegrid import resources
from ninegrid.intake.headers.candidate import Candidate
from ninegrid.intake.headers.dated import later
from ninegrid.intake.headers.header_cells import header_cells, header_texts
from ninegrid.intake.headers.header_search import best, read_rows, several_rows_each, taken_as
from ninegrid.intake.headers.heading import Heading
from ninegrid.intake.headers.laying_out import groups_over, layout_of
from ninegrid.intake.headers.layout import Aside, Field, Layout, Unread
from ninegrid.intake.headers.matching import Vocabulary
from ninegrid.intake.headers.proposals import Sheet, of_an_item
from ninegrid.intake.headers.rivals import block_of
from ninegrid.intake.headers.row_texts import Head
from ninegrid.intake.headers.units_around import unit_row
from ninegrid.messages import message
from ninegrid.model.reading import Proposal

_LIMITS = resources.vocabulary("limits")["recognition"]
_HEADER_TEXTS: int = _LIMITS["header_texts"]
_AHEAD_INCOMPLETE: int = _LIMITS["ahead_incomplete"]
_AHEAD_OF_COMPLETE: int = _LIMITS["ahead_of_complete"]
_SEVERAL_YEARS = 2


def recognise(head: Head, vocabularies: Sequence[Vocabulary], place: str, *, thin: bool = False) -> Layout | None:
    """What a sheet holds, from its first rows: the relation all of whose required columns are there, of several the
    one with most columns found; None when there is none.

    place: the sheet as named to people. thin: whether a sheet may say next to nothing but who the subjects are. Raises
    InputError when two columns of the sheet claim the same column that a row can't do without.
    """
    found = [candidate for vocabulary in vocabularies if (candidate := best(head, vocabulary, place))]
    complete = [candidate for candidate in found if not candidate.missing and (thin or not candidate.thin)]
    complete = [one for one in complete if not (one.relation.main and _says_more(found, one, head))]
    if not complete:
        return None
    chosen = _chosen(complete, head)
    form = next((c for c in found if (c.open or c.spared) and c.first <= chosen.first <= c.last), None)
    if form and form is not chosen:
        chosen = read_rows(head, form.first - 1, form.last - 1, chosen.vocabulary, place)
    if chosen.first == chosen.last and unit_row(head, chosen.last):
        chosen = read_rows(head, chosen.first - 1, chosen.last, chosen.vocabulary, place)
    same_rows = [
        read_rows(head, chosen.first - 1, chosen.last - 1, c.vocabulary, place) for c in found if c is not chosen
    ]
    main = next((v for v in vocabularies if v.relation.main and v is not chosen.vocabulary), None)
    layout = _with_proposals(layout_of(head, chosen, same_rows, place), head, chosen, main)
    return _with_open_items(layout, [chosen, *same_rows])


def unread(head: Head, vocabularies: Sequence[Vocabulary], place: str) -> Unread | None:
    """The columns of a sheet that is no relation, under the header rows that name most of one's columns, else under the
    row of most texts; None for a sheet without a row of several texts.
    """
    found = [candidate for vocabulary in vocabularies if (candidate := best(head, vocabulary, place))]
    filled = [sum(bool(text and text.strip()) for text in row) for row in head]
    if not found and max(filled, default=0) < _HEADER_TEXTS:
        return None
    at = filled.index(max(filled)) if filled else 0
    near = max(found, key=lambda c: (c.score, c.relation.main), default=None) or read_rows(
        head, at, at, vocabularies[0], place
    )
    columns = header_cells(head, near.first - 1, near.last - 1)
    headers = header_texts(head, near.first - 1, near.last - 1)
    alone = [cells[0] for cells in near.narrow.values() if len(cells) == 1]
    named = {index: Field(m.column, index, text, m.unit, how=m.how, unit_from=m.unit_from) for index, m, text in alone}
    certain = named if near.lacks_one else {}
    may_be = {index: match.column.name for cells in near.narrow.values() for index, match, _ in cells}
    alike = [near.vocabulary, *(c.vocabulary for c in found if c is not near and c.score == near.score)]
    sheets = [Sheet(vocabulary, None, {}, head[near.last :]) for vocabulary in alike]
    yearly = _by_year(vocabularies, columns)
    aside = {
        index: Aside("UNKNOWN", yearly.get(index) or (Proposal(may_be[index], "words", 100),))
        if index in may_be or index in yearly
        else _likeliest([_proposed(near.aside.get(index, Aside()), sheet, index, columns[index]) for sheet in sheets])
        for index in headers
        if index not in certain
    }
    relation = near.relation.name if certain else ""
    return Unread(near.first, near.last, headers, groups_over(head, near, headers), aside, relation, certain)


def _likeliest(found: Sequence[Aside]) -> Aside:
    """The first reason, with what several relations make of a column, the likeliest first and each meaning once."""
    near = sorted((one for aside in found for one in aside.nearest), key=lambda one: -one.nearness)
    return replace(found[0], nearest=tuple({one.meaning: one for one in reversed(near)}.values())[::-1])


def _by_year(
    vocabularies: Sequence[Vocabulary], columns: Sequence[tuple[Heading, ...]]
) -> dict[int, tuple[Proposal, ...]]:
    """By index, what columns of a year each may be that stand side by side: 2024年收入, 2025年收入."""
    found: dict[int, tuple[Proposal, ...]] = {}
    for vocabulary in vocabularies:
        meant = {
            index: column.name
            for index, headings in enumerate(columns)
            if headings and len(set(headings[0].years)) == 1
            for column in vocabulary.names.may_be(headings)
            if column.by_year
        }
        if len(meant) >= _SEVERAL_YEARS:
            for index, name in meant.items():
                found[index] = (*found.get(index, ()), Proposal(name, "years", 100))
    return found


def _with_open_items(layout: Layout, candidates: Sequence[Candidate]) -> Layout:
    """The layout with the groups that columns of a form for each of those who rate may be of."""
    near = {
        item.index: Aside("UNKNOWN", of_an_item(item.label, one.relation)) for one in candidates for item in one.open
    }
    return (
        replace(layout, aside={index: near.get(index, why) for index, why in layout.aside.items()}) if near else layout
    )


def _with_proposals(layout: Layout, head: Head, chosen: Candidate, main: Vocabulary | None) -> Layout:
    """The layout with what each column set aside may be. Of a form nothing is asked: the program wrote its headings."""
    if chosen.relation.form:
        return replace(layout, aside={index: Aside(why.reason) for index, why in layout.aside.items()})
    columns = header_cells(head, chosen.first - 1, chosen.last - 1)
    matches = {index: match for cells in chosen.narrow.values() for index, match, _ in cells}
    parent = main if chosen.relation.parent else None
    own = {index: layout.header(index) for index in layout.headers}
    sheet = Sheet(chosen.vocabulary, parent, matches, head[layout.last :], layout.groups, own)
    aside = {index: _proposed(why, sheet, index, columns[index]) for index, why in layout.aside.items()}
    return replace(layout, aside=aside)


def _proposed(why: Aside, sheet: Sheet, index: int, headings: tuple[Heading, ...]) -> Aside:
    if not headings or why.nearest or why.reason not in ("UNKNOWN", "NOT_NEEDED", "OTHER_BASIS"):
        return why
    if part := sheet.among_parts(index):
        return Aside("UNKNOWN", (part,))
    if own := sheet.of_parent(headings):
        return Aside("NOT_NEEDED", (Proposal(own.name, "words", 100),))
    if why.reason == "NOT_NEEDED":
        return why
    near = sheet.proposals(index, headings, another_basis=why.reason == "OTHER_BASIS")
    older = near and later(sheet.headers.get(index, ""), sheet.headers.values())
    return Aside("COMPARISON" if older else why.reason, near)


def _chosen(complete: Sequence[Candidate], head: Head) -> Candidate:
    """Of several relations the one with most columns found.

    The main one needs little more than an id: another that is there in full is taken before it, unless the main one
    has figures of its own or far more columns. One that the sheet is called by needs only not be far behind.
    """
    main = next((c for c in complete if c.relation.main), None)
    if main:  # ratings in columns of their own stand beside it, and are read besides
        complete = [c for c in complete if not c.spared and not _earlier_only(c, main)]
        complete = [c for c in complete if _is_a_row_a_year(c, main, head)] or complete
    first = max(complete, key=lambda c: (c.score, c.relation.main, len(c.wide)))
    others = [candidate for candidate in complete if not candidate.relation.main]
    if not first.relation.main or not others:
        return first
    called = next((c for c in others if c.items and c.relation.melt and c.relation.melt.named), None)
    if called and first.score - len(called.items) < _AHEAD_OF_COMPLETE:
        return called
    other = max(others, key=lambda c: (c.score, len(c.wide)))
    own = first.figures - other.figures - {name for name, _ in other.wide}
    return first if own or first.score - other.score >= _AHEAD_OF_COMPLETE else other


def _is_a_row_a_year(candidate: Candidate, main: Candidate, head: Head) -> bool:
    """Whether a sheet of no period has several rows of a subject, and years that tell them apart: a history."""
    relation, own = candidate.relation, main.relation
    yearly = any(relation.column(name).kind == "year" and name in candidate.narrow for name in relation.key)
    dated = any(own.column(name).kind == "period" and name in main.narrow for name in own.key)
    if relation.main or candidate.first != main.first or not yearly or dated:
        return False
    return several_rows_each(own, main.narrow, head[main.last :])


def _says_more(found: Sequence[Candidate], main: Candidate, head: Head) -> bool:
    """Whether a sheet whose subjects stand in several rows each says more of another relation, though not all of it:
    answers of raters, of whom a column is missing, are no list of employees.
    """
    others = [c for c in found if c.missing and c.score - main.score >= _AHEAD_INCOMPLETE and c.first == main.first]
    return bool(others) and not main.figures and several_rows_each(main.relation, main.narrow, head[main.last :])


def _earlier_only(candidate: Candidate, main: Candidate) -> bool:
    """Whether it has nothing but earlier years of columns that the main relation has of now; they are read besides.

    A column that a map gives to a year is of that year alone, and not of now.
    """
    yearly = {index for cells in candidate.wide.values() for index, match, _ in cells if match.how == "map"}
    of_now = {name for name, cells in main.narrow.items() if not yearly.issuperset(index for index, _, _ in cells)}
    years = {name for name, _ in candidate.wide}
    return candidate.by_year and years <= of_now and candidate.relation.parent is not None


def with_relation(layout: Layout, head: Head, vocabulary: Vocabulary, place: str) -> Layout:
    """The layout with a further relation that the same header rows name in full, its items apart; else as it was."""
    found = best(head, vocabulary, place)
    if found is None or found.first != layout.first or layout.relation == found.relation:
        return layout
    items_at = {f.index for block in layout.blocks for f in block.items}
    narrow = {
        name: free for name, cells in found.narrow.items() if (free := tuple(c for c in cells if c[0] not in items_at))
    }
    for column in found.relation.columns:
        if column.name_from in narrow:
            narrow.setdefault(column.name, tuple(taken_as(column, narrow[column.name_from])))
    found = replace(found, narrow=narrow, wide={})
    if found.missing:
        return layout
    notices = [*layout.notices, message("intake.within_sheet", place=place, relation=found.relation)]
    block, _ = block_of(found, {}, place, notices)
    used = {f.index for f in block.fields}
    ignored = {index: header for index, header in layout.ignored.items() if index not in used}
    aside = {index: why for index, why in layout.aside.items() if index not in used}
    return replace(layout, blocks=(*layout.blocks, block), ignored=ignored, aside=aside, notices=tuple(notices))
