"""The tables segments, segment_items and product_use of a run."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.model.inputs import Inputs
from ninegrid.model.result_tables import dtype
from ninegrid.policy import Policy
from ninegrid.resources import result_columns
from ninegrid.segments.axes import ITEMS, placed
from ninegrid.segments.market import market_findings, market_of
from ninegrid.segments.product_use import product_use
from ninegrid.segments.rows import RELATION, held, segment_rows, wanted_columns, with_growth


@dataclass(frozen=True)
class Segmented:
    """Result tables, and what was found of the market's rows."""

    tables: Mapping[str, pl.DataFrame]
    findings: pl.DataFrame


def segmented(
    frame: pl.DataFrame, inputs: Inputs, incomes: pl.DataFrame, places: pl.DataFrame, policy: Policy
) -> Segmented:
    """The three tables; of a policy without segments segments and segment_items have no rows.

    frame: the graded customers. incomes: what segments brought in the stored period twelve months before, or the
    earliest of fewer, as `targets.earlier.INCOMES`. places: where they stood in the period compared with, as PLACES.
    """
    frame = frame.select(wanted_columns(policy, frame.columns))
    products = held(inputs.tables.get(RELATION))
    kinds = {s.key: segment_rows(frame, products, s, policy) for s in policy.segments}
    market = market_of(inputs, policy)
    kinds = {key: _completed(rows, market, incomes) for key, rows in kinds.items()}
    shown, items = [], [pl.DataFrame(schema=ITEMS)]
    for grid in policy.segment_grids:
        rows, scored = placed(kinds[grid.over], grid, policy.segment(grid.over), policy)
        strategies = {cell.id: cell.strategy for cell in grid.cells if cell.strategy}
        strategy = pl.col("cell").replace_strict(strategies, default=None, return_dtype=pl.String)
        shown.append(rows.with_columns(grid=pl.lit(grid.key), strategy=strategy))
        items.append(scored)
    on_grids = {grid.over for grid in policy.segment_grids}
    shown += [rows.with_columns(status=pl.lit("OK")) for key, rows in kinds.items() if key not in on_grids]
    known = pl.concat([_NOBODY, *(rows.select("segment_kind", "segment") for rows in kinds.values())])
    tables = {
        "segments": _table(shown, places, policy),
        "segment_items": pl.concat(items),
        "product_use": product_use(frame, products, policy),
    }
    return Segmented(tables, market_findings(inputs, policy, known))


_NOBODY = pl.DataFrame(schema=dict.fromkeys(("segment_kind", "segment"), pl.String))


def _completed(rows: pl.DataFrame, market: pl.DataFrame, incomes: pl.DataFrame) -> pl.DataFrame:
    rows = with_growth(rows, incomes)
    return rows.join(market, on=["segment_kind", "segment"], how="left", maintain_order="left")


def _table(shown: list[pl.DataFrame], places: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The rows of all grids, those of each by income, with the cell of the period before."""
    schema = {name: _kind(name) for name in result_columns("segments", policy)}
    nothing = pl.DataFrame(schema=schema)
    rows = pl.concat([nothing.drop("from_cell"), *shown], how="diagonal_relaxed")
    then = places.rename({"cell": "from_cell"})
    rows = rows.join(then, on=["grid", "segment"], how="left", maintain_order="left")
    order = {grid.key: at for at, grid in enumerate(policy.segment_grids)}
    rank = pl.col("grid").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    rows = rows.sort(rank, "segment_kind", pl.col("segment").is_null(), -pl.col("income"), "segment", nulls_last=True)
    return rows.select(pl.col(name).cast(kind) for name, kind in schema.items())


def _kind(name: str) -> pl.DataType:
    """The type of a column: as declared, else a figure."""
    try:
        return dtype(name)
    except KeyError:
        return pl.Float64()
