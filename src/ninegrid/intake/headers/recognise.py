"""Which relation a sheet holds, where its header stands, and which column is where."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ninegrid.intake.headers.header_rows import Head, groups_above, header_cells, header_forms, is_data, is_group_row
from ninegrid.intake.headers.heading import Heading, key, years_of
from ninegrid.intake.headers.items import Item, items, open_items
from ninegrid.intake.headers.layout import Aside, Block, Field, Layout, Unread
from ninegrid.intake.headers.matching import Match, Vetoed, Vocabulary
from ninegrid.intake.headers.proposals import Sheet, of_an_item
from ninegrid.intake.headers.with_values import matched
from ninegrid.intake.places import cell_name
from ninegrid.intake.values.scales import Scale, scale_in, scales_in_lines
from ninegrid.intake.values.units import Unit, is_unit, unit_lines, unit_of
from ninegrid.messages import Message, message
from ninegrid.model.errors import InputError
from ninegrid.model.reading import Evidence, How, Proposal, UnitFrom
from ninegrid.model.relations import NUMERIC, Column, Kind, Relation

_STRENGTH: tuple[How, ...] = ("map", "alias", "grammar", "values", "none")
_ENOUGH = 2  # columns besides the key without which a sheet of the main relation says next to nothing
_CLEARLY = 4  # columns that say which relation a sheet is of, though a required one is missing
_FAR_MORE = 3  # columns by which the main relation must be ahead of another that is there in full


@dataclass(frozen=True)
class Candidate:
    """A pair of header rows read with a relation's vocabulary. open: items whose group nothing says."""

    vocabulary: Vocabulary
    first: int
    last: int
    narrow: Mapping[str, tuple[tuple[int, Match, str], ...]]
    wide: Mapping[tuple[str, int], tuple[tuple[int, Match, str], ...]]
    items: tuple[Item, ...] = ()
    aside: Mapping[int, Aside] = field(default_factory=dict)
    open: tuple[Item, ...] = ()

    @property
    def relation(self) -> Relation:
        """The relation whose headers were looked for."""
        return self.vocabulary.relation

    @property
    def score(self) -> int:
        """How many canonical columns were found."""
        return len({*self.narrow, *(name for name, _ in self.wide), *self.melted})

    @property
    def melted(self) -> frozenset[str]:
        """The columns that items give."""
        melt = self.relation.melt
        if melt is None or not self.items:
            return frozenset()
        by = melt.by if all(item.by for item in self.items) else ""
        return frozenset(filter(None, (melt.value, melt.label, melt.group, by)))

    @property
    def spared(self) -> tuple[str, ...]:
        """The required columns that a form with a column for each of those who rate goes without."""
        melt = self.relation.melt
        return melt.spared if melt and melt.by in self.melted else ()

    @property
    def assumed(self) -> dict[str, str]:
        """Columns that a form with items mapped by hand may leave unsaid, and what is taken."""
        if not any(item.mapped for item in self.items):
            return {}
        known = {*self.narrow, *self.melted}
        return {c.name: c.assumed for c in self.relation.columns if c.assumed and c.name not in known}

    @property
    def told_items(self) -> int:
        """How much the headers say of items: of two header rows, one alone says less."""
        return sum(1 + bool(item.label) for item in (*self.items, *self.open))

    @property
    def missing(self) -> tuple[str, ...]:
        """Required columns that were not found; of a relation by years that has none of its figures, the first."""
        found = {*self.narrow, *self.melted, *self.assumed, *self.spared}
        lacks = tuple(n for n in self.relation.needed if not found.intersection((n, *self.relation.column(n).instead)))
        yearly = [column.name for column in self.relation.columns if column.by_year]
        lacks += tuple(yearly[:1] if yearly and not found.intersection(yearly) and yearly[0] not in lacks else ())
        return () if lacks and self.by_year else lacks

    @property
    def lacks_one(self) -> bool:
        """Whether a single required column is missing beside several that are there."""
        return len(self.missing) == 1 and self.score >= _CLEARLY

    @property
    def thin(self) -> bool:
        """Whether it is of the main relation and says next to nothing but who the subjects are."""
        own = [self.relation.column(name) for name in self.narrow if name not in self.relation.key]
        return self.relation.main and len(own) < _ENOUGH and not self.figures

    @property
    def figures(self) -> frozenset[str]:
        """The columns of figures that were found."""
        return frozenset(name for name in self.narrow if self.relation.column(name).kind in NUMERIC)

    @property
    def by_year(self) -> bool:
        """Whether what is required is there in a column for each year."""
        years = {name for name, _ in self.wide}
        yearly = {c.name for c in self.relation.columns if c.by_year or c.kind == "year"}
        values = {c.name for c in self.relation.columns if c.by_year and c.required}
        return bool(years) and values <= years and set(self.relation.required) - yearly <= set(self.narrow)


