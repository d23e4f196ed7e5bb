"""Flows whose headers say that they run from the year's start, in a file that doesn't say of how many months."""

from __future__ import annotations

from collections.abc import Sequence

from ninegrid.intake.headers.word_lists import holds
from ninegrid.intake.headers.words import spaced
from ninegrid.messages import Message, message
from ninegrid.model.inputs import Inputs
from ninegrid.model.reading import ColumnReading
from ninegrid.policy.values.inputs import Annualise
from ninegrid.resources import vocabulary

_YEAR = 12


def year_to_date(inputs: Inputs, rules: Sequence[Annualise]) -> tuple[Message, ...]:
    """A notice for each relation with such flows, before the year is over: they count as a whole year's.

    The file may mean its own fiscal year, or figures that were brought to a year; so nothing is multiplied unasked.
    """
    months = inputs.period.end.month
    if months == _YEAR:
        return ()
    return tuple(said for rule in rules if (said := _of_relation(inputs, rule, months)) is not None)


def _of_relation(inputs: Inputs, rule: Annualise, months: int) -> Message | None:
    read = [column for sheet in inputs.reading.sheets if sheet.relation == rule.relation for column in sheet.columns]
    if _months_given(inputs, rule) or any(column.meaning == rule.months for column in read):
        return None
    headers = list(dict.fromkeys(column.map_header for column in read if _to_date(column, rule)))
    if not headers:
        return None
    return message("intake.year_to_date", headers=headers, months=months, column=rule.months)


def _months_given(inputs: Inputs, rule: Annualise) -> bool:
    """Whether a map gives the months; of a file on disk there are no rows to see it in."""
    table = inputs.tables.get(rule.relation)
    return table is not None and rule.months in table.columns and table[rule.months].null_count() < table.height


def _to_date(column: ColumnReading, rule: Annualise) -> bool:
    """Whether it is one of the flows, and its header says that it runs from the year's start."""
    if column.meaning not in rule.columns or column.year:
        return False
    shown = spaced(f"{column.group} {column.header}")
    return any(holds(shown, spaced(word)) for word in vocabulary("bases")["year_to_date"])
