"""Which rows and figures of tables over all units one unit's workbook may show, without giving single subjects away.

A crowd is told of when none or at least 5 of its subjects are elsewhere: with fewer, who knows their own could take
them off and be left with somebody else's figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from ninegrid.grid.disclosure import only
from ninegrid.grid.profile import WHOLE
from ninegrid.grid.rebased import id_of
from ninegrid.policy import Grid
from ninegrid.result import Crowd

_GAP_KEYS = ["grid", "cell", "indicator"]
_SHARED_CUTS = ("FEW_PEERS", "NEW_PEERS")


def gap_across(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """The unit's rows; the best unit's median where it has at least 5, the whole's where enough are elsewhere.

    Nothing where the result is divided by another column than gaps are told by.
    """
    unit = crowd.whole.policy.gaps.unit
    if crowd.unit.column != unit:
        return table.clear()
    scope = next(s.key for s in crowd.whole.policy.scopes if not s.column)
    everyone = crowd.whole.tables["profile"].filter(scope=scope).select(*_GAP_KEYS, whole_n="n")
    best = table.select(*_GAP_KEYS, pl.col(unit).alias(f"best_{unit}"), best_n="n")
    rows = table.filter(crowd.mine(unit)).join(everyone, on=_GAP_KEYS, how="left", maintain_order="left")
    rows = rows.join(best, on=[*_GAP_KEYS, f"best_{unit}"], how="left", maintain_order="left")
    crowded = crowd.enough(pl.col("whole_n") - pl.col("n")).fill_null(False)
    known = ((pl.col("best_n") >= crowd.whole.policy.privacy.fewest) | crowd.mine(f"best_{unit}")).fill_null(False)
    told = {f"best_{unit}": known, "best_median": known, "gap_to_best": known, "bank_median": crowded}
    return rows.with_columns(only(told | {"gap_to_bank": crowded})).select(table.columns)


def cuts(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """Every cut that was given, and those fitted on peers of whom enough are elsewhere: a quantile is one's figure."""
    counted = pl.concat([_peers_elsewhere(grid, crowd) for grid in crowd.whole.policy.grids])
    shared = pl.col("status").is_in(_SHARED_CUTS)
    rows = table.with_columns(fitted_on=pl.when(shared).then(pl.lit(WHOLE)).otherwise("peer_group"))
    keys = ["grid", "axis", "fitted_on"]
    rows = rows.join(counted, on=keys, how="left", maintain_order="left")
    crowded = crowd.enough(pl.col("elsewhere").fill_null(0))
    told = (pl.col("method") == "absolute") | crowded
    return rows.with_columns(only({"low_cut": told, "high_cut": told, "n": crowded})).select(table.columns)


def _peers_elsewhere(grid: Grid, crowd: Crowd) -> pl.DataFrame:
    """grid, axis, fitted_on (a peer group, or all), elsewhere."""
    frame = _placed_by(grid, crowd)
    named = []
    for axis in grid.axes:
        peers = [pl.lit(WHOLE), *([pl.col(axis.peer).cast(pl.String)] if axis.peer in frame.columns else [])]
        named += [
            frame.select(
                pl.lit(grid.key).alias("grid"), pl.lit(axis.metric).alias("axis"), peer.alias("fitted_on"), "elsewhere"
            )
            for peer in peers
        ]
    keys = ["grid", "axis", "fitted_on"]
    return pl.concat(named).group_by(keys).agg(pl.col("elsewhere").sum().cast(pl.Int64))


def _placed_by(grid: Grid, crowd: Crowd) -> pl.DataFrame:
    """What a grid places, with `elsewhere`; so is a group when the unit does not see its figures."""
    column = id_of(grid.over, crowd.whole.policy)
    if column not in crowd.groups:
        return crowd.frame
    seen = crowd.groups[column].filter(crowd.enough(pl.col("elsewhere")))[column].to_list()
    return crowd.whole.tables[grid.over].with_columns(elsewhere=~pl.col(column).is_in(seen))


AGGREGATES: Mapping[str, Callable[[pl.DataFrame, Crowd], pl.DataFrame]] = {
    "gap_across": gap_across,
    "cuts": cuts,
}
"""By result table, what a unit's workbook shows of it, whatever the subject; a subject's own tables are its own."""
