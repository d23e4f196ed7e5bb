"""What the scores of those lack who are not placed because too little of an axis's weight is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace

import polars as pl

from ninegrid.intake.validate.locate import findings_at
from ninegrid.messages import Message, message, say
from ninegrid.model.findings import combine
from ninegrid.model.inputs import Inputs
from ninegrid.policy.model import Policy
from ninegrid.resources import relation
from ninegrid.subjects.talent.rules import AXES, KPI, Component, TalentRules

_REASON = "NOT_ENOUGH_RATINGS"
_MOST = 3  # patterns of what is there that are told, of each axis


def shortfalls(frame: pl.DataFrame, policy: Policy, inputs: Inputs) -> pl.DataFrame:
    """Findings for NOT_ENOUGH_RATINGS, one for each axis and pattern of sources: what is there, what is missing, and
    which rows would bring it. frame: the employees with their scores.
    """
    least = policy.number("minimum_weight")
    return combine(found for axis in AXES for found in _of_axis(frame, axis, least, policy.rules, inputs))


def _of_axis(
    frame: pl.DataFrame, axis: str, least: float, rules: TalentRules, inputs: Inputs
) -> Iterator[pl.DataFrame]:
    parts = rules.of_axis(axis)
    given = pl.col(f"given_{axis}_score").is_not_null() | pl.col(f"given_{axis}_level").is_not_null()
    thin = frame.filter(pl.col("unplaced_reason") == _REASON, ~given, pl.col(f"{axis}_weight") < least - 1e-12)
    thin = thin.with_columns(there=pl.concat_list(pl.col(part.key).is_not_null() for part in parts))
    alike = sorted(thin.partition_by("there", maintain_order=True), key=lambda rows: -rows.height)
    for rows in alike[:_MOST]:
        there = rows["there"][0].to_list()
        said = message(
            "grading.not_enough_ratings",
            axis=message(f"grading.axis.{axis}"),
            column=axis,
            n=rows.height,
            share=rows[f"{axis}_weight"][0],
            least=least,
            there=_named([part for part, has in zip(parts, there, strict=True) if has], parts),
            missing=[_brought_by(part, parts) for part, has in zip(parts, there, strict=True) if not has],
        )
        first = rows.head(1).with_columns(subject_id=pl.lit(None, pl.String))
        sentence = pl.lit(say(said, inputs.lang))
        yield findings_at(first, inputs, axis, "warning", _REASON, sentence, pl.lit(None, pl.String))


def _share(part: Component, parts: Sequence[Component]) -> float:
    return part.weight / sum(each.weight for each in parts)


def _named(some: Sequence[Component], parts: Sequence[Component]) -> list[SimpleNamespace]:
    shares = [f"{_share(part, parts):.0%}" for part in some]
    return [
        SimpleNamespace(zh=f"{part.zh} {share}", en=f"{part.en} {share}")
        for part, share in zip(some, shares, strict=True)
    ]


def _brought_by(part: Component, parts: Sequence[Component]) -> Message:
    """A component that is missing, its share of the axis, and the rows that bring it."""
    if part.sources == (KPI,):
        columns = [relation("kpis").column(name) for name in relation("kpis").required]
        return message("grading.missing_kpi", part=part, share=_share(part, parts), columns=columns)
    words = relation("ratings").column("source")
    sources = [SimpleNamespace(zh=words.choices[one][0], en=one.replace("_", " ")) for one in part.sources]
    return message("grading.missing_source", part=part, share=_share(part, parts), sources=sources)
