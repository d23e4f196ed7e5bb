"""Whether the amounts of a sheet go together: figures in a wrong unit stand out, as they are 10^k off.

Each rule of the policy divides two figures of every row and bounds their median wide enough for any bank. A median
outside is no finding of a row: nobody knows which of the two is off, so a person has to say (IMPLAUSIBLE_SCALE).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from ninegrid.messages import Message, message, say
from ninegrid.model import findings
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.policy.expressions import expression
from ninegrid.policy.model import Plausible, Policy

_UNITS = frozenset({2, 3, 4, 6, 8})  # powers of ten that a unit is named after


@dataclass(frozen=True)
class Implausible:
    """A sheet (its number in the inputs) whose figures break a rule: their median, and by about which power of ten."""

    sheet: int
    rule: Plausible
    value: float
    power: int


def implausible(inputs: Inputs, policy: Policy, before: pl.DataFrame | None = None) -> list[Implausible]:
    """Every rule that a sheet of the main relation breaks.

    before: the stored main table of the period before; only the rules against it are looked at then.
    """
    relation = next((s.relation for s in inputs.sheets if s.relation and s.relation.main), None)
    rows = inputs.tables.get(relation.name) if relation else None
    if rows is None or rows.is_empty():
        return []
    rules = [rule for rule in policy.plausible if bool(rule.before) == (before is not None)]
    if before is not None:
        theirs = before.select(policy.id, *(pl.col(r.before).alias(f"before_{r.before}") for r in rules))
        rows = rows.join(theirs.unique(policy.id), on=policy.id)
    return list(_broken(rows, rules))


def _broken(rows: pl.DataFrame, rules: Sequence[Plausible]) -> Iterator[Implausible]:
    for rule in rules:
        denominator = f"before_{rule.before}" if rule.before else rule.denominator
        both = rows.select(SOURCE, n=expression(rule.numerator).abs(), d=expression(denominator).abs())
        both = both.filter((pl.col("n") > 0) & (pl.col("d") > 0))
        ratio = pl.col("n") / pl.col("d")
        middle = ratio.mean() if rule.mean else ratio.median()
        by_sheet = both.group_by(SOURCE, maintain_order=True).agg(middle.alias("value"), pl.len().alias("n"))
        for sheet, value, n in by_sheet.sort(SOURCE).select(SOURCE, "value", "n").iter_rows():
            if n >= rule.least_rows and not rule.low <= value <= rule.high:
                usual = math.sqrt(rule.low * rule.high)
                yield Implausible(sheet, rule, value, round(math.log10(value / usual)))


def refuse_implausible(broken: Sequence[Implausible], inputs: Inputs) -> None:
    """InputError for the first of what is broken, in words that name the columns and their units."""
    for one in broken:
        if one.rule.stops:
            raise InputError(message("values.implausible_scale", **_values(one, inputs)))


def doubted(broken: Sequence[Implausible], inputs: Inputs) -> tuple[Message, ...]:
    """What is said of the rules that stop no run."""
    open_ones = (one for one in broken if not one.rule.stops)
    return tuple(message("values.scale_unusual", **_values(one, inputs)) for one in open_ones)


def accepted(broken: Sequence[Implausible], inputs: Inputs, reason: str) -> tuple[tuple[Message, ...], pl.DataFrame]:
    """What is said of a sheet that a person accepted as it is: a sentence for the run, and a finding, each."""
    broken = [one for one in broken if one.rule.stops]
    said = [message("values.scale_accepted", reason=reason, **_values(one, inputs)) for one in broken]
    sheets = [inputs.sheets[one.sheet] for one in broken]
    found = [
        findings.finding(
            "warning",
            "IMPLAUSIBLE_SCALE",
            say(told, inputs.lang),
            file=s.file.name,
            sheet="" if s.encoding else s.sheet,
        )
        for told, s in zip(said, sheets, strict=True)
    ]
    return tuple(said), findings.combine(found)


def _values(one: Implausible, inputs: Inputs) -> dict[str, object]:
    sheet, rule = inputs.sheets[one.sheet], one.rule
    columns = [*_columns(rule.numerator), *([] if rule.before else _columns(rule.denominator))]
    named = [f"{sheet.headers[c]} ({c}, {sheet.units.get(c) or '—'})" for c in columns if c in sheet.headers]
    return {
        "place": sheet.place,
        "rule": rule,
        "value": f"{one.value:.4g}",
        "low": f"{rule.low:g}",
        "high": f"{rule.high:g}",
        "power": one.power,
        "unit": _unit(abs(one.power)),
        "columns": ", ".join(named),
    }


def _unit(power: int) -> Message:
    """The unit of a power of ten, where it has a name."""
    return message(f"values.power.{power}" if power in _UNITS else "values.power.other", power=power)


def _columns(text: str) -> list[str]:
    return list(dict.fromkeys(expression(text).meta.root_names()))
