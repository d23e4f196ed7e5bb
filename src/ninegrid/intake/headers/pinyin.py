"""Headers in pinyin: Chinese words spelt out (kehu_mingcheng), or by their initials (KHMC)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.words import not_needed, spaced, without_basis
from ninegrid.model.relations import NUMERIC, Column, Kind, Relation

_WORDS = "words"  # the table of those, in the file of syllables
_OTHERS = "others"  # the table of words that are of no column
_BEGINNINGS = "beginnings"  # the table of what they begin with
_AVERAGES = "averages"  # the table of what headers of averages end with
_ENDINGS = "endings"  # the table of what headers end with, by kind
_LONG: int = resources.vocabulary("limits")["pinyin"]["initials_of_figures"]
_SHORTEST: int = resources.vocabulary("limits")["pinyin"]["letters"]
_NAMES: frozenset[Kind] = frozenset({"id", "text", "category"})
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SYLLABLE = re.compile(r"<([^>]*)>|([^<>])")
_TWO = 4  # letters of two syllables, at least


@dataclass(frozen=True)
class Pinyin:
    """The columns of a relation by their Chinese headers in pinyin, and by the initials of those.

    Keys of columns that no grid needs are left out, and of texts spelt out those that several columns share. named:
    the initials of names, ids and categories alone. figures: those of one figure alone that are long enough to say it;
    CKYE may be a deposit and an exposure, so that short ones are only proposed. begun: by a header's first
    two syllables, all of them and its column.
    """

    whole: Mapping[str, Column]
    begun: Mapping[str, Sequence[tuple[tuple[str, ...], Column]]]
    initials: Mapping[str, tuple[Column, ...]]
    named: frozenset[str]
    figures: frozenset[str]

    def mixed(self, word: str) -> Column | None:
        """The one column whose header a word spells out at its beginning, and goes on with initials: kehumc."""
        if len(word) < _SHORTEST:
            return None
        begun = (one for size in range(_TWO, len(word)) for one in self.begun.get(word[:size], ()))
        found = {column.name: column for syllables, column in begun if _is_written(word, syllables)}
        return next(iter(found.values())) if len(found) == 1 else None


def _is_written(word: str, syllables: Sequence[str]) -> bool:
    """Whether a word is the first two syllables or more, and the first letters of the others."""
    cuts = range(2, len(syllables))
    return any(word == "".join((*syllables[:at], *(one[0] for one in syllables[at:]))) for at in cuts)


def pinyin_of(relation: Relation) -> Pinyin:
    """A relation's Chinese headers as pinyin."""
    whole: dict[str, set[str]] = {}
    initials: dict[str, set[str]] = {}
    named: set[str] = set()
    begun: dict[str, list[tuple[tuple[str, ...], Column]]] = {}
    for column in relation.columns:
        for text in _said(column):
            if spelling := spelt(text):
                for known, key in zip((whole, initials), spelling, strict=True):
                    known.setdefault(key, set()).add(column.name)
                if text not in (*column.general, *column.possible):
                    named.add(spelling[1])
                    syllables = syllables_of(text)
                    begun.setdefault("".join(syllables[:2]), []).append((syllables, column))
    columns = {
        key: tuple(c for c in relation.columns if c.name in names)
        for key, names in initials.items()
        if key not in _of_others()
    }
    long = {
        key: relation.column(*names)
        for key, names in whole.items()
        if len(key) >= _SHORTEST and len(names) == 1 and key not in _of_others()
    }
    plain = {key for key in named & columns.keys() if all(column.kind in _NAMES for column in columns[key])}
    figures = {
        key for key in named & columns.keys() if len(key) >= _LONG and key.isalpha() and _is_figure(columns[key])
    }
    return Pinyin(long, begun, columns, frozenset(plain), frozenset(figures))


def _said(column: Column) -> Iterator[str]:
    """A column's headers, and those with another beginning or ending: 对公存款日均, 管户经理编号, 保证金年日均余额."""
    yield from (*column.headers, *column.general, *column.possible)
    begun: Sequence[str] = resources.vocabulary("pinyin")[_BEGINNINGS].get(column.kind, ())
    yield from (begin + text for begin in begun for text in column.headers if _CHINESE.match(text))
    if column.kind == "money":
        stems = (without_basis(spaced(text)) for text in column.headers if _CHINESE.match(text))
        said: Sequence[str] = resources.vocabulary("pinyin")[_AVERAGES]["words"]
        yield from (stem + end for stem, basis in stems if stem and basis == "average" for end in said)
    ends: Sequence[str] = resources.vocabulary("pinyin")[_ENDINGS].get(column.kind, ())
    for text in filter(_CHINESE.search, column.headers if ends else ()):
        stem = next((text.removesuffix(end) for end in ends if text.endswith(end)), text)
        if stem and (stem != text or column.kind != "id"):
            yield from (stem + end for end in ends)


def _is_figure(columns: Sequence[Column]) -> bool:
    return len(columns) == 1 and columns[0].kind in NUMERIC


def spelt(text: str) -> tuple[str, str] | None:
    """A Chinese text in pinyin and by its initials, English words as they are; None for another text, or one with a
    character that isn't known.
    """
    syllables = syllables_of(text)
    return ("".join(syllables), "".join(one[0] for one in syllables)) if syllables else None


@lru_cache(maxsize=4096)
def syllables_of(text: str) -> tuple[str, ...]:
    """A Chinese text's syllables, and its Latin letters one by one; none where `spelt` is None."""
    if not _CHINESE.search(text):
        return ()
    letters = spaced(text).replace(" ", "")
    for word, spelling in _words().items():
        letters = letters.replace(word, spelling)
    letters = letters.translate(_syllables())
    return tuple(a or b for a, b in _SYLLABLE.findall(letters)) if letters.isascii() else ()


@cache
def _syllables() -> Mapping[int, str]:
    pages = resources.vocabulary("pinyin").items()
    return {
        ord(letter): f"<{syllable}>"
        for syllable, letters in pages
        if syllable not in (_WORDS, _OTHERS, _BEGINNINGS, _ENDINGS, _AVERAGES)
        for letter in letters
    }


@cache
def _words() -> Mapping[str, str]:
    """Words in which a character is read otherwise than alone: 会计."""
    words: Mapping[str, list[str]] = resources.vocabulary("pinyin")[_WORDS]
    return {word: "".join(f"<{one}>" for one in syllables) for word, syllables in words.items()}


@cache
def _of_others() -> frozenset[str]:
    others: Sequence[str] = resources.vocabulary("pinyin")[_OTHERS]["words"]
    return frozenset(key for word in (*not_needed(), *others) for key in spelt(word) or ())
