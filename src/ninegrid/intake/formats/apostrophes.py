"""Apostrophes before values, which mark them as text in Excel and stay behind in exports."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

_NUMERAL = r"^'[-+0-9.,%\s]+'?$"


def without_apostrophes(frame: pl.DataFrame, but_for: Collection[int]) -> tuple[pl.DataFrame, dict[int, int]]:
    """A loaded sheet without the marks, and how many cells of each column had one.

    A mark is an apostrophe before a numeral, or before most texts of a column; what is quoted on both sides loses both.
    but_for: columns that keep theirs, such as ids, whose own reading tells of each.
    """
    found: dict[int, int] = {}
    changed = []
    names = [n for n in frame.columns if n[0] == "t" and n[1:].isdigit() and int(n[1:]) not in but_for]
    for name, has_marks in _with_marks(frame, names).items():
        if not has_marks:
            continue
        texts = frame[name]
        marked = texts.str.starts_with("'").fill_null(False)
        if 2 * marked.sum() < texts.count():
            marked &= texts.str.contains(_NUMERAL).fill_null(False)
        if count := int(marked.sum()):
            found[int(name[1:])] = count
            plain = texts.str.replace(r"^'(.*)'$", "${1}").str.strip_prefix("'")
            changed.append(plain.zip_with(marked, texts).alias(name))
    return frame.with_columns(changed) if changed else frame, found


def _with_marks(frame: pl.DataFrame, names: Sequence[str]) -> dict[str, bool]:
    """Whether any cell of each column begins with an apostrophe; all are looked at in one query."""
    return frame.select(pl.col(names).str.starts_with("'").any()).row(0, named=True) if names else {}
