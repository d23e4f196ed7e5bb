"""Which columns of a worksheet part hold one kind of cell throughout, told while it is unpacked.

Of those the reader need not be asked what each single cell is, which for texts and dates takes longer than reading.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import field

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.intake.formats.extents import column_index

# What follows a cell's reference, and its style, where the cell is neither empty nor a text.
_NO_TEXT = r'(?:><[^/]| t="[nbed]"|[^ />]| [^st])'
_CELL = re.compile(rb'<c r="([A-Z]{1,3})[0-9]+"(?: s="([0-9]+)")?(?: t="(s|str|inlineStr)"|(><v>))')
_REFERENCE = re.compile(rb'<c r="([A-Z]{1,3})')
_SHORT, _LONG = 1 << 16, 4 << 20  # bytes


@dataclass(frozen=True)
class UniformColumns:
    """texts: columns, by letters, all of whose cells are texts or empty; dates: those whose numbers, and there are only
    numbers, texts and empty cells, all have one style, that of a day; by letters the style.
    """

    texts: frozenset[str] = frozenset()
    dates: tuple[tuple[str, str], ...] = ()
    pattern: str = field(default="", compare=False)

    @classmethod
    def first(cls, xml: bytes, date_styles: Collection[str]) -> UniformColumns:
        """Those that the first chunk's last row shows, and nothing in the chunk denies."""
        return cls.of_last_row(xml, date_styles).after(xml)

    @classmethod
    def of_last_row(cls, xml: bytes, date_styles: Collection[str]) -> UniformColumns:
        """Those that a chunk's last row shows, whatever stands above it."""
        row = xml[max(xml.rfind(b"<row ", 0, max(xml.rfind(b"</row>"), 0)), 0) :]
        cells = [tuple(part.decode() for part in found) for found in _CELL.findall(row)]
        texts = frozenset(letters for letters, _, text, _ in cells if text)
        dates = {letters: style for letters, style, _, number in cells if number and style in date_styles}
        return _told(texts, dates)

    def after(self, xml: bytes) -> UniformColumns:
        """Those of them that a further chunk does not deny."""
        if not self.pattern or not holds(xml, self.pattern):
            return self
        denied = {found[1].decode() for one in re.finditer(self.pattern.encode(), xml) if (found := _named(one))}
        kept = {letters: style for letters, style in self.dates if letters not in denied}
        return _told(self.texts - denied, kept)

    @property
    def text_columns(self) -> frozenset[int]:
        """The 0-based columns of texts."""
        return frozenset(map(column_index, self.texts))

    @property
    def date_columns(self) -> frozenset[int]:
        """The 0-based columns of days."""
        return frozenset(column_index(letters) for letters, _ in self.dates)


def holds(xml: bytes, pattern: str) -> bool:
    """Whether the pattern is found; beyond a start by polars, several times as fast as Python's own, and in a long
    text by RE2, which is ten times as fast again but has to be loaded.
    """
    if re.compile(pattern.encode()).search(xml, 0, _SHORT):  # what is found mostly stands at the top
        return True
    if len(xml) <= _SHORT:
        return False
    if len(xml) >= _LONG:
        return _holds_long(xml, pattern)
    text = pl.Series([xml.decode(errors="replace")])  # a chunk may end in the middle of a character
    found: bool = text.str.contains(pattern).item()
    return found


def _holds_long(xml: bytes, pattern: str) -> bool:
    import pyarrow as pa  # noqa: PLC0415  with pyarrow.compute, a twentieth of the start
    import pyarrow.compute as pc  # noqa: PLC0415

    ends = pa.array([0, len(xml)], pa.int64()).buffers()[1]
    whole = pa.Array.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(xml)])  # nothing is copied
    found: bool = pc.match_substring_regex(whole, pattern)[0].as_py()
    return found


def _named(found: re.Match[bytes]) -> re.Match[bytes] | None:
    return _REFERENCE.match(found[0])


def _told(texts: frozenset[str], dates: dict[str, str]) -> UniformColumns:
    parts = [rf'(?:{"|".join(sorted(texts))})[0-9]+"(?: s="[0-9]+")?{_NO_TEXT}'] if texts else []
    parts += [_no_date(letters, style) for letters, style in dates.items()]
    return UniformColumns(texts, tuple(dates.items()), f'<c r="(?:{"|".join(parts)})' if parts else "")


def _no_date(letters: str, style: str) -> str:
    """A number of another style, or anything but a plain number of this one."""
    return (
        rf'{letters}[0-9]+"(?:(?: s="(?:{_other_than(style)})")?{_NO_TEXT}| s="{style}"(?:><[^/v]| t="[nbed]"| [^t]))'
    )


def _other_than(digits: str) -> str:
    """A pattern for every run of digits but this one."""
    differing = [f'{digits[:i]}[^{digit}"][0-9]*' for i, digit in enumerate(digits)]
    shorter = [digits[:i] for i in range(1, len(digits))]
    return "|".join([*differing, *shorter, f"{digits}[0-9]+"])
