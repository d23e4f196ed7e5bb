"""Figures under a group that is a period (三季度, 9月), held against the period that the run is of."""

from __future__ import annotations

from collections.abc import Sequence

from ninegrid.intake.headers.group_periods import period_alone
from ninegrid.intake.headers.layout import Layout
from ninegrid.intake.places import letters
from ninegrid.intake.sheets import SeenSheet
from ninegrid.model.errors import InputError
from ninegrid.model.period import Period
from ninegrid.model.relations import NUMERIC


def refuse_other_periods(seen: Sequence[SeenSheet], period: Period) -> None:
    """InputError where figures of subjects stand under another period than the run's, and no map says what they are.

    A month or a quarter without a year is of the run's year.
    """
    for one in seen:
        for index, group in _of_figures(one.layout).items() if one.layout else ():
            theirs = period_alone(group, period.end.year)
            if one.layout and theirs is not None and theirs != period:
                field = next(f for f in one.layout.blocks[0].fields if f.index == index)
                raise InputError(
                    "intake.period_of_group",
                    place=one.place, cell=letters(index), group=group, header=one.layout.header(index),
                    name=field.column.name, theirs=theirs, period=period,
                )  # fmt: skip


def _of_figures(layout: Layout) -> dict[int, str]:
    """By column of figures that no map names, the period that its group is."""
    read = layout.blocks[0].fields if layout.relation.main else ()
    figures = (f for f in read if f.column.kind in NUMERIC and f.how != "map" and f.year is None)
    return {f.index: layout.periods[f.index] for f in figures if f.index in layout.periods}
