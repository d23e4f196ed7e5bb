"""The order in which the rows of a table are shown: by its columns, tiers and cells as the policy ranks them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.policy.model import Policy

_DIGITS = 12  # the last bits of a sum depend on the order in which it was added up


def ordered(rows: pl.DataFrame, order: Sequence[str], policy: Policy) -> pl.DataFrame:
    """The rows sorted by the columns of `order`, ``-`` for largest first; tiers and cells in the policy's order.

    Rows whose figures are the same in twelve digits stay in the table's order.
    """
    keys = [_sort_key(name.removeprefix("-"), policy, rows.schema) for name in order]
    return rows.sort(keys, descending=[n.startswith("-") for n in order], nulls_last=True, maintain_order=True)


def _sort_key(name: str, policy: Policy, schema: pl.Schema) -> pl.Expr:
    grid = next((g for g in policy.grids if g.cell == name), None)
    if grid:
        return _rank(name, [c.id for c in grid.cells])
    if name == "tier":
        return _rank(name, [t.key for t in policy.tiers])
    return pl.col(name).round_sig_figs(_DIGITS) if schema[name].is_float() else pl.col(name)


def _rank(name: str, codes: Sequence[str]) -> pl.Expr:
    return pl.col(name).replace_strict(list(codes), list(range(len(codes))), default=None, return_dtype=pl.Int32)
