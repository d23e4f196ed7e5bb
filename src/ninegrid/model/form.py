"""The form of what grade leaves for other programs: tables, units' workbooks, the database."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

FORM_VERSION = 6
"""Rises with every change of names or meanings; a database of an older form is migrated by sql/migrations/form_<n>."""


@cache
def program_version() -> str:
    """The installed program's, looked up once a process: it stands in metadata that hold the whole README."""
    return version("ninegrid")
