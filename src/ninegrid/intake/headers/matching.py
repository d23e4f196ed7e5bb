"""What a header cell says: which column of a relation it names, in which unit and for which year.

Which column the words alone name is found in `column_names.py`; here the heading's year, unit, bracket groups and
``--map`` are added, and headers of another measure are told apart (`Vetoed`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cache, cached_property, lru_cache

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.column_names import REMEMBERED, column_names
from ninegrid.intake.headers.heading import LETTERS, LONGEST, YEAR, Heading, key, undated
from ninegrid.intake.headers.word_lists import dropped, holds
from ninegrid.intake.headers.words import (
    not_needed,
    of_some_months,
    spaced,
    undressed,
    veto,
    without_basis,
    without_veto_words,
)
from ninegrid.intake.values.units import Unit, is_of_another_kind, time_of, unit_of
from ninegrid.model.mapping import ASIDE
from ninegrid.model.reading import How, Reason, UnitFrom
from ninegrid.model.relations import NUMERIC, Column, Relation

_EACH_YEAR = tuple(spaced(word) for word in resources.vocabulary("periods")["each_year"])


@lru_cache(maxsize=REMEMBERED)  # above a row of data stand all those above it
def _each_year(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without its years; and what is left of it without each word for every year that it holds."""
    words = spaced(undated(text))
    return words, tuple(dropped(words, word) for word in _EACH_YEAR if holds(words, word))


@dataclass(frozen=True)
class Match:
    """A column recognised by a heading. rank: how early in the column's headers it stands, mapped ones first.

    year: of a column that comes by year. dated: the year the header names, of a column that doesn't. general: whether
    the header names it in general terms, so that another does better. stage: of a rating, above 0 for what was decided,
    below for what a rater said before that.
    """

    column: Column
    rank: int
    unit: Unit | None
    year: int | None = None
    how: How = "alias"
    dated: int | None = None
    unit_from: UnitFrom = "header"
    general: bool = False
    stage: int = 0


@dataclass(frozen=True)
class Vetoed:
    """A header that names a column, but another measure of it."""

    reason: Reason
    column: Column | None = None


