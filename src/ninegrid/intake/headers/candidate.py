"""Header rows read with one relation's vocabulary: what was found, and what the relation still lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.items import Item
from ninegrid.intake.headers.layout import Aside
from ninegrid.intake.headers.matching import Match, Vocabulary
from ninegrid.intake.headers.measures import Measures
from ninegrid.model.relations import NUMERIC, Relation

_LIMITS = resources.vocabulary("limits")["recognition"]
_CLEARLY: int = _LIMITS["clearly"]
_ENOUGH: int = _LIMITS["enough"]


@dataclass(frozen=True)
class Candidate:
    """One to three header rows read with a relation's vocabulary. open: items whose group nothing says."""

    vocabulary: Vocabulary
    first: int
    last: int
    narrow: Mapping[str, tuple[tuple[int, Match, str], ...]]
    wide: Mapping[tuple[str, int], tuple[tuple[int, Match, str], ...]]
    items: tuple[Item, ...] = ()
    aside: Mapping[int, Aside] = field(default_factory=dict)
    open: tuple[Item, ...] = ()
    measures: Measures | None = None

    @property
    def relation(self) -> Relation:
        """The relation whose headers were looked for."""
        return self.vocabulary.relation

    @property
    def score(self) -> int:
        """How many canonical columns were found."""
        return len({*self.narrow, *(name for name, _ in self.wide), *self.melted, *self.measured})

    @property
    def melted(self) -> frozenset[str]:
        """The columns that items give."""
        melt = self.relation.melt
        if melt is None or not self.items:
            return frozenset()
        by = melt.by if all(item.by for item in self.items) else ""
        return frozenset(filter(None, (melt.value, melt.label, melt.group, by)))

    @property
    def measured(self) -> frozenset[str]:
        """The columns that columns of one measure each give."""
        told = self.relation.measured
        if told is None or self.measures is None:
            return frozenset()
        whose = (told.level, told.name) if self.measures.whose else ()
        return frozenset((told.metric, *whose, *(one.column.name for one in self.measures.figures)))

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
    def item_score(self) -> int:
        """How much the headers say of items: of two header rows, one alone says less."""
        return sum(1 + bool(item.label) for item in (*self.items, *self.open))

    @property
    def missing(self) -> tuple[str, ...]:
        """Required columns that were not found; of a relation by years that has none of its figures, the first."""
        found = {*self.narrow, *self.melted, *self.assumed, *self.spared, *self.measured}
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
