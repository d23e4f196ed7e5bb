"""The help page: commands in three groups, every text in the language of the terminal (in the code it is a code of the
catalogue)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typer.core import TyperGroup

from ninegrid.cli.plain_values import read_plainly
from ninegrid.messages import Lang, message, say
from ninegrid.messages.message import catalogue

_ROOM = "help."
_PAGE = ("usage", "arguments", "options", "commands")


def in_language(command: Any, lang: Lang) -> Any:
    """The command, and those below it, with every help in the language; their values are read plainly."""
    command.help, command.short_help = _said(command.help, lang), _said(command.short_help, lang)
    command.epilog = _said(command.epilog, lang)
    for param in command.params:
        read_plainly(param)
        if hasattr(param, "help"):
            param.help = _said(param.help, lang)
    command.context_class = _context_class(command, lang)
    _speak_help_option(command, lang)
    for name, below in getattr(command, "commands", {}).items():
        in_language(below, lang)
        below.help = _of_subject(name, lang) or below.help
    return command


def _said(text: str | None, lang: Lang) -> str | None:
    return say(message(text), lang) if text and text.startswith(_ROOM) else text


def _of_subject(name: str, lang: Lang) -> str | None:
    """What a command that grades or asks does, in the words of its subject or study."""
    from ninegrid.study_registry import STUDIES
    from ninegrid.subjects.registry import SUBJECTS

    known = SUBJECTS.get(name) or STUDIES.get(name)
    return known.help[lang] if known else None


def _speak_help_option(command: Any, lang: Lang) -> None:
    made = command.get_help_option

    def spoken(context: Any) -> Any:
        option = made(context)
        if option is not None:
            option.help = say(message("help.page.help"), lang)
            read_plainly(option)
        return option

    command.get_help_option = spoken


def _context_class(command: Any, lang: Lang) -> type:
    """A context whose help page has its headings in the language."""
    above = command.context_class
    formatter: Any = above.formatter_class
    headings = {catalogue("help")[f"page.{name}"]["en"]: say(message(f"help.page.{name}"), lang) for name in _PAGE}

    class Page(formatter):  # type: ignore[misc]
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or say(message("help.page.usage"), lang))

        def write_heading(self, heading: str) -> None:
            super().write_heading(_said(headings.get(heading, heading), lang) or "")

    return type("SpokenContext", (above,), {"formatter_class": Page})


GROUPS: Mapping[str, tuple[str, ...]] = {
    "everyday": ("customers", "talent", "run", "check", "map", "template", "explain", "portrait"),
    "steering": ("price", "allocate", "prospects", "campaign", "canvas"),
    "upkeep": ("policy", "history", "backtest", "forget"),
}
"""By group, its commands in the order they are listed; a command that none names is listed as upkeep."""


class Grouped(TyperGroup):
    """A group of commands that is listed under several headings."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands, each group under its heading."""
        limit = formatter.width - 6 - max(map(len, self.commands))
        for group, names in listed(self.commands).items():
            with formatter.section(f"help.page.{group}"):
                formatter.write_dl([(name, self.commands[name].get_short_help_str(limit)) for name in names])


def listed(commands: Mapping[str, Any]) -> dict[str, list[str]]:
    """By group, which of the commands there are, groups without any left out."""
    named = {name for names in GROUPS.values() for name in names}
    others = [name for name in commands if name not in named]
    found = {group: [name for name in names if name in commands] for group, names in GROUPS.items()}
    found["upkeep"] += others
    return {group: names for group, names in found.items() if names}
