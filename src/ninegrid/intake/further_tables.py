"""A second table below the first one of a sheet, with a header of its own, is read as a sheet of its own.

Under the first header its figures would stand in wrong columns. A row is such a header when it holds no number, nearly
all its texts are headers that are known, and they are not those of the first header again, column by column.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.header_cells import header_forms
from ninegrid.intake.headers.heading import LETTERS, key
from ninegrid.intake.headers.layout import Layout
from ninegrid.intake.headers.matching import Vocabulary
from ninegrid.model.raw import ROW, CellKind, PartOfSheet, RawSheet

_LIMITS = resources.vocabulary("limits")["further_tables"]
_LEAST: int = _LIMITS["headers"]
_MOST_OTHERS: float = _LIMITS["others"]
_TITLE_CELLS: int = _LIMITS["title_cells"]
_LOOKED_AT = 200  # rows that may be headers and are looked at closely


@dataclass(frozen=True)
class Below(PartOfSheet):
    """The rows of a sheet from one on; see RawSheet. The rows above are there, and empty, so that cells keep names."""

    whole: RawSheet
    first: int

    def head(self, rows: int = 60) -> list[list[str | None]]:
        """So many rows from the first one on, below the empty ones."""
        head = self.whole.head(self.first - 1 + rows)
        above: list[list[str | None]] = [[None] * len(row) for row in head[: self.first - 1]]
        return above + head[self.first - 1 :]

    def load(self, first_row: int, kinds: Mapping[int, CellKind]) -> pl.DataFrame:
        """The rows from `first_row` on."""
        return self.whole.load(first_row, kinds)


def next_table(rows: pl.DataFrame, layout: Layout, vocabularies: Collection[Vocabulary]) -> int | None:
    """The sheet row at which a further table begins, with the titles above its header; None where there is none.

    rows: those below the header, as they were loaded.
    """
    vocabularies = [one for one in vocabularies if one.relation.melt is None]  # an item may be called anything
    texts = sorted(int(name[1:]) for name in rows.columns if name[0] == "t" and name[1:].isdigit())
    for number, *cells in _likely(rows, texts, layout).rows():
        if _is_header(dict(zip(texts, cells, strict=True)), layout, vocabularies):
            return _with_titles(rows, texts, number)
    return None


def _likely(rows: pl.DataFrame, texts: list[int], layout: Layout) -> pl.DataFrame:
    """The rows that may be headers: without numbers, with several texts, and with no digit in the id's column."""
    block = layout.blocks[0]
    identifier = next((f.index for f in block.fields if f.column.name == block.relation.key[0]), texts[0])
    named = pl.col(f"t{identifier}")
    numbers = [pl.col(f"n{i}").is_null() for i in texts if f"n{i}" in rows.columns]
    wordy = rows.filter(named.is_null() | ~named.str.contains(r"\d"), *numbers)
    filled = pl.sum_horizontal(pl.col(f"t{i}").is_not_null() for i in texts)
    return wordy.filter(filled >= _LEAST).select(ROW, *(f"t{i}" for i in texts)).head(_LOOKED_AT)


def _is_header(cells: Mapping[int, str | None], layout: Layout, vocabularies: Collection[Vocabulary]) -> bool:
    """Whether the texts of a row are headers, and not the first header again."""
    own = {i: {key(text) for text in layout.headers.get(i, ())} for i in cells}
    values = {i: text for i, text in cells.items() if text and key(text)}
    if all(key(text) in own[i] for i, text in values.items()):
        return False
    most = min(_MOST_OTHERS * len(values), len(values) - _LEAST)
    worded = [text for text in values.values() if LETTERS.search(text)]  # the others are figures and days
    others = len(values) - len(worded)
    everywhere = {form for forms in own.values() for form in forms}
    for text in worded if others <= most else ():
        others += key(text) not in everywhere and not _names(text, vocabularies)
        if others > most:
            break
    return others <= most


def _names(text: str, vocabularies: Collection[Vocabulary]) -> bool:
    forms = header_forms([[text]], 0, 0)
    return any(vocabulary.may_name(forms) for vocabulary in vocabularies)


def _with_titles(rows: pl.DataFrame, texts: list[int], header: int) -> int:
    """The first of the rows of few texts that stand right above a header; where nothing stands it begins as well."""
    above = rows.filter(pl.col(ROW) < header).tail(_TITLE_CELLS + 1).reverse()
    numbers = [pl.col(f"n{i}").is_not_null() for i in texts if f"n{i}" in rows.columns]
    count = pl.sum_horizontal([*(pl.col(f"t{i}").is_not_null() for i in texts), *numbers])
    for row, cells in above.select(ROW, count).rows():
        if cells > _TITLE_CELLS:
            return int(row) + 1
    return header
