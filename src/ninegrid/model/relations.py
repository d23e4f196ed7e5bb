"""What an input relation and its columns are, as plain values. Derived from `schemas/` by `ninegrid.resources`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field
from functools import cached_property
from typing import Literal

from ninegrid.dataclass import dataclass
from ninegrid.messages import Lang as Lang  # noqa: PLC0414  (relations are told of in a language)

Kind = Literal["id", "text", "category", "score", "money", "ratio", "number", "count", "year", "date", "period", "flag"]

NUMERIC: frozenset[Kind] = frozenset({"money", "ratio", "number", "count"})


@dataclass(frozen=True)
class Column:
    """A column of an input relation: its canonical name, kind, labels and the headers it goes by.

    kind decides how a cell is parsed and which polars type the column has: id, text, category, score, period → String;
    money (yuan), ratio (fraction), number, count → Float64; year → Int64; date → Date; flag → Boolean.
    year_from: of a year, the column of days whose year it is in a sheet without it. id_from: of an id, the column of
    ids that is taken in a sheet without it. name_from: of a name, the column of ids that is taken for it in a sheet of
    another relation that holds this one too.
    assumed: the category taken where a form whose items were mapped by hand doesn't say it.
    general: headers that name it in general terms: taken unless another column says it better, or the values tell that
    the column is another one. possible: headers that may mean it: taken only where the values confirm it.
    pattern: a regular expression that the values of such a column match. sum_of: the columns it is the sum of.
    part_of: the column that it is never above. within: the column whose parts it names, each of one of them.
    expected: a row can do without it, and says so: it is graded, and the missing value is a finding.
    percent_from: of a ratio, the median from which its values must be percent; doubt_from: the one from which they may
    be, percent_least: where single values are above `percent_from`, the least median that can be in percent. bounded:
    no single fraction is above `percent_from`. outflow: what is paid or lost, which exports may write as
    negative throughout. scale: of a score, the columns that hold its scale's minimum and maximum.
    open: whether a category takes other words than its own, as they are. instead: columns each of which does in a
    sheet that lacks this one. mixed: of money, whether rows may hold ratios, written with %, and numbers of things.
    measure: whether a number may be on another basis (of a month, of retail clients); an age is none.
    grouped: whether people group by it, so that one label is to be spelt one way.
    echoed: what the program writes beside the cells that people fill in: it is read to see whether it was edited, and
    is in no form to fill in.
    named_by: of a column of ids, the column of the names that may stand in it in their place.
    personal: for a column that names people or companies: what to call one whose name is masked, in both languages.
    """

    name: str
    kind: Kind
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    lenient: bool = False
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    note_zh: str = ""
    note_en: str = ""
    example: str | float | int = ""
    by_year: bool = False
    expected: bool = False
    year_from: str = ""
    id_from: str = ""
    name_from: str = ""
    assumed: str = ""
    personal: tuple[str, str] | None = None
    general: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    pattern: str = ""
    sum_of: tuple[str, ...] = ()
    part_of: str = ""
    within: str = ""
    percent_from: float | None = None
    doubt_from: float | None = None
    percent_least: float | None = None
    bounded: bool = False
    outflow: bool = False
    grouped: bool = False
    scale: tuple[str, str] | tuple[()] = ()
    measure: bool = True
    open: bool = False
    instead: tuple[str, ...] = ()
    mixed: bool = False
    echoed: bool = False
    named_by: str = ""

    def label(self, lang: Lang) -> str:
        """The column's heading in a language."""
        return self.zh if lang == "zh" else self.en

    def called(self, choice: str, lang: Lang) -> str:
        """A category's word: its own in Chinese; in English the first English form it is read by, if any."""
        spellings = (form for form in self.choices.get(choice, ()) if form.isascii() and len(form) > 2)
        return next(spellings, choice) if lang == "en" else choice

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header this column is recognised by: its name, both labels and the aliases."""
        return (self.name, self.zh, self.en, *self.aliases)


@dataclass(frozen=True)
class Melt:
    """How a relation may come with one column an item: each such cell is a row.

    value: the column the cells go to. label: the one the header goes to. group: a category whose words the headers
    say, unless a column says it. aside: what headers call columns that are no items, such as totals. named: of items
    without a group, words one of which the sheet's name or a title must say; then each column of numbers that
    nothing else knows is an item. by: a category whose words headers may say beside the item, such as who rated;
    by_dress: what may stand around such a word. spared: required columns that a form with a column each of those goes
    without.
    """

    value: str
    label: str
    group: str = ""
    aside: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    by: str = ""
    by_dress: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measured:
    """How a relation may come with columns of one measure each: every row is one of each measure.

    metric: the category of measures, whose words, or headers of the relation `of`, stand in headers. level, name: the
    columns of whom a row is of, which a sheet may say in one header (分行). figures: the columns of a measure's
    figures; whole: those that a narrower one beside them (a month's) is of. kinds: of measures that are no money.
    """

    metric: str
    of: str
    level: str
    name: str
    figures: tuple[str, ...]
    whole: tuple[str, ...] = ()
    kinds: Mapping[str, Kind] = field(default_factory=dict)


@dataclass(frozen=True)
class Relation:
    """An input relation: columns, the key that identifies a row, and the relation its rows hang on.

    parent: ``(relation, column)`` that must hold this relation's `column` values, or None.
    main: whether a subject's run can't do without it. recognised_by: columns whose headers must be there for a
    sheet to be this relation, though their cells may be empty. melt: how a sheet with one column an item is read.
    observed: the column of months that the flows run over, which a period such as 2026年1-10月 says too. identities:
    ratios and the SQL expression over other columns that they roughly equal as fractions. ends: the columns of the
    year a row is of, the day it ended and the months it runs over, of a relation whose rows may be of a part of a
    year. closes: no row is of a year later than the period's. departed: the column and the value by which a row
    says that its subject has left: such rows, and those that hang on them, are counted and left out. form: people
    fill it in on sheets that the program wrote, of which any number of copies come back, so that a key may stand in
    several rows.
    depth: of a tree, how many of its rows may stand above one.
    until: a column of days; rows of a day after the period's end are told, and count for nothing yet.
    measured: how it may come with columns of one measure each.
    of_sheet: the column that a sheet without it is named after: the sheet's name, or that of a text file, stands in it.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    parent: tuple[str, str] | None = None
    main: bool = False
    recognised_by: tuple[str, ...] = ()
    melt: Melt | None = None
    observed: str = ""
    identities: tuple[tuple[str, str], ...] = ()
    ends: tuple[str, str, str] | None = None
    closes: bool = False
    departed: tuple[str, str] | None = None
    form: bool = False
    of_sheet: str = ""
    until: str = ""
    measured: Measured | None = None
    depth: int = 0

    def column(self, name: str) -> Column:
        """The column of that canonical name; KeyError when there is none."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def item_groups(self) -> Mapping[str, tuple[str, ...]]:
        """The groups that items may be of, each with its words; none where the relation has no items or no groups."""
        return self.column(self.melt.group).choices if self.melt and self.melt.group else {}

    @cached_property
    def item_sides(self) -> Mapping[str, tuple[str, ...]]:
        """What headers of items may say besides, each with its words; none where they say nothing more."""
        return self.column(self.melt.by).choices if self.melt and self.melt.by else {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Canonical column names, in order."""
        return tuple(c.name for c in self.columns)

    @cached_property
    def asked(self) -> tuple[Column, ...]:
        """The columns that people fill in."""
        return tuple(c for c in self.columns if not c.echoed)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Names of the columns a row can't do without."""
        return tuple(c.name for c in self.columns if c.required)

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """Names of the columns a sheet can't do without."""
        return tuple(name for name in dict.fromkeys((*self.required, *self.recognised_by)) if name != self.of_sheet)

    def parts_lacking(self, present: Collection[str]) -> tuple[Column, ...]:
        """Of a total that is not there, the parts without which it can't be worked out, where others of them are."""
        wholes = [c for c in self.columns if c.sum_of and c.name not in present and set(c.sum_of) & set(present)]
        return tuple(self.column(name) for whole in wholes for name in whole.sum_of if name not in present)

    def label(self, lang: Lang) -> str:
        """The relation's name in a language, as used for sheet names."""
        return self.zh if lang == "zh" else self.en
