"""What words a text holds, and the text without one: lists of words are looked for at once, however long they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_BETWEEN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_LATIN = re.compile(r"[a-z0-9 ]+")


def joined(text: str) -> str:
    """A text with single spaces between words, and none between Chinese letters."""
    single = " ".join(text.split())
    return single if " " not in single or single.isascii() else _BETWEEN_CHINESE.sub("", single)


@lru_cache(maxsize=16384)
def is_latin(text: str) -> bool:
    """Whether spaced text has English words and digits only."""
    return _LATIN.fullmatch(text) is not None


def holds(text: str, word: str) -> bool:
    """Whether spaced text has a word: an English one as a whole word."""
    if not is_latin(word):
        return word in text
    return f" {word} " in f" {text} "


def dropped(text: str, word: str) -> str:
    """Spaced text without a word, wherever it stands."""
    if is_latin(word):
        return joined(f" {text} ".replace(f" {word} ", " ", 1))
    return joined(text.replace(word, " ", 1))


class WordList:
    """Words in spaced spelling, in an order of their own."""

    def __init__(self, words: Iterable[str]) -> None:
        """Index English words by themselves, others by their first letter."""
        self._places = {word: place for place, word in enumerate(dict.fromkeys(words))}
        self._latin = frozenset(word for word in self._places if is_latin(word))
        self._longest = max((word.count(" ") + 1 for word in self._latin), default=0)
        self._others: dict[str, list[str]] = {}
        for word in self._places.keys() - self._latin:
            self._others.setdefault(word[0], []).append(word)

    def held_by(self, text: str) -> list[str]:
        """The words that spaced text holds, in the order of the list."""
        found = {word for letter in self._others.keys() & {*text} for word in self._others[letter] if word in text}
        pieces = text.split()
        for first in range(len(pieces)):
            for last in range(first + 1, min(first + self._longest, len(pieces)) + 1):
                if (phrase := " ".join(pieces[first:last])) in self._latin:
                    found.add(phrase)
        return sorted(found, key=self._places.__getitem__)

    def first_in(self, text: str) -> str | None:
        """The first word of the list that spaced text holds."""
        return next(iter(self.held_by(text)), None)
