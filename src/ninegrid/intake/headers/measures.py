"""Sheets with a column for each measure: 目标 above 存款, 贷款, 中收; 存款 above 1月 to 12月; 存款目标."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.column_names import column_names
from ninegrid.intake.headers.heading import LETTERS, Heading
from ninegrid.intake.headers.matching import Match, Vetoed, Vocabulary
from ninegrid.intake.headers.row_texts import text_at
from ninegrid.intake.headers.with_values import Below, is_number, texts_of
from ninegrid.intake.headers.words import spaced, suits, undressed
from ninegrid.intake.values.units import Unit, unit_of
from ninegrid.model.reading import UnitFrom
from ninegrid.model.relations import NUMERIC, Column, Kind, Measured


@dataclass(frozen=True)
class Measure:
    """A column that holds a figure of one measure. choice: the measure, as the schema calls it."""

    index: int
    header: str
    column: Column
    choice: str
    kind: Kind
    unit: Unit | None
    unit_from: UnitFrom


@dataclass(frozen=True)
class Measures:
    """The columns of a sheet that hold measures. unit: the column that names whom they are of, and of which level, of a
    sheet that says it in its header (分行); None where it has columns of both.
    """

    figures: tuple[Measure, ...]
    whose: tuple[int, str] | None = None


def measures(
    columns: Sequence[tuple[Heading, ...]],
    above: Mapping[int, tuple[str, ...]],
    below: Below,
    vocabulary: Vocabulary,
    found: Mapping[int, Match | Vetoed],
) -> Measures | None:
    """The columns whose headers say a measure and a figure of it (目标, 基数, a month); None where there are none.

    found: what each header says by itself.
    """
    measured = vocabulary.relation.measured
    named = {one.column.name for one in found.values() if isinstance(one, Match)}
    if measured is None or measured.metric in named:
        return None
    words = _Words(vocabulary, measured)
    each = (words.measure(index, headings, above.get(index, ()), below) for index, headings in enumerate(columns))
    figures = tuple(one for one in each if one)
    if not figures:
        return None
    if {measured.level, measured.name} <= named:
        return Measures(figures)
    left = [i for i, headings in enumerate(columns) if headings and i not in {one.index for one in figures}]
    left = [i for i in left if not _is_aside(found.get(i))]
    level = words.level(columns[left[0]]) if len(left) == 1 else None
    return Measures(figures, (left[0], level)) if level else None


def without_groups(found: Mapping[int, Match | Vetoed], below: Below) -> dict[int, Match | Vetoed]:
    """What was found without figures that have words right below: those are a group, and its columns stand there."""
    first = below[0] if below else ()
    return {
        index: one
        for index, one in found.items()
        if not (isinstance(one, Match) and one.column.kind in NUMERIC and _is_word(text_at(first, index)))
    }


def _is_word(text: str | None) -> bool:
    return text is not None and LETTERS.search(text) is not None and not any(map(str.isdigit, text))


def _is_aside(match: Match | Vetoed | None) -> bool:
    return isinstance(match, Vetoed) and match.reason == "NOT_NEEDED"


class _Words:
    """What headers may say of the measures of a relation."""

    def __init__(self, vocabulary: Vocabulary, measured: Measured) -> None:
        relation = vocabulary.relation
        self._vocabulary, self._measured = vocabulary, measured
        self._figures = frozenset(measured.figures)
        self._choices = _by_form(relation.column(measured.metric))
        self._levels = _by_form(relation.column(measured.level))
        stands = resources.stands_for(relation.name, measured.metric)
        self._by_name = {name: word for word, name in stands.items()}
        self._whole = column_names(resources.relation(measured.of))

    def level(self, headings: Sequence[Heading]) -> str | None:
        """The level that a header of names says: 分行, 支行名称."""
        column = self._vocabulary.relation.column(self._measured.name)
        found = (rest for rest, left in undressed(headings[0].words) if rest in self._levels and suits(left, column))
        return next((self._levels[rest] for rest in found), None)

    def measure(self, index: int, headings: Sequence[Heading], above: Sequence[str], below: Below) -> Measure | None:
        """The measure and the figure that a column's header and the groups above it say, each once."""
        own = next((heading for heading in headings if not heading.joined), None)
        if own is None:
            return None
        texts = [Heading.read(text) for text in dict.fromkeys((own.text, own.group, *above)) if text]
        said = [pair for text in texts if (pair := self._said(text))]
        choices = [choice for choice, _ in said if choice]
        figures = [figure for _, figure in said if figure]
        if len(choices) != 1 or not figures or len(said) < len(texts) - len(above):
            return None
        kind = self._measured.kinds.get(choices[0], "money")
        unit_at = next((text for text in texts if text.unit and unit_of(text.unit, kind)), None)
        unit = unit_of(unit_at.unit or "", kind) if unit_at else None
        if kind == "ratio" and unit is None and not _are_fractions(texts_of(below, index)):
            return None
        column = next((one for one in figures if one.name not in self._measured.whole), figures[0])
        return Measure(index, own.text, column, choices[0], kind, unit, "header" if unit_at is texts[0] else "group")

    def _said(self, heading: Heading) -> tuple[str, Column | None] | None:
        """The measure and the figure that a text names; None for neither."""
        figure = self._figure(heading)
        if figure:
            return "", figure
        choice = self._choice(heading.words)
        if choice:
            return choice, None
        return next(self._both(heading.words), None)

    def _both(self, words: str) -> Iterator[tuple[str, Column]]:
        """The ways to read one text as a measure and its figure, in either order: 存款目标, 目标_存款."""
        plain = words.replace(" ", "") if not words.isascii() else words
        for at in range(1, len(plain)):
            for one, other in ((plain[:at], plain[at:]), (plain[at:], plain[:at])):
                choice = self._choice(one.strip())
                column = self._vocabulary.names.core(other.strip()) if choice else None
                if choice and column and column.name in self._figures:
                    yield choice, column

    def _figure(self, heading: Heading) -> Column | None:
        found = self._vocabulary.listed(heading) or self._vocabulary.in_other_words(heading)
        return found.column if found and found.column.name in self._figures else None

    def _choice(self, words: str) -> str | None:
        for rest, left in undressed(words):
            if rest in self._choices and not any(map(self._vocabulary.names.core, left)):
                return self._choices[rest]
        column = self._whole.core(words)
        return self._by_name.get(column.name) if column else None


def _by_form(column: Column) -> Mapping[str, str]:
    """A category's words by all their forms, in spaced spelling."""
    return {spaced(form): word for word, forms in column.choices.items() for form in (word, *forms)}


def _are_fractions(texts: Sequence[str]) -> bool:
    """Whether the values of a ratio leave no doubt: each with a percent sign, or none above 1."""
    if all(text.endswith("%") for text in texts):
        return bool(texts)
    return all(is_number(text) and "%" not in text and abs(float(text.replace(",", ""))) <= 1 for text in texts)
