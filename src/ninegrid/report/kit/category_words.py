"""What common categories of texts, such as industries, are called in the language of a workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from ninegrid.model.relations import Lang
from ninegrid.resources import vocabulary

_CODE = re.compile(r"([A-T]?\d{2,4}|[A-T])[\s.:：_－-]*(?=[^\x00-\x7f])")
"""A section, division, group or class of the classification that stands before its name."""


@cache
def known_columns() -> frozenset[str]:
    """The columns whose common words are known in both languages."""
    return frozenset(name for name, words in vocabulary("category_words").items() if isinstance(words, Mapping))


def category_word(text: str, column: str, lang: Lang) -> str | None:
    """The word of the language for one of a column's values; None for one that is in it already, or not known.

    column: a column of an input; "" where it may be a value of several.
    """
    if text.isascii() == (lang == "en") or (column and column not in known_columns()):
        return None
    columns = (column,) if column else tuple(vocabulary("category_words")["anywhere"])
    words = _words(columns, lang)
    found = words.get(_bare(text))
    code = _CODE.match(text) if found is None else None
    if code and (name := words.get(_bare(text[code.end() :]))):
        between = text[code.end(1) : code.end()]
        return f"{code[1]}{between or ' '}{name}"
    return found


@cache
def _words(columns: tuple[str, ...], lang: Lang) -> Mapping[str, str]:
    """The words of a language by all spellings; of several columns those of the first that has one."""
    words: dict[str, str] = {}
    for column in columns:
        for english, spellings in vocabulary("category_words")[column].items():
            word = english if lang == "en" else spellings[0]
            for spelling in (english, *spellings):
                words.setdefault(_bare(spelling), word)
    return words


def _bare(text: str) -> str:
    """A text as it is compared: in lower case, without spaces and what joins words."""
    bare = text.casefold()
    for joint in vocabulary("category_words")["joints"]:
        bare = bare.replace(joint, "")
    return "".join(bare.split())
