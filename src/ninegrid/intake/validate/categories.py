"""Whether the columns that people group by can be grouped by: a mis-mapped one has about as many values as rows.

Every value becomes rows of many tables, and each pair of two values too: such a run would take hours and all memory,
and tell nothing. So it ends before anything is graded.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from ninegrid.model.errors import InputError
from ninegrid.model.inputs import Inputs
from ninegrid.model.relations import Relation
from ninegrid.policy.model import Policy


def refuse_many_values(inputs: Inputs, rows: pl.DataFrame | pl.LazyFrame, policy: Policy) -> None:
    """InputError for the column with the most values, where a column that views or gaps group the rows by has more than
    the policy's `category_most` and more than `category_share` of as many as rows. A policy without `category_most` has
    no such bound.

    rows: the accepted ones of the main relation. Ids, such as a group's, are as many as they are.
    """
    relation = next((sheet.relation for sheet in inputs.sheets if sheet.relation and sheet.relation.main), None)
    if relation is None or "category_most" not in policy.parameters:
        return
    names = [name for name in _grouped_by(policy, relation) if name in rows.lazy().collect_schema()]
    counted = rows.lazy().select(pl.len().alias("rows"), *(pl.col(name).drop_nulls().n_unique() for name in names))
    total, *values = counted.collect().row(0)
    most, share = policy.number("category_most"), policy.number("category_share")
    many = [(n, name) for n, name in zip(values, names, strict=True) if n > max(most, share * total)]
    if many:
        n, name = max(many)
        sheet = next((s for s in inputs.sheets if s.relation == relation and name in s.headers), inputs.sheets[0])
        what: dict[str, Any] = {"column": relation.column(name), "name": name, "header": sheet.headers.get(name, "")}
        raise InputError("values.many_values", place=sheet.place, n=f"{n:,}", rows=f"{total:,}", most=int(most), **what)


def _grouped_by(policy: Policy, relation: Relation) -> list[str]:
    kinds = {column.name: column.kind for column in relation.columns}
    names = [policy.gaps.unit, *(key for view in policy.views for key in view.keys)]
    return [name for name in dict.fromkeys(names) if kinds.get(name, "id") != "id"]
