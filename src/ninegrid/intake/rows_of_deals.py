"""A list of deals (contracts, loans) that was given as a list of customers, in which a customer stands in many rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import polars as pl

from ninegrid import resources
from ninegrid.intake.headers.heading import key
from ninegrid.intake.headers.layout import Layout
from ninegrid.intake.headers.with_values import texts_of
from ninegrid.intake.places import letters
from ninegrid.intake.sheets import SeenSheet
from ninegrid.intake.validate.rows import Gathered
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import SOURCE

_CUSTOMERS, _DEALS, _DEAL = "customers", "deals", "deal_id"


def refuse_rows_of_deals(seen: Sequence[SeenSheet], main: Gathered) -> None:
    """InputError where a sheet of customers numbers a deal a row, and some customers stand in several rows.

    Not where a map leaves the column of deals aside: then rows of one customer are refused as such.
    """
    if main.relation.name != _CUSTOMERS:
        return
    keys = list(main.relation.key)
    for source, one in enumerate(seen):
        if one.layout is None or one.layout.relation.name != _CUSTOMERS:
            continue
        found = next(_numbering(one, one.layout), None)
        if found is None:
            continue
        rows = main.rows.filter(pl.col(SOURCE) == source).drop_nulls(keys[0])
        customers = rows.select(keys).n_unique()
        if customers < rows.height:
            header = one.layout.header(found)
            raise InputError(
                "intake.rows_of_deals",
                place=one.place, column=letters(found), header=header, rows=rows.height, n=customers,
            )  # fmt: skip


def _numbering(one: SeenSheet, layout: Layout) -> Iterator[int]:
    """The columns that were set aside, are headed as a deal's number, and have another one in each row."""
    for index, why in layout.aside.items():
        if why.reason != "NOT_NEEDED" and key(layout.header(index)) in _headers():
            texts = texts_of(one.head[layout.last :], index)
            if len(texts) > 1 and len({*texts}) == len(texts):
                yield index


@cache
def _headers() -> frozenset[str]:
    return frozenset(map(key, resources.relation(_DEALS).column(_DEAL).headers))
