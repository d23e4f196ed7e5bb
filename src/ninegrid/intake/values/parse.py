"""From a sheet and its layout to typed rows and problems, one column at a time."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from ninegrid.intake.formats.apostrophes import without_apostrophes
from ninegrid.intake.formats.text.dialect import DELIMITERS
from ninegrid.intake.headers.layout import Block, Field, Layout
from ninegrid.intake.places import cell_name
from ninegrid.intake.threads import side_by_side
from ninegrid.intake.values.by_values import ByValues, decide
from ninegrid.intake.values.cells import Cells, Parsed, shown
from ninegrid.intake.values.dates import days_of_years, parse_dates, parse_periods, parse_years, period_of
from ninegrid.intake.values.decimal_commas import with_points
from ninegrid.intake.values.merged import filled_down, merged_values
from ninegrid.intake.values.numbers import parse_numbers
from ninegrid.intake.values.reasons import REFUSING
from ninegrid.intake.values.rows import Texts, data_rows, is_value, moved_header
from ninegrid.intake.values.scaling import (
    CURRENCY,
    Part,
    currencies_told,
    named_currencies,
    one_currency,
    parse_parts,
    parts_of,
)
from ninegrid.intake.values.score_scales import ends, melt_ends, with_scales
from ninegrid.intake.values.texts import parse_category, parse_flags, parse_ids, parse_text
from ninegrid.intake.values.units import Unit
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import SOURCE
from ninegrid.model.raw import ROW, CellKind, RawSheet
from ninegrid.model.reading import UnitFrom
from ninegrid.model.relations import NUMERIC, Column, Relation

YEAR = "_year"
"""Int64: the year of the columns a wide sheet's row came from, or the 0-based column of its item; null elsewhere."""

PROBLEMS = {
    SOURCE: pl.UInt16(),
    ROW: pl.UInt32(),
    YEAR: pl.Int64(),
    "index": pl.Int64(),
    "column": pl.String(),
    "value": pl.String(),
    "reason": pl.String(),
    "detail": pl.String(),
}
"""A problem of a row or a cell: index is the 0-based column in the sheet, column the canonical name; null for rows."""

NO_PROBLEMS = pl.DataFrame(schema=PROBLEMS)
"""Those of a clean sheet."""


_FEW = 5  # fewer numbers than this say nothing about a column's unit
_LABELS = frozenset({"id", "text", "category"})  # kinds whose merged cells hold for every row
_MANY = 20_000  # rows from which columns are parsed side by side


@dataclass(frozen=True)
class Taken:
    """How the numbers of a column were read: the unit of most of them, where it came from, and the sign, 1 or -1."""

    unit: Unit | None
    unit_from: UnitFrom
    sign: int = 1


@dataclass(frozen=True)
class ParsedBlock:
    """One relation's rows of a sheet, typed: `_source`, `_row`, `_year` and the canonical columns the sheet has.

    problems: PROBLEMS. subtotals: how many total rows were left out. taken: by 0-based column, the unit and the sign it
    was read with. currencies: those that all cells of a column name, and its header.
    """

    relation: Relation
    rows: pl.DataFrame
    problems: pl.DataFrame
    subtotals: int
    taken: Mapping[int, Taken] = dataclasses.field(default_factory=dict)
    currencies: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class ParsedSheet:
    """A sheet's relations, and the data rows as they were read, to quote cells from. currency: "" for none named.

    ends_above: the row at which a further table begins, which is not read with the first; None for none.
    decimal_commas: the 0-based columns that were read with a decimal comma.
    """

    blocks: tuple[ParsedBlock, ...]
    raw: pl.DataFrame
    currency: str = ""
    ends_above: int | None = None
    decimal_commas: frozenset[int] = frozenset()


def dtype_of(column: Column) -> pl.DataType:
    """The polars type of a canonical column."""
    if column.kind in NUMERIC:
        return pl.Float64()
    return {"year": pl.Int64(), "date": pl.Date(), "flag": pl.Boolean()}.get(column.kind, pl.String())


