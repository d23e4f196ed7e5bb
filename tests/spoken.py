"""Notices as a reader of English has them, for tests that look for what is told."""

from __future__ import annotations

from collections.abc import Iterable

from ninegrid.messages import Message, say


def english(told: Iterable[Message]) -> tuple[str, ...]:
    return tuple(say(one, "en") for one in told)
