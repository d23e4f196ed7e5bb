"""The version of what grade leaves for other programs: the names and meanings of tables and their columns."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

FORM_VERSION = 6
"""Rises with every change of names or meanings; an older database is migrated by sql/migrations/form_<n>.sql."""


@cache
def program_version() -> str:
    """The installed program's, looked up once a process: it stands in metadata that hold the whole README."""
    return version("ninegrid")
