"""Finds the way up, step by step: target cell, peers, levers, leads and paths, and what they bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.past import Past
from ninegrid.grid.rows import Held
from ninegrid.improvement.attribution import attribution, sides_of_branches, sides_of_customers, sides_of_periods
from ninegrid.improvement.cross_sell import cross_sell, in_order, with_cross_sell
from ninegrid.improvement.leads import Leads, together
from ninegrid.improvement.leads import leads as leads_of
from ninegrid.improvement.levers import with_levers
from ninegrid.improvement.observed import observed_steps, with_observed_steps
from ninegrid.improvement.paths import paths as paths_of
from ninegrid.improvement.peers import PeerGroups, peer_groups, with_peers
from ninegrid.improvement.performance import opportunity
from ninegrid.improvement.position import standing
from ninegrid.improvement.targets import Spread, spreads_of, targets
from ninegrid.improvement.whatif import whatif
from ninegrid.model.packed import Tables
from ninegrid.model.period import Period
from ninegrid.policy import Policy

_FROM_PRODUCTS = "cross_sell_income"
_AT_ONCE = 50_000  # customers; what is worked out for each is much wider than what is kept, so memory is bounded here


def improvement(
    frame: pl.DataFrame,
    tables: Mapping[str, pl.DataFrame],
    policy: Policy,
    past: Past | None = None,
    inputs: Mapping[str, pl.DataFrame] | None = None,
    period: Period | None = None,
) -> Tables:
    """The tables paths, leads, attribution, whatif, cross_sell and opportunity; none where the policy has no way up.

    `frame`: one row a customer with everything grading knows of it (inputs a year, evaluated indicators, levels,
    cells). `tables`: the result tables; the cuts are needed, the warnings may be absent. `past`: the period
    before, for the attribution of each customer against itself, and the period a year ago, for what customers did in a
    year. `inputs`: the input relations; products, without which there is
    no cross-selling, and targets, without which there is no performance gap. period: the run's; its
    year's targets count.
    """
    if not policy.way.grid:
        return Tables({})
    products, set_targets = _given("products", inputs), _given("targets", inputs)
    if products is None:
        policy = without_products(policy)
    cuts = tables["cuts"].filter(pl.col("grid") == policy.way.grid)
    past = past or Past()
    known = standing(frame, tables.get("warnings"), cuts, policy)
    if past.year_ago is not None:
        known = with_observed_steps(known, observed_steps(Held(known), past.year_ago, policy))
    among = Among(spreads_of(Held(known), policy), peer_groups(Held(known), policy), known, products)
    parts = [ways_of(known.slice(at, _AT_ONCE), among, cuts, policy) for at in range(0, max(known.height, 1), _AT_ONCE)]
    selling = [part.selling for part in parts]
    unsorted = pl.concat([part.paths for part in parts])
    sides = [*(part.sides for part in parts), sides_of_branches(Held(known), policy)]
    leads = [part.leads for part in parts]
    del parts  # so that each is dropped once it is sorted: they are large
    found = together(leads)
    del leads
    if past.before is not None:
        sides.append(sides_of_periods(known, past.before, policy))
    runs = attribution(by_subject(pl.concat(sides)), policy)
    del sides
    paths = by_subject(unsorted)
    del unsorted
    return Tables(
        {
            "paths": paths,
            "leads": found.table,
            "attribution": runs,
            "whatif": whatif(known, found, cuts, policy),
            **({} if products is None else {"cross_sell": in_order(selling)}),
            "opportunity": opportunity(frame, found.table, set_targets, policy, period),
        }
    )


def by_subject(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of each customer together, by id, whatever the order of the files; those of nobody last."""
    return rows.sort("subject_id", nulls_last=True, maintain_order=True)


@dataclass(frozen=True)
class Among:
    """What customers are compared with: of all customers the spreads, the groups of peers, and what these hold."""

    spreads: Mapping[str, Spread]
    groups: PeerGroups
    known: pl.DataFrame
    products: pl.DataFrame | None


@dataclass(frozen=True)
class Ways:
    """The ways up of some customers; sides: what their RAROC is held against, for `attribution`; `selling` without
    columns where nothing is known of products.
    """

    paths: pl.DataFrame
    leads: Leads
    sides: pl.DataFrame
    selling: pl.DataFrame


def ways_of(known: pl.DataFrame, among: Among, cuts: pl.DataFrame, policy: Policy) -> Ways:
    """The ways up of some of the customers."""
    rows = with_peers(targets(known, cuts, policy, among.spreads), policy, among.groups)
    if among.products is not None:
        rows = with_cross_sell(rows, among.known, among.products, policy)
    rows = with_levers(rows, policy)
    sides = sides_of_customers(rows, policy)
    if policy.never:  # in their place: the rows are wide
        rows = rows.filter(~pl.col("declined"))
    selling = pl.DataFrame()
    if among.products is not None:
        nearer = rows.select(policy.id, "peers", "nearer").filter("nearer")
        selling = cross_sell(nearer, among.known, among.products, policy)
    return Ways(
        paths=paths_of(rows, cuts, policy),
        leads=leads_of(rows, cuts, policy),
        sides=sides,
        selling=selling,
    )


def without_products(policy: Policy) -> Policy:
    """The policy without the levers that only the products relation can tell of."""
    return replace(policy, levers=tuple(lever for lever in policy.levers if lever.headroom != _FROM_PRODUCTS))


def _given(relation: str, inputs: Mapping[str, pl.DataFrame] | None) -> pl.DataFrame | None:
    """A relation that has rows."""
    rows = (inputs or {}).get(relation)
    return None if rows is None or rows.is_empty() else rows