def parse_sheet(
    sheet: RawSheet, layout: Layout, source: int, next_table: Callable[[pl.DataFrame], int | None] = lambda rows: None
) -> ParsedSheet:
    """Load the data below the header and type it. Nothing is refused here, only marked.

    next_table: where among the loaded rows a further table begins; its rows are left out.
    """
    parts = parts_of(sheet, layout)
    place = f"{sheet.file.name} › {sheet.name}" if sheet.name and not sheet.encoding else sheet.file.name
    named = named_currencies(layout, parts, place)
    text_file = bool(sheet.encoding)
    kinds = _cell_kinds(layout, text_file)
    loaded = sheet.load(layout.last + 1, kinds)
    if (below := next_table(loaded)) is not None:
        loaded = loaded.filter(pl.col(ROW) < below)
    labels = {f.index for block in layout.blocks for f in block.fields if f.column.kind in _LABELS}
    filled: dict[int, int] = {}
    if any(loaded[f"t{i}"].has_nulls() for i in labels):
        loaded, filled = filled_down(loaded, sheet.merged(), labels)
    loaded, marks = without_apostrophes(loaded, [i for i, kind in kinds.items() if kind == "id"])
    mapped = [f.index for block in layout.blocks for f in block.fields]
    rows = data_rows(loaded, _texts(layout), mapped)
    if moved := moved_header(loaded, _texts(layout), rows.aside):
        row, header, index = moved
        raise InputError("values.second_table", place=place, cell=cell_name(index, row), header=header, row=row)
    reader = _Reader(sheet.date1904, text_file, layout.last, parts, place, sheet.name)
    fields = {f.index: f for block in layout.blocks for f in block.fields}
    numeric = [f for f in fields.values() if f.column.kind in NUMERIC]
    data, commas = with_points(rows.data, numeric, place, semicolons=sheet.encoding.endswith(DELIMITERS[";"]))
    first, *others = [_parse_block(data, block, source, reader) for block in layout.blocks]
    for block in (first, *others):
        currencies = {**block.currencies, **_currencies(block, layout)}
        named |= {code: header for code, header in currencies.items() if code not in named}
    aside = _tagged(rows.aside, source, None, None)
    shared = _shared_values(sheet, rows.data, numeric)
    mended = {"APOSTROPHES": marks, "FILLED_DOWN": filled, "DECIMAL_COMMA": commas, "MERGED_VALUES": shared}
    told = [
        _header_problem(fields[index], source, layout.last, reason, str(count))
        for reason, counts in mended.items()
        for index, count in counts.items()
        if index in fields
    ]
    subtotals = rows.aside.filter(pl.col("reason") == "SUBTOTAL_ROW").height
    whole = replace(first, problems=pl.concat([aside, *told, first.problems]), subtotals=subtotals)
    return ParsedSheet(
        (whole, *(_further(block, whole) for block in others)),
        rows.data,
        one_currency(named, place),
        below,
        frozenset(commas),
    )


def _currencies(block: ParsedBlock, layout: Layout) -> dict[str, str]:
    """The currencies that a column of the block's rows says."""
    field = next((f for b in layout.blocks for f in b.fields if f.column.name == CURRENCY), None)
    if field is None or CURRENCY not in block.rows.columns:
        return {}
    return currencies_told(block.rows.filter(pl.col(block.relation.key[0]).is_not_null()), field.header)


def _shared_values(sheet: RawSheet, data: pl.DataFrame, numeric: Sequence[Field]) -> dict[int, int]:
    """By column of numbers, the cells merged with the one above; of a long list, which nobody merges by hand, none."""
    gaps = [f.index for f in numeric if _has_gaps(data, f.index)] if data.height < _MANY else []
    return merged_values(data, sheet.merged(), gaps) if gaps else {}


def _has_gaps(data: pl.DataFrame, index: int) -> bool:
    filled = data[f"t{index}"].count() + (data[f"n{index}"].count() if f"n{index}" in data.columns else 0)
    return 0 < filled < data.height


def quoted(raw: pl.DataFrame, index: int) -> pl.DataFrame:
    """_row → text of a column's cells, as a person typed them."""
    return raw.select(ROW, value=as_typed(raw, index))


def as_typed(raw: pl.DataFrame, index: int) -> pl.Expr:
    """The texts of a column's cells, as a person typed them."""
    number = shown(pl.col(f"n{index}")) if f"n{index}" in raw.columns else None
    return pl.coalesce(f"t{index}", number) if number is not None else pl.col(f"t{index}")


def _further(block: ParsedBlock, first: ParsedBlock) -> ParsedBlock:
    """A further relation of a sheet. The main one comes once a subject; shared cells are told of once."""
    if not block.relation.main:
        return _year_values_only(block)
    told = [name for name in block.rows.columns if name in block.relation.names]
    rows = block.rows.drop_nulls(block.relation.key[0]).unique(told, keep="first", maintain_order=True)
    known = first.problems.select(ROW, "index")
    problems = block.problems.join(rows, on=ROW, how="semi").join(known, on=[ROW, "index"], how="anti")
    return replace(block, rows=rows, problems=problems)


