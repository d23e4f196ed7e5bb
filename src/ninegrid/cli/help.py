"""The help of commands and options in the language to speak: in the code it stands as a code of the catalogue."""

from __future__ import annotations

from typing import Any

from ninegrid.messages import Lang, message, say
from ninegrid.messages.message import catalogue

_ROOM = "help."
_PAGE = ("usage", "arguments", "options", "commands")


def in_language(command: Any, lang: Lang) -> Any:
    """The command, and those below it, with every help in the language."""
    command.help, command.short_help = _said(command.help, lang), _said(command.short_help, lang)
    command.epilog = _said(command.epilog, lang)
    for param in command.params:
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
