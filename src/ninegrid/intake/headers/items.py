"""Sheets with one column an item: which columns those are, and what their headers say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.averaged import averaged
from ninegrid.intake.headers.heading import Heading, key
from ninegrid.intake.headers.matching import Vocabulary
from ninegrid.intake.headers.sides import said_by, sides
from ninegrid.model.relations import Relation

_EDGES = " \t\n-_—–/:|·.、,;()[]【】"
_LONGEST_MARK: int = resources.vocabulary("limits")["recognition"]["mark_letters"]


@dataclass(frozen=True)
class Item:
    """A column that holds one item's values. group: the word its header says, None where another column says it.

    mapped: whether it was named by hand. by: who rated, of a form with a column for each of those who do.
    """

    index: int
    header: str
    label: str | None
    group: str | None
    mapped: bool = False
    by: str = ""


@dataclass(frozen=True)
class ItemTable:
    """A table whose items are looked for. columns: the ways to read each column's header. below: the rows under it.

    vocabulary: of its relation. named: columns with a name of their own. said: the sheet's name and the texts above its
    header.
    """

    columns: Sequence[tuple[Heading, ...]]
    below: Sequence[Sequence[str | None]]
    vocabulary: Vocabulary
    named: Collection[int]
    said: Sequence[str] = ()

    @property
    def words(self) -> Mapping[str, str]:
        """The words that say a group, and the group each stands for."""
        return _words(self.vocabulary.relation)


def items(table: ItemTable, grouped: bool) -> tuple[Item, ...]:
    """The columns nobody named that hold items, for a relation that may come so.

    grouped: whether a column says each row's group, or there are none; then every column of numbers is an item, else
    those whose header says a group.
    """
    melt = table.vocabulary.relation.melt
    if melt is None:
        return ()
    found = tuple(item for item in _sided(table) if item.group) or _averaged(table)
    if found:
        return found
    plain: list[Item] = []
    for index, headings in enumerate(table.columns):
        if not headings or index in table.named:
            continue
        given = table.vocabulary.item(headings)
        below = table.below
        item = _grouped(index, headings, below) if grouped else _by_word(index, headings, table.words, below)
        if given:
            item = Item(index, headings[0].text, headings[0].text.strip(), given, True)
        if item and (given or key(item.label or "") not in {key(word) for word in melt.aside}):
            plain.append(item)
    return tuple(plain)


def _averaged(table: ItemTable) -> tuple[Item, ...]:
    """The columns whose mean is a group's score, on a sheet that says who rated: those beside 潜力得分 in 潜力测评."""
    columns, vocabulary, words = table.columns, table.vocabulary, table.words
    by = said_by(table.said, vocabulary.relation)
    if by is None:
        return ()
    known = {i for i, headings in enumerate(columns) if not headings or vocabulary.knows_of_parent(headings)}
    free = {*range(len(columns))} - known - {*table.named}
    for index, headings in enumerate(columns):
        group = next((words[at[2]] for h in headings if (at := min(_said(_plain(h.text), words), default=None))), None)
        if group and (parts := averaged(index, free, table.below)):
            return tuple(Item(i, columns[i][-1].text, columns[i][-1].text.strip(), group, by=by) for i in parts)
    return ()


def open_items(table: ItemTable) -> tuple[Item, ...]:
    """The columns of those who rate, one each, whose group nothing says."""
    return tuple(item for item in _sided(table) if not item.group)


def _sided(table: ItemTable) -> Iterator[Item]:
    """The columns of a form with one for each of those who rate, with the group that is told: by hand, by their own
    header, or by the sheet's name and titles where they say one only.
    """
    vocabulary, words = table.vocabulary, table.words
    plain = _plain("\n".join(table.said))
    told = {words[word] for word in words if word in plain}
    whole = told.pop() if len(told) == 1 else None if told else _called(vocabulary.relation, plain)
    for index, side in sides(table.columns, table.below, vocabulary.relation, table.named).items():
        headings = table.columns[index]
        given = vocabulary.item(headings, side.label or "")
        own = next((at for heading in headings if (at := min(_said(_plain(heading.text), words), default=None))), None)
        label = _label(_without(side.label, words)) if side.label else None
        yield Item(
            index,
            headings[-1 if headings[0].joined else 0].text,
            label,
            given or (words[own[2]] if own else whole),
            given is not None,
            side.by,
        )


def _called(relation: Relation, plain: str) -> str | None:
    """The group that a form is of by what its kind is called, where no other word of a title says it: 考核结果."""
    called: Mapping[str, Sequence[str]] = resources.vocabulary("items")["called"]
    found = [
        group for group, words in called.items() if group in relation.item_groups and any(w in plain for w in words)
    ]
    return found[0] if len(found) == 1 else None


def _without(label: str, words: Mapping[str, str]) -> str:
    """An item's name without the word of a group that is all that is said before it: 绩效-目标达成."""
    plain = unicodedata.normalize("NFKC", label)
    lead = next((word for word in words if plain.casefold().startswith(word) and plain[len(word) :][:1] in _EDGES), "")
    return plain[len(lead) :]


def _words(relation: Relation) -> Mapping[str, str]:
    """What headers may say of a group, longest first, and the group's canonical word."""
    return _by_form(tuple(relation.item_groups.items()))


@lru_cache(maxsize=64)
def _by_form(groups: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, str]:
    words = {_plain(form): word for word, forms in groups for form in (word, *forms)}
    return dict(sorted(words.items(), key=lambda pair: -len(pair[0])))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _column(below: Sequence[Sequence[str | None]], index: int) -> list[str]:
    cells = (row[index] for row in below if index < len(row))
    return [text.strip() for text in cells if text and text.strip()]


def _grouped(index: int, headings: tuple[Heading, ...], below: Sequence[Sequence[str | None]]) -> Item | None:
    text, marks = headings[-1].text.strip(), _column(below, index)
    return Item(index, text, text, None) if marks and all(map(_is_number, marks)) else None


def _by_word(
    index: int, headings: tuple[Heading, ...], words: Mapping[str, str], below: Sequence[Sequence[str | None]]
) -> Item | None:
    """The first reading that says a group; a column of remarks is no item."""
    for heading in headings:
        plain = _plain(heading.text)
        if said := min(_said(plain, words), default=None):
            if any(len(mark) > _LONGEST_MARK and not _is_number(mark) for mark in _column(below, index)):
                return None
            at, _, word = said
            rest = f"{heading.text[:at]}{heading.text[at + len(word) :]}" if len(plain) == len(heading.text) else plain
            return Item(index, heading.text, _label(rest), words[word])
    return None


def _said(plain: str, words: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Where each word stands, how long it is (longest first), and the word."""
    for word in words:
        if (at := plain.find(word)) >= 0:
            yield at, -len(word), word


def _label(rest: str) -> str | None:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", rest)).strip(_EDGES) or None


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "").rstrip("%"))
    except ValueError:
        return False
    return True
