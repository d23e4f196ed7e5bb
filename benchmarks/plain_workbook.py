"""A workbook without any looks, as fast as it can be written: its rows as XML text that polars joins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from benchmarks.zip_stream import ZipStream

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_FIXED = {
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    # Style 1 is a day; without it a reader takes days for numbers.
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
    '<xf xfId="0"/><xf numFmtId="14" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
# Where a workbook keeps its texts in a part of their own, as Excel does.
_TEXTS = "xl/sharedStrings.xml"
_WITH_TEXTS = {
    "[Content_Types].xml": f'<Override PartName="/{_TEXTS}" ContentType="{_KIND}.sharedStrings+xml"/>',
    "xl/_rels/workbook.xml.rels": f'<Relationship Id="texts" Type="{_OFFICE}/sharedStrings" '
    'Target="sharedStrings.xml"/>',
}
_CHUNK = 16_384  # rows
_FIRST_DAY = 25_569  # 1970-01-01, as Excel counts days
_NUMBER = pl.col("row:number")

Piece = str | pl.Expr


def write_plain(path: Path, frames: Iterable[pl.DataFrame], unreadable: str = "", *, shared: bool = False) -> None:
    """Write frames of the same columns as one sheet, under one header; for a NaN the text `unreadable`.

    shared: each text once, in a part of its own, as Excel writes them; else texts stand in their cells.
    """
    with ZipStream(path) as archive:
        for name, xml in _parts(["客户"]).items():
            more = _WITH_TEXTS.get(name, "") if shared else ""
            end = xml.rindex("</")
            archive.part(name, [(_HEAD + xml[:end] + more + xml[end:]).encode()])
        if shared:
            frames, texts = _with_numbers([*frames])
            item = _whole(["<si><t>", _escaped("text"), "</t></si>"])
            items = texts.to_frame("text").select(item.str.join("")).item()
            xml = f'{_HEAD}<sst xmlns="{_MAIN}">{items}</sst>'
            archive.part(_TEXTS, [xml.encode()])
        archive.part("xl/worksheets/sheet1.xml", _sheet(frames, unreadable))


def write_sheets(path: Path, sheets: Mapping[str, pl.DataFrame]) -> None:
    """Write each frame as a sheet under its name, with texts in their cells."""
    with ZipStream(path) as archive:
        for name, xml in _parts([*sheets]).items():
            archive.part(name, [(_HEAD + xml).encode()])
        for number, frame in enumerate(sheets.values(), 1):
            archive.part(f"xl/worksheets/sheet{number}.xml", _sheet([frame], ""))


def _parts(names: Sequence[str]) -> dict[str, str]:
    """The parts of a workbook beside its sheets, which have these names."""
    numbers = range(1, len(names) + 1)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_KIND}.worksheet+xml"/>' for n in numbers
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    sheets = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>{kinds}</Types>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
        f'<Relationship Id="styles" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        **_FIXED,
    }


def _with_numbers(frames: list[pl.DataFrame]) -> tuple[list[pl.DataFrame], pl.Series]:
    """The frames with each text as its number among all texts, those of the header first; and the texts."""
    whole = pl.concat(frames)
    names = [name for name, kind in whole.schema.items() if kind == pl.String]
    header = pl.Series(whole.columns, dtype=pl.String)
    texts = pl.concat([header, *(whole[name].drop_nulls() for name in names)]).unique(maintain_order=True)
    return [whole.with_columns(pl.col(names).cast(pl.Enum(texts)))], texts


def _sheet(frames: Iterable[pl.DataFrame], unreadable: str) -> Iterator[bytes]:
    row = 0
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode()
    for frame in frames:
        if row == 0:
            kind = next((kind for kind in frame.dtypes if kind == pl.Enum), pl.String)
            header = pl.DataFrame([frame.columns], schema=dict.fromkeys(frame.columns, kind), orient="row")
            yield _rows(header, 1, unreadable)
            row = 1
        for chunk in frame.iter_slices(_CHUNK):
            yield _rows(chunk, row + 1, unreadable)
            row += chunk.height
    yield b"</sheetData></worksheet>"


def _rows(frame: pl.DataFrame, first: int, unreadable: str) -> bytes:
    numbers = pl.int_range(first, first + frame.height).cast(pl.String).alias("row:number")
    pieces: list[Piece] = ['<row r="', _NUMBER, '">']
    for position, series in enumerate(frame):
        pieces += _cell(_letters(position), series, unreadable)
    row = pl.concat_str(_joined([*pieces, "</row>"]))
    return frame.with_columns(numbers).select(row.str.join("")).item().encode()


def _cell(letters: str, series: pl.Series, unreadable: str) -> list[Piece]:
    """A cell of each row; none where there is nothing."""
    value = pl.col(series.name)
    start = f'<c r="{letters}'
    if series.dtype == pl.String:
        pieces: list[Piece] = [start, _NUMBER, '" t="inlineStr"><is><t>', _escaped(series.name), "</t></is></c>"]
    elif series.dtype == pl.Enum:
        pieces = [start, _NUMBER, '" t="s"><v>', value.to_physical().cast(pl.String), "</v></c>"]
    elif series.dtype == pl.Date:
        pieces = [start, _NUMBER, '" s="1"><v>', (value.cast(pl.Int32) + _FIRST_DAY).cast(pl.String), "</v></c>"]
    else:
        pieces = [start, _NUMBER, '"><v>', value.cast(pl.String), "</v></c>"]
    if series.dtype.is_float() and series.is_nan().any():
        text: list[Piece] = [start, _NUMBER, f'" t="inlineStr"><is><t>{unreadable}</t></is></c>']
        return [pl.when(value.is_nan()).then(_whole(text)).otherwise(_whole(pieces)).fill_null("")]
    return [_whole(pieces).fill_null("")] if series.null_count() else pieces


def _escaped(name: str) -> pl.Expr:
    value = pl.col(name)
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        value = value.str.replace_all(sign, entity, literal=True)
    return value


def _whole(pieces: list[Piece]) -> pl.Expr:
    return pl.concat_str(_joined(pieces))


def _joined(pieces: list[Piece]) -> list[pl.Expr]:
    """Texts that follow each other as one: every piece costs its time in every row."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return [pl.lit(piece) if isinstance(piece, str) else piece for piece in joined]


def _letters(position: int) -> str:
    """The column's letters; position is 0-based."""
    letters = ""
    while position >= 0:
        position, letter = divmod(position, 26)
        letters, position = chr(ord("A") + letter) + letters, position - 1
    return letters
