"""What leads of many customers come to, the long way: cautions, which count, their order, cells once they landed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import way_up
from .capital import Row
from .placing import LEAST_PEERS, Cuts
from .tables import gather, sums

DISCOUNTED = ("TOO_FEW", "MIXED_PEERS", "IMPLAUSIBLE")
UNKNOWN = float("inf")


@dataclass(frozen=True)
class Lead:
    """A lead with its customer, what the lever brings, and what it counts for."""

    row: Row
    lever: str
    effect: way_up.Effect
    figures: Mapping[str, Any]
    caution: str | None

    @property
    def counts(self) -> bool:
        """Whether it is in totals."""
        return not {*(self.caution or "").split(";")} & {*DISCOUNTED}

    @property
    def order(self) -> tuple[bool, float, float, str, str]:
        """Those that count first; the largest expected EVA, without one the largest expected income; to the fen."""
        eva, income = self.figures["expected_eva"], self.figures["expected_income"]
        worth = (UNKNOWN, -round(income, 2)) if eva is None else (-round(eva, 2), UNKNOWN)
        return not self.counts, *worth, self.row["customer_id"], self.lever


def leads(rows: Sequence[Row], cuts: Mapping[str | None, Cuts], minimum: int = LEAST_PEERS) -> list[Lead]:
    """Every lead of every customer below the top, in order."""
    found = [lead for row in rows if way_up.targets(row) for lead in _of(row, rows, cuts[row["scale"]], minimum)]
    return sorted(found, key=lambda lead: lead.order)


def _of(row: Row, rows: Sequence[Row], cuts: Cuts, minimum: int) -> Iterator[Lead]:
    axis = way_up.nearer(row, rows, cuts, minimum)
    assert axis
    target = way_up.targets(row)[axis]
    shared, like = way_up.peers(row, target, rows, minimum)
    known = way_up.effects(row, like, warned=way_up.blocked(row), minimum=minimum)
    for lever, figures in way_up.leads(row, known, like, cuts, minimum).items():
        of_lever = way_up.of_lever(row, lever, like, minimum)
        have = sum(o[way_up.INDICATOR[lever]] is not None for o in of_lever)
        thin = min(len(like), have) < minimum
        more = max(figures["uplift_income"], figures["uplift_eva"] or 0.0) > row["total_income"]
        codes = (
            ("STALE", row["stale"]),
            ("OVERDUE", (row.get("overdue_balance") or 0) > 0),
            ("TOO_FEW", thin),
            ("MIXED_PEERS", not thin and shared == target),
            ("IMPLAUSIBLE", more),
        )
        yield Lead(row, lever, known[lever], figures, ";".join(c for c, holds in codes if holds) or None)


def landed(rows: Iterable[Row], pulled: Iterable[Lead], cuts: Mapping[str | None, Cuts], attained: bool) -> list[Row]:
    """The customers once these leads landed: in full, or each at its lever's attainment."""
    by_customer = gather(({"id": lead.row["customer_id"], "lead": lead} for lead in pulled), lambda each: each["id"])
    return [_after(row, [e["lead"] for e in by_customer.get(row["customer_id"], [])], cuts, attained) for row in rows]


def _after(row: Row, pulled: list[Lead], cuts: Mapping[str | None, Cuts], attained: bool) -> Row:
    if not pulled:
        return row
    effects = [_share(lead.effect, way_up.ATTAINMENT[lead.lever] if attained else 1.0) for lead in pulled]
    after = way_up.changed(row, effects, 1.0)
    income, raroc = way_up.levels(after, cuts[row["scale"]])
    return after | {"value_cell": None if raroc is None else f"I{income}R{raroc}"}


def _share(effect: way_up.Effect, share: float) -> way_up.Effect:
    return way_up.Effect(effect.income * share, effect.saving * share, effect.relief * share)


def by_cell(rows: Iterable[Row]) -> dict[str | None, Row]:
    """n and the sums of each cell that anybody stands in."""
    return {cell: {"n": len(own)} | sums(own) for cell, own in gather(rows, lambda row: row["value_cell"]).items()}
