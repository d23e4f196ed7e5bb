"""Tables of which the database keeps a row a run of rows, and shows a view with them all."""

from __future__ import annotations

from collections.abc import Sequence

from ninegrid.model.packed import SEPARATOR
from ninegrid.store.quoting import identifier, literal

PACKED = "packed"
"""The schema of what is kept; the views stand in the schema of other tables, under the same names."""


def laid_out(table: str, columns: Sequence[str], differing: Sequence[str]) -> str:
    """A SELECT of all rows of a packed table, given as SQL names it; columns: its own, in their order."""
    codes = differing[0]
    lists = {name: identifier(name) for name in differing}
    lists[codes] = f"string_split({lists[codes]}, {literal(SEPARATOR)})"
    seen = (f"unnest({lists[n]}) AS {identifier(n)}" if n in lists else identifier(n) for n in columns)
    return f"SELECT {', '.join(seen)} FROM {table}"
