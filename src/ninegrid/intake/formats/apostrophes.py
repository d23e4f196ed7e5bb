"""Apostrophes before values, which mark them as text in Excel and stay behind in exports."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

_NUMERAL = r"^'[-+0-9.,%\s]+'?$"


def without_apostrophes(frame: pl.DataFrame, but_for: Collection[int]) -> tuple[pl.DataFrame, dict[int, int]]:
    """A loaded sheet without the marks, and how many cells of each column had one.

    A mark is an apostrophe before a numeral, or before most texts of a column; what is quoted on both sides loses both.
    but_for: columns that keep theirs, such as ids, whose own reading tells of each.
    """
    found: dict[int, int] = {}
    changed = []
    for name in frame.columns:
        texts = frame[name]
        if name[0] != "t" or not name[1:].isdigit() or int(name[1:]) in but_for:
            continue
        marked = texts.str.starts_with("'").fill_null(False)
        if not marked.any():
            continue
        if 2 * marked.sum() < texts.count():
            marked &= texts.str.contains(_NUMERAL).fill_null(False)
        if count := int(marked.sum()):
            found[int(name[1:])] = count
            plain = texts.str.replace(r"^'(.*)'$", "${1}").str.strip_prefix("'")
            changed.append(plain.zip_with(marked, texts).alias(name))
    return frame.with_columns(changed) if changed else frame, found
