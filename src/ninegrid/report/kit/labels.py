"""What columns, units and codes are called in the workbook's language, as the schemas and the policy declare them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.grid.rebased import raw_cell
from ninegrid.model.relations import Column, Lang, Relation
from ninegrid.policy import Axis, Policy
from ninegrid.report.kit.category_words import category_word, known_columns
from ninegrid.report.kit.words import word
from ninegrid.study_registry import study_named, study_relations
from ninegrid.subjects.registry import relations

# The unit a column of an input relation is shown in, by its kind.
_UNIT_OF_KIND = {
    "money": "money",
    "ratio": "percent",
    "number": "number",
    "count": "count",
    "year": "year",
    "category": "code",
    "flag": "flag",
}


BETWEEN = " · "
"""What stands between the parts of a text such as peers: cell, scale, industry."""


@dataclass(frozen=True)
class Labels:
    """Names in one language, looked up by canonical name or code; study: the one whose columns are known too."""

    policy: Policy
    lang: Lang
    study: str = ""

    def of(self, thing: Any) -> str:
        """The name of anything with a `zh` and an `en`, object or table."""
        if isinstance(thing, Mapping):
            return str(thing[self.lang])
        return str(getattr(thing, self.lang))

    def column(self, name: str) -> str:
        """The heading of a column; the name itself where none is declared."""
        declared = self._declared.get(name)
        return self.of(declared) if declared is not None else name

    def of_input(self, name: str, relation: str = "") -> str:
        """The heading of an input column as its own relation has it, the main one where that isn't known."""
        ordered = sorted(self._relations(), key=lambda one: one.name != relation)
        found = next((one.column(name) for one in ordered if name in one.names), None)
        return self.of(found) if found else self.column(name)

    def unit(self, name: str) -> str:
        """The unit of a column: text, code, flag, money, percent, bp, number, count, level, year, row."""
        declared = self._declared.get(name)
        if isinstance(declared, Column):
            return _UNIT_OF_KIND.get(declared.kind, "text")
        if isinstance(declared, Mapping):
            return str(declared["unit"])
        return str(declared.unit) if declared is not None else "text"

    def expected(self, name: str) -> bool:
        """Whether every subject should have the column, though none is refused without it."""
        return name in self._expected

    def note(self, name: str) -> str:
        """What a column means, as declared; empty where nothing is said."""
        declared = self._declared.get(name)
        if isinstance(declared, Column):
            return declared.note_zh if self.lang == "zh" else declared.note_en
        return str(declared.get("note", "")) if isinstance(declared, Mapping) else ""

    def code(self, code: str) -> str:
        """The name of a code, a tier, a strategy, a rule or a column; of each part where codes are joined by ``;``."""
        if ";" in code:
            return (
                "；".join(map(self.code, code.split(";")))
                if self.lang == "zh"
                else "; ".join(map(self.code, code.split(";")))
            )
        if "=" in code:
            name, reason = code.split("=", 1)
            return f"{self.column(name)}{'：' if self.lang == 'zh' else ': '}{self.code(reason)}"
        return self._codes.get(code) or self.values.get(code) or self.column(code)

    def holds_values(self, name: str) -> bool:
        """Whether a column of texts may hold words of categories, such as an industry or a view's key."""
        declared = self._declared.get(name)
        return name in known_columns() or (isinstance(declared, Mapping) and bool(declared.get("values")))

    def value(self, text: str, column: str = "") -> str:
        """A text in which categories' words may stand, whole or between dots, with the words of the language for them.

        column: the input's column it is a value of; else it may be of any. A word that is not known stays.
        """
        whole = self._value(text, column)
        if whole is not None or BETWEEN not in text:
            return text if whole is None else whole
        return BETWEEN.join(self._value(part, column) or part for part in text.split(BETWEEN))

    def _value(self, text: str, column: str) -> str | None:
        return self.values.get(text) or category_word(text, column, self.lang)

    @cached_property
    def values(self) -> Mapping[str, str]:
        """The English words of the inputs' categories, by their own Chinese ones; a code has its name elsewhere."""
        if self.lang == "zh":
            return {}
        columns = [column for relation in reversed(self._relations()) for column in relation.columns]
        choices = [(c, choice) for c in columns for choice in c.choices if not choice.isascii()]
        values = {choice: column.called(choice, self.lang) for column, choice in choices}
        return {choice: word[:1].upper() + word[1:] for choice, word in values.items() if word != choice}

    def _relations(self) -> tuple[Relation, ...]:
        """The input relations, those of the study last."""
        own = study_relations(study_named(self.study)) if self.study else ()
        return (*relations(self.policy.subject), *own)

    @cached_property
    def _expected(self) -> frozenset[str]:
        return frozenset(c.name for c in relations(self.policy.subject)[0].columns if c.expected)

    @cached_property
    def _declared(self) -> Mapping[str, Any]:
        """Every declared column: the policy's own names over the result tables' over the metrics' over the inputs'."""
        inputs = {c.name: c for r in reversed(self._relations()) for c in r.columns}
        tiers = {tier_column(t.key): {**_both(t), "unit": "count"} for t in self.policy.tiers}
        tiers |= {f"income_{t.key.lower()}": _income_of(t) for t in self.policy.tiers}
        metrics = {m.key: m for m in self.policy.metrics}
        axes = {axis.metric: _axis(axis) for grid in self.policy.segment_grids for axis in grid.axes}
        return {
            **axes,
            **inputs,
            **metrics,
            **tiers,
            **dict(_of_grids(self.policy)),
            **resources.results()["columns"],
            **self.policy.labels,
        }

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        policy = self.policy
        keyed: tuple[Any, ...] = (
            *policy.targets.measures,
            *policy.scorecards.items,
            *policy.tiers,
            *policy.strategies,
            *policy.grids,
            *policy.segment_grids,
            *policy.segments,
            *policy.segment_strategies,
            *(item for grid in policy.segment_grids for axis in grid.axes for item in axis.items),
            *policy.scopes,
            *policy.views,
            *policy.metrics,
            *policy.severities,
            *policy.continuity,
            *policy.pools,
        )
        declared = {**resources.results()["codes"], **self.policy.labels}
        names = {code: self.of(names) for code, names in declared.items()}
        names |= {rule.rule: self.of(rule) for rule in policy.strategy_rules}
        names |= {rule.rule: self.of(rule) for rule in policy.warning_rules}
        return names | {thing.key: self.of(thing) for thing in (*keyed, *_named(self.policy.rules))}


