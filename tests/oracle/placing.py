"""Cuts, levels, cells, tiers and strategies."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from .capital import HURDLE, Row

RAROC_CUTS, GROWTH_CUTS, INCOME_QUANTILES = (HURDLE, 0.18), (0.0, 0.10), (0.5, 0.8)
LEAST_PEERS = 30
BAD_CLASSES = {"关注", "次级", "可疑", "损失"}
TIERS = {
    "I3R3": "A", "I3R2": "B", "I2R3": "B", "I2R2": "C", "I3R1": "C", "I1R3": "C", "I2R1": "D", "I1R2": "D", "I1R1": "D",
}  # fmt: skip
STRATEGIES = {
    "I3R3": "invest", "I3R2": "invest", "I2R3": "invest", "I2R2": "deepen", "I1R3": "deepen",
    "I3R1": "optimise", "I2R1": "optimise", "I1R2": "optimise", "I1R1": "exit",
}  # fmt: skip
Cuts = tuple[float, float]


def quantile(values: Iterable[float], share: float) -> float:
    """The type-7 quantile: linear between the order statistics around (n − 1)·share."""
    ordered = sorted(values)
    position = (len(ordered) - 1) * share
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def quantile_cuts(values: Sequence[float]) -> Cuts:
    """Both cuts of an income axis."""
    low, high = (quantile(values, share) for share in INCOME_QUANTILES)
    return low, high


def peer_cuts(members: Iterable[tuple[str | None, float]]) -> dict[str | None, tuple[Cuts, int, str]]:
    """By peer group: the cuts, n of the peers, and OK or FALLBACK where the whole population's cuts stand in.

    The peers of None, who are in no group, are the whole population.
    """
    peers: dict[str | None, list[float]] = {}
    for peer, value in members:
        peers.setdefault(peer, []).append(value)
    whole = [value for values in peers.values() for value in values]
    return {
        peer: (quantile_cuts(values), len(values), "OK")
        if len(values) >= LEAST_PEERS
        else (quantile_cuts(whole), len(values), "FALLBACK")
        for peer, values in (peers | {None: whole}).items()
    }


def level(value: float | None, cuts: Cuts) -> int | None:
    """1, 2 or 3; a value at a cut goes up, and so does one that misses it by float drift alone."""
    if value is None:
        return None
    return 1 + sum(value >= cut - 1e-12 * max(1.0, abs(cut)) for cut in cuts)


def income_level(value: float | None, cuts: Cuts | None) -> int | None:
    """The level of income; nothing earned is low whatever the cuts, and without cuts there is no other level."""
    if value is not None and value <= 0:
        return 1
    return None if cuts is None else level(value, cuts)


def raroc_level(row: Row) -> int | None:
    """The level of RAROC; without capital, whether anything is earned decides."""
    if row["raroc_status"] == "NO_CAPITAL":
        return 3 if row["rani"] > 0 else 1
    return level(row["raroc"], RAROC_CUTS)


def cell(letters: str, first: int | None, second: int | None) -> str | None:
    """The cell's id, such as I2R3, or None without both levels."""
    return None if first is None or second is None else f"{letters[0]}{first}{letters[1]}{second}"


def strategy(row: Row) -> tuple[str, str]:
    """The strategy and the rule that decided it."""
    if row["value_cell"] is None:
        return "verify", "unplaced"
    base = STRATEGIES[row["value_cell"]]
    if base == "exit" and row["growth_customer_level"] == 3:
        return "deepen", "exit_growing"
    if base == "exit" and TIERS.get(row["group_value_cell"]) in {"A", "B"}:
        return "optimise", "exit_group_core"
    if base == "invest" and ((row.get("overdue_balance") or 0) > 0 or row.get("loan_class") in BAD_CLASSES):
        return "optimise", "credit"
    if base == "invest" and row["growth_cell"] == "B1C1":
        return "optimise", "invest_declining"
    return base, "value"
