"""Which groups a table may show: no figure of a small group, and none that can be had by subtraction from a total.

The groups of one column are a partition of everyone, and the total of everyone is taken as known: it stands in some
table or sheet of the run. So groups under a minimum are hidden, and the smallest others with them, until those hidden
together are at least two groups and reach the minimum. The hidden groups of a column are worked out once and used by
every table that tells of them (views, fairness, distribution, competencies): two tables that hid different ones would
give both away.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import polars as pl

from ninegrid.policy import Policy

MERGED = "MERGED"
MINIMUM = "disclosure_minimum"
"""The policy's parameter: smaller groups are not shown. A policy without it hides nothing."""

K = TypeVar("K", bound=Hashable)


def enough(elsewhere: pl.Expr, fewest: int) -> pl.Expr:
    """Whether a figure over one's own subjects and so many of other units may be shown: of none, or of `fewest`."""
    return (elsewhere == 0) | (elsewhere >= fewest)


def only(told: Mapping[str, pl.Expr]) -> list[pl.Expr]:
    """The columns, null where they may not be shown."""
    return [pl.when(where).then(column).alias(column) for column, where in told.items()]


def hidden_groups(
    sizes: Mapping[K, int],
    fewest: int,
    small: frozenset[K] = frozenset(),
    silent: frozenset[K] = frozenset(),
    spared: frozenset[K] = frozenset(),
) -> frozenset[K]:
    """The groups (key → people) to hide.

    small: hidden whatever their size. silent: of which no row tells anyway. spared: hidden only after all others.
    """
    hidden = {key for key, n in sizes.items() if 0 < n < fewest} | ((small | silent) & sizes.keys())
    others = sorted((key for key in sizes.keys() - hidden if sizes[key]), key=lambda k: (k in spared, sizes[k], str(k)))
    for key in others:
        alone = len(hidden - silent) == 1 and not hidden & silent
        if not hidden or (not alone and sum(sizes[k] for k in hidden) >= fewest):
            break
        hidden.add(key)
    return frozenset(hidden)


def hidden_of(frame: pl.DataFrame, column: str, cell: str, fewest: int) -> frozenset[str | None]:
    """The groups of a column (null is one) that no table tells of: too few people, or too few of them placed."""
    counted = frame.group_by(pl.col(column).cast(pl.String)).agg(n=pl.len(), placed=pl.col(cell).count())
    return _hidden(counted, column, fewest)


def _hidden(counted: pl.DataFrame, column: str, fewest: int) -> frozenset[str | None]:
    """The same from rows with n and placed that add up."""
    counted = counted.group_by(pl.col(column).alias("key")).agg(pl.col("n", "placed").sum())
    small = counted.filter((pl.col("n") < fewest) | ((pl.col("placed") > 0) & (pl.col("placed") < fewest)))
    sizes = dict(counted.select("key", "placed").rows())
    return hidden_groups(sizes, fewest, small=frozenset(small["key"]))


def merged(counted: pl.DataFrame, keys: Sequence[str], policy: Policy) -> pl.DataFrame:
    """A view's rows, which have n and placed, with the values of its keys that are hidden under one name, MERGED.

    They are still to be added up. Of a view by two columns the combinations are groups within each value of the first
    and of the second.
    """
    if MINIMUM not in policy.parameters or not keys:
        return counted
    fewest, frame = int(policy.number(MINIMUM)), counted.with_columns(pl.col(keys).cast(pl.String))
    for key in keys:
        frame = _renamed(frame, [key], {(value,) for value in _hidden(frame, key, fewest)})
    return frame if len(keys) == 1 else _renamed(frame, keys, _combinations(frame, keys, fewest))


def _combinations(frame: pl.DataFrame, keys: Sequence[str], fewest: int) -> set[tuple[str | None, ...]]:
    """The combinations to hide, such that no row or column of the two-way table has a single hidden one."""
    counted = frame.group_by(keys).agg(pl.col("n", "placed").sum())
    sizes = {tuple(row[: len(keys)]): row[-1] or row[-2] for row in counted.iter_rows()}
    hidden: frozenset[tuple[str | None, ...]] = frozenset()
    while True:
        grown = hidden
        for at in range(len(keys)):
            for value in {key[at] for key in sizes}:
                part = {key: n for key, n in sizes.items() if key[at] == value}
                grown |= hidden_groups(part, fewest, small=frozenset(grown & part.keys()))
        if grown == hidden:
            return set(hidden)
        hidden = grown


def _renamed(frame: pl.DataFrame, keys: Sequence[str], hidden: set[tuple[str | None, ...]]) -> pl.DataFrame:
    if not hidden:
        return frame
    table = pl.DataFrame(list(hidden), schema=dict.fromkeys(keys, pl.String), orient="row").with_columns(is_hidden=True)
    texts = frame.with_columns(pl.col(keys).cast(pl.String))
    joined = texts.join(table, on=list(keys), how="left", nulls_equal=True, maintain_order="left")
    whole = pl.when(pl.col("is_hidden")).then(pl.lit(MERGED))
    return joined.with_columns(whole.otherwise(key).alias(key) for key in keys).drop("is_hidden")
