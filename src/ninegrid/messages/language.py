"""The language of lines, questions and errors on the terminal."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise

from ninegrid.messages.message import Lang

VARIABLE = "GRADE_LANG"
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


def terminal_language(words: Sequence[str] = (), environment: Mapping[str, str] | None = None) -> Lang | None:
    """The language asked for by ``--lang`` among the words, else by GRADE_LANG, else by the locale; None if none does.

    A locale of another language, or of none (C, POSIX), doesn't say. Where this is None, what is told follows the
    language of the inputs.
    """
    environment = os.environ if environment is None else environment
    return _flag(words) or _language(environment.get(VARIABLE, "")) or _of_locale(environment)


def _flag(words: Sequence[str]) -> Lang | None:
    asked = [word.partition("=")[2] for word in words if word.startswith("--lang=")]
    asked += [value for word, value in pairwise(words) if word == "--lang"]
    return _language(asked[-1]) if asked else None


def _of_locale(environment: Mapping[str, str]) -> Lang | None:
    if found := next((value for name in _LOCALES if (value := environment.get(name))), ""):
        return _language(found)
    return _language(locale.getlocale()[0] or "") if sys.platform == "win32" else None


def _language(text: str) -> Lang | None:
    """``zh_CN.UTF-8``, ``zh``, ``Chinese (Simplified)_China`` and the like."""
    text = text.lower()
    return "zh" if text.startswith(("zh", "chinese")) else "en" if text.startswith("en") else None


def has_chinese(text: str) -> bool:
    """Whether a text has a Chinese character."""
    return any("\u3400" <= letter <= "\u9fff" for letter in text)
