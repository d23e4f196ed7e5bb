"""Rows of a list as the XML of a worksheet, made by polars a column at a time: no Python for a row or a cell."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import polars as pl
from openpyxl.utils import get_column_letter

from ninegrid.dataclass import dataclass
from ninegrid.files.xml_escape import quoteattr
from ninegrid.report.kit.cells import LIKE_FORMULA
from ninegrid.report.xlsx.deferred_rows import ROLE, WAY, CellStyle, HeldRows
from ninegrid.report.xlsx.list_values import FIRST_DAY, TEXT_FORMATS, day_part, days, writable
from ninegrid.report.xlsx.xml_text import CODE, WHITE

CHUNK = 2048  # rows
_RENDERERS = 2
_AHEAD = 3  # chunks that wait to be deflated
_EMPTY, _END, _END_OF_TEXT = '"/>', "</v></c>", "</t></is></c>"
_ROW = pl.col("row:number")
_HEIGHT = pl.col("row:height")
_LIKE_FORMULA = "^[" + "".join(f"\\{sign}" for sign in LIKE_FORMULA) + "]"

Piece = str | pl.Expr


def rendered(rows: HeldRows, chunk: int = CHUNK) -> Iterator[memoryview]:
    """The ``<row>`` elements, in UTF-8, some thousand rows at a time, while other threads make the next ones."""
    form = _Form.of(rows)
    with ThreadPoolExecutor(_RENDERERS) as pool:
        waiting: deque[Future[memoryview]] = deque()
        for start in range(0, rows.frame.height, chunk):
            waiting.append(pool.submit(form.xml, start, chunk))
            if len(waiting) >= _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def rendered_links(rows: HeldRows) -> str:
    """The ``<hyperlink>`` elements of cells that lead somewhere."""
    return "".join(
        _links(rows, name, get_column_letter(at), style.tip)
        for at, (name, style) in enumerate(zip(rows.names, rows.styles, strict=True), rows.column)
        if style.way is not None
    )


def _links(rows: HeldRows, name: str, letter: str, tip: str) -> str:
    ways = rows.frame.select(way=pl.col(f"{WAY}{name}")).with_row_index("row", rows.row).drop_nulls()
    tooltip = f" tooltip={quoteattr(tip)}" if tip else ""
    way = pl.col("way")
    for sign, code in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        way = way.str.replace_all(sign, code, literal=True)
    link = pl.format(f'<hyperlink ref="{letter}{{}}" location="{{}}"{{}} />', "row", way, pl.lit(tooltip))
    return "".join(ways.select(link).to_series())


@dataclass(frozen=True)
class _Form:
    """How the rows of a list become XML: what there is to know of a column is found out once, not in every chunk.

    frame: the rows as cells can hold them; row: the number of the first; element: a row's XML.
    """

    frame: pl.DataFrame
    row: int
    element: pl.Expr

    @classmethod
    def of(cls, rows: HeldRows) -> _Form:
        frame = writable(rows.frame.drop(rows.shared)).hstack(rows.frame.select(list(rows.shared)).get_columns())
        pieces = ['<row r="', _ROW, *_height(rows.heights), '">', *_cells(rows, frame), "</row>"]
        heights = [rows.heights.alias("row:height")] if len(rows.heights) else []
        return cls(frame.hstack(heights), rows.row, pl.concat_str(_joined(pieces)))

    def xml(self, start: int, size: int) -> memoryview:
        frame = self.frame.slice(start, size)
        first = self.row + start
        row = pl.int_range(first, first + frame.height, eager=True).cast(pl.String)
        return _end_to_end(frame.with_columns(row.alias("row:number")).select(xml=self.element).to_series())


def _end_to_end(texts: pl.Series) -> memoryview:
    """The texts as they stand one behind the other in Arrow's own layout: nothing is copied once more to join them."""
    length = int(texts.str.len_bytes().sum())
    return memoryview(texts.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()[2])[:length]


def _height(heights: pl.Series) -> list[Piece]:
    if not len(heights):
        return []
    given = pl.concat_str(pl.lit('" customHeight="1" ht="'), _HEIGHT.cast(pl.String))
    return [given.fill_null("")]


def _cells(rows: HeldRows, frame: pl.DataFrame) -> Iterator[Piece]:
    starts = [f'<c r="{get_column_letter(at)}' for at in range(rows.column, rows.right + 1)]
    yield starts[0]
    # What follows a cell belongs to its own text where it has one: every piece costs its time in every row.
    for name, style, after in zip(rows.names, rows.styles, [*starts[1:], ""], strict=True):
        yield _ROW
        shared = rows.shared.get(name)
        yield from _cell(frame[name], style, after) if shared is None else _pointer(frame[name], shared, style, after)


