"""The table of texts that a workbook keeps once (ECMA-376, 18.4), and which columns of a list point into it.

A tier, a branch or a reason that stands in thousands of rows is written, read and held in memory as a number there. A
column whose texts are nearly all different keeps them in its cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

import polars as pl
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from ninegrid.report.xlsx.list_values import writable
from ninegrid.report.xlsx.xml_text import in_xml, space

_SAMPLE = 1_000  # rows from the top, which tell what a column is like
_SHARE = 4  # a text stands in so many rows at least, on average
_MOST = 20_000  # different texts of a column
_TEXTS = (pl.String, pl.Categorical, pl.Enum)


class SharedTexts:
    """The texts of one workbook, numbered from 0 as they come; what the package needs to know of their part."""

    path = "/xl/sharedStrings.xml"
    mime_type = SHARED_STRINGS

    def __init__(self) -> None:
        """None yet."""
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        """How many there are."""
        return len(self._numbers)

    def numbers(self, texts: Sequence[str | None]) -> list[int | None]:
        """The number of each text; None of None."""
        return [None if text is None else self._numbers.setdefault(text, len(self._numbers)) for text in texts]

    def xml(self) -> str:
        """The part of the package."""
        items = "".join(f"<si><t{space(text)}>{in_xml(text)}</t></si>" for text in self._numbers)
        return f'<sst xmlns="{SHEET_MAIN_NS}" uniqueCount="{len(self)}">{items}</sst>'


def shared(frame: pl.DataFrame, texts: SharedTexts) -> tuple[pl.DataFrame, Mapping[str, pl.DataFrame]]:
    """The columns of a frame whose texts are worth sharing, and the different texts of each.

    In the columns stands, instead of a text, its row in that table, which has what a cell shows of it (`shown`, null
    for nothing) and the `number` of that among the workbook's texts.
    """
    most = min(_MOST, frame.height // _SHARE)
    likely = [s.name for s in frame if s.dtype in _TEXTS and s.head(_SAMPLE).n_unique() * _SHARE <= _SAMPLE]
    distinct = frame.select(pl.col(likely).cast(pl.String).drop_nulls().unique().sort().implode())
    few = {column.name: column.explode() for column in distinct if len(column.item()) <= most}
    places = frame.select(pl.col(name).cast(pl.String).cast(pl.Enum(values)) for name, values in few.items())
    return places.select(pl.all().to_physical()), _numbered(few, texts)


def _numbered(columns: Mapping[str, pl.Series], texts: SharedTexts) -> Mapping[str, pl.DataFrame]:
    """By column its texts as they are shown, with their numbers; worked out for all columns together."""
    if not columns:
        return {}
    shown = writable(pl.concat([values.alias("shown") for values in columns.values()]).to_frame())
    numbered = shown.with_columns(pl.Series("number", texts.numbers(shown["shown"].to_list()), pl.UInt32))
    ends = list(accumulate(values.len() for values in columns.values()))
    return {
        name: numbered.slice(end - values.len(), values.len())
        for (name, values), end in zip(columns.items(), ends, strict=True)
    }
