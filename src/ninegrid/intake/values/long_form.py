"""Sheets with a column for each year, or for each item of a rating form, as a row for each."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.intake.headers.layout import Block
from ninegrid.intake.values.parsed import YEAR
from ninegrid.intake.values.score_scales import ends, melt_ends
from ninegrid.intake.values.units import Unit
from ninegrid.model.inputs import SOURCE
from ninegrid.model.raw import ROW
from ninegrid.model.reading import UnitFrom


def in_long_form(
    frame: pl.DataFrame, block: Block, problems: pl.DataFrame, scales: Mapping[int, tuple[Unit, UnitFrom]]
) -> pl.DataFrame:
    """The rows of a block with a row for each year, or item, of those that stand side by side; else as they are."""
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
        listed = [pl.lit(item.label, pl.String).alias(melt.label)]
        listed += [pl.lit(item.group).alias(melt.group)] if item.group else []
        listed += [pl.lit(item.by).alias(melt.by)] if item.by else []
        listed += [pl.lit(taken).alias(name) for name, taken in block.assumed.items()]
        listed += ends(field, scales, set(common))
        parts.append(_side(frame, common, field.index, {field.name: melt.value}, bad).with_columns(listed))
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