def best(head: Head, vocabulary: Vocabulary, place: str = "") -> Candidate | None:
    """The header rows that name most of a relation's columns, the uppermost of equals; None when no cell names any.

    place: the names of file and sheet, which may say the year the figures are of.
    """
    found = [candidate for candidate in _candidates(head, vocabulary, place) if candidate.score]
    if not found:
        return None
    return min(found, key=lambda c: (bool(c.missing), -c.score, -c.told_items, c.last - c.first, c.first))


def _candidates(head: Head, vocabulary: Vocabulary, place: str) -> Iterator[Candidate]:
    for row in range(len(head)):
        if not any(head[row]) or is_data(head[row]):
            continue
        two = row + 1 < len(head) and any(head[row + 1]) and not is_data(head[row + 1])
        lasts = [row, row + 1] if two else [row]
        if row and is_group_row(head[row - 1]) and not is_data(head[row - 1]):
            lasts = lasts[1:]  # it is read together with the row of groups above it
        for last in lasts:
            if vocabulary.may_name(header_forms(head, row, last)):
                yield _read(head, row, last, vocabulary, place)


def _read(head: Head, first: int, last: int, vocabulary: Vocabulary, place: str) -> Candidate:
    narrow: dict[str, list[tuple[int, Match, str]]] = {}
    wide: dict[tuple[str, int], list[tuple[int, Match, str]]] = {}
    aside: dict[int, Aside] = {}
    columns = header_cells(head, first, last)
    above = groups_above(head, first)
    years = years_of(place, *(text for row in head[:first] for text in row if text))
    said = [place.rpartition(" › ")[2], *(text for row in head[:first] for text in row if text)]
    found = matched(columns, above, head[last + 1 :], vocabulary, years, said)
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
        if column.kind == "year" and column.name not in narrow and column.stand_in in narrow:
            narrow[column.name] = _standing_in(column, narrow.pop(column.stand_in))
    melt = vocabulary.relation.melt
    if melt and melt.group and melt.group not in narrow and melt.label in narrow and vocabulary.names_items:
        narrow[melt.group] = _standing_in(vocabulary.told_by_items, narrow[melt.label], "map")
    side_by_side = _items(columns, head[last + 1 :], vocabulary, narrow, _no_items(aside), said)
    taken = {*(cell[0] for cells in narrow.values() for cell in cells), *(item.index for item in side_by_side)}
    return Candidate(
        vocabulary,
        first + 1,
        last + 1,
        {name: tuple(found) for name, found in narrow.items()},
        {name: tuple(found) for name, found in wide.items()},
        side_by_side,
        {index: why for index, why in aside.items() if index not in {item.index for item in side_by_side}},
        open_items(columns, head[last + 1 :], vocabulary, taken, said),
    )


def _standing_in(
    column: Column, cells: Sequence[tuple[int, Match, str]], how: How | None = None
) -> list[tuple[int, Match, str]]:
    """The cells of another column as that one's. how: how it is known, where that isn't how the other one is."""
    return [(index, replace(match, column=column, how=how or match.how), text) for index, match, text in cells]


def _no_items(aside: Mapping[int, Aside]) -> list[int]:
    """The columns set aside that can't be items: 目标导向 may be one, whatever its first word."""
    return [index for index, why in aside.items() if why.nearest or why.reason in ("NOT_NEEDED", "RANK")]


