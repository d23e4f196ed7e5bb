"""The form of what grade leaves for other programs: tables, units' workbooks, the database."""

from __future__ import annotations

FORM_VERSION = 5
"""Rises with every change of names or meanings; a database of an older form is migrated by sql/migrations/form_<n>."""
