"""Figures of the program's own that people changed on a form: they are ignored, and said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from ninegrid.intake.forms import said_of, with_places
from ninegrid.model.inputs import Inputs
from ninegrid.resources import relation

OF_LEADS = ("expected_eva", "expected_income", "expected_rani", "uplift_eva", "uplift_income", "uplift_rani")
OF_WARNINGS = ("before", "after")
FIGURES = (*OF_LEADS, *OF_WARNINGS)
"""What the program writes on the forms of leads and of warnings, and reads again."""

_ROUNDED = 0.011  # yuan: amounts are written in whole fen of a larger unit
_NEAR = 1e-6
_SCALES = (1.0, 1e-4, 1e-6, 1e-8, 1e4)  # a figure of a warning is in its metric's unit: 万元, 亿元, millions, bp


def edited(rows: pl.DataFrame, figures: Mapping[str, pl.DataFrame], inputs: Inputs) -> Iterator[pl.DataFrame]:
    """Findings EDITED_FIGURE at each such cell, by column.

    rows: those of the forms in these inputs, with `customer_id`, `matter` and `as_of`. figures: by period what was
    written: customer_id, matter and FIGURES.
    """
    known = [frame.with_columns(as_of=pl.lit(period)) for period, frame in figures.items() if frame.height]
    if not known:
        return
    wrote = pl.concat(known).rename({name: f"_{name}" for name in FIGURES})
    both = rows.join(wrote, on=["customer_id", "matter", "as_of"], how="inner", maintain_order="left")
    columns = {column.name: column.label(inputs.lang) for column in relation("actions").columns}
    for name in FIGURES:
        changed = both.filter(_differs(name)).with_columns(
            label=pl.lit(columns[name]), wrote=pl.col(f"_{name}").round(6).cast(pl.String)
        )
        if changed.height:
            placed = with_places(changed, inputs, [name])
            yield said_of(placed, "EDITED_FIGURE", name, inputs.lang, subject="customer_id", kind="warning")


def _differs(name: str) -> pl.Expr:
    told, wrote = pl.col(name), pl.col(f"_{name}")
    if name in OF_LEADS:
        return (told - wrote).abs() > _ROUNDED + _NEAR * wrote.abs()
    alike = [(told - wrote * scale).abs() <= _NEAR * (wrote * scale).abs().clip(_NEAR) for scale in _SCALES]
    return ~pl.any_horizontal(alike)