def _items(
    columns: Sequence[tuple[Heading, ...]],
    below: Head,
    vocabulary: Vocabulary,
    narrow: dict[str, list[tuple[int, Match, str]]],
    aside: Collection[int],
    said: Sequence[str],
) -> tuple[Item, ...]:
    """The item columns of a sheet that is not long; beside them a single column of values is an aggregate.

    said: the sheet's name and the texts above, which must tell of items that have no group.
    """
    melt = vocabulary.relation.melt
    if melt is None or {melt.value, melt.group or melt.label} <= set(narrow):
        return ()
    named = {cell[0] for cells in narrow.values() for cell in cells}
    if melt.named:
        if not any(word in text.casefold() for word in melt.named for text in said):
            return ()
        named |= {*aside, *(i for i, headings in enumerate(columns) if vocabulary.knows_of_parent(headings))}
    found = items(columns, below, vocabulary, named, not melt.group or melt.group in narrow, said)
    if found:
        narrow.pop(melt.value, None)
    return found


def _at(row: Sequence[str | None], index: int) -> str | None:
    text = row[index] if index < len(row) else None
    return text.strip() or None if text else None


def recognise(head: Head, vocabularies: Sequence[Vocabulary], place: str, *, thin: bool = False) -> Layout | None:
    """What a sheet holds, from its first rows: the relation all of whose required columns are there, of several the
    one with most columns found; None when there is none.

    place: the sheet as named to people. thin: whether a sheet may say next to nothing but who the subjects are. Raises
    InputError when two columns of the sheet claim the same column that a row can't do without.
    """
    found = [candidate for vocabulary in vocabularies if (candidate := best(head, vocabulary, place))]
    complete = [candidate for candidate in found if not candidate.missing and (thin or not candidate.thin)]
    if not complete:
        return None
    chosen = _chosen(complete)
    form = next((c for c in found if (c.open or c.spared) and c.first <= chosen.first <= c.last), None)
    if form and form is not chosen:
        chosen = _read(head, form.first - 1, form.last - 1, chosen.vocabulary, place)
    if chosen.first == chosen.last and _unit_row(head, chosen.last):
        chosen = _read(head, chosen.first - 1, chosen.last, chosen.vocabulary, place)
    same_rows = [_read(head, chosen.first - 1, chosen.last - 1, c.vocabulary, place) for c in found if c is not chosen]
    main = next((v for v in vocabularies if v.relation.main and v is not chosen.vocabulary), None)
    layout = _with_proposals(_layout(head, chosen, same_rows, place), head, chosen, main)
    return _with_open_items(layout, [chosen, *same_rows])


def unread(head: Head, vocabularies: Sequence[Vocabulary], place: str) -> Unread | None:
    """The columns of a sheet that is no relation, under the header rows that name most of one's columns, else under the
    row of most texts; None for a sheet without a row of several texts.
    """
    found = [candidate for vocabulary in vocabularies if (candidate := best(head, vocabulary, place))]
    filled = [sum(bool(text and text.strip()) for text in row) for row in head]
    if not found and max(filled, default=0) < _ENOUGH:
        return None
    at = filled.index(max(filled)) if filled else 0
    near = max(found, key=lambda c: (c.score, c.relation.main), default=None) or _read(
        head, at, at, vocabularies[0], place
    )
    columns = header_cells(head, near.first - 1, near.last - 1)
    rows = head[near.first - 1 : near.last]
    headers = {i: texts for i in range(len(columns)) if (texts := tuple(t for row in rows if (t := _at(row, i))))}
    alone = [cells[0] for cells in near.narrow.values() if len(cells) == 1]
    named = {index: Field(m.column, index, text, m.unit, how=m.how, unit_from=m.unit_from) for index, m, text in alone}
    certain = named if near.lacks_one else {}
    may_be = {index: match.column.name for cells in near.narrow.values() for index, match, _ in cells}
    sheet = Sheet(near.vocabulary, None, {}, head[near.last :])
    aside = {
        index: Aside("UNKNOWN", (Proposal(may_be[index], "words", 100),))
        if index in may_be
        else _proposed(near.aside.get(index, Aside()), sheet, index, columns[index])
        for index in headers
        if index not in certain
    }
    relation = near.relation.name if certain else ""
    return Unread(near.first, near.last, headers, _groups(head, near, headers), aside, relation, certain)


