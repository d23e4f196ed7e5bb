"""Which subjects' ways up a workbook shows one by one: all, or of very many those with the largest leads.

A workbook with the ways of a hundred thousand takes Excel longer to open than anyone waits; sums over them stay whole.
"""

from __future__ import annotations

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.result import Result


@dataclass(frozen=True)
class ShownWays:
    """subjects: their rows of the result table, in its order. leads: theirs, in order; None where there are none at
    all. among: how many subjects there are.
    """

    subjects: pl.DataFrame
    leads: pl.DataFrame | None
    among: int

    @property
    def whole(self) -> bool:
        """Whether it is everyone's."""
        return self.subjects.height == self.among


def shown_ways(result: Result) -> ShownWays:
    """The ways of as many subjects as the policy lets a workbook tell (``[way] most``), those with the largest leads;
    where there are fewer with leads, the first of the others too.
    """
    policy, leads = result.policy, result.tables.get("leads")
    over = policy.grid(policy.way.grid or policy.tiering.grid).over
    everyone = result.tables[over]
    most = policy.way.most
    among = result.height(over)
    if among <= most:
        return ShownWays(everyone, leads, among)
    led = pl.Series([], dtype=pl.String) if leads is None else leads["subject_id"].unique(maintain_order=True)
    order = pl.concat([led.cast(pl.String), everyone[policy.id]]).unique(maintain_order=True).head(most)
    rows = order.to_frame("subject_id")
    subjects = everyone.join(rows, left_on=policy.id, right_on="subject_id", how="semi", maintain_order="left")
    own = None if leads is None else leads.join(rows, on="subject_id", how="semi", maintain_order="left")
    return ShownWays(subjects, own, among)
