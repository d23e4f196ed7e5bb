"""How figures and names are shown: labels, colours, and what is not shown. TOML keys are the fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ninegrid.dataclass import dataclass


@dataclass(frozen=True)
class ParameterLabel:
    """How a parameter is shown."""

    zh: str
    en: str
    unit: str = "number"


@dataclass(frozen=True)
class Look:
    """Fill and text colour (RRGGBB)."""

    color: str
    ink: str


@dataclass(frozen=True)
class Looks:
    """The looks of tiers and severities by key; each may as well give its own `color` and `ink`."""

    tiers: Mapping[str, Look] = field(default_factory=dict)
    severities: Mapping[str, Look] = field(default_factory=dict)


@dataclass(frozen=True)
class Privacy:
    """name: the column that names a subject, left out where names are not wanted.

    free_text: columns in which people may write names, left out together with them.
    withheld: columns that are looked at by group only; what is said of one subject never quotes them.
    manager: the column that says who a subject's manager is; a unit's own workbook leaves out its head: whoever manages
    somebody in it and is managed by nobody in it.
    posts: the columns of the post that somebody holds, and of those that somebody may follow into; what is said of a
    head's successors is left out too.
    fewest: how many subjects a figure must be of where it goes out: in a unit's workbook those of other units, none or
    at least so many; on the page about one subject those it is compared with.
    """

    name: str = ""
    free_text: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    manager: str = ""
    posts: tuple[str, ...] = ()
    fewest: int = 5