def _with_open_items(layout: Layout, candidates: Sequence[Candidate]) -> Layout:
    """The layout with the groups that columns of a form for each of those who rate may be of."""
    near = {
        item.index: Aside("UNKNOWN", of_an_item(item.label, one.relation)) for one in candidates for item in one.open
    }
    return (
        replace(layout, aside={index: near.get(index, why) for index, why in layout.aside.items()}) if near else layout
    )


def _with_proposals(layout: Layout, head: Head, chosen: Candidate, main: Vocabulary | None) -> Layout:
    """The layout with what each column set aside may be."""
    columns = header_cells(head, chosen.first - 1, chosen.last - 1)
    matches = {index: match for cells in chosen.narrow.values() for index, match, _ in cells}
    parent = main if chosen.relation.parent else None
    own = {index: layout.header(index) for index in layout.headers}
    sheet = Sheet(chosen.vocabulary, parent, matches, head[layout.last :], layout.groups, own)
    aside = {index: _proposed(why, sheet, index, columns[index]) for index, why in layout.aside.items()}
    return replace(layout, aside=aside)


def _proposed(why: Aside, sheet: Sheet, index: int, headings: tuple[Heading, ...]) -> Aside:
    if not headings or why.nearest or why.reason not in ("UNKNOWN", "NOT_NEEDED"):
        return why
    if part := sheet.among_parts(index):
        return Aside("UNKNOWN", (part,))
    if own := sheet.of_parent(headings):
        return Aside("NOT_NEEDED", (Proposal(own.name, "words", 100),))
    return why if why.reason == "NOT_NEEDED" else Aside(why.reason, sheet.proposals(index, headings))


def _chosen(complete: Sequence[Candidate]) -> Candidate:
    """Of several relations the one with most columns found.

    The main one needs little more than an id: another that is there in full is taken before it, unless the main one
    has figures of its own or far more columns. One that the sheet is called by needs only not be far behind.
    """
    main = next((c for c in complete if c.relation.main), None)
    if main:  # ratings in columns of their own stand beside it, and are read besides
        complete = [c for c in complete if not c.spared and not _earlier_only(c, main)]
    first = max(complete, key=lambda c: (c.score, c.relation.main, len(c.wide)))
    others = [candidate for candidate in complete if not candidate.relation.main]
    if not first.relation.main or not others:
        return first
    called = next((c for c in others if c.items and c.relation.melt and c.relation.melt.named), None)
    if called and first.score - len(called.items) < _FAR_MORE:
        return called
    other = max(others, key=lambda c: (c.score, len(c.wide)))
    own = first.figures - other.figures - {name for name, _ in other.wide}
    return first if own or first.score - other.score >= _FAR_MORE else other


def _earlier_only(candidate: Candidate, main: Candidate) -> bool:
    """Whether it has nothing but earlier years of columns that the main relation has of now; they are read besides."""
    years = {name for name, _ in candidate.wide}
    return candidate.by_year and years <= main.narrow.keys() and candidate.relation.parent is not None


def _layout(head: Head, chosen: Candidate, others: list[Candidate], place: str) -> Layout:
    above = head[: chosen.first - 1]
    line = unit_lines([text for row in above for text in row if text])
    over = _units_above(above[-1] if above else [])
    notices: list[Message] = []
    below = head[chosen.last :]
    block, rivals = _block(chosen, line, place, notices, below)
    blocks = [_below(block, chosen, over)]
    taken = {f.index for f in blocks[0].fields}
    for other in sorted(others, key=lambda c: -len({name for name, _ in c.wide})):
        extra = _free_years(other, taken)
        if extra and extra.by_year:
            block, _ = _block(extra, line, place, notices, below)
            taken |= {f.index for f in block.fields if f.year is not None}
            blocks.append(block)
        elif beside := _beside(other, taken):
            block, _ = _block(beside, line, place, notices, below)
            taken |= {f.index for f in block.items}
            blocks.append(block)
    used = {f.index for block in blocks for f in block.fields}
    read = {cell_name(index, chosen.last) for index in used}
    notices = [n for n in notices if n.code != "intake.preferred" or n.values["there"] not in read]
    rows = head[chosen.first - 1 : chosen.last]
    width = max(len(row) for row in rows)
    headers = {i: tuple(text for row in rows if (text := _at(row, i))) for i in range(width)}
    declared = _declared(chosen.relation, above)
    return Layout(
        chosen.first,
        chosen.last + _unit_row(head, chosen.last),
        tuple(_with_scales(block, headers, declared) for block in blocks),
        headers,
        tuple(text.strip() for row in head[: chosen.first - 1] for text in row if text and text.strip()),
        {i: " ".join(texts) for i, texts in headers.items() if texts and i not in used},
        tuple(notices),
        _groups(head, chosen, headers),
        {i: rivals.get(i) or chosen.aside.get(i) or Aside() for i, texts in headers.items() if texts and i not in used},
    )


