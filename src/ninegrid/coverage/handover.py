"""Proposals of who might take over: customers without a manager, and the least ones of managers with too many."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence

import polars as pl

from ninegrid.policy import Policy

MONTH = 30.0
"""Days that contacts a month are counted over."""


def proposed(rows: pl.DataFrame, load: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The rows with `proposed_owner`, null where none is proposed.

    rows: subject_id, branch, sub_branch, owner, tier, interval, state. load: owner, branch, sub_branch, customers_n,
    contacts_month. First those of state ORPHAN, best tier first, then, of managers above a capacity, customers of the
    policy's `handed_over` tiers in that order until the manager is at capacity; by id among equals. Each goes to the
    manager of the same sub-branch with most room, who must have room for it; room is the smaller share left of the two
    capacities. A proposal for people to decide, nothing moves by itself.
    """
    rules = policy.coverage
    held: dict[str, list[float]] = {
        r["owner"]: [r["customers_n"], r["contacts_month"]] for r in load.iter_rows(named=True)
    }
    here: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    for r in load.iter_rows(named=True):
        if r["sub_branch"] is not None and r["customers_n"] < rules.customers and r["contacts_month"] < rules.contacts:
            here[r["branch"] or "", r["sub_branch"]].append((_load(held[r["owner"]], policy), r["owner"]))
    for heap in here.values():
        heapq.heapify(heap)
    places = pl.DataFrame([*here], schema={"branch": pl.String, "sub_branch": pl.String}, orient="row")
    asked = _asked(rows, load, policy).with_columns(pl.col("branch").fill_null(""))
    asked = asked.join(places, on=["branch", "sub_branch"], how="semi", maintain_order="left")
    found: dict[str, str] = {}
    for r in asked.iter_rows(named=True):
        owner, each = r["owner"], MONTH / r["interval"]
        if r["state"] != "ORPHAN" and not _above(held[owner], policy):
            continue
        taker = _taken(here[r["branch"], r["sub_branch"]], held, each, owner, policy)
        if taker is None:
            continue
        found[r["subject_id"]] = taker
        if r["state"] != "ORPHAN":
            held[owner][0] -= 1
            held[owner][1] -= each
    table = pl.DataFrame([*found.items()], schema={"subject_id": pl.String, "proposed_owner": pl.String}, orient="row")
    return rows.join(table, on="subject_id", how="left", maintain_order="left")


def _asked(rows: pl.DataFrame, load: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The customers somebody else might take over, in the order they are proposed in."""
    best = {tier.key: at for at, tier in enumerate(policy.tiers)}
    given = {tier: at for at, tier in enumerate(policy.coverage.handed_over)}
    over = load.filter("overloaded")["owner"]
    orphans = rows.filter(pl.col("state") == "ORPHAN").with_columns(_turn=_rank("tier", best))
    least = rows.filter(
        (pl.col("state") != "ORPHAN") & pl.col("owner").is_in(over.implode()) & pl.col("tier").is_in([*given])
    ).with_columns(_turn=_rank("tier", given) + len(best) + 1)
    return pl.concat([orphans, least]).sort("_turn", "subject_id")


def _rank(column: str, order: dict[str, int]) -> pl.Expr:
    return pl.col(column).replace_strict(order, default=len(order), return_dtype=pl.Int64)


def _load(held: Sequence[float], policy: Policy) -> float:
    """The larger share of the two capacities, customers and contacts a month, that is used."""
    return max(held[0] / policy.coverage.customers, held[1] / policy.coverage.contacts)


def _above(held: Sequence[float], policy: Policy) -> bool:
    return held[0] > policy.coverage.customers or held[1] > policy.coverage.contacts


def _taken(
    heap: list[tuple[float, str]], held: dict[str, list[float]], each: float, owner: str | None, policy: Policy
) -> str | None:
    """The manager with most room, who then has one customer more; None where nobody has room."""
    while heap:
        _, taker = heap[0]
        more = [held[taker][0] + 1, held[taker][1] + each]
        if taker == owner or _above(more, policy):
            heapq.heappop(heap)
            continue
        held[taker] = more
        heapq.heapreplace(heap, (_load(more, policy), taker))
        return taker
    return None
