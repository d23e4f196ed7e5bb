"""The commands in three groups, as ``grade --help`` lists them: every day, steering, upkeep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typer.core import TyperGroup

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
