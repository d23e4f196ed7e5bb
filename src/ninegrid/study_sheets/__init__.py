"""The kinds of sheets that are a study's own: they name its columns, which `report/` doesn't.

A study has some where there is a room or module of its name here, with `BUILDERS`: by kind, what lays it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from ninegrid.report.book import Builder


def builders_of(study: str) -> Mapping[str, Builder]:
    """By kind, what lays out the study's own sheets; none where it has only sheets of kinds that all workbooks have."""
    if study not in {module.name for module in iter_modules(__path__)}:
        return {}
    found: Mapping[str, Builder] = import_module(f"{__name__}.{study}").BUILDERS
    return found
