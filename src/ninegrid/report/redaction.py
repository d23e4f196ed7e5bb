"""Who must not be found in one unit's workbook: subjects of other units, by id or name, and texts that quote them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from ninegrid.model.reading import Reading
from ninegrid.model.relations import Lang
from ninegrid.report.kit.words import word

FIGURE = r"^[\s0-9０-９.,，。%％‰()（）+\-−–—/:：¥￥$*年月日时分秒元万亿千百十]*$"
"""What a value looks like that is a figure or a date, and so can't name anybody."""
_PLAIN = r"[0-9A-Za-z]+"
_SHORTEST = 2  # a name of one letter would be found in every other word
_OURS, _THEIRS = "", "\x01"


@dataclass(frozen=True)
class Strangers:
    """ids, names: of subjects elsewhere, and of nobody here. own: ids and names of those here."""

    ids: frozenset[str]
    names: frozenset[str]
    own: frozenset[str]

    @classmethod
    def among(cls, ids: Iterable[str], names: Iterable[str], own: Iterable[str]) -> Strangers:
        """The strangers among all ids and names: those that are not our own."""
        ours = frozenset(own)
        return cls(frozenset(ids) - ours, frozenset(names) - ours, ours)

    def named(self, cell: pl.Expr) -> pl.Expr:
        """Whether a cell is the id or the name of a stranger; false for null."""
        return cell.is_in(list(self.ids | self.names)).fill_null(False)

    def quoted(self, text: pl.Expr) -> pl.Expr:
        """Whether a text holds a stranger's name, or id as a word of its own; false for null.

        Of texts within each other the longest counts: a customer of ours whose name begins like another's is no
        stranger.
        """
        marked = text
        if self._patterns:
            patterns, signs = list(self._patterns), list(self._patterns.values())
            marked = text.str.replace_many(patterns, signs, leftmost=True)
        words = text.str.extract_all(_PLAIN).list.eval(pl.element().is_in(list(self.ids))).list.any()
        return marked.str.contains(_THEIRS, literal=True).fill_null(False) | words.fill_null(False)

    def quoted_in(self, texts: Iterable[str]) -> bool:
        """Whether one of the texts quotes a stranger."""
        frame = pl.DataFrame({"text": list(texts)}, schema={"text": pl.String})
        return bool(frame.select(self.quoted(pl.col("text")).any()).item())

    @cached_property
    def _patterns(self) -> dict[str, str]:
        """Every text to look for with its sign, the longest first, so that it is the one that is found."""
        odd = pl.Series(list(self.ids), dtype=pl.String)
        odd = odd.filter(~odd.str.contains(f"^{_PLAIN}$"))
        signs = dict.fromkeys(self.own, _OURS) | dict.fromkeys([*self.names, *odd], _THEIRS)
        return {text: signs[text] for text in sorted(signs, key=len, reverse=True) if len(text) >= _SHORTEST}


def quoting_figures_only(findings: pl.DataFrame, lang: Lang, known: Collection[str]) -> pl.DataFrame:
    """The findings; those that quote what is neither a figure nor a known text say only where it stands."""
    value = pl.col("value")
    told = value.is_null() | value.str.contains(FIGURE) | value.is_in(list(known))
    return findings.with_columns(
        value=pl.when(told).then(value),
        message=pl.when(told).then("message").otherwise(pl.lit(word("not_quoted", lang))),
    )


def reading_of_figures(reading: Reading) -> Reading:
    """The reading with no other samples than figures and dates; any other might be a name in a wrong column."""
    samples = pl.Series("sample", sorted(reading.quotable), dtype=pl.String)
    return reading.quoting(samples.filter(samples.str.contains(FIGURE)).to_list())
