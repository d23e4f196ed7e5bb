"""What the values of a column say where its header doesn't: a ratio's unit, and the sign of what is paid or lost.

A ratio without a unit is a fraction or in percent. Its values settle that in two ways only: the column agrees with its
own parts in one of the two readings (an identity of the relation), or one of the two is impossible (an LGD of 45).
Where both stay possible the sheet is refused, with the map line for each; nothing is guessed. What was settled once for
sheets of a shape (`Field.settled`) holds where both are possible, and values that say the contrary are refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal, cast

import polars as pl

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.layout import Block, Field
from ninegrid.intake.values.scaling import Part
from ninegrid.intake.values.units import Unit
from ninegrid.model.errors import InputError
from ninegrid.model.raw import ROW
from ninegrid.policy.expressions import expression

PERCENT = Unit("%", -2)
_OWN_UNIT = r"[^0-9.,eE+\-\s()（）'￥¥]"
_TIMES: float = resources.vocabulary("limits")["values"]["times_its_parts"]
_NAME = re.compile(r"[a-z_]+")

Verdict = Literal["fraction", "percent", "doubt"]


@dataclass(frozen=True)
class ByValues:
    """A column that its values decided on: the reason (PERCENT_BY_VALUES, SIGN_TURNED) and the evidence."""

    index: int
    reason: str
    detail: str
    part: Part | None = None


def decide(
    block: Block, values: Mapping[str, pl.Series], data: pl.DataFrame, parts: Mapping[int, tuple[Part, ...]], place: str
) -> Iterator[ByValues]:
    """What the values decide in a block. InputError for a ratio whose values leave both readings open.

    values: by canonical name, the columns as they were read so far. data: the sheet's rows.
    """
    frame = pl.DataFrame([series.alias(name) for name, series in values.items()])
    for field in sorted(block.fields, key=lambda f: f.column.doubt_from is not None):  # the easy ones first
        if field.side is not None or field.name not in frame.columns:
            continue
        if field.column.outflow and _turned(frame[field.name]):
            yield ByValues(field.index, "SIGN_TURNED", "")
        if field.column.percent_from is None or parts[field.index][0].unit is not None:
            continue
        open_rows = _open(data, field, parts[field.index])
        if (found := _ratio(block, frame, field, open_rows, place)) is not None:
            part = Part(PERCENT, "values", frozenset(data[ROW].filter(open_rows)))
            yield replace(found, part=part)
            percent = pl.when(open_rows).then(pl.col(field.name) / 100).otherwise(pl.col(field.name))
            frame = frame.with_columns(percent.alias(field.name))


def _turned(values: pl.Series) -> bool:
    """Whether nothing is above zero, and something below."""
    highest, lowest = values.max(), values.min()
    return isinstance(highest, float) and isinstance(lowest, float) and highest <= 0 and lowest < 0


def _open(data: pl.DataFrame, field: Field, parts: Sequence[Part]) -> pl.Series:
    """The cells whose unit nothing says: not their own text, nor their format."""
    text = data[f"t{field.index}"].str.contains(_OWN_UNIT).fill_null(False)
    formatted = [row for part in parts[1:] for row in part.rows or ()]
    return ~text & ~data[ROW].is_in(formatted) if formatted else ~text


def _ratio(block: Block, frame: pl.DataFrame, field: Field, rows: pl.Series, place: str) -> ByValues | None:
    """The column as percent, or None for one of fractions."""
    some = frame.filter(rows)
    sizes = some[field.name].drop_nulls().abs()
    middle = sizes.median()
    if not isinstance(middle, float) or middle == 0:
        return None
    column, reason = field.column, "PERCENT_BY_VALUES"
    verdict, evidence = _by_parts(block, some, field)
    if verdict is None:
        most = sizes.quantile(0.9, "linear") or 0.0
        percent_from, doubt_from = column.percent_from or 0.0, column.doubt_from or column.percent_from or 0.0
        over = column.bounded and most > percent_from
        least = column.percent_least or math.inf
        both = middle >= doubt_from or (middle >= least and (sizes > percent_from).any())
        verdict = "percent" if middle > percent_from or over else "doubt" if both else "fraction"
        reason, evidence = "PERCENT_BY_VALUES/MEDIAN", f"{middle:.4g}"
    if verdict == "doubt" and field.settled:
        verdict, reason = cast("Verdict", field.settled), "PERCENT_BY_VALUES/BEFORE"
    if verdict == "doubt" or field.settled not in ("", verdict):
        first = float(sizes[0])
        raise InputError(
            "values.ratio_in_doubt" if verdict == "doubt" else f"values.ratio_turned_{verdict}", place=place,
            header=field.header, name=column.name, value=f"{first:g}", fraction=f"{first:.6g}",
            percent=f"{first / 100:.6g}",
        )  # fmt: skip
    return ByValues(field.index, reason, evidence) if verdict == "percent" else None


def _by_parts(block: Block, rows: pl.DataFrame, field: Field) -> tuple[Verdict | None, str]:
    """What an identity of the relation says of a column, and the evidence; None where none can be worked out."""
    for name, formula in block.relation.identities:
        if name != field.name or not set(_NAME.findall(formula)) <= set(rows.columns):
            continue
        expected = expression(formula)
        both = rows.select(given=pl.col(field.name).abs(), expected=expected.abs())
        both = both.filter(pl.col("expected").is_finite() & (pl.col("expected") > 0) & (pl.col("given") > 0))
        times = both.select((pl.col("given") / pl.col("expected")).median()).item()
        if not isinstance(times, float):
            continue
        evidence = f"{field.name} / ({formula}) ≈ {times:.3g}"
        if 1 / _TIMES <= times <= _TIMES:
            return "fraction", evidence
        if 1 / _TIMES <= times / 100 <= _TIMES:
            return "percent", evidence
    return None, ""
