"""What the reasons of findings are called, and what a person does about each: the catalogue `reasons`."""

from __future__ import annotations

from ninegrid.messages import Lang, Message, advice, message, say
from ninegrid.messages.message import catalogue

COUNTED = frozenset(
    {
        "NUMBER_AS_TEXT", "ID_TRIMMED", "ID_REPAIRED", "ID_WAS_NUMBER", "APOSTROPHES", "FILLED_DOWN", "SUBTOTAL_ROW",
        "FOOTER_ROW", "REPEATED_HEADER", "DUPLICATE_ROW", "NOT_FILLED", "INTERIM",
    }
)  # fmt: skip
"""Reasons whose findings in one column are listed as one line with their number."""


def reason_name(reason: str, lang: Lang) -> str:
    """The reason in words; one that nobody has described is called by its code."""
    return say(_known(reason), lang)


def what_to_do(reason: str, lang: Lang) -> str:
    """What to do about a finding of this reason."""
    return advice(_known(reason), lang)


def _known(reason: str) -> Message:
    code = reason.partition("/")[0]
    return message(f"reasons.{code}" if code in catalogue("reasons") else "reasons.other", code=code)
