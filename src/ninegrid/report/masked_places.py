"""Files and sheets as a masked output calls them: by number, where their names may be somebody's.

A sheet may be called after a manager, a file after a branch or a customer. A name stays where it is made of plain words
(`schemas/vocabulary/place_words.toml`) and a period, and holds no known name. Any other is shown by its number: 文件 2
is the second file that was given, 表 3 the third sheet of its file. Who has the originals knows which are meant, and no
one else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import PurePath

import polars as pl

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.relations import Lang
from ninegrid.report.kit.words import word

_PAIRS = (("file", "sheet"), ("source_file", "source_sheet"))
NAMING = frozenset(column for pair in _PAIRS for column in pair)
"""The columns that hold names of files and of sheets."""

_BETWEEN = " › "


@dataclass(frozen=True)
class Places:
    """What is written for names of `files`, and of `sheets` by the names of their file and their own."""

    files: Mapping[str, str]
    sheets: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, inputs: Inputs, frames: Iterable[pl.DataFrame], named: Callable[[str], bool], lang: Lang) -> Places:
        """Those of a run. frames: in which further files and sheets may stand, such as forms that came back.

        named: whether a text holds a name that is known.
        """
        read = ((one.file.name, "" if one.encoding else one.sheet) for one in inputs.sheets)
        seen = [*read, *((one.file, one.sheet) for one in inputs.reading.sheets), *_pairs(frames)]
        by_file: dict[str, list[str]] = {file.name: [] for file in inputs.files}
        for file, sheet in dict.fromkeys(seen):
            by_file.setdefault(file, []).extend([sheet] if sheet else [])
        hides = cache(lambda name: _telling(name) or named(name))
        return cls(
            {
                file: word("masked_file", lang, n=n) + PurePath(file).suffix
                for n, file in enumerate(by_file, 1)
                if hides(PurePath(file).stem)
            },
            {
                (file, sheet): word("masked_sheet", lang, n=n)
                for file, sheets in by_file.items()
                for n, sheet in enumerate(sheets, 1)
                if hides(sheet)
            },
        )

    def frame(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with files and sheets as they are called here."""
        for file, sheet in _PAIRS:
            if {file, sheet} <= set(rows.columns):
                rows = rows.with_columns(self._masked(rows.select(pl.col(file, sheet).cast(pl.String))))
        return rows

    def file(self, name: str) -> str:
        """What a file is called."""
        return self.files.get(name, name)

    def sheet(self, file: str, name: str) -> str:
        """What a sheet is called."""
        return self.sheets.get((file, name), name)

    def texts(self) -> Iterator[tuple[str, str]]:
        """What may stand in a sentence, and what is written for it: places, and the files' names."""
        for (file, sheet), shown in self.sheets.items():
            yield f"{file}{_BETWEEN}{sheet}", f"{self.file(file)}{_BETWEEN}{shown}"
            yield f"{_BETWEEN}{sheet}{_BETWEEN}", f"{_BETWEEN}{shown}{_BETWEEN}"
        yield from self.files.items()

    def alone(self) -> Iterator[tuple[str, str]]:
        """What may be a whole value of a message, and what is written for it."""
        for name, shown in self.files.items():
            yield from ((form, PurePath(shown).stem) for form in (PurePath(name).stem, _undated(name)))
        yield from ((sheet, shown) for (_, sheet), shown in self.sheets.items())

    def _masked(self, places: pl.DataFrame) -> list[pl.Series]:
        file, sheet = places.columns
        kinds = places.unique()
        files = pl.Series(file, [self.file(one) for one in kinds[file]], dtype=pl.String)
        sheets = pl.Series(sheet, [self.sheet(*one) for one in kinds.iter_rows()], dtype=pl.String)
        shown = kinds.with_columns(files.alias("_file"), sheets.alias("_sheet"))
        joined = places.join(shown, on=places.columns, how="left", nulls_equal=True, maintain_order="left")
        return [joined["_file"].alias(file), joined["_sheet"].alias(sheet)]


def _pairs(frames: Iterable[pl.DataFrame]) -> Iterator[tuple[str, str]]:
    for frame in frames:
        for pair in _PAIRS:
            if set(pair) <= set(frame.columns):
                kinds = frame.select(pl.col(*pair).cast(pl.String)).unique(maintain_order=True)
                yield from ((file, sheet or "") for file, sheet in kinds.iter_rows() if file)


def _undated(file: str) -> str:
    return Period.left_out(PurePath(file).stem)


def _telling(name: str) -> bool:
    """Whether a name holds more than plain words, a period, digits and signs."""
    rest = _plain().sub(" ", Period.left_out(name).casefold())
    return any(len(part) > 1 or not part.isascii() for part in re.findall(r"[^\W\d_]+", rest))


@cache
def _plain() -> re.Pattern[str]:
    """One of the words; a Latin one only where no other letter stands beside it."""
    words = sorted(resources.vocabulary("place_words")["words"], key=len, reverse=True)
    latin = "|".join(re.escape(one) for one in words if one.isascii())
    others = "|".join(re.escape(one) for one in words if not one.isascii())
    return re.compile(rf"(?<![a-z])(?:{latin})(?![a-z])|{others}")
