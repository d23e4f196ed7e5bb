"""Who is gone: the subjects of the period before that are not there now, as they stood then."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.grid.past import Past
from ninegrid.grid.rebased import column, main_table, stored_table
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy

CAUSES = ("GONE", "REJECTED")


def gone(moved: pl.DataFrame, past: Past, policy: Policy, columns: Sequence[str]) -> pl.DataFrame:
    """A row a subject that stood in the main table in the period before and has no row now: largest weight first.

    `moved`: the migration between the two; its columns of that name tell when and from where the subject went and
    whether its row was refused. The other `columns` are text of the stored table, as it stood then. Empty without a
    period before.
    """
    about = [name for name in columns if name not in result_table("migration").columns]
    own = moved.filter((pl.col("grid") == policy.tiering.grid) & pl.col("cause").is_in(CAUSES))
    stored = stored_table(past.before.stored if past.before else {}, main_table(policy), policy)
    then = stored.select("subject_id", *(column(stored, name, pl.String()).alias(name) for name in about))
    rows = own.join(then, on="subject_id", how="left", maintain_order="left")
    return rows.sort("from_weight", "subject_id", descending=[True, False], nulls_last=True).select(columns)
