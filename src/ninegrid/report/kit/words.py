"""The workbook's own words: the catalogue `workbook`. What a policy or a schema names is not there."""

from __future__ import annotations

from functools import cache

from ninegrid.messages import Lang, message, say


def word(key: str, lang: Lang, **values: object) -> str:
    """The text of a key in a language, `{name}` filled in from `values`; KeyError for an unknown key."""
    return say(message(f"workbook.{key}", **values), lang) if values else _plain(key, lang)


@cache
def _plain(key: str, lang: Lang) -> str:
    """A text without values, of which a workbook asks for a few thousands of times."""
    return say(message(f"workbook.{key}"), lang)