def _declared(relation: Relation, above: Head) -> dict[str, Scale]:
    """The rating scales that the lines above a header declare, by column of the relation."""
    scores = {c.name: tuple(key(label) for label in (c.zh, c.en)) for c in relation.columns if c.kind == "score"}
    return scales_in_lines((text for row in above for text in row if text), scores) if scores else {}


def _with_scales(block: Block, headers: Mapping[int, tuple[str, ...]], declared: Mapping[str, Scale]) -> Block:
    """The block whose scores have the rating scale that their own header, or a line above, declares."""
    if not any(f.column.kind == "score" for f in block.fields):
        return block
    return replace(block, fields=tuple(_scaled(f, " ".join(headers.get(f.index, ())), declared) for f in block.fields))


def _scaled(field: Field, header: str, declared: Mapping[str, Scale]) -> Field:
    if field.column.kind != "score" or field.unit is not None:
        return field
    if own := unit_of(Heading.read(field.header).unit or "", "score"):
        return replace(field, unit=own, unit_from="header")
    scale = scale_in(header)
    unit_from: UnitFrom = "header" if scale else "unit_line"
    scale = scale or declared.get(field.name if field.item is None else field.column.name)
    return replace(field, unit=Unit(scale.text, 0, scale=scale), unit_from=unit_from) if scale else field


def _groups(head: Head, chosen: Candidate, headers: Mapping[int, tuple[str, ...]]) -> dict[int, str]:
    """The text of the upper header row over each column, carried right over the empty cells of a merged group."""
    if chosen.first == chosen.last:
        return {}
    found: dict[int, str] = {}
    group: str | None = None
    for index in headers:
        group = _at(head[chosen.first - 1], index) or group
        if group and _at(head[chosen.last - 1], index):
            found[index] = group
    return found


def _units_above(row: Sequence[str | None]) -> dict[int, str]:
    """The unit over each column that the row above a header gives: ``收入与成本（万元）`` or a bare ``万元``.

    It is carried right over the empty cells of a merged group. A row with one text is a title or a unit line.
    """
    texts = [text for text in row if text and text.strip()]
    found: dict[int, str] = {}
    unit: str | None = None
    for index, text in enumerate(row):
        if text and text.strip():
            unit = text.strip() if is_unit(text) else Heading.read(text).unit
        if unit:
            found[index] = unit
    return found if len(texts) > 1 or (texts and row[0] is None and not is_unit(texts[0])) else {}


def _below(block: Block, chosen: Candidate, over: Mapping[int, str]) -> Block:
    """The block with the units of the row above, for columns whose own header has none."""
    matches = (match for found in (*chosen.narrow.values(), *chosen.wide.values()) for match in found)
    own = {index for index, match, _ in matches if match.unit}
    told = {f.index: unit_of(over[f.index], f.column.kind) for f in block.fields if f.index in over}
    fields = (
        replace(f, unit=unit, unit_from="group") if f.index not in own and (unit := told.get(f.index)) else f
        for f in block.fields
    )
    return replace(block, fields=tuple(fields))


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
        if column.stand_in in narrow:
            narrow.setdefault(column.name, tuple(_standing_in(column, narrow[column.stand_in])))
    found = replace(found, narrow=narrow, wide={})
    if found.missing:
        return layout
    notices = [*layout.notices, message("intake.within_sheet", place=place, relation=found.relation)]
    block, _ = _block(found, {}, place, notices)
    used = {f.index for f in block.fields}
    ignored = {index: header for index, header in layout.ignored.items() if index not in used}
    aside = {index: why for index, why in layout.aside.items() if index not in used}
    return replace(layout, blocks=(*layout.blocks, block), ignored=ignored, aside=aside, notices=tuple(notices))