def _named(rules: Any) -> Iterator[Any]:
    """What a subject's own rules list under a key and a name."""
    for listed in vars(rules).values() if rules is not None else ():
        if isinstance(listed, tuple):
            yield from (thing for thing in listed if hasattr(thing, "key") and hasattr(thing, "zh"))


def _of_grids(policy: Policy) -> Iterator[tuple[str, dict[str, str]]]:
    """The columns that hold the places on a grid."""
    for grid in policy.grids:
        for axis in grid.axes:
            metric = policy.metric(axis.metric)
            yield axis.level, _in_both("level_of", metric, "level")
        yield grid.cell, _in_both("cell_of", grid, "code")
        yield raw_cell(grid), _in_both("raw_cell_of", grid, "code")


def _in_both(key: str, of: object, unit: str) -> dict[str, str]:
    """A column's labels and unit; its name is made of that of a metric or a grid."""
    return {"zh": word(key, "zh", name=of), "en": word(key, "en", name=of), "unit": unit}


def _axis(axis: Axis) -> dict[str, str]:
    """What an axis over segments is called, and the unit of its figures."""
    return {"zh": axis.name_zh, "en": axis.name_en, "unit": axis.unit}


def tier_column(tier: str) -> str:
    """The column of the views table that counts a tier."""
    return f"tier_{tier.lower()}"


def _income_of(tier: Any) -> dict[str, str]:
    """The column of a tier's income."""
    langs: tuple[Lang, ...] = ("zh", "en")
    return {**{lang: word("income_of", lang, name=getattr(tier, lang)) for lang in langs}, "unit": "money"}


def _both(thing: Any) -> dict[str, str]:
    return {"zh": thing.zh, "en": thing.en}
