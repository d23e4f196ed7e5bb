"""The order in which the way up is found: who is near which cell, among whom, by which levers, and what it brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from ninegrid.grid.past import Before
from ninegrid.policy import Policy
from ninegrid.wayfinding.attribution import attribution
from ninegrid.wayfinding.cross_sell import cross_sell, with_cross_sell
from ninegrid.wayfinding.leads import leads
from ninegrid.wayfinding.levers import with_levers
from ninegrid.wayfinding.paths import paths
from ninegrid.wayfinding.peers import with_peers
from ninegrid.wayfinding.performance import opportunity
from ninegrid.wayfinding.standing import standing
from ninegrid.wayfinding.targets import targets
from ninegrid.wayfinding.whatif import whatif

_FROM_PRODUCTS = "cross_sell_income"


def wayfinding(
    frame: pl.DataFrame,
    tables: Mapping[str, pl.DataFrame],
    policy: Policy,
    before: Before | None = None,
    inputs: Mapping[str, pl.DataFrame] | None = None,
) -> dict[str, pl.DataFrame]:
    """The tables paths, leads, attribution, whatif, cross_sell and opportunity; none where the policy has no way up.

    `frame`: one row a customer with everything grading knows of it (inputs a year, evaluated indicators, levels,
    cells). `tables`: the result tables; the cuts are needed, the warnings may be absent. `before`: the period before,
    for the attribution of each customer against itself. `inputs`: the input relations; products, without which there is
    no cross-selling, and targets, without which there is no performance gap.
    """
    if not policy.way.grid:
        return {}
    products, set_targets = _given("products", inputs), _given("targets", inputs)
    if products is None:
        policy = replace(policy, levers=tuple(lever for lever in policy.levers if lever.headroom != _FROM_PRODUCTS))
    cuts = tables["cuts"].filter(pl.col("grid") == policy.way.grid)
    known = standing(frame, tables.get("warnings"), cuts, policy)
    rows = with_peers(targets(known, cuts, policy), known, policy)
    if products is not None:
        rows = with_cross_sell(rows, known, products, policy)
    rows = with_levers(rows, policy)
    nearer = rows.filter("nearer")
    found = leads(nearer, cuts, policy)
    selling = {} if products is None else {"cross_sell": cross_sell(nearer, known, products, policy)}
    return {
        "paths": paths(rows, cuts, policy),
        "leads": found.table,
        "attribution": attribution(nearer, known, policy, before),
        "whatif": whatif(known, found, cuts, policy),
        **selling,
        "opportunity": opportunity(frame, found.table, set_targets, policy),
    }


def _given(relation: str, inputs: Mapping[str, pl.DataFrame] | None) -> pl.DataFrame | None:
    """A relation that has rows."""
    rows = (inputs or {}).get(relation)
    return None if rows is None or rows.is_empty() else rows
