"""What is wrong with a command line, in the catalogue's words instead of the parser's own English.

The classes of errors are typer's own; it exports few of them, so they come from its inner package (its version is
bounded in pyproject.toml).
"""

from __future__ import annotations

import difflib
import re
from types import SimpleNamespace
from typing import Any

from typer import BadParameter
from typer._click.exceptions import ClickException, MissingParameter, NoSuchOption

from ninegrid.messages import Message, message, say
from ninegrid.model.errors import UsageError

# What the parser says without a class of its own: its sentence, and the code that says the same.
_SENTENCES = (
    (re.compile(r"Option '(?P<option>.+)' requires "), "cli.usage.needs_value"),
    (re.compile(r"Option '(?P<option>.+)' does not take a value"), "cli.usage.takes_no_value"),
    (re.compile(r"Got unexpected extra argument\(s\) \((?P<words>.+)\)", re.DOTALL), "cli.usage.too_many"),
)
_NO_COMMAND = re.compile(r"No such command '(?P<name>.*?)'", re.DOTALL)


def usage_error(error: ClickException) -> UsageError:
    """The parser's error as one of ours: what is wrong, and with which command help is to be had."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "grade"
    return UsageError(_told(error, context), message("cli.usage.help", command=path))


def _told(error: ClickException, context: Any) -> Message:
    if isinstance(error, NoSuchOption):
        return _with_nearest("cli.usage.no_option", error.option_name, error.possibilities or ())
    if isinstance(error, MissingParameter) and error.param is not None:
        if forgotten := _without_subject(context):
            return message("cli.usage.no_subject", ways=forgotten)
        return message("cli.usage.missing", name=error.param.metavar or error.param.opts[0])
    if isinstance(error, BadParameter) and error.param is not None:
        return _bad_value(error)
    if found := _NO_COMMAND.match(error.message):
        commands = context.command.commands if context is not None else ()
        near = difflib.get_close_matches(found["name"], commands, n=3)
        return _with_nearest("cli.usage.no_command", found["name"], near)
    for sentence, code in _SENTENCES:
        if found := sentence.match(error.message):
            return message(code, **found.groupdict())
    return message("common.as_is", text=error.format_message())


def _without_subject(context: Any) -> SimpleNamespace | None:
    """How a command is written for each subject, where it wants one and none was named before what was given."""
    from ninegrid.subjects.registry import SUBJECTS

    names = [p.name for p in context.command.params if p.param_type_name == "argument"] if context else []
    given = context.params.get("subject") if context else None
    if "subject" not in names or given in SUBJECTS:
        return None
    rest = [p.metavar or p.name for p in context.command.params if p.param_type_name == "argument"][1:]
    words = " ".join(word.removesuffix("…") for word in rest)
    ways, either = [f"{context.command_path} {name} {words}".rstrip() for name in SUBJECTS], message("cli.needs_either")
    return SimpleNamespace(zh=say(either, "zh").join(ways), en=say(either, "en").join(ways))


def _with_nearest(code: str, name: str, near: Any) -> Message:
    return message(f"{code}_near", name=name, near=sorted(near)) if near else message(code, name=name)


def _bad_value(error: BadParameter) -> Message:
    """A value that is none of the choices, no number, or too small."""
    param: Any = error.param
    faults: list[dict[str, Any]] = getattr(error.__cause__, "errors", list)()
    said = {"option": param.opts[-1], "value": faults[0]["input"] if faults else ""}
    wanted = param.type_descriptor
    if wanted.choices:
        return message("cli.usage.no_choice", choices=[str(choice.value) for choice in wanted.choices], **said)
    if wanted.annotation in (int, float):
        least = wanted.parameter_info.min
        return message("cli.usage.no_number" if least is None else "cli.usage.no_number_from", least=least, **said)
    return message("common.as_is", text=error.format_message())
