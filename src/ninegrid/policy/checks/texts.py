"""What the texts and names of a policy may hold: they stand in cells, formulas, defined names, SQL and on terminals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from ninegrid.config import IDENTITY
from ninegrid.config.lines import identity
from ninegrid.messages import Message, message
from ninegrid.policy.expressions import Path, Problem

LONGEST_KEY, LONGEST_NAME, LONGEST_SENTENCE, LONGEST = 60, 100, 250, 2_000
"""Characters; a text within a formula of Excel's may have 255."""
_KEY = re.compile(rf"[\w.\-]{{1,{LONGEST_KEY}}}")
_KEYS = (*IDENTITY, "metric", "cell", "level", "column")
_LANGS = ("zh", "en")
_SENTENCES = ("attention", "tables", "strategy_rules")
_INVISIBLE = ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")
_KEPT = "\n\t"
_ADDRESS = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*([Cc]\d*)?|[Cc]\d*")


def broken_texts(data: Any, path: Path = ()) -> Iterator[Problem]:
    """Every text and key that may not stand in a policy, as (path of the key, what is wrong)."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _broken_key(str(key), (*path, key))
            yield from broken_texts(value, (*path, key))
    elif isinstance(data, list):
        for position, row in enumerate(data):
            yield from broken_texts(row, (*path, identity(row, position) if isinstance(row, dict) else position))
    elif isinstance(data, str):
        yield from _broken_text(data, path)


def unfit(text: str, most: int) -> Message | None:
    """What is wrong with a text that people read in cells and on terminals: nothing but letters they see, not too many.

    most: characters.
    """
    if invisible := _invisible(text):
        return message("policy.invisible_text", character=invisible)
    return message("policy.long_text", length=len(text), most=most) if len(text) > most else None


def _broken_key(key: str, path: Path) -> Iterator[Problem]:
    if path[0] == "parameters" and len(path) == 2 and _ADDRESS.fullmatch(key):
        yield path, message("policy.key_address", key=key)
    elif invisible := _invisible(key):
        yield path, message("policy.invisible_key", character=invisible)
    elif len(key) > LONGEST_NAME:
        yield path, message("policy.long_key", most=LONGEST_NAME, length=len(key))


def _broken_text(text: str, path: Path) -> Iterator[Problem]:
    problem = unfit(text, _most(path))
    if path[-1] in _KEYS and text and not _invisible(text) and not _KEY.fullmatch(text):
        problem = message("policy.no_name", text=text[:LONGEST_KEY], most=LONGEST_KEY)
    if problem:
        yield path, problem


def _most(path: Path) -> int:
    if path[-1] not in _LANGS:
        return LONGEST
    return LONGEST_SENTENCE if any(part in _SENTENCES for part in path) else LONGEST_NAME


def _invisible(text: str) -> str:
    """The first control, direction mark, half of a pair or non-character of a text, as U+ and its number."""
    for letter in text:
        if letter not in _KEPT and unicodedata.category(letter) in _INVISIBLE:
            return f"U+{ord(letter):04X}"
    return ""
