"""Options of one value that ask for further files and are given twice: the parser would take the last in silence.

Of other options the last one counts, as on most command lines: an alias or a script may give its own first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ninegrid.messages import message
from ninegrid.model.errors import UsageError

_FURTHER_FILES = "--unit-workbooks"


def refuse_repeated(root: Any, words: Sequence[str]) -> None:
    """UsageError for an option of one value that asks for files and has two, by the command that the words name."""
    command, path = root, ["grade"]
    for word in words:
        if word not in getattr(command, "commands", ()):
            break
        command = command.commands[word]
        path.append(word)
    single = {name: one for one in command.params for name in one.opts if _asks_for_files(one)}
    given: dict[str, str] = {}
    for option, value in _values(words[len(path) - 1 :], single):
        name = single[option].name
        if given.setdefault(name, value) != value:
            hint = message("cli.usage.help", command=" ".join(path))
            raise UsageError(message("cli.usage.given_twice", option=option, values=[given[name], value]), hint)


def _asks_for_files(param: Any) -> bool:
    return _FURTHER_FILES in param.opts


def _values(words: Sequence[str], single: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each of the options with its value, as they stand before ``--``."""
    rest = iter(words)
    for word in rest:
        option, joined, value = word.partition("=")
        if word == "--":
            return
        if option in single:
            yield option, value if joined else next(rest, "")