def _year_values_only(block: ParsedBlock) -> ParsedBlock:
    """A further relation of a sheet without what its first relation says already: of rows whose id is no id."""
    rows = block.rows.filter(pl.col(block.relation.key[0]).is_not_null())
    return replace(block, rows=rows, problems=block.problems.filter(pl.col(YEAR).is_not_null()))


@dataclass(frozen=True)
class _Reader:
    """What parsing a cell depends on besides its column."""

    date1904: bool
    text_file: bool
    header_row: int
    parts: Mapping[int, tuple[Part, ...]]
    place: str
    sheet: str

    def read(self, data: pl.DataFrame, field: Field, parts: tuple[Part, ...] = ()) -> Parsed:
        """A column, typed. parts: in which units its cells are, where that isn't what was known of it at first."""
        column, cells = field.column, _cells(data, field)
        if column.kind in ("money", "ratio"):
            known = parts or self.parts[field.index]
            return parse_parts(cells, data[ROW], field, known, text_file=self.text_file)
        if column.kind in ("number", "count"):
            exponent = field.unit.exponent if field.unit else 0
            return parse_numbers(cells, column.kind, exponent, text_file=self.text_file)
        return _without_unit(cells, column, date1904=self.date1904)


def _without_unit(cells: Cells, column: Column, *, date1904: bool = False) -> Parsed:
    """The cells of a column that has no unit, typed."""
    match column.kind:
        case "year":
            return parse_years(cells, date1904=date1904)
        case "date":
            return parse_dates(cells, date1904=date1904)
        case "period":
            return parse_periods(cells, date1904=date1904)
        case "id":
            return parse_ids(cells)
        case "category":
            return parse_category(cells, column)
        case "flag":
            return parse_flags(cells)
        case _:
            return parse_text(cells)


def parse_alone(column: Column, text: str) -> pl.Series:
    """What a text means in a column, as one value; empty where it means nothing."""
    cells = Cells(pl.Series([text], dtype=pl.String))
    parsed = parse_numbers(cells, column.kind) if column.kind in NUMERIC else _without_unit(cells, column)
    return parsed.values.drop_nulls()


def _cell_kinds(layout: Layout, text_file: bool) -> dict[int, CellKind]:
    """How to load each column. In text files there are no number cells, so days are text there."""
    fields = sorted((f for block in layout.blocks for f in block.fields), key=lambda f: f.column.kind == "id")
    labels: dict[int, CellKind] = dict.fromkeys(_label_columns(layout), "text")
    numbers = NUMERIC if text_file else NUMERIC | {"year"}
    days: tuple[str, ...] = () if text_file else ("date", "period")
    known: dict[str, CellKind] = {**dict.fromkeys(numbers, "number"), **dict.fromkeys(days, "day"), "id": "id"}
    return {**labels, **{f.index: known.get(f.column.kind, "text") for f in fields}}


def _label_columns(layout: Layout) -> range:
    """The first columns, where labels such as 合计 stand, be they named or not."""
    return range(min(f.index for block in layout.blocks for f in block.fields) + 3)


def _texts(layout: Layout) -> Texts:
    block = layout.blocks[0]
    index = {f.column.name: f.index for f in block.fields}
    values = {f.index for b in layout.blocks for f in b.fields if f.item or is_value(f.column.kind)}
    worded = [f for f in block.fields if not f.item and not is_value(f.column.kind)]
    return Texts(
        identifier=next(index[name] for name in block.relation.key if name in index),
        names=tuple(f.index for f in worded if (f.column.required or f.column.expected) and f.column.kind == "text"),
        others=tuple(sorted({*_label_columns(layout), *(f.index for f in worded)} - values)),
        headers=dict(layout.headers),
        titles=layout.titles,
    )


