"""Options that are given twice with different values: the parser would take the last and drop the others in silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ninegrid.messages import message
from ninegrid.model.errors import UsageError


def refuse_repeated(root: Any, words: Sequence[str]) -> None:
    """UsageError for an option of one value that has two, by the command that the words name."""
    command, path = root, ["grade"]
    for word in words:
        if word not in getattr(command, "commands", ()):
            break
        command = command.commands[word]
        path.append(word)
    single = {name: one for one in command.params for name in one.opts if _has_one_value(one)}
    given: dict[str, str] = {}
    for option, value in _values(words[len(path) - 1 :], single):
        name = single[option].name
        if given.setdefault(name, value) != value:
            hint = message("cli.usage.help", command=" ".join(path))
            raise UsageError(message("cli.usage.given_twice", option=option, values=[given[name], value]), hint)


def _has_one_value(param: Any) -> bool:
    return param.param_type_name == "option" and not param.multiple and not param.is_flag and not param.count


def _values(words: Sequence[str], single: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each of the options with its value, as they stand before ``--``."""
    rest = iter(words)
    for word in rest:
        option, joined, value = word.partition("=")
        if word == "--":
            return
        if option in single:
            yield option, value if joined else next(rest, "")