class Vocabulary:
    """The headers a relation's columns go by, those given with ``--map`` first."""

    def __init__(self, relation: Relation, mapping: Mapping[str, str]) -> None:
        """Index the headers of every column of the relation."""
        self.relation = relation
        self._columns: dict[str, tuple[Column, int]] = {}
        groups = relation.item_groups
        self._by_year = any(column.by_year for column in relation.columns)
        self._item_words = {header: word for header, word in mapping.items() if word in groups}
        self._items = {key(header): word for header, word in self._item_words.items()}
        self._set_aside = frozenset(key(header) for header, name in mapping.items() if name == ASIDE)
        for header, name in mapping.items():
            if name in relation.names:
                self._columns[key(header)] = (relation.column(name), -1)
        for column in relation.columns:
            for rank, header in enumerate(column.headers):
                self._columns.setdefault(key(header), (column, rank))
        self.names = column_names(relation)
        self._said: dict[tuple[tuple[Heading, ...], tuple[str, ...]], Match | Vetoed | None] = {}

    def yearly(self, said: Iterable[str]) -> Column | None:
        """The column whose years stand side by side in a sheet whose name or titles say what they are of: 历年收入."""
        if not self._by_year:
            return None
        yearly = [column for column in self.relation.columns if column.by_year]
        called = spaced(self.relation.zh), spaced(self.relation.en)
        for words, rests in map(_each_year, said):
            column = yearly[0] if words in called and len(yearly) == 1 else None
            column = column or next(filter(None, map(self.names.core, rests)), None)
            if column in yearly:
                return column
        return None

    def of_year(self, headings: Sequence[Heading], column: Column) -> Match | None:
        """A header that is a year and no more, as that year's value of a column; None for another header."""
        own = next((heading for heading in headings if not heading.joined), headings[0])
        alone = len(own.years) == 1 and not own.words and not own.group
        return Match(column, len(column.headers), None, own.years[0], "grammar") if alone else None

    def item(self, headings: Sequence[Heading], label: str = "") -> str | None:
        """The group that ``--map`` puts a column in as an item, where the relation may come with one column an item.

        label: the item's own name, which may stand for all of its columns.
        """
        texts = (*(heading.text for heading in headings), label)
        return next((self._items[k] for text in texts if (k := key(text)) in self._items), None)

    @property
    def names_items(self) -> bool:
        """Whether ``--map`` says of which group items are."""
        return bool(self._items)

    @property
    def group_of_items(self) -> Column:
        """The column of items' groups, which knows the items that ``--map`` names: 战略思维 is of potential."""
        column = self.relation.column(self.relation.melt.group if self.relation.melt else "")
        choices = {
            group: (*words, *(item for item, of in self._item_words.items() if of == group))
            for group, words in column.choices.items()
        }
        return replace(column, choices=choices)

    def knows_of_parent(self, headings: Sequence[Heading]) -> bool:
        """Whether a header names a column of the relation that the rows hang on."""
        return self._parent is not None and isinstance(self._parent.match(headings), Match)

    @cached_property
    def _parent(self) -> Vocabulary | None:
        parent = self.relation.parent
        return plain_vocabulary(resources.relation(parent[0])) if parent else None

    def may_name(self, forms: AbstractSet[str]) -> bool:
        """Whether headings of such forms may name a column; items, which any text may name, aside."""
        mapped = not self._columns.keys().isdisjoint(forms)
        return mapped or self.relation.melt is not None or self.names.holds_any(forms)

    def match(self, headings: Sequence[Heading], above: Sequence[str] = ()) -> Match | Vetoed | None:
        """What a column's header says: the column it names; that it is another measure; None for neither.

        headings: the ways to read it. above: the texts of further groups above it. Read with its group first.
        """
        asked = tuple(headings), tuple(above)
        if asked not in self._said:
            if len(self._said) >= REMEMBERED:
                self._said.clear()
            self._said[asked] = self._match(*asked)
        return self._said[asked]

    def _match(self, headings: Sequence[Heading], above: Sequence[str]) -> Match | Vetoed | None:
        if self.is_set_aside(headings):
            return Vetoed("NOT_NEEDED")
        if mapped := self._mapped(headings):
            return mapped
        found = self._said_by(headings, above)
        if isinstance(found, Match) and found.how == "grammar" and _is_not_needed(headings):
            return Vetoed("NOT_NEEDED")
        if isinstance(found, Match) and found.how != "map" and self._of_another_kind(found.column, headings):
            return Vetoed("OTHER_BASIS")
        return found

    def is_set_aside(self, headings: Sequence[Heading]) -> bool:
        """Whether a map says that the column is to be left aside."""
        return any(heading.key in self._set_aside for heading in headings)

    def _mapped(self, headings: Sequence[Heading]) -> Match | None:
        """The column that a map says, by the header with its group or by the header alone, whatever its words say."""
        for heading in sorted(headings, key=lambda one: not one.joined):
            found = self.listed(heading)
            if found and found.how == "map":
                return self.of_a_year(heading) or found
        return None

    def _of_another_kind(self, column: Column, headings: Sequence[Heading]) -> bool:
        """Whether the header's own unit can't be the column's: 存款FTP利差(%) is no amount, 贷款(笔) counts loans, and
        期限(月) is no number of years.
        """
        own = next((heading for heading in headings if not heading.joined), headings[0])
        if own.unit is None or own.key in {key(header) for header in column.headers}:
            return False
        if column.kind in ("count", "number") and (time := time_of(own.unit)) and (usual := _time_of(column.headers)):
            return time != usual
        return is_of_another_kind(own.unit, column.kind)

    def _said_by(self, headings: Sequence[Heading], above: Sequence[str]) -> Match | Vetoed | None:
        for heading in sorted(headings, key=lambda one: not one.joined):
            found = self.of_a_year(heading) or self.listed(heading) or self.in_other_words(heading)
            if found:
                alone = next((m for one in headings if not one.joined and (m := self.listed(one))), None)
                plainer = alone is not None and alone.column == found.column and found.year is None
                told = replace(alone, dated=found.dated) if alone and plainer else found
                return self._unless_vetoed(told, heading, above)
        return self._averaged_above(headings, above) or self.vetoed(headings, above)

    def _averaged_above(self, headings: Sequence[Heading], above: Sequence[str]) -> Match | None:
        """The column of averages whose stem a header is and whose basis its group says: Balance (average) · Loans."""
        own = next((heading for heading in headings if not heading.joined and heading.group), None)
        groups = [*above, own.group] if own else []
        if own is None or any(map(_veto_of_group, groups)) or not any(map(_is_average, groups)):
            return None
        column = self.names.average(own.words, "")
        if column is None:
            return None
        return Match(column, len(column.headers), self._unit(column, own), None, "grammar", None, own.unit_from)

    def _unless_vetoed(self, found: Match, heading: Heading, above: Sequence[str]) -> Match | Vetoed:
        if found.how == "map" or found.column.echoed:
            return found
        groups = [text for text in (*above, "" if heading.joined else heading.group) if text]
        for reason in map(_veto_of_group, groups):
            measured = found.column.kind in NUMERIC and found.column.measure
            if reason and (reason != "OTHER_BASIS" or measured):
                return Vetoed(reason, found.column)
        return found

    def listed(self, heading: Heading) -> Match | None:
        """The column a heading names, as the schema lists it."""
        for text, plain in ((heading.key, True), (heading.base_key, heading.base != heading.text)):
            if plain and (found := self._columns.get(text)):
                column, rank = found
                if heading.rated and column.kind != "score" and rank >= 0:
                    continue
                how: How = "map" if rank < 0 else "grammar" if heading.joined else "alias"
                return Match(column, rank, self._unit(column, heading), None, how, None, heading.unit_from)
        return None

    def in_other_words(self, heading: Heading) -> Match | None:
        """The column a heading names in another way: with words that change nothing, a year, a bracket, a basis."""
        column = self.names.named(heading.words) or self.names.half(heading) or self._of_each_year(heading)
        column = column or self.names.of_alternatives(heading)
        if (
            column is None
            or (column.kind == "year" and (heading.years or heading.unit))
            or (heading.rated and column.kind != "score")
        ):
            return None
        dated = max(heading.years, default=None)
        unit = self._unit(column, heading)
        general = self.names.only_in_general(heading.words, column)
        return Match(column, len(column.headers), unit, None, "grammar", dated, heading.unit_from, general)

    def vetoed(self, headings: Sequence[Heading], above: Sequence[str]) -> Vetoed | None:
        """Why a header that names no column is another measure of one, as far as its words say."""
        if headings and (len(headings[0].text) > LONGEST or not LETTERS.search(headings[0].text)):
            return None
        for heading in sorted(headings, key=lambda one: not one.joined):
            if column := self.names.other_basis(heading.words):
                return Vetoed(_first_reason([*above, heading.group]) or "OTHER_BASIS", column)
        own = next((heading.words for heading in headings if not heading.joined), "")
        reason = _first_reason([*above, *(heading.group for heading in headings)])
        if not reason and any(rest in not_needed() for heading in headings for rest, _ in undressed(heading.words)):
            return Vetoed("NOT_NEEDED")
        reason = reason or veto(own)
        rest = without_veto_words(own)
        column = (
            self.names.core(rest) or self.names.average(rest) or self.names.other_basis(rest)
            if rest and rest != own
            else None
        )
        if not reason and column and column.kind in ("money", "count"):
            reason = "OTHER_BASIS"
        return Vetoed(reason, column) if reason else None

    def unit(self, column: Column, headings: Sequence[Heading]) -> Unit | None:
        """The unit that a column's header says."""
        return next((unit for heading in headings if (unit := self._unit(column, heading))), None)

    def of_a_year(self, heading: Heading) -> Match | None:
        """The column and the year a heading such as ``2024年总收入(万元)`` names, for columns that come by year."""
        if not self._by_year or not heading.years or of_some_months(heading.base):
            return None
        if (
            len(set(heading.years)) == 1
            and (said := self.listed(heading))
            and said.how == "map"
            and said.column.by_year
        ):
            return replace(said, year=heading.years[0])
        text = heading.base_key
        for found in YEAR.finditer(text):
            named = self._columns.get(text[: found.start()] + text[found.end() :])
            if named and named[0].by_year:
                return Match(*named, self._unit(named[0], heading), int(found["year"]))
        column = self.names.core(heading.words) if len(set(heading.years)) == 1 else None
        column = column or self._of_each_year(heading)
        if column is None or not column.by_year:
            return None
        return Match(column, len(column.headers), self._unit(column, heading), heading.years[0], "grammar")

    def _of_each_year(self, heading: Heading) -> Column | None:
        """The rating that a year is of under a group of several years: 近三年绩效 over 2024, 2025."""
        if not heading.joined or len(set(heading.years)) != 1:
            return None
        found = next(filter(None, map(self.names.core, _each_year(heading.base)[1])), None)
        return found if found and found.kind == "score" else None

    def _unit(self, column: Column, heading: Heading) -> Unit | None:
        # A header whose brackets are part of its name, such as 有效期限(年), has no unit to apply.
        if heading.unit is None:
            return None
        if heading.base_key != heading.key and heading.key in {key(header) for header in column.headers}:
            return None
        return unit_of(heading.unit, column.kind)


def plain_vocabulary(relation: Relation) -> Vocabulary:
    """A relation's headers without any map; those of a declared relation are indexed once a process."""
    return _declared(relation.name) if relation is resources.relation(relation.name) else Vocabulary(relation, {})


@cache
def _declared(name: str) -> Vocabulary:
    return Vocabulary(resources.relation(name), {})


@cache
def _time_of(headers: tuple[str, ...]) -> str:
    """In which unit of time a column is, as its headers say in brackets: 期限（年）; "" where none does."""
    own = (Heading.read(header).unit for header in headers)
    return next((time for unit in own if unit and (time := time_of(unit))), "")


def _is_not_needed(headings: Sequence[Heading]) -> bool:
    """Whether a header is, word for word, one of those that no grid needs: Successor is no Successor for."""
    return any(heading.words in not_needed() for heading in headings if not heading.joined and not heading.years)


def _is_average(text: str) -> bool:
    return without_basis(spaced(text))[1] == "average"


def _veto_of_group(text: str) -> Reason:
    return veto(spaced(Heading.read(text).base))


def _first_reason(groups: Sequence[str]) -> Reason:
    return next((reason for text in groups if text and (reason := _veto_of_group(text))), "")