def _parse_block(data: pl.DataFrame, block: Block, source: int, reader: _Reader) -> ParsedBlock:
    each = side_by_side if data.height >= _MANY else map
    columns = each(lambda f: reader.read(data, f), block.fields)
    parsed = dict(zip((f.name for f in block.fields), columns, strict=True))
    for field in block.fields:
        if field.sign < 0 and parsed[field.name].values.dtype == pl.Float64:
            parsed[field.name] = replace(parsed[field.name], values=0.0 - parsed[field.name].values)
    decided = _by_values(data, block, reader, parsed)
    found = [_located(parsed[f.name].problems, data, f, source) for f in block.fields]
    found += [_doubts(data, f, source, reader) for f in block.fields]
    found += [_at_header(one, block, source, reader.header_row) for one in decided]
    problems = pl.concat([NO_PROBLEMS, *(each for each in found if each.height)]).rechunk()
    frame = data.select(pl.lit(source, pl.UInt16).alias(SOURCE), ROW, pl.lit(None, pl.Int64).alias(YEAR)).with_columns(
        parsed[name].values.alias(name) for name in parsed
    )
    if (named := block.relation.of_sheet) and named not in parsed:
        frame = frame.with_columns(pl.lit(reader.sheet).alias(named))
    frame = _with_days(_with_observed(frame, data, block), data, block, reader)
    frame, scales = with_scales(frame, block)
    taken = {f.index: _taken(f, reader, decided) for f in block.fields if f.index in reader.parts}
    taken |= {index: Taken(*told) for index, told in scales.items()}
    currencies = {parsed[f.name].currency: f.header for f in block.fields if parsed[f.name].currency}
    return ParsedBlock(block.relation, _in_long_form(frame, block, problems, scales), problems, 0, taken, currencies)


def _with_observed(frame: pl.DataFrame, data: pl.DataFrame, block: Block) -> pl.DataFrame:
    """The frame with the months that its periods say the flows run over, in a block without a column of them."""
    field = next((f for f in block.fields if f.column.kind == "period"), None)
    observed = block.relation.observed
    if field is None or not observed or observed in frame.columns:
        return frame
    texts = data[f"t{field.index}"]
    periods = {text: period_of(text) for text in texts.unique().drop_nulls()}
    told = {text: float(period.observed) for text, period in periods.items() if period and period.observed}
    months = texts.replace_strict(told, default=None, return_dtype=pl.Float64) if told else None
    return frame if months is None else frame.with_columns(months.alias(observed))


def _with_days(frame: pl.DataFrame, data: pl.DataFrame, block: Block, reader: _Reader) -> pl.DataFrame:
    """The frame with the days its years ended, where their column has days and no other column tells them."""
    if block.relation.ends is None:
        return frame
    year, day, _ = block.relation.ends
    field = next((f for f in block.fields if f.column.name == year), None)
    if field is None or day in frame.columns:
        return frame
    days = days_of_years(_cells(data, field), date1904=reader.date1904)
    return frame.with_columns(days.alias(day)) if days.count() else frame


def _cells(data: pl.DataFrame, field: Field) -> Cells:
    number = f"n{field.index}"
    return Cells(data[f"t{field.index}"], data[number] if number in data.columns else None)


def _located(problems: pl.DataFrame, data: pl.DataFrame, field: Field, source: int) -> pl.DataFrame:
    if problems.is_empty():
        return NO_PROBLEMS
    if field.column.lenient:
        refused = pl.col("reason").is_in(list(REFUSING))
        reason = pl.when(refused).then(pl.lit("LENIENT_MISSING")).otherwise("reason")
        problems = problems.with_columns(reason=reason)
    rows = problems.with_columns(data[ROW].gather(problems["at"]).alias(ROW), pl.lit(field.index).alias("index"))
    return _tagged(rows, source, field.column.name, field.side)


def _tagged(rows: pl.DataFrame, source: int, column: str | None, year: int | None) -> pl.DataFrame:
    named = rows.with_columns(pl.lit(source).alias(SOURCE), pl.lit(year).alias(YEAR), pl.lit(column).alias("column"))
    return named.select(list(PROBLEMS)).cast(PROBLEMS)  # type: ignore[arg-type]


def _by_values(data: pl.DataFrame, block: Block, reader: _Reader, parsed: dict[str, Parsed]) -> list[ByValues]:
    """What the values decide of the columns parsed; those in percent or with the other sign are read as such."""
    values = {name: column.values for name, column in parsed.items() if column.values.dtype == pl.Float64}
    decided = list(decide(block, values, data, reader.parts, reader.place))
    names = {f.index: f for f in block.fields}
    for one in decided:
        field = names[one.index]
        if one.part is not None:
            parsed[field.name] = reader.read(data, field, (*reader.parts[one.index], one.part))
        else:
            was = parsed[field.name]
            parsed[field.name] = Parsed(0.0 - was.values, was.problems)
    return decided


def _taken(field: Field, reader: _Reader, decided: Sequence[ByValues]) -> Taken:
    first = reader.parts[field.index][0]
    own = [one for one in decided if one.index == field.index]
    part = next((one.part for one in own if one.part), first)
    turned = -1 if any(one.reason == "SIGN_TURNED" for one in own) else 1
    return Taken(part.unit, part.unit_from, field.sign * turned)


