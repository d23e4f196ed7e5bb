"""What a person should know about how files, sheets and columns were read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from ninegrid.intake.headers.layout import Layout
from ninegrid.intake.periods import PeriodChoice, period_column
from ninegrid.intake.sheets import SeenSheet
from ninegrid.intake.validate.rows import Gathered, Settled
from ninegrid.intake.values.units import HOME
from ninegrid.messages import Message, message
from ninegrid.model.inputs import SOURCE, SheetSource
from ninegrid.model.raw import OpenFile
from ninegrid.model.reading import Reading
from ninegrid.resources import vocabulary

_NAMED = 10  # columns named in one notice
_RATES = tuple(vocabulary("vetoes")["OTHER_BASIS"]["rates"])


def notices(
    opened: Sequence[OpenFile],
    seen: Sequence[SeenSheet],
    sheets: Sequence[SheetSource],
    skipped: Collection[str] = (),
) -> list[Message]:
    """What a person should know about how the files and sheets were read. skipped: the places of those left out."""
    notes = [notice for file in opened for notice in file.notices]
    for one, sheet in zip(seen, sheets, strict=True):
        if one.layout is None:
            notes.append(message("intake.skipped", place=one.place))
            continue
        if sheet.place not in skipped:
            notes += _layout_notices(one, one.layout, sheet.rows)
    return notes + _levels_alone(seen)


def _levels_alone(seen: Sequence[SeenSheet]) -> list[Message]:
    """That a level is there and the one it is within is in no sheet: sub-branches without a branch."""
    blocks = [(one, block) for one in seen if one.layout for block in one.layout.blocks if block.relation.main]
    there = {name for _, block in blocks for name in (*block.assumed, *(f.column.name for f in block.fields))}
    for one, block in blocks:
        for f in block.fields:
            if f.column.within and f.column.within not in there:
                whole = block.relation.column(f.column.within)
                return [
                    message(
                        "intake.level_alone",
                        place=one.place,
                        header=f.header,
                        column=f.column,
                        whole=whole,
                        name=whole.name,
                    )
                ]
    return []


def _layout_notices(one: SeenSheet, layout: Layout, rows: int) -> list[Message]:
    notes = list(layout.notices)
    if one.sheet.hidden and rows:
        notes.append(message("intake.hidden", place=one.place, relation=layout.relation))
    if not rows:
        notes.append(message("intake.header_only", place=one.place, relation=layout.relation))
    if targets := _targets_beside(layout):
        notes.append(message("intake.targets_beside", place=one.place, headers=targets[:_NAMED]))
    if layout.ignored:
        aside = list(layout.ignored.values())
        more = len(aside) - _NAMED
        code = "intake.kept_aside_more" if more > 0 else "intake.kept_aside"
        notes.append(message(code, place=one.place, headers=aside[:_NAMED], more=more))
    return notes


def _targets_beside(layout: Layout) -> list[str]:
    """The headers of targets beside a subject's own figures, without how far they are reached."""
    if not layout.relation.main or not any(column.kind == "money" for column in layout.relation.columns):
        return []
    told = {index: text for index, text in layout.ignored.items() if layout.aside[index].reason == "TARGET"}
    return [text for text in told.values() if not text.casefold().endswith(_RATES)]


def of_columns(found: pl.DataFrame, currency: str) -> list[Message]:
    """What was decided on a whole column by its values, and the currency where that is not yuan."""
    decided = found.filter(pl.col("reason").is_in(["PERCENT_BY_VALUES", "SIGN_TURNED", "MERGED_VALUES"]))
    told = [
        message("intake.of_column", place=" › ".join(filter(None, place)), told=said)
        for *place, said in decided.select("file", "sheet", "cell", "message").rows()
    ]
    commas = found.filter(reason="DECIMAL_COMMA").group_by("file", "sheet", maintain_order=True).agg("value")
    told += [
        message("intake.decimal_commas", place=" › ".join(filter(None, (file, sheet))), columns=columns)
        for file, sheet, columns in commas.rows()
    ]
    return told if currency in ("", HOME) else [*told, message("values.in_currency", currency=currency)]


def dates_in_doubt(found: pl.DataFrame, understood: Reading) -> Iterator[Message]:
    """The columns with days that may be read two ways, which were not taken, with the lines that say how."""
    doubted = found.filter(reason="DATE_AMBIGUOUS")
    for sheet in understood.sheets if doubted.height else ():
        own = doubted.filter((pl.col("file") == sheet.file) & (pl.col("sheet").fill_null("") == sheet.sheet))
        for name, values in own.group_by("column", maintain_order=True).agg("value").rows():
            column = next((one for one in sheet.columns if one.meaning == name), None)
            if column is not None:
                place = " › ".join(filter(None, (sheet.file, sheet.sheet)))
                said = {"header": column.map_header, "name": name, "n": len(values), "value": values[0]}
                yield message("intake.dates_in_doubt", place=place, **said)


def left_out(main: Settled, chosen: PeriodChoice) -> list[Message]:
    """That rows of other periods were left out, if there were any."""
    if not main.counts.other_period:
        return []
    texts = chosen.rows[period_column(main.relation) or ""].unique().drop_nulls()
    others = sorted(set(texts) - {chosen.period.text})
    return [message("intake.other_periods", n=main.counts.other_period, others=others, period=chosen.period)]


def filled_in(gathered: Mapping[str, Gathered]) -> list[Message]:
    """How many rows of the forms that came back have something filled in, a line a relation."""
    return [_filled_in(one) for one in gathered.values() if one.relation.form and not one.rows.is_empty()]


def _filled_in(one: Gathered) -> Message:
    relation = one.relation
    known = {*relation.key, *(relation.parent or ())}
    answers = [c.name for c in relation.columns if not c.echoed and c.kind != "period" and c.name not in known]
    told = one.rows.filter(
        pl.any_horizontal(pl.col(name).is_not_null() for name in answers if name in one.rows.columns)
    )
    sheets = one.rows[SOURCE].n_unique()
    return message("intake.filled_in", relation=relation, sheets=sheets, rows=one.rows.height, n=told.height)


def departed(main: Settled) -> list[Message]:
    """That rows of subjects who have left were left out, if there were any."""
    if not main.counts.departed or main.relation.departed is None:
        return []
    column = main.relation.column(main.relation.departed[0])
    return [message("intake.departed", n=main.counts.departed, relation=main.relation, column=column)]


def of_exports(
    seen: Sequence[SeenSheet], sheets: Sequence[SheetSource], own: Collection[Path]
) -> tuple[list[SeenSheet], list[SheetSource]]:
    """The sheets that the program did not write itself."""
    pairs = [pair for pair in zip(seen, sheets, strict=True) if pair[1].file.path not in own]
    return [one for one, _ in pairs], [sheet for _, sheet in pairs]
