"""Flows whose headers say that they run from the year's start, in a file that doesn't say of how many months."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ninegrid.intake.headers.word_lists import holds
from ninegrid.intake.headers.words import spaced
from ninegrid.messages import Message, message
from ninegrid.model.inputs import Inputs
from ninegrid.model.reading import ColumnReading
from ninegrid.policy.values.inputs import Annualise
from ninegrid.resources import vocabulary

_YEAR = 12


def year_to_date(inputs: Inputs, rules: Sequence[Annualise]) -> tuple[Message, ...]:
    """A notice for each relation with such flows, before the year is over: they count as a whole year's; or by months
    that a map gives and that are not those of the period, as a number of months kept from another one would be.

    The file may mean its own fiscal year, or figures that were brought to a year; so nothing is multiplied unasked.
    """
    months = inputs.period.end.month
    return tuple(said for rule in rules if (said := _of_relation(inputs, rule, months)) is not None)


def of_year_so_far(columns: Iterable[ColumnReading]) -> list[str]:
    """The headers, as a map names them, that say their figures run from the year's start."""
    words = [spaced(word) for word in vocabulary("bases")["year_to_date"]]
    read = [column for column in columns if column.meaning and not column.year]
    shown = {column.map_header: spaced(f"{column.group} {column.header}") for column in read}
    return [header for header, text in shown.items() if any(holds(text, word) for word in words)]


def _of_relation(inputs: Inputs, rule: Annualise, months: int) -> Message | None:
    read = [column for sheet in inputs.reading.sheets if sheet.relation == rule.relation for column in sheet.columns]
    if any(column.meaning == rule.months for column in read):
        return None
    headers = of_year_so_far(column for column in read if column.meaning in rule.columns)
    if not headers:
        return None
    given = _months_given(inputs, rule)
    if not given:
        wanted = {"headers": headers, "months": months, "column": rule.months}
        return None if months == _YEAR else message("intake.year_to_date", **wanted)
    if given == [months] or len(given) > 1:
        return None
    return message("intake.year_to_date_other", headers=headers, months=months, given=given[0], column=rule.months)


def _months_given(inputs: Inputs, rule: Annualise) -> list[int]:
    """The months that a map or a sheet's period gives; of a file on disk there are no rows to see them in."""
    table = inputs.tables.get(rule.relation)
    if table is None or rule.months not in table.columns:
        return []
    return sorted(int(months) for months in table[rule.months].drop_nulls().unique())
