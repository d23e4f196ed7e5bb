"""Figures of the program's own that people changed on a form: they are ignored, and reported as EDITED_FIGURE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from ninegrid.intake.forms import said_of, with_places
from ninegrid.model.inputs import Inputs
from ninegrid.resources import relation

_MONEY = ("expected_eva", "expected_income", "expected_rani", "uplift_eva", "uplift_income", "uplift_rani",
          "uplift_capital")  # fmt: skip
_PLAIN = ("attainment", "levels_gained", "indicator_n", "delivery")
OF_LEADS = (*_MONEY, "attainment", "levels_gained", "indicator_n")
OF_WARNINGS = ("before", "after")
OF_ACTIONS = ("promise", "delivered", "delivery")
FIGURES = (*OF_LEADS, *OF_WARNINGS)
"""What the program writes on the forms of leads and of warnings, and reads again; on that of actions OF_ACTIONS."""

_ROUNDED = 0.011  # yuan: amounts are written in whole fen of a larger unit
_NEAR = 1e-6
_SCALES = (1.0, 1e-4, 1e-6, 1e-8, 1e4)  # a figure of a warning is in its metric's unit: 万元, 亿元, millions, bp


def edited(
    rows: pl.DataFrame, figures: Mapping[str, pl.DataFrame], actions: Mapping[str, pl.DataFrame], inputs: Inputs
) -> Iterator[pl.DataFrame]:
    """Findings EDITED_FIGURE at each such cell, by column.

    rows: those of the forms in these inputs, with `customer_id`, `matter`, `opened` and `as_of`. figures: by period
    what was written: customer_id, matter and FIGURES. actions: by period the table actions.
    """
    key = ["customer_id", "matter", "as_of"]
    values = {text: frame.rename({"subject_id": "customer_id"}) for text, frame in actions.items() if frame.width}
    for names, keys, known in ((FIGURES, key, figures), (OF_ACTIONS, [*key, "opened", "campaign_id"], values)):
        frames = [f.with_columns(as_of=pl.lit(p)).select(*keys, *names) for p, f in known.items() if f.height]
        if frames:
            wrote = pl.concat(frames).rename({name: f"_{name}" for name in names})
            both = rows.join(wrote, on=keys, how="inner", nulls_equal=True, maintain_order="left")
            yield from _changed(both, names, inputs)


def _changed(both: pl.DataFrame, names: Sequence[str], inputs: Inputs) -> Iterator[pl.DataFrame]:
    columns = {column.name: column.label(inputs.lang) for column in relation("actions").columns}
    for name in names:
        changed = both.filter(_differs(name)).with_columns(
            label=pl.lit(columns[name]), wrote=pl.col(f"_{name}").round(6).cast(pl.String)
        )
        if changed.height:
            placed = with_places(changed, inputs, [name])
            yield said_of(placed, "EDITED_FIGURE", name, inputs.lang, subject="customer_id", kind="warning")


def _differs(name: str) -> pl.Expr:
    told, wrote = pl.col(name), pl.col(f"_{name}")
    if name in _MONEY:
        return (told - wrote).abs() > _ROUNDED + _NEAR * wrote.abs()
    scales = (1.0,) if name in _PLAIN else _SCALES
    alike = [(told - wrote * scale).abs() <= _NEAR * (wrote * scale).abs().clip(_NEAR) for scale in scales]
    return ~pl.any_horizontal(alike)
