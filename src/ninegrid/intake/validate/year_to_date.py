"""Of how many months flows are, in a file that doesn't say so: since the year's start, or nobody says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Literal

from ninegrid.intake.headers.word_lists import holds
from ninegrid.intake.headers.words import spaced
from ninegrid.messages import Message, message
from ninegrid.model.inputs import Inputs
from ninegrid.model.reading import ColumnReading
from ninegrid.policy.values.inputs import Annualise
from ninegrid.resources import vocabulary

Kind = Literal["year_to_date", "twelve_months"]
_YEAR = 12


def year_to_date(inputs: Inputs, rules: Sequence[Annualise]) -> tuple[Message, ...]:
    """Notices for each relation with flows, before the year is over: they count as a whole year's; or by months that a
    map gives and that are not those of the period, as a number of months kept from another one would be.

    Their headers say that they run from the year's start, or nothing of months; those of twelve months need no word.

    The file may mean its own fiscal year, or figures that were brought to a year; so nothing is multiplied unasked.
    """
    months = inputs.period.end.month
    return tuple(said for rule in rules for said in _of_relation(inputs, rule, months))


def of_year_so_far(columns: Iterable[ColumnReading]) -> list[str]:
    """The headers, as a map names them, that say their figures run from the year's start."""
    return list(_headers(column for column in columns if _says(column, "year_to_date")))


def _headers(columns: Iterable[ColumnReading]) -> dict[str, None]:
    return dict.fromkeys(column.map_header for column in columns if column.meaning and not column.year)


def _says(column: ColumnReading, kind: Kind) -> bool:
    """Whether a column's header, or the group over it, has one of the words of a kind."""
    shown = spaced(f"{column.group} {column.header}")
    return any(holds(shown, word) for word in _words()[kind])


@cache
def _words() -> dict[Kind, tuple[str, ...]]:
    """The words of a flow since the year's start, and those of one of twelve months."""
    of_a_year = next(one["words"] for one in vocabulary("dress")["dress"] if one.get("of") == "twelve_months")
    to_date = vocabulary("bases")["year_to_date"]
    return {"year_to_date": tuple(map(spaced, to_date)), "twelve_months": tuple(map(spaced, of_a_year))}


def _of_relation(inputs: Inputs, rule: Annualise, months: int) -> Iterator[Message]:
    read = [column for sheet in inputs.reading.sheets if sheet.relation == rule.relation for column in sheet.columns]
    if any(column.meaning == rule.months for column in read):
        return
    flows = [column for column in read if column.meaning in rule.columns]
    to_date = of_year_so_far(flows)
    given = _months_given(inputs, rule)
    if not given and months != _YEAR:
        kinds: tuple[Kind, ...] = ("year_to_date", "twelve_months")
        unsaid = list(_headers(column for column in flows if not any(_says(column, kind) for kind in kinds)))
        for code, headers in (("intake.year_to_date", to_date), ("intake.of_no_months", unsaid)):
            if headers:
                yield message(code, headers=headers, months=months, column=rule.months)
    elif to_date and len(given) == 1 and given != [months]:
        wanted = {"headers": to_date, "months": months, "column": rule.months}
        yield message("intake.year_to_date_other", given=given[0], **wanted)


def _months_given(inputs: Inputs, rule: Annualise) -> list[int]:
    """The months that a map or a sheet's period gives; of a file on disk there are no rows to see them in."""
    table = inputs.tables.get(rule.relation)
    if table is None or rule.months not in table.columns:
        return []
    return sorted(int(months) for months in table[rule.months].drop_nulls().unique())
