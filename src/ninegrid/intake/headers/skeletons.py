"""English words written without their vowels, as warehouses abbreviate them: incm, ovrd, crdt, bdgt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from ninegrid import resources

_PAGES = ("english", "dress", "vetoes", "bases", "not_needed", "units")
_WORD = re.compile(r"[a-z]+")
_VOWELS = re.compile(r"(?<!^)[aeiou]")
_TWICE = re.compile(r"(.)\1+")
_SHORTEST: int = resources.vocabulary("limits")["without_vowels"]["letters"]


def spelt_out(word: str) -> str:
    """The word of the vocabulary that has all the letters of a text but its vowels; the text where none or several do,
    or where the vocabulary knows it as it is.
    """
    known, words = _skeletons()
    return word if word in known else words.get(_TWICE.sub(r"\1", word), word)


def skeleton(word: str) -> str:
    """A word without the vowels after its first letter, and without doubled letters: income, incm."""
    return _TWICE.sub(r"\1", _VOWELS.sub("", word))


@cache
def known_words() -> frozenset[str]:
    """The English words of the vocabulary, abbreviations too."""
    return _skeletons()[0]


@cache
def _skeletons() -> tuple[frozenset[str], Mapping[str, str]]:
    """The words that the vocabulary has, and those that one skeleton stands for alone."""
    known = {word for page in _PAGES for text in _texts(resources.vocabulary(page)) for word in _WORD.findall(text)}
    same: Mapping[str, list[str]] = resources.vocabulary("english")["same"]
    known |= {word for text in same for word in _WORD.findall(text)}
    short = {other for word, others in same.items() for other in others if len(other) < len(word)}
    of: dict[str, set[str]] = {}
    for word in known - short:
        if len(word) >= _SHORTEST and (bones := skeleton(word)) != word:
            of.setdefault(bones, set()).add(word.removesuffix("s") if word.removesuffix("s") in known else word)
    return frozenset(known), {bones: words.pop() for bones, words in of.items() if len(words) == 1}


def _texts(page: object) -> Iterator[str]:
    """The words and phrases on a page of the vocabulary."""
    if isinstance(page, str):
        yield page
    elif isinstance(page, Mapping):
        for value in page.values():
            yield from _texts(value)
    elif isinstance(page, list):
        for one in page:
            yield from _texts(one)
