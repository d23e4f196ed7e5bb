"""Whether an SQL expression of a policy can be read, and computed from the columns there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import polars as pl
from polars.exceptions import PolarsError

Path = tuple[str | int, ...]
Problem = tuple[Path, str]


def broken_expression(text: str, path: Path, allowed: Collection[str] | None) -> Iterator[Problem]:
    """What is wrong with the expression at `path`: it can't be read, or names a column not `allowed` (None: any is)."""
    try:
        names = pl.sql_expr(text).meta.root_names()
    except PolarsError as error:
        yield path, f"'{text}' can't be read as an SQL expression: {str(error).splitlines()[0]}."
        return
    unknown = [] if allowed is None else sorted(set(names) - set(allowed))
    if unknown:
        yield path, f"there is no column {', '.join(unknown)} to compute '{text}' from."
