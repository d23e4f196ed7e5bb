"""Which rows and figures of tables over all units one unit's workbook may show, without giving single subjects away.

A crowd is told of when none or at least 5 of its subjects are elsewhere: with fewer, who knows their own could take
them off and be left with somebody else's figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import polars as pl

from ninegrid.grid.disclosure import only
from ninegrid.grid.profile import WHOLE
from ninegrid.grid.rebased import id_of
from ninegrid.policy import Axis, Grid
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
    values = {f"best_{unit}": known, "best_median": known, "gap_to_best": known, "bank_median": crowded}
    return rows.with_columns(only(values | {"gap_to_bank": crowded})).select(table.columns)


def cuts(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """Every cut that was given, and those fitted on peers of whom enough are elsewhere: a quantile is one's figure."""
    shared = pl.col("status").is_in(_SHARED_CUTS)
    fitted_on = pl.when(shared).then(pl.lit(WHOLE)).otherwise("peer_group")
    asked = table.select("grid", "axis", fitted_on.cast(pl.String)).iter_rows()
    rows = table.with_columns(elsewhere=pl.Series(_peers_elsewhere(asked, crowd), dtype=pl.Int64))
    crowded = crowd.enough(pl.col("elsewhere"))
    told = (pl.col("method") == "absolute") | crowded
    return rows.with_columns(only({"low_cut": told, "high_cut": told, "n": crowded})).select(table.columns)


def _peers_elsewhere(asked: Iterable[tuple[str, str, str | None]], crowd: Crowd) -> list[int]:
    """Of each grid, axis and group of peers (one, or all): how many are elsewhere. Everyone is counted once for all
    units, and what the unit has is taken off.
    """
    axes = {(grid.key, axis.metric): (grid, axis) for grid in crowd.whole.policy.grids for axis in grid.axes}
    here: dict[tuple[str, str], Counter[str | None]] = {}
    counted = []
    for grid, axis, peers in asked:
        at = (grid, axis)
        if at not in here and at in axes:
            here[at] = _seen_by(*axes[at], crowd)
            if at not in crowd.peers:
                crowd.peers[at] = _by_peer(_placed_by(axes[at][0], crowd), axes[at][1])
        counted.append(crowd.peers[at][peers] - here[at][peers] if at in here else 0)
    return counted


def _by_peer(frame: pl.DataFrame, axis: Axis) -> Counter[str | None]:
    """How many have each peer group of an axis; all of them under `WHOLE`."""
    peers = frame[axis.peer].cast(pl.String).drop_nulls().to_list() if axis.peer in frame.columns else []
    return Counter({**Counter(peers), WHOLE: frame.height})


def _seen_by(grid: Grid, axis: Axis, crowd: Crowd) -> Counter[str | None]:
    """Of the subjects here, or of the groups whose figures the unit sees, how many have each peer group."""
    placed, column = _placed_by(grid, crowd), id_of(grid.over, crowd.whole.policy)
    if column not in crowd.groups:
        return _by_peer(placed.select(axis.peer if axis.peer in placed.columns else column).filter(crowd.here), axis)
    seen = crowd.groups[column].filter(crowd.enough(pl.col("elsewhere")))[column].to_list()
    return _by_peer(placed.filter(pl.col(column).is_in(seen)), axis)


def _placed_by(grid: Grid, crowd: Crowd) -> pl.DataFrame:
    """What a grid places."""
    assert crowd.whole.wide is not None
    is_over_groups = id_of(grid.over, crowd.whole.policy) in crowd.groups
    return crowd.whole.tables[grid.over] if is_over_groups else crowd.whole.wide.frame


AGGREGATES: Mapping[str, Callable[[pl.DataFrame, Crowd], pl.DataFrame]] = {
    "gap_across": gap_across,
    "cuts": cuts,
}
"""By result table, what a unit's workbook shows of it, whatever the subject; a subject's own tables are its own."""
