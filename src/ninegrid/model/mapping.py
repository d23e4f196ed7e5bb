"""A map 映射: how files are to be read, as a person gives it in a file or in one line of ``--map``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, replace
from fnmatch import fnmatch

from ninegrid.dataclass import dataclass

ASIDE = "aside"
"""The meaning of a column that is to be left aside."""

EVERY = "*"
"""The pattern of every sheet."""

PLACES = {
    "file": ("文件", "file"),
    "sheet": ("工作表", "sheet"),
    "title": ("标题", "title"),
    "month": ("月数", "month"),
}
"""What a constant may take its text from, as it is written in braces: the file's or sheet's name, the title, the months
from January to the end of the row's period."""

MONTH = "{month}"
"""The constant of months that is another one in each period."""

_ASIDE_WORDS = frozenset({ASIDE, "不用", "不要", "忽略", "搁置", "ignore", "skip", "none"})
_TARGET = re.compile(
    r"^\s*(?P<before>-\s*)?(?P<meaning>[^\[\]［］【】]*?)\s*(?:[\[［【](?P<unit>[^\]］】]*)[\]］】])?\s*(?P<after>(?<=[\s\]］】])-)?\s*$"
)


@dataclass(frozen=True)
class ColumnMap:
    """What one header means: a canonical column (or a label of it), `ASIDE`, or an item's group.

    unit: as written (万元, %), "" where the map says nothing of it. sign: -1 where values have the other sign.
    """

    meaning: str
    unit: str = ""
    sign: int = 1

    def __str__(self) -> str:
        """As it is written: ``total_income [万元]``, ``expected_loss -``."""
        return self.meaning + (f" [{self.unit}]" if self.unit else "") + (" -" if self.sign < 0 else "")


def column_map(text: str) -> ColumnMap | None:
    """What ``total_income [万元]``, ``raroc[%]``, ``expected_loss -`` or ``aside`` says; None for anything else."""
    found = _TARGET.match(text)
    if not found or not found["meaning"].strip():
        return None
    meaning = found["meaning"].strip()
    if meaning.casefold() in _ASIDE_WORDS:
        return ColumnMap(ASIDE)
    return ColumnMap(meaning, (found["unit"] or "").strip(), -1 if found["before"] or found["after"] else 1)


@dataclass(frozen=True)
class SheetMap:
    """How the sheets are read whose name, or whose file's name, is like `pattern`.

    relation: the relation they hold, "" where the headers tell. columns: by header (``组表头|表头`` for two rows).
    set: by column, the value of a column that the export doesn't have: a text in which {file}, {sheet} and {title}
    stand for the file's and the sheet's name and the title above the table, or `MONTH`. settled: by header of a
    ratio without a unit, what its values said earlier: percent or fraction; of a score without a scale, the scale.
    strict: whether a header that no sheet has is an error. form: the check workbook that it was filled in on, "".
    """

    pattern: str = EVERY
    relation: str = ""
    columns: Mapping[str, ColumnMap] = field(default_factory=dict)
    set: Mapping[str, str] = field(default_factory=dict)
    settled: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    form: str = ""

    def fits(self, file: str, sheet: str) -> bool:
        """Whether it is about a sheet of a file."""
        return self.fits_sheet(file, sheet) or self._is_like(file, file.rpartition(".")[0])

    def fits_sheet(self, file: str, sheet: str) -> bool:
        """Whether it is about a sheet by the sheet's own name, and not by its file's alone."""
        return bool(sheet) and self._is_like(sheet, f"{file} › {sheet}", f"{file}|{sheet}")

    def _is_like(self, *names: str) -> bool:
        pattern = self.pattern.casefold()
        return any(name.casefold() == pattern or fnmatch(name.casefold(), pattern) for name in names if name)


@dataclass(frozen=True)
class Map:
    """A whole map. values: by column, the word of the schema that a word of the export stands for."""

    sheets: tuple[SheetMap, ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return bool(self.sheets or self.values)

    def of_sheet(self, file: str, sheet: str) -> SheetMap:
        """What it says of one sheet: what is said of all sheets first, then over it what is said of this one."""
        merged = SheetMap(pattern=sheet or file)
        for one in sorted(self.sheets, key=lambda one: one.pattern != EVERY):
            if one.fits(file, sheet):
                merged = replace(
                    merged,
                    relation=one.relation or merged.relation,
                    columns={**merged.columns, **one.columns},
                    set={**merged.set, **one.set},
                    settled={**merged.settled, **one.settled},
                )
        return merged

    def over(self, other: Map) -> Map:
        """This map, with what the other says where this one says nothing."""
        columns = {*other.values, *self.values}
        values = {name: {**other.values.get(name, {}), **self.values.get(name, {})} for name in columns}
        return Map((*other.sheets, *self.sheets), values)
