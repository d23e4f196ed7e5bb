"""The language of the terminal: ``--lang``, else GRADE_LANG, else the locale, else that of the data."""

from __future__ import annotations

import sys
from contextvars import ContextVar

from ninegrid.messages import Lang, Message, has_chinese, message, say, terminal_language
from ninegrid.model.errors import GradeError

# The language of the inputs' headers, or of the stored run that is told of, once it is known.
_heard: ContextVar[Lang | None] = ContextVar("heard", default=None)


def hear(lang: Lang | None) -> None:
    """Note the language of the inputs or of the stored run; None while it isn't known."""
    _heard.set(lang)


def spoken(about: object = "") -> Lang:
    """The language to speak. about: the message to say, whose words decide where nothing else does."""
    return terminal_language(sys.argv[1:]) or _heard.get() or ("zh" if _is_chinese(about) else "en")


def sentence(notice: Message) -> str:
    """The message in the language to speak."""
    return say(notice, spoken(notice))


def phrase(code: str, /, **values: object) -> str:
    """The same, from its code and values."""
    return sentence(message(code, **values))


def problem(error: GradeError) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    lang = language_of(error)
    return error.said(lang), error.advice(lang)


def details(error: GradeError | None) -> list[str]:
    """What an error is made of, a line each."""
    return [say(one, language_of(error)) for one in error.details] if error else []


def language_of(error: GradeError) -> Lang:
    """The language to say an error in."""
    return terminal_language(sys.argv[1:]) or error.lang or spoken(error.problem)


def _is_chinese(about: object) -> bool:
    """Whether a text, or a text among a message's values, has a Chinese character."""
    if isinstance(about, Message):
        return any(_is_chinese(value) for value in about.values.values())
    if isinstance(about, (tuple, list)):
        return any(map(_is_chinese, about))
    return not hasattr(about, "zh") and has_chinese(str(about))
