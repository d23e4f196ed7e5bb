"""A message as a code with values, and its sentence in a language."""

from __future__ import annotations

import errno
import re
import tomllib
from collections import UserDict
from collections.abc import Mapping
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ninegrid.dataclass import dataclass

Lang = Literal["zh", "en"]

_LONGEST, _BEGINNING = 1_000, 200  # characters of a text within a sentence

_ENTRY = re.compile(r'^\["?(.+?)"?\]\n((?:[^\[\n].*\n|\n)*)', re.MULTILINE)  # the header of a table, and what is in it

NUMBERED = 2
"""That go with a number: of one, and of any other."""

_BETWEEN: Mapping[Lang, str] = {"zh": "、", "en": ", "}


@dataclass(frozen=True)
class Message:
    """A sentence for a person: a code of the catalogue, and the values of its placeholders.

    A value may be a text, a number, another message, anything with the names `zh` and `en` (a relation, a tier), or a
    tuple or list of these, which is written as an enumeration.
    """

    code: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        """The sentence in English, as logs and developers read it."""
        return say(self, "en")


def message(code: str, /, **values: object) -> Message:
    """The message of a code with its values by name."""
    return Message(code, values)


def say(notice: Message, lang: Lang) -> str:
    """The sentence of a message; KeyError for a code that no catalogue has and for a placeholder without a value."""
    return _filled(entry(notice.code)[lang], notice.values, lang)


def advice(notice: Message, lang: Lang) -> str:
    """What to do about it, with the same values, else about a message among its values; empty for neither."""
    found = entry(notice.code)
    if "hint" in found:  # an entry of the same file that several share
        return _filled(entry(f"{notice.code.partition('.')[0]}.{found['hint']}")[lang], notice.values, lang)
    if own := found.get(f"hint_{lang}"):
        return _filled(own, notice.values, lang)
    inner = (advice(value, lang) for value in notice.values.values() if isinstance(value, Message))
    return next(filter(None, inner), "")


def is_alert(notice: Message) -> bool:
    """Whether the message comes first among those of a run: what it says may change what the figures mean."""
    return entry(notice.code).get("weight") == "alert"


def entry(code: str) -> Mapping[str, str]:
    """What the catalogue has under a code: `zh`, `en`, and `hint_zh` and `hint_en`, or `hint`; KeyError for none."""
    room, _, name = code.partition(".")
    try:
        return catalogue(room)[name]
    except (KeyError, FileNotFoundError):
        raise KeyError(f"no message has the code {code!r}") from None


class _Catalogue(UserDict[str, Any]):
    """The messages of a room. Each is parsed when it is asked for: a run says a few of the hundreds that there are."""

    def __getitem__(self, name: str) -> Mapping[str, str]:
        found: str | Mapping[str, str] = self.data[name]
        if isinstance(found, str):
            found = self.data[name] = tomllib.loads(found)
        return found


@cache
def catalogue(room: str) -> Mapping[str, Mapping[str, str]]:
    """All messages of a room by name; FileNotFoundError for a room without messages."""
    return _Catalogue(_ENTRY.findall(Path(__file__).with_name(f"{room}.toml").read_text(encoding="utf-8")))


def _filled(template: str, values: Mapping[str, object], lang: Lang) -> str:
    if "{" not in template:
        return template
    return template.format_map(Values({name: _spoken(value, lang) for name, value in values.items()}))


class Values(dict[str, object]):
    """The values of a template by name, and of ``{n|lead|leads}`` the word that goes with the number `n`."""

    def __missing__(self, key: str) -> object:
        """The first word where the number is 1, else the second; KeyError for any other place."""
        name, *words = key.split("|")
        if len(words) != NUMBERED:
            raise KeyError(key)
        one, many = words
        return one if str(self[name]) == "1" else many


def _spoken(value: object, lang: Lang) -> object:
    """A value as it stands in a sentence; numbers stay numbers, which templates format.

    A text longer than anybody reads, such as a cell that holds a million characters, is told by its beginning.
    """
    if isinstance(value, str) and len(value) > _LONGEST:
        return say(Message("common.cut", {"text": value[:_BEGINNING], "n": len(value)}), lang)
    if isinstance(value, Message):
        return say(value, lang)
    if isinstance(value, (tuple, list)):
        return _BETWEEN[lang].join(str(_spoken(one, lang)) for one in value)
    if hasattr(value, "zh") and hasattr(value, "en"):
        return getattr(value, lang)
    return value


def system_reason(error: OSError) -> Message:
    """Why a file operation failed: ours where the catalogue has the error number, else the system's own words."""
    name = errno.errorcode.get(error.errno or 0, "")
    if name in catalogue("system"):
        return Message(f"system.{name}")
    return Message("common.as_is", {"text": error.strerror or str(error)})