def _at_header(one: ByValues, block: Block, source: int, header_row: int) -> pl.DataFrame:
    """What the values decided of a column, as one finding at its header."""
    field = next(f for f in block.fields if f.index == one.index)
    return _header_problem(field, source, header_row, one.reason, one.detail)


def _doubts(data: pl.DataFrame, field: Field, source: int, reader: _Reader) -> pl.DataFrame:
    """Warnings about a whole column, at its header: a foreign currency, a percent unit that the values contradict."""
    told = [
        _header_problem(field, source, reader.header_row, reason, unit.text)
        for reason, unit in _doubtful(_cells(data, field).number, field, reader.parts.get(field.index, ()))
    ]
    return pl.concat(told) if told else NO_PROBLEMS


def _header_problem(field: Field, source: int, header_row: int, reason: str, detail: str) -> pl.DataFrame:
    row = {ROW: header_row, "index": field.index, "value": field.header, "reason": reason, "detail": detail}
    return _tagged(pl.DataFrame([row]), source, field.column.name, field.side)


def _doubtful(numbers: pl.Series | None, field: Field, parts: Sequence[Part]) -> Iterator[tuple[str, Unit]]:
    unit = parts[0].unit if parts else None
    foreign = next((part.unit for part in parts if part.unit and part.unit.foreign), None)
    if foreign:
        yield "FOREIGN_CURRENCY", foreign
    if field.column.kind != "ratio" or unit is None or numbers is None or numbers.count() < _FEW:
        return
    largest = numbers.abs().max()
    if unit.exponent and isinstance(largest, float) and 0 < largest < 1:
        yield "RATIO_UNIT_DOUBTFUL/SMALL", unit


def _in_long_form(
    frame: pl.DataFrame, block: Block, problems: pl.DataFrame, scales: Mapping[int, tuple[Unit, UnitFrom]]
) -> pl.DataFrame:
    if block.items:
        return _melted(frame, block, problems, scales)
    return _long(frame, block, problems) if block.wide else frame


def _long(frame: pl.DataFrame, block: Block, problems: pl.DataFrame) -> pl.DataFrame:
    """A row for each year of a wide sheet; a year whose cells are all empty gives none."""
    year_column = next(c.name for c in block.relation.columns if c.kind == "year")
    common = [f.name for f in block.fields if f.year is None]
    years: dict[int, dict[str, str]] = {}
    for field in block.fields:
        if field.year is not None:
            years.setdefault(field.year, {})[field.name] = field.column.name
    bad = problems.filter(pl.col(YEAR).is_not_null()).select(ROW, YEAR).unique()
    parts = [_side(frame, common, year, names, bad) for year, names in sorted(years.items())]
    return pl.concat(parts, how="diagonal").with_columns(pl.col(YEAR).alias(year_column))


def _melted(
    frame: pl.DataFrame, block: Block, problems: pl.DataFrame, scales: Mapping[int, tuple[Unit, UnitFrom]]
) -> pl.DataFrame:
    """A row for each filled cell of the item columns, with the item's label, and its group where the header says it."""
    melt = block.relation.melt
    assert melt is not None
    common = [f.name for f in block.fields if not f.item and f.name != melt.label]
    common += [name for name in melt_ends(block) if name in frame.columns and name not in common]
    bad = problems.filter(pl.col(YEAR).is_not_null()).select(ROW, YEAR).unique()
    parts = []
    for field in block.items:
        item = field.item
        assert item is not None
        told = [pl.lit(item.label, pl.String).alias(melt.label)]
        told += [pl.lit(item.group).alias(melt.group)] if item.group else []
        told += [pl.lit(item.by).alias(melt.by)] if item.by else []
        told += [pl.lit(taken).alias(name) for name, taken in block.assumed.items()]
        told += ends(field, scales, set(common))
        parts.append(_side(frame, common, field.index, {field.name: melt.value}, bad).with_columns(told))
    return pl.concat(parts, how="diagonal").sort(ROW, maintain_order=True)


def _side(
    frame: pl.DataFrame, common: list[str], side: int, names: Mapping[str, str], bad: pl.DataFrame
) -> pl.DataFrame:
    """The rows of one of the sides that stand side by side; those with nothing there are left out."""
    wrong = bad.filter(pl.col(YEAR) == side)[ROW]
    kept = pl.any_horizontal(pl.col(list(names)).is_not_null()) | pl.col(ROW).is_in(wrong.implode())
    return frame.filter(kept).select(
        SOURCE,
        ROW,
        pl.lit(side, pl.Int64).alias(YEAR),
        *common,
        *[pl.col(old).alias(new) for old, new in names.items()],
    )
