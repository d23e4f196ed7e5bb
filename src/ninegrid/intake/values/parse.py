"""From a sheet and its layout to typed rows and problems, one column at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl

from ninegrid.intake.formats.apostrophes import without_apostrophes
from ninegrid.intake.formats.text.dialect import DELIMITERS
from ninegrid.intake.headers.layout import Block, Field, Layout
from ninegrid.intake.places import cell_name
from ninegrid.intake.threads import side_by_side
from ninegrid.intake.values.by_values import ByValues, decide
from ninegrid.intake.values.cells import Parsed
from ninegrid.intake.values.column_problems import at_header, doubts, header_problem, located, tagged
from ninegrid.intake.values.dates import days_of_years, order_proved, period_of
from ninegrid.intake.values.decimal_commas import with_points
from ninegrid.intake.values.long_form import in_long_form
from ninegrid.intake.values.merged import filled_down, merged_values
from ninegrid.intake.values.one_column import CellReader, cells_of
from ninegrid.intake.values.parsed import NO_PROBLEMS, YEAR, ParsedBlock, ParsedSheet, Taken, as_typed
from ninegrid.intake.values.rows import Texts, data_rows, is_value, moved_header
from ninegrid.intake.values.scaling import (
    CURRENCY,
    named_currencies,
    one_currency,
    parts_of,
    row_currencies,
)
from ninegrid.intake.values.score_scales import with_scales
from ninegrid.intake.values.totals import doubted_totals, sums_of
from ninegrid.intake.values.units_below import with_units_below
from ninegrid.intake.values.unlabelled_totals import unlabelled_totals
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import SOURCE
from ninegrid.model.raw import ROW, CellKind, RawSheet
from ninegrid.model.relations import NUMERIC

_LABELS = frozenset({"id", "text", "category"})  # kinds whose merged cells hold for every row
_DATED = ("date", "period")
_MANY = 20_000  # rows from which columns are parsed side by side


def parse_sheet(
    sheet: RawSheet,
    layout: Layout,
    source: int,
    next_table: Callable[[pl.DataFrame], int | None] = lambda rows: None,
    *,
    whole: bool = True,
) -> ParsedSheet:
    """Load the data below the header and type it. Nothing is refused here, only marked.

    next_table: where among the loaded rows a further table begins; its rows are left out. whole: whether these are all
    rows of the sheet, so that its totals can be held against them.
    """
    place = f"{sheet.file.name} › {sheet.name}" if sheet.name and not sheet.encoding else sheet.file.name
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
    layout = with_units_below(layout, loaded, rows.data, rows.aside, place)
    parts = parts_of(sheet, layout, place)
    named = named_currencies(layout, parts, place)
    fields = {f.index: f for block in layout.blocks for f in block.fields}
    order = order_proved(rows.data[f"t{f.index}"] for f in fields.values() if f.column.kind in _DATED)
    reader = CellReader(sheet.date1904, text_file, layout.last, parts, place, sheet.name, order)
    numeric = [f for f in fields.values() if f.column.kind in NUMERIC]
    data, commas = with_points(rows.data, numeric, place, semicolons=sheet.encoding.endswith(DELIMITERS[";"]))
    first, *others = [_parse_block(data, block, source, reader) for block in layout.blocks]
    aside = tagged(rows.aside, source, None, None)
    if whole and (sums_of_rows := unlabelled_totals(first, layout.blocks[0].fields)):
        first, *others = [_without(block, sums_of_rows) for block in (first, *others)]
        aside = pl.concat([aside, _called_totals(rows.data, sums_of_rows, _texts(layout).identifier, source)])
    for block in (first, *others):
        currencies = {**block.currencies, **_currencies(block, layout)}
        named |= {code: header for code, header in currencies.items() if code not in named}
    shared = _shared_values(sheet, rows.data, numeric)
    mended = {"APOSTROPHES": marks, "FILLED_DOWN": filled, "DECIMAL_COMMA": commas, "MERGED_VALUES": shared}
    listed = [
        header_problem(fields[index], source, layout.last, reason, str(count))
        for reason, counts in mended.items()
        for index, count in counts.items()
        if index in fields
    ]
    summed = layout.blocks[0].fields if not whole or (rows.aside["reason"] == "SUBTOTAL_ROW").any() else ()
    sums = sums_of(loaded, first, rows.aside, summed, reader)
    if whole:
        units = {index: part[0].unit for index, part in parts.items()}
        listed.append(doubted_totals(sums, summed, source, units))
    subtotals = aside.filter(pl.col("reason") == "SUBTOTAL_ROW").height
    leading = replace(first, problems=pl.concat([aside, *listed, first.problems]), subtotals=subtotals)
    return ParsedSheet(
        (leading, *(_further(block, leading) for block in others)),
        rows.data,
        one_currency(named, place),
        below,
        frozenset(commas),
        sums,
    )


def _without(block: ParsedBlock, rows: Sequence[int]) -> ParsedBlock:
    """The block without some rows of the sheet, and their problems."""
    kept = ~pl.col(ROW).is_in(rows)
    return replace(block, rows=block.rows.filter(kept), problems=block.problems.filter(kept.fill_null(True)))


def _called_totals(data: pl.DataFrame, rows: Sequence[int], identifier: int, source: int) -> pl.DataFrame:
    """Rows that turned out to be totals, as problems at their id."""
    found = data.filter(pl.col(ROW).is_in(rows)).select(ROW, value=as_typed(data, identifier))
    return tagged(
        found.with_columns(index=identifier, reason=pl.lit("SUBTOTAL_ROW"), detail=pl.lit("")), source, None, None
    )


def _currencies(block: ParsedBlock, layout: Layout) -> dict[str, str]:
    """The currencies that a column of the block's rows says."""
    field = next((f for b in layout.blocks for f in b.fields if f.column.name == CURRENCY), None)
    if field is None or CURRENCY not in block.rows.columns:
        return {}
    return row_currencies(block.rows.filter(pl.col(block.relation.key[0]).is_not_null()), field.header)


