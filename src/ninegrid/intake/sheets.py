"""Look into every sheet of every file: which relation it holds, and a clear error when the main one is nowhere."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.formats.text.encodings import is_garbled
from ninegrid.intake.headers.candidate import Candidate
from ninegrid.intake.headers.header_cells import header_cells
from ninegrid.intake.headers.header_search import best
from ninegrid.intake.headers.heading import key
from ninegrid.intake.headers.layout import Layout, Unread
from ninegrid.intake.headers.matching import Vocabulary
from ninegrid.intake.headers.recognise import recognise, unread, with_relation
from ninegrid.intake.headers.row_texts import Head
from ninegrid.messages import Message, has_chinese, message
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import SheetSource
from ninegrid.model.raw import RawSheet
from ninegrid.model.relations import Lang

_LONG: int = resources.vocabulary("limits")["recognition"]["line_letters"]
_HEAD_ROWS = 60
_SHOWN = 40  # letters of a line that may be garbled
_NEAR: float = resources.vocabulary("limits")["proposals"]["near_headers"]
_LETTERS: int = resources.vocabulary("limits")["recognition"]["letters"]
_MUCH: int = resources.vocabulary("limits")["recognition"]["further_sheet"]


@dataclass(frozen=True)
class SeenSheet:
    """A sheet, its first rows, and how to read it; layout is None for a sheet that is no relation.

    unread: what the columns of such a sheet may be, where it seems to have a header.
    """

    sheet: RawSheet
    head: Head
    layout: Layout | None
    unread: Unread | None = None

    @property
    def place(self) -> str:
        """The sheet's name in messages."""
        return self.source(0).place

    def source(self, rows: int) -> SheetSource:
        """What is to be remembered of the sheet."""
        sheet, layout = self.sheet, self.layout
        if layout is None:
            return SheetSource(sheet.file, sheet.name, None, sheet.hidden, sheet.encoding)
        fields = [f for block in reversed(layout.blocks) for f in block.fields]
        return SheetSource(
            sheet.file,
            sheet.name,
            layout.relation,
            sheet.hidden,
            sheet.encoding,
            layout.last,
            {f.name: f.index for f in fields},
            {f.name: f.header for f in fields},
            {f.name: f.unit.text for f in fields if f.unit},
            tuple(layout.ignored.values()),
            rows,
            tuple(layout.titles),
        )


def look(sheet: RawSheet, vocabularies: Sequence[Vocabulary]) -> SeenSheet:
    """Recognise a sheet. Raises InputError when two of its columns claim to be the same one."""
    head = [[text[:_LETTERS] if text else text for text in row] for row in sheet.head(_HEAD_ROWS)]
    seen = SeenSheet(sheet, head, None)
    layout = recognise(head, vocabularies, seen.place)
    return SeenSheet(sheet, head, layout, None if layout else unread(head, vocabularies, seen.place))


def with_main(seen: Sequence[SeenSheet], mains: Sequence[Vocabulary]) -> list[SeenSheet]:
    """The sheets; when none is the main relation, those that name at least its subjects are, else those of others that
    name it in full hold it too. mains: the main relation's vocabulary for each sheet.
    """
    if any(one.layout and one.layout.relation.main for one in seen):
        return list(seen)
    bare = [
        one if one.layout else replace(one, layout=recognise(one.head, [main], one.place, thin=True))
        for one, main in zip(seen, mains, strict=True)
    ]
    if any(one.layout and one.layout.relation.main for one in bare):
        return bare
    return [
        replace(one, layout=with_relation(one.layout, one.head, main, one.place))
        if one.layout and not one.layout.relation.form
        else one
        for one, main in zip(seen, mains, strict=True)
    ]


def require_main(main: Vocabulary, seen: Sequence[SeenSheet], files: Iterable[str]) -> None:
    """InputError unless a sheet holds the main relation; and where a further one nearly does, to be left out unseen.

    files: the names of those given, of which one may have no sheet at all.
    """
    near = [(s, found) for s in seen if not s.layout and (found := best(s.head, main, s.place)) and found.lacks_one]
    if any(block.relation.main for one in seen if one.layout for block in one.layout.blocks):
        near = [(one, found) for one, found in near if found.score >= _MUCH]
        if not near:
            return
    relation = main.relation
    if not near and (bare := next((s for s in seen if s.sheet.encoding and _is_one_column(s.head)), None)):
        raise InputError("intake.one_column", place=bare.place)
    if not near:
        columns = [relation.column(name) for name in relation.needed]
        needed = [message("intake.both_names", zh=c.zh, en=c.en) for c in columns]
        if garbled := next((s for s in seen if _may_be_garbled(s)), None):
            raise InputError(
                "intake.no_main_garbled",
                relation=relation,
                files=[garbled.sheet.file.name],
                encoding=_codec(garbled.sheet),
                sample=_first_line(garbled.head),
                needed=needed,
            )
        raise InputError("intake.no_main", relation=relation, files=sorted(set(files)), needed=needed)
    one, found = max(near, key=lambda pair: pair[1].score)
    raise InputError(
        "intake.lacks_columns",
        place=one.place,
        row=found.last,
        relation=relation,
        missing=missing_columns(found, one.head),
        column=found.missing[0],
    )


def _may_be_garbled(seen: SeenSheet) -> bool:
    """Whether a text without one known header was read in an encoding that can't be proved, or looks garbled in it."""
    text = _first_line(seen.head)
    unproved = bool(seen.sheet.encoding) and not _codec(seen.sheet).startswith("UTF")
    return not text.isascii() and (unproved or is_garbled(text))


def _codec(sheet: RawSheet) -> str:
    return sheet.encoding.partition(",")[0] or "UTF-8"


def _first_line(head: Head) -> str:
    rows = (" ".join(text.strip() for text in row if text) for row in head)
    return next((row for row in rows if row.strip()), "")[:_SHOWN]


def _is_one_column(head: Head) -> bool:
    """Whether no line of a text was parted, and some are long enough to hold several values."""
    return max(map(len, head), default=0) == 1 and any(len(row[0] or "") > _LONG for row in head)


def missing_columns(found: Candidate, head: Head) -> list[Message]:
    """The required columns that a candidate lacks, each with the closest headers."""
    return [_missing(found, name, head) for name in found.missing]


def _missing(found: Candidate, name: str, head: Head) -> Message:
    column = found.relation.column(name)
    taken = {cells[0][0] for cells in (*found.narrow.values(), *found.wide.values())}
    cells = header_cells(head, found.first - 1, found.last - 1)
    free = {key(h[0].base): h[0].text for i, h in enumerate(cells) if h and i not in taken and key(h[0].base)}
    close = [m for header in column.headers for m in difflib.get_close_matches(key(header), free, n=1, cutoff=_NEAR)]
    if near := tuple(dict.fromkeys(free[m] for m in close)):
        return message("intake.column_near", column=column, name=name, near=near)
    return message("intake.column", column=column, name=name)


def language(lang: Lang | None, layouts: Iterable[Layout]) -> Lang:
    """The language asked for, else that of most of the recognised headers."""
    if lang:
        return lang
    headers = [f.header for layout in layouts for block in layout.blocks for f in block.fields]
    chinese = sum(map(has_chinese, headers))
    return "zh" if 2 * chinese >= len(headers) else "en"
