"""Whether the amounts of a sheet go together: figures in a wrong unit stand out, as they are 10^k off.

Each rule of the policy divides two figures of every row and bounds their median wide enough for any bank. A median
outside is no finding of a row: nobody knows which of the two is off, so a person has to say (IMPLAUSIBLE_SCALE).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.files.spill import LongTable
from ninegrid.grid.rows import Rows
from ninegrid.messages import Message, message, say
from ninegrid.model import findings
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.policy.expressions import expression
from ninegrid.policy.model import Policy
from ninegrid.policy.values.inputs import Plausible

_LONG = 1e4  # from which a figure is written with separators
_UNITS = (4, 2, 8, 3, 6)  # powers of ten that a unit is named after, the likeliest first


@dataclass(frozen=True)
class Implausible:
    """A sheet (its number in the inputs) whose figures break a rule: their median, and by about which power of ten.

    stops: whether the run stops for it. low: the lower bound that held.
    """

    sheet: int
    rule: Plausible
    value: float
    power: int
    stops: bool = True
    low: float = 0.0


def implausible(
    inputs: Inputs, policy: Policy, before: Rows | None = None, long: Mapping[str, LongTable] | None = None
) -> list[Implausible]:
    """Every rule that a sheet of the main relation breaks.

    before: the stored main table of the period before; only the rules against it are looked at then. long: the inputs'
    tables that are too long to hold, of which the columns that are needed are read.
    """
    relation = next((s.relation for s in inputs.sheets if s.relation and s.relation.main), None)
    rows = _rows(relation.name, inputs, policy, long or {}) if relation else None
    if rows is None or rows.is_empty():
        return []
    rules = [rule for rule in policy.plausible if bool(rule.before) == (before is not None)]
    if before is not None:
        rules = [rule for rule in rules if rule.before in before.columns]
        theirs = before.narrow(list(dict.fromkeys([policy.id, *(r.before for r in rules)])))
        theirs = theirs.select(policy.id, *(pl.col(r.before).alias(f"before_{r.before}") for r in rules))
        rows = rows.join(theirs.unique(policy.id), on=policy.id)
    return list(_broken(rows, rules, inputs))


def _rows(name: str, inputs: Inputs, policy: Policy, long: Mapping[str, LongTable]) -> pl.DataFrame | None:
    """The columns that rules look at; the whole table is eight times as wide."""
    needed = {policy.id} | {
        column for rule in policy.plausible for text in (rule.numerator, rule.denominator) for column in _columns(text)
    }
    if name not in long:
        held = inputs.tables.get(name)
        return None if held is None else held.select(SOURCE, *sorted(needed & {*held.columns}))
    return long[name].scan().select(SOURCE, *sorted(needed)).collect()


def _broken(rows: pl.DataFrame, rules: Sequence[Plausible], inputs: Inputs) -> Iterator[Implausible]:
    figures = (
        rows.group_by(SOURCE).agg(found for at, rule in enumerate(rules) for found in _figure(at, rule)).sort(SOURCE)
    )
    sheets = figures.rows(named=True)
    for at, rule in enumerate(rules):
        for sheet, value, n in ((one[SOURCE], one[f"value{at}"], one[f"n{at}"]) for one in sheets):
            low = rule.low if rule.unnamed_low is None or _has_unit(inputs, sheet, rule) else rule.unnamed_low
            times = 1.0 if n >= rule.least_rows else rule.few_times
            if n and not low / times <= value <= rule.high * times:
                by_definition = rule.unnamed_low is not None and _is_by_the_dictionary(inputs, sheet, rule)
                stops = rule.stops or (0 < rule.stops_from <= n and not by_definition)
                yield Implausible(sheet, rule, value, _power(value, low, rule.high), stops, low)


def _power(value: float, low: float, high: float) -> int:
    """By which power of ten a figure looks to be off: the usual one that brings it within bounds, or the nearest."""
    sign = 1 if value > high else -1
    fitting = (power for power in _UNITS if low <= value / 10.0 ** (sign * power) <= high)
    return sign * next(fitting, abs(round(math.log10(value / math.sqrt(low * high)))))


def _figure(at: int, rule: Plausible) -> tuple[pl.Expr, pl.Expr]:
    """A rule's median (or mean) over the rows that have both figures, and how many those are."""
    denominator = f"before_{rule.before}" if rule.before else rule.denominator
    n, d = expression(rule.numerator).abs(), expression(denominator).abs()
    ratio = (n / d).filter((n > 0) & (d > 0))
    return (ratio.mean() if rule.mean else ratio.median()).alias(f"value{at}"), ratio.len().alias(f"n{at}")


def _has_unit(inputs: Inputs, sheet: int, rule: Plausible) -> bool:
    """Whether a unit of one of the numerator's columns is written in the sheet."""
    units = inputs.sheets[sheet].units if sheet < len(inputs.sheets) else {}
    return any(column in units for column in _columns(rule.numerator))


def _is_by_the_dictionary(inputs: Inputs, sheet: int, rule: Plausible) -> bool:
    """Whether a column of the numerator is headed by its name in the data dictionary, whose money is in yuan."""
    headers = inputs.sheets[sheet].headers if sheet < len(inputs.sheets) else {}
    return any(headers.get(column) == column for column in _columns(rule.numerator))


def refuse_implausible(broken: Sequence[Implausible], inputs: Inputs) -> None:
    """InputError for the first of what is broken, in words that name the columns and their units."""
    for one in broken:
        if one.stops:
            values = _values(one, inputs)
            raise InputError(message("values.too_much" if values["too_much"] else "values.implausible_scale", **values))


def doubted(broken: Sequence[Implausible], inputs: Inputs) -> tuple[Message, ...]:
    """What is said of the rules that stop no run."""
    open_ones = (one for one in broken if not one.stops)
    return tuple(message("values.scale_unusual", **_values(one, inputs)) for one in open_ones)


def accepted(broken: Sequence[Implausible], inputs: Inputs, reason: str) -> tuple[tuple[Message, ...], pl.DataFrame]:
    """What is said of a sheet that a person accepted as it is: a sentence for the run, and a finding, each."""
    broken = [one for one in broken if one.stops]
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
    lone = not rule.before and not _columns(rule.denominator)
    return {
        "too_much": lone and one.power > 0 and any(column in sheet.units for column in _columns(rule.numerator)),
        "place": sheet.place,
        "rule": rule,
        "value": _written(one.value),
        "low": _written(one.low),
        "high": _written(rule.high),
        "power": one.power,
        "unit": _unit(abs(one.power)),
        "columns": ", ".join(named),
        "line": next((f"{sheet.headers[c]}={c}" for c in columns if c in sheet.headers), "HEADER=COLUMN"),
    }


def _written(value: float) -> str:
    """A figure to four digits, as people write it: no powers of ten in amounts of yuan."""
    rounded = float(f"{value:.4g}")
    return f"{rounded:,.0f}" if abs(rounded) >= _LONG else f"{rounded:g}"


def _unit(power: int) -> Message:
    """The unit of a power of ten, where it has a name."""
    return message(f"values.power.{power}" if power in _UNITS else "values.power.other", power=power)


def _columns(text: str) -> list[str]:
    return list(dict.fromkeys(expression(text).meta.root_names()))