def _shared_values(sheet: RawSheet, data: pl.DataFrame, numeric: Sequence[Field]) -> dict[int, int]:
    """By column of numbers, the cells merged with the one above; of a long list, which nobody merges by hand, none."""
    gaps = [f.index for f in numeric if _has_gaps(data, f.index)] if data.height < _MANY else []
    return merged_values(data, sheet.merged(), gaps) if gaps else {}


def _has_gaps(data: pl.DataFrame, index: int) -> bool:
    filled = data[f"t{index}"].count() + (data[f"n{index}"].count() if f"n{index}" in data.columns else 0)
    return 0 < filled < data.height


def _further(block: ParsedBlock, first: ParsedBlock) -> ParsedBlock:
    """A further relation of a sheet. Problems of cells that it shares with the main one are reported once."""
    if block.relation.name == first.relation.name:
        return replace(block, problems=block.problems.join(first.problems, on=[ROW, "index"], how="anti"))
    if not block.relation.main:
        return _year_values_only(block)
    listed = [name for name in block.rows.columns if name in block.relation.names]
    rows = block.rows.drop_nulls(block.relation.key[0]).unique(listed, keep="first", maintain_order=True)
    known = first.problems.select(ROW, "index")
    problems = block.problems.join(rows, on=ROW, how="semi").join(known, on=[ROW, "index"], how="anti")
    return replace(block, rows=rows, problems=problems)


def _year_values_only(block: ParsedBlock) -> ParsedBlock:
    """A further relation of a sheet without what its first relation says already: of rows whose id is no id."""
    rows = block.rows.filter(pl.col(block.relation.key[0]).is_not_null())
    return replace(block, rows=rows, problems=block.problems.filter(pl.col(YEAR).is_not_null()))


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


def _parse_block(data: pl.DataFrame, block: Block, source: int, reader: CellReader) -> ParsedBlock:
    each = side_by_side if data.height >= _MANY else map
    columns = each(lambda f: reader.read(data, f), block.fields)
    parsed = dict(zip((f.name for f in block.fields), columns, strict=True))
    for field in block.fields:
        if field.sign < 0 and parsed[field.name].values.dtype == pl.Float64:
            parsed[field.name] = replace(parsed[field.name], values=0.0 - parsed[field.name].values)
    decided = _by_values(data, block, reader, parsed)
    found = [located(parsed[f.name].problems, data, f, source) for f in block.fields]
    found += [doubts(data, f, source, reader) for f in block.fields]
    found += [at_header(one, block, source, reader.header_row) for one in decided]
    problems = pl.concat([NO_PROBLEMS, *(each for each in found if each.height)]).rechunk()
    frame = data.select(pl.lit(source, pl.UInt16).alias(SOURCE), ROW, pl.lit(None, pl.Int64).alias(YEAR)).with_columns(
        parsed[name].values.alias(name) for name in parsed
    )
    if (named := block.relation.of_sheet) and named not in parsed:
        frame = frame.with_columns(pl.lit(reader.sheet).alias(named))
    if not block.items:
        frame = frame.with_columns(
            pl.lit(taken).alias(name) for name, taken in block.assumed.items() if name not in parsed
        )
    frame = _with_days(_with_observed(frame, data, block), data, block, reader)
    frame, scales = with_scales(frame, block, reader.place)
    taken = {f.index: _taken(f, reader, decided) for f in block.fields if f.index in reader.parts}
    taken |= {index: Taken(*told) for index, told in scales.items()}
    currencies = {parsed[f.name].currency: f.header for f in block.fields if parsed[f.name].currency}
    return ParsedBlock(block.relation, in_long_form(frame, block, problems, scales), problems, 0, taken, currencies)


def _with_observed(frame: pl.DataFrame, data: pl.DataFrame, block: Block) -> pl.DataFrame:
    """The frame with the months that its periods say the flows run over, in a block without a column of them."""
    field = next((f for f in block.fields if f.column.kind == "period"), None)
    observed = block.relation.observed
    if field is None or not observed or observed in frame.columns:
        return frame
    texts = data[f"t{field.index}"]
    periods = {text: period_of(text) for text in texts.unique().drop_nulls()}
    values = {text: float(period.observed) for text, period in periods.items() if period and period.observed}
    months = texts.replace_strict(values, default=None, return_dtype=pl.Float64) if values else None
    return frame if months is None else frame.with_columns(months.alias(observed))


def _with_days(frame: pl.DataFrame, data: pl.DataFrame, block: Block, reader: CellReader) -> pl.DataFrame:
    """The frame with the days its years ended, where their column has days and no other column tells them."""
    if block.relation.ends is None:
        return frame
    year, day, _ = block.relation.ends
    field = next((f for f in block.fields if f.column.name == year), None)
    if field is None or day in frame.columns:
        return frame
    days = days_of_years(cells_of(data, field), date1904=reader.date1904, order=reader.order_of(field))
    return frame.with_columns(days.alias(day)) if days.count() else frame


def _by_values(data: pl.DataFrame, block: Block, reader: CellReader, parsed: dict[str, Parsed]) -> list[ByValues]:
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


def _taken(field: Field, reader: CellReader, decided: Sequence[ByValues]) -> Taken:
    first = reader.parts[field.index][0]
    own = [one for one in decided if one.index == field.index]
    part = next((one.part for one in own if one.part), first)
    turned = -1 if any(one.reason == "SIGN_TURNED" for one in own) else 1
    return Taken(part.unit, part.unit_from, field.sign * turned)
