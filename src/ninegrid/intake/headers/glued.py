"""English words that stand together without a space, as warehouses write them: custname, depavgbal, totalincomely."""

from __future__ import annotations

import re
from functools import lru_cache

from ninegrid import resources
from ninegrid.intake.headers.skeletons import known_words

_LIMITS = resources.vocabulary("limits")["glued"]
_FEWEST: int = _LIMITS["letters"]
_LONGEST: int = _LIMITS["longest"]
_MOST_WORDS: int = _LIMITS["words"]
_SHORT = 2  # letters of a word, at least; so few may also begin or end another one
_WORD = re.compile(rf"(?<![^ ])[a-z]{{{_FEWEST},{_LONGEST}}}(?![^ ])")
_TURNS_ROUND = frozenset(resources.vocabulary("english")["turns_round"])


def parted(text: str) -> str:
    """Spaced text whose long words that the vocabulary doesn't have are written as those that it has, where it has all
    of them and they can be told apart in one way.
    """
    return _WORD.sub(lambda found: _parted(found[0]), text) if _WORD.search(text) else text


@lru_cache(maxsize=4096)
def _parted(word: str) -> str:
    known = known_words()
    if word in known:
        return word
    ways: list[list[tuple[str, ...]]] = [[()], *([] for _ in word)]
    for end in range(1, len(word) + 1):
        for start in range(end - 1):
            piece = word[start:end]
            if ways[start] and piece in known and not (start == 0 and piece in _TURNS_ROUND):
                ways[end] += [(*way, piece) for way in ways[start] if len(way) < _MOST_WORDS]
    best = sorted((way for way in ways[-1] if max(map(len, way)) > _SHORT), key=_pieces)
    if not best or (len(best) > 1 and _pieces(best[0]) == _pieces(best[1])):
        return word
    return " ".join(best[0])


def _pieces(way: tuple[str, ...]) -> tuple[int, int]:
    """How many words there are, and how many of them are short: the fewer, the likelier."""
    return len(way), sum(len(piece) <= _SHORT for piece in way)
