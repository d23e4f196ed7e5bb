"""Ratings of several stages of one review: what somebody said first, and what was decided in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from ninegrid import resources
from ninegrid.intake.headers.heading import Heading
from ninegrid.intake.headers.matching import Match, Vetoed, Vocabulary
from ninegrid.intake.headers.sides import who
from ninegrid.intake.headers.word_lists import WordList
from ninegrid.intake.headers.words import spaced, undressed

_DECIDED, _SAID = 1, -1
_MANAGER = "manager"


def with_stages(
    found: Mapping[int, Match | Vetoed], columns: Sequence[tuple[Heading, ...]], vocabulary: Vocabulary
) -> dict[int, Match | Vetoed]:
    """What was found, with the stage of each rating of the main relation that isn't mapped; one that was given before
    the decision, or by somebody else than the manager, is another than what was decided.
    """
    return {
        index: _staged(one, columns[index])
        if vocabulary.relation.main and isinstance(one, Match) and one.column.kind == "score" and one.how != "map"
        else one
        for index, one in found.items()
    }


def _staged(match: Match, headings: tuple[Heading, ...]) -> Match | Vetoed:
    own = next((heading for heading in headings if not heading.joined), headings[0])
    text, group = spaced(own.text), spaced(own.group)
    rated_by = _rater(own.group) if group else None
    if rated_by and rated_by != _MANAGER:
        return Vetoed("NOT_NEEDED")
    if _words("first").first_in(text) or _is_stage(group, "first"):
        return Vetoed("OTHER_BASIS", match.column)
    if _words("final").first_in(text) or _is_stage(group, "final"):
        return replace(match, stage=_DECIDED)
    return replace(match, stage=_SAID) if rated_by else match


@lru_cache(maxsize=1024)
def _rater(group: str) -> str | None:
    """Who rated, where a group says that and nothing else."""
    return who(group, resources.relation("ratings"))


@lru_cache(maxsize=1024)
def _is_stage(group: str, stage: str) -> bool:
    """Whether a group says a stage and nothing else; a title above all columns says more."""
    words = frozenset(map(spaced, resources.vocabulary("stages")[stage]))
    return bool(group) and any(rest in words for rest, _ in undressed(group))


@cache
def _words(stage: str) -> WordList:
    return WordList(sorted(map(spaced, resources.vocabulary("stages")[stage]), key=len, reverse=True))