def _pointer(places: pl.Series, texts: pl.DataFrame, style: CellStyle, after: str) -> list[Piece]:
    """Cells that point to the workbook's texts, made once of each text."""
    empty = f'" s="{style.plain}{_EMPTY}{after}'
    look = pl.when(pl.col("shown").str.contains(_LIKE_FORMULA)).then(style.quoted).otherwise(style.plain)
    cell = pl.format(f'" s="{{}}" t="s"><v>{{}}{_END}{after}', look, "number")
    cells = texts.select(pl.when(pl.col("number").is_not_null()).then(cell).otherwise(pl.lit(empty))).to_series()
    if len(cells) == 1 and not places.null_count():
        return [cells.item()]
    if not len(cells):
        return [empty]
    return [pl.lit(cells).gather(pl.col(places.name)).fill_null(pl.lit(empty))]


def _cell(series: pl.Series, style: CellStyle, after: str) -> list[Piece]:
    """The cells of a column after their number."""
    look = ['" s="', _look(series, style)]
    empty: list[Piece] = [*look, _EMPTY, after]
    if series.null_count() == len(series):
        return empty
    full: list[Piece] = [*look, *_full(series), after]
    return [pl.coalesce(*(pl.concat_str(_joined(one)) for one in (full, empty)))] if series.null_count() else full


def _look(series: pl.Series, style: CellStyle) -> Piece:
    """The number of the style of a column's cells, or of each of them."""
    name, plain = series.name, str(style.plain)
    like_formula = pl.col(name).str.contains(_LIKE_FORMULA) if series.dtype == pl.String else pl.lit(False)
    if series.dtype == pl.String and series.str.contains(_LIKE_FORMULA).any():
        usual = pl.when(like_formula).then(pl.lit(str(style.quoted))).otherwise(pl.lit(plain))
    elif not style.roles and style.way is None:
        return plain
    else:
        usual = pl.lit(plain)
    if style.roles:
        numbers = {role: str(number) for role, number in style.roles.items()}
        return pl.col(f"{ROLE}{name}").replace_strict(numbers, default=usual, return_dtype=pl.String)
    if style.way is not None:
        leads = pl.col(f"{WAY}{name}").is_not_null() & ~like_formula.fill_null(False)
        return pl.when(leads).then(pl.lit(str(style.way))).otherwise(usual)
    return usual


def _full(series: pl.Series) -> list[Piece]:
    """The content of cells that are not empty; null where they are."""
    value, dtype = pl.col(series.name), series.dtype
    if dtype == pl.String:
        return _text(series)
    if dtype == pl.Boolean:
        return ['" t="b"><v>', value.cast(pl.Int8).cast(pl.String), _END]
    if dtype in (pl.Date, pl.Datetime):
        return _date(series)
    number = day_part(value) if dtype == pl.Time else value
    return ['"><v>', number.cast(pl.String), _END]


def _text(series: pl.Series) -> list[Piece]:
    value = pl.col(series.name)
    if series.str.contains("[&<>]").any():
        value = value.str.replace_all("&", "&amp;", literal=True).str.replace_all("<", "&lt;", literal=True)
        value = value.str.replace_all(">", "&gt;", literal=True)
    if series.str.contains(CODE).any():
        # Also where no _ follows, for it may be the first of the next code.
        in_code = value.str.replace_all("_(x[0-9A-Fa-f]{4})", "_x005F_${1}")
        value = pl.when(pl.col(series.name).str.contains(CODE)).then(in_code).otherwise(value)
    space = ' xml:space="preserve"' if series.str.contains(WHITE).any() else ""
    return [f'" t="inlineStr"><is><t{space}>', value, _END_OF_TEXT]


def _date(series: pl.Series) -> list[Piece]:
    value = pl.col(series.name)
    number = days(value) if series.dtype == pl.Date else days(value) + day_part(value)
    counted: list[Piece] = ['"><v>', number.cast(pl.String), _END]
    too_early = value < pl.lit(FIRST_DAY).cast(series.dtype)
    if not series.to_frame().select(too_early.any()).item():
        return counted
    text = value.dt.to_string(TEXT_FORMATS[series.dtype.base_type()])
    spelled: list[Piece] = ['" t="inlineStr"><is><t>', text, _END_OF_TEXT]
    return [pl.when(too_early).then(pl.concat_str(_joined(spelled))).otherwise(pl.concat_str(_joined(counted)))]


def _joined(pieces: Iterable[Piece]) -> list[pl.Expr]:
    """Texts that follow each other as one: every piece costs its time in every row."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return [pl.lit(piece) if isinstance(piece, str) else piece for piece in joined]
