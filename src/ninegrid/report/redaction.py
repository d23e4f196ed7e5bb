"""Finds ids and names of other units' subjects in cells and texts, so that one unit's workbook doesn't show them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.model.reading import Reading
from ninegrid.model.relations import Lang
from ninegrid.report.kit.words import word

FIGURE = r"^[\s0-9０-９.,，。%％‰()（）+\-−–—/:：¥￥$*年月日时分秒元万亿千百十]*$"
"""What a value looks like that is a figure or a date, and so can't name anybody."""
_PLAIN = r"[0-9A-Za-z]+"
_SHORTEST = 2  # a name of one letter would be found in every other word


class Everyone:
    """Everyone who is known of, by id and name, and who of them each text mentions; looked up once for all units."""

    def __init__(self, ids: Iterable[str], names: Iterable[str]) -> None:
        """ids, names: of every subject."""
        self.ids, self.names = frozenset(ids), frozenset(names)
        self.called = self.ids | self.names
        self._mentions: dict[str, frozenset[str]] = {}

    def look_up(self, texts: Iterable[str | None]) -> None:
        """Find who is mentioned in texts that were not looked at yet."""
        strange = {text for text in texts if text is not None and text not in self._mentions}
        if strange:
            new = pl.Series(sorted(strange), dtype=pl.String)
            found = self._found(new)
            words = new.str.extract_all(_PLAIN)
            self._mentions |= {
                text: frozenset((*names, *self.ids.intersection(ids)))
                for text, names, ids in zip(new, found, words, strict=True)
            }

    def mentioned(self, text: str) -> frozenset[str]:
        """Who is mentioned: by name, or by an id as a word of its own.

        Of names within each other the longest counts: one that begins like another's is not the other.
        """
        return self._mentions[text]

    def _found(self, texts: pl.Series) -> pl.Series:
        patterns = self._patterns
        if patterns.is_empty():
            return pl.Series([[]] * len(texts), dtype=pl.List(pl.String))
        return (
            texts.to_frame("text")
            .select(pl.col("text").str.extract_many(patterns.implode(), leftmost=True))
            .to_series()
        )

    @cached_property
    def _patterns(self) -> pl.Series:
        """Every text to look for, the longest first, so that it is the one that is found."""
        odd = pl.Series(sorted(self.ids), dtype=pl.String)
        odd = odd.filter(~odd.str.contains(f"^{_PLAIN}$"))
        texts = pl.Series(sorted({*self.names, *odd}), dtype=pl.String)
        texts = texts.filter(texts.str.len_chars() >= _SHORTEST)
        return texts.gather(texts.str.len_chars().arg_sort(descending=True))


@dataclass(frozen=True)
class Strangers:
    """The subjects of other units. own: the ids and names of this unit's subjects."""

    everyone: Everyone
    own: frozenset[str]

    @classmethod
    def among(cls, ids: Iterable[str], names: Iterable[str], own: Iterable[str]) -> Strangers:
        """The strangers among all ids and names: those that are not our own."""
        ours = frozenset(own)
        return cls(Everyone(ids, {*names, *ours}), ours)

    def called(self, cells: pl.Series) -> pl.Series:
        """Whether each cell is the id or the name of a stranger; false for null."""
        everyone, own = self.everyone.called, self.own
        return pl.Series(cells.name, [cell in everyone and cell not in own for cell in cells], dtype=pl.Boolean)

    def quoted(self, texts: pl.Series) -> pl.Series:
        """Whether each text holds a stranger's name, or id as a word of its own; false for null."""
        return pl.Series(texts.name, self._quoting(texts), dtype=pl.Boolean)

    def quoted_in(self, texts: Iterable[str]) -> bool:
        """Whether one of the texts quotes a stranger."""
        return any(self._quoting(texts))

    def _quoting(self, texts: Iterable[str | None]) -> list[bool]:
        listed = list(texts)
        self.everyone.look_up(listed)
        return [text is not None and not self.everyone.mentioned(text) <= self.own for text in listed]


def quoting_figures_only(findings: pl.DataFrame, lang: Lang, known: Collection[str]) -> pl.DataFrame:
    """The findings; those that quote what is neither a figure nor a known text say only where it stands."""
    value = pl.col("value")
    quotable = value.is_null() | value.str.contains(FIGURE) | value.is_in(list(known))
    return findings.with_columns(
        value=pl.when(quotable).then(value),
        message=pl.when(quotable).then("message").otherwise(pl.lit(word("not_quoted", lang))),
    )


def reading_of_figures(reading: Reading) -> Reading:
    """The reading with no other samples than figures and dates; any other might be a name in a wrong column."""
    samples = pl.Series("sample", sorted(reading.quotable), dtype=pl.String)
    return reading.quoting(samples.filter(samples.str.contains(FIGURE)).to_list())