def _unit_row(head: Head, last: int) -> int:
    """1 when the row below the header holds only units, else 0."""
    below = [text for text in head[last] if text and text.strip()] if last < len(head) else []
    return int(bool(below) and all(is_unit(text) for text in below))


def _free_years(candidate: Candidate, taken: set[int]) -> Candidate | None:
    """The candidate without the year columns that another relation took, and without its one-year columns."""
    wide = {k: free for k, cells in candidate.wide.items() if (free := tuple(c for c in cells if c[0] not in taken))}
    if not wide:
        return None
    keep = {k: v for k, v in candidate.narrow.items() if k in candidate.relation.key}
    return Candidate(candidate.vocabulary, candidate.first, candidate.last, keep, wide)


def _beside(candidate: Candidate, taken: set[int]) -> Candidate | None:
    """The candidate as what a sheet of another relation holds besides: its key, and its items by those who rate."""
    items = tuple(item for item in candidate.items if item.index not in taken)
    parent = candidate.relation.parent
    if not candidate.spared or not items or parent is None or parent[1] not in candidate.narrow:
        return None
    found = replace(candidate, narrow={parent[1]: candidate.narrow[parent[1]]}, wide={}, items=items)
    return None if found.missing else found


def _block(
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

    InputError where a row can't do without it.
    """
    best = _best(cells, below)
    index, match, header = best[0]
    if len(best) > 1:
        return _undecided(best, candidate, place, notices, aside)
    for other, rival, text in cells:
        if other != index:
            here, there = (cell_name(i, candidate.last) for i in (index, other))
            older = match.dated and rival.dated and rival.dated < match.dated
            near = (Proposal(match.column.name, "words", 100, header),)
            aside[other] = Aside("COMPARISON" if older else "TAKEN", near)
            told = {"column": match.column.name, "here": here, "header": header, "there": there, "text": text}
            if rival.how != "values":  # of a header that may mean it there is nothing to say
                notices.append(message("intake.preferred", place=place, **told))
    unit = match.unit or line.get(match.column.kind)
    unit_from: UnitFrom = match.unit_from if match.unit else "unit_line"
    return [Field(match.column, index, header, unit, match.year, None, match.how, unit_from)]


def _best(cells: tuple[tuple[int, Match, str], ...], below: Head) -> list[tuple[int, Match, str]]:
    """Of the columns that say the same, those that say it best: the strongest, then of the latest year, then the first
    of those whose cells are the same.
    """
    strongest = min(_STRENGTH.index(match.how) for _, match, _ in cells)
    best = [cell for cell in cells if _STRENGTH.index(cell[1].how) == strongest]
    latest = max(cell[1].dated or 0 for cell in best)
    best = [cell for cell in best if (cell[1].dated or latest) == latest]
    columns = [[_at(row, index) for row in below] for index, _, _ in best]
    return best[:1] if any(columns[0]) and all(column == columns[0] for column in columns) else best


def _undecided(
    cells: list[tuple[int, Match, str]],
    candidate: Candidate,
    place: str,
    notices: list[Message],
    aside: dict[int, Aside],
) -> list[Field]:
    column = cells[0][1].column
    (here, header), (there, text) = ((cell_name(index, candidate.last), name) for index, _, name in cells[:2])
    told = {"column": column.name, "here": here, "header": header, "there": there, "text": text}
    if column.name in candidate.relation.needed or cells[0][1].year is not None:
        raise InputError("intake.two_headers", place=place, **told)
    notices.append(message("intake.undecided", place=place, **told))
    for index, _, _ in cells:
        others = ", ".join(name for other, _, name in cells if other != index)
        aside[index] = Aside("AMBIGUOUS", (Proposal(column.name, "words", 100, others),))
    return []
