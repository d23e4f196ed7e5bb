"""What became of a figure since the period before, unit by unit: kept, new, gone, moved in and out, and achieved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from ninegrid.grid.rows import Held, Rows
from ninegrid.grid.tables import Wide
from ninegrid.policy import Policy
from ninegrid.targets.unit_levels import with_unit_or_none

FIGURES = {
    "income": "total_income", "rani": "rani", "eva": "eva", "deposits": "deposit_avg", "loans": "loan_avg",
}  # fmt: skip
"""By the beginning of its columns' names, the figure of the customers that is told."""

PARTS = ("before", "now", "kept", "new", "gone", "moved_in", "moved_out", "achieved")
_NOW, _THEN = "now", "then"


def changes(
    now: pl.DataFrame, before: Rows | None, levels: Sequence[str], policy: Policy
) -> Iterator[tuple[str, pl.DataFrame]]:
    """By level: unit_key (null: customers of no unit), and for each of FIGURES the columns {name}_{part} of PARTS, in
    yuan.

    now, before: a row a customer. kept: the growth of those who stayed with the unit; new, gone: what came and went
    with customers; moved_in: what those bring who were another unit's, moved_out: minus what those brought who are
    another's now. now − before = kept + new + gone + moved_in + moved_out. achieved = kept + new + gone + the growth of
    the moved in, so that a handover is nobody's merit; over all units of a level, those of no unit included, it adds up
    to the change of the whole. A figure that is missing adds nothing. Without a period before only {name}_now is there.
    """
    rows = _side_by_side(now, before, levels, policy)
    for level in levels:
        yield level, _of_level(_flows(rows, level), before is not None)


def _of_level(flows: pl.DataFrame, has_before: bool) -> pl.DataFrame:
    parts = [_of_unit(flows, f"{_NOW}_key", _gained(pl.col(f"{_THEN}_key")))]
    if has_before:
        parts.append(_of_unit(flows, f"{_THEN}_key", _lost(pl.col(f"{_NOW}_key"))))
    summed = pl.concat(parts, how="diagonal").group_by("unit_key", maintain_order=True).agg(pl.all().sum())
    if not has_before:
        unknown = [f"{name}_{part}" for name in FIGURES for part in PARTS if part != "now"]
        return summed.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in unknown)
    return summed.with_columns(
        (pl.col(f"{name}_kept") + pl.col(f"{name}_new") + pl.col(f"{name}_gone") + pl.col(f"{name}_grown")).alias(
            f"{name}_achieved"
        )
        for name in FIGURES
    ).drop(f"{name}_grown" for name in FIGURES)


def _side_by_side(now: pl.DataFrame, before: Rows | None, levels: Sequence[str], policy: Policy) -> pl.DataFrame:
    """A row a customer of either period: in each whether it was there, its unit's key a level, and its figures."""
    both = pl.concat(
        [
            _narrow(rows, policy).with_columns(side=pl.lit(side))
            for side, rows in ((_NOW, Held(now)), (_THEN, before))
            if rows is not None
        ],
        how="diagonal_relaxed",
    )
    rows = both.select(policy.id, "side", *FIGURES.values())
    for level in levels:
        keyed = with_unit_or_none(Wide(both), level, policy)  # row by row, as there are no members of institutions
        key = pl.Series([None], dtype=pl.String).new_from_index(0, both.height) if keyed is None else keyed["unit_key"]
        # Categories: units are grouped by numbers, not by texts.
        rows = rows.with_columns(key.cast(pl.Categorical).alias(f"key:{level}"))
    values = {
        side: rows.filter(side=side).select(
            policy.id, pl.lit(True).alias(f"{side}_there"),
            *(pl.col(f"key:{level}").alias(f"{side}_key:{level}") for level in levels),
            *(pl.col(column).fill_null(0.0).alias(f"{side}_{name}") for name, column in FIGURES.items()),
        )
        for side in (_NOW, _THEN)
    }  # fmt: skip
    there = values[_NOW].join(values[_THEN], on=policy.id, how="full", coalesce=True, maintain_order="left_right")
    return there.with_columns(pl.col(f"{_NOW}_there", f"{_THEN}_there").fill_null(False))


def _flows(rows: pl.DataFrame, level: str) -> pl.DataFrame:
    """A row a pair of units, now and then, and whether customers were there in either period: Σ of their figures."""
    keys = [f"{side}_key" for side in (_NOW, _THEN)]
    of_level = [pl.col(f"{key}:{level}").alias(key) for key in keys]
    sums = [pl.col(f"{side}_{name}").sum() for side in (_NOW, _THEN) for name in FIGURES]
    there = (f"{side}_there" for side in (_NOW, _THEN))
    summed = rows.group_by(*of_level, *there, maintain_order=True).agg(sums)
    return summed.with_columns(pl.col(keys).cast(pl.String))


def _narrow(rows: Rows, policy: Policy) -> pl.DataFrame:
    """The columns that tell a customer's units, and its figures."""
    keys = dict.fromkeys(key for view in policy.views for key in view.keys)
    wanted = [policy.id, *keys, "relationship_manager_id", *FIGURES.values()]
    texts = [c for c in dict.fromkeys(wanted) if c in rows.columns]
    return rows.narrow(texts).select(pl.col(c) if c in FIGURES.values() else pl.col(c).cast(pl.String) for c in texts)


def _gained(then: pl.Expr) -> dict[str, pl.Expr]:
    here, there = pl.col(f"{_NOW}_there"), pl.col(f"{_THEN}_there")
    same = here & there & pl.col(f"{_NOW}_key").eq_missing(then)
    moved = here & there & ~pl.col(f"{_NOW}_key").eq_missing(then)
    found: dict[str, pl.Expr] = {}
    for name in FIGURES:
        now, was = pl.col(f"{_NOW}_{name}"), pl.col(f"{_THEN}_{name}").fill_null(0.0)
        found |= {
            f"{name}_now": pl.when(here).then(now),
            f"{name}_kept": pl.when(same).then(now - was),
            f"{name}_new": pl.when(here & ~there).then(now),
            f"{name}_moved_in": pl.when(moved).then(now),
            f"{name}_grown": pl.when(moved).then(now - was),
        }
    return found


def _lost(now: pl.Expr) -> dict[str, pl.Expr]:
    here, there = pl.col(f"{_NOW}_there"), pl.col(f"{_THEN}_there")
    moved = here & there & ~pl.col(f"{_THEN}_key").eq_missing(now)
    found: dict[str, pl.Expr] = {}
    for name in FIGURES:
        was = pl.col(f"{_THEN}_{name}")
        found |= {
            f"{name}_before": pl.when(there).then(was),
            f"{name}_gone": pl.when(there & ~here).then(-was),
            f"{name}_moved_out": pl.when(moved).then(-was),
        }
    return found


def _of_unit(rows: pl.DataFrame, key: str, figures: dict[str, pl.Expr]) -> pl.DataFrame:
    there = key.replace("_key", "_there")
    return rows.filter(there).select(
        pl.col(key).alias("unit_key"), *(e.fill_null(0.0).alias(n) for n, e in figures.items())
    )
